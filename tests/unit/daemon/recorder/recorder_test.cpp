#include "daemon/recorder/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/ledger/entry.h"
#include "daemon/recorder/personal_store.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;

TEST(Recorder, MakesAFreshLogThatVerifies) {
  Place place;
  auto recorder = place.open();
  ASSERT_TRUE(recorder) << recorder.error().message;
  EXPECT_TRUE(recorder->report().log.created);
  EXPECT_EQ(recorder->size(), 1u);
  EXPECT_EQ(place.trouble(), "");
  EXPECT_EQ(place.verify().origin, kOrigin);
}

TEST(Recorder, GivesAReceiptAndPublishesWhatVerifies) {
  Place place;
  auto recorder = *place.open();
  auto receipt = recorder.append(std::vector{plain(1), about("Jane Doe"), plain(2)});
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_EQ(receipt->first_index(), 1u);
  ASSERT_EQ(receipt->count(), 3u);
  EXPECT_EQ(receipt->entries()[0].leaf, R"({"seq":1,"ts":"2026-03-31T22:00:00Z","type":"run_started","v":1})");
  EXPECT_EQ(receipt->entries()[1].personal, R"({"name":"Jane Doe"})");
  EXPECT_EQ(place.verify().size, 1u) << "not yet published";
  EXPECT_EQ(recorder.open_personal(2)->value(), R"({"name":"Jane Doe"})");
  ASSERT_TRUE(recorder.publish());
  EXPECT_EQ(place.trouble(), "");
  EXPECT_EQ(place.verify().size, 4u);
  EXPECT_EQ(recorder.open_personal(2)->value(), R"({"name":"Jane Doe"})");
  EXPECT_EQ(*recorder.open_personal(1), std::nullopt);
  EXPECT_EQ(*recorder.publish(), slurp(place.root() + "/log/checkpoint")) << "nothing new: the one that stands";
}

TEST(Recorder, CrossesTileBordersInStepsOfAnySize) {
  Place place;
  std::uint64_t size = 1;
  for (const std::size_t n : {1u, 3u, 200u, 51u, 1u, 255u, 256u, 300u, 1u}) {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(plains(n)));
    ASSERT_TRUE(recorder.publish());
    size += n;
    ASSERT_EQ(place.trouble(), "");
    ASSERT_EQ(place.verify().size, size);
  }
}

TEST(Recorder, RefusesABatchAsAWholeAndGoesOn) {
  Place place;
  auto recorder = *place.open();
  Draft unsorted = plain(1);
  unsorted.fields = R"({"b":1,"a":2})";
  Draft nobody = about("Jane");
  nobody.subject_key = "";
  Draft large = plain(1);
  large.fields = R"({"x":")" + std::string(65535, 'x') + R"("})";
  for (const Draft& bad : {unsorted, nobody, large}) {
    const auto receipt = recorder.append(std::vector{about("Jane Doe"), bad});
    ASSERT_FALSE(receipt);
    EXPECT_THAT(receipt.error().message, testing::StartsWith("draft 1 ("));
  }
  EXPECT_EQ(recorder.size(), 1u);
  EXPECT_TRUE(recorder.append(std::vector{about("Jane Doe")}));
  EXPECT_EQ(recorder.open_personal(1)->value(), R"({"name":"Jane Doe"})");
}

TEST(Recorder, GivesOneHandleToAPersonAndSaysNothingWithIt) {
  Place place;
  auto recorder = *place.open();
  const auto receipt = *recorder.append(std::vector{about("Jane Doe"), about("John Roe"), about("Jane Doe")});
  const auto entry = [&](std::size_t i) { return *ledger::Entry::parse(receipt.entries()[i].leaf); };
  EXPECT_EQ(entry(0).subject, entry(2).subject);
  EXPECT_NE(entry(0).subject, entry(1).subject);
  EXPECT_NE(entry(0).commitment, entry(2).commitment) << "a salt for each record: equal values do not show";
  EXPECT_EQ(entry(0).commitment->form, ledger::CommitmentForm::by_field);
  const auto opening = *recorder.opening(1);
  ASSERT_TRUE(opening);
  ledger::Salt salt;
  std::copy(opening->salt.begin(), opening->salt.end(), salt.begin());
  EXPECT_TRUE(ledger::opens(receipt.entries()[0].leaf, salt, opening->personal));
}

TEST(PersonalStore, OpensWhatAnEarlierVersionCommittedToAsAWhole) {
  Place place;
  ASSERT_TRUE(place.open());
  auto store = *PersonalStore::open(place.root() + "/state/personal.db", place.root() + "/state/personal.key",
                                    PersonalStore::Mode::write);
  const ledger::Salt salt{7};
  const std::string personal = R"({"name":"Jane Doe"})";
  const auto commitment = *ledger::commit(ledger::CommitmentForm::whole, salt, personal);
  ASSERT_TRUE(store.begin());
  const auto subject = store.subject("Jane");
  ASSERT_TRUE(subject && store.add(5, *subject, salt, commitment, personal) && store.commit());
  EXPECT_EQ((*store.read(5, commitment))->personal, personal);
  EXPECT_FALSE(store.read(5, {ledger::CommitmentForm::by_field, commitment.digest}));
}

TEST(LogReader, GivesOpeningsAndMasksWhatItReads) {
  Place place;
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(std::vector{about("Jane Doe"), plain(1)}));
    ASSERT_TRUE(recorder.publish());
  }
  auto reader = *LogReader::open(place.root());
  const auto plainly = *reader.read(0, 3);
  const auto opening = *reader.opening(plainly.entries()[1]);
  ASSERT_TRUE(opening);
  ledger::Salt salt;
  std::copy(opening->salt.begin(), opening->salt.end(), salt.begin());
  EXPECT_TRUE(ledger::opens(plainly.entries()[1].leaf, salt, opening->personal));
  EXPECT_FALSE(*reader.opening(plainly.entries()[2]));
  const auto masked = *reader.read(0, 3, [](const model::RecordedEntry& entry) {
    return entry.personal == R"({"name":"Jane Doe"})" ? R"({"name":"?"})" : "not asked for";
  });
  EXPECT_EQ(masked.entries()[1].personal, R"({"name":"?"})");
  EXPECT_EQ(masked.entries()[2].personal, "") << "what has none is not masked";
  EXPECT_EQ(masked.entries()[1].leaf, plainly.entries()[1].leaf);
}

TEST(Recorder, LeavesNoPersonalValueReadableOnDisk) {
  Place place;
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(std::vector{about("Jane Doe")}));
    ASSERT_TRUE(recorder.publish());
  }
  for (const auto& file : fs::recursive_directory_iterator(place.root())) {
    if (!file.is_regular_file()) continue;
    EXPECT_EQ(slurp(file.path()).find("Jane"), std::string::npos) << file.path();
  }
}

TEST(Recorder, HasOneWriterAtATimeAndNamesIt) {
  Place place;
  auto first = place.open();
  const auto second = place.open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(::getpid())));
  first = tl::unexpected(base::Error{});
  EXPECT_TRUE(place.open());
}

TEST(Recorder, CutsATornTailAndSaysSo) {
  Place place;
  const std::string wal = place.root() + "/state/wal";
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(std::vector{plain(1), plain(2)}));
  }
  const std::string whole = slurp(wal);
  const std::string more = whole + whole.substr(0, 70);
  spill(wal, more);
  auto recorder = *place.open();
  EXPECT_EQ(recorder.report().log.bytes_cut, 70u);
  EXPECT_EQ(recorder.report().log.entries_recovered, 2u);
  EXPECT_EQ(recorder.report().sentences().size(), 2u);
  ASSERT_EQ(recorder.size(), 4u) << "and one entry that says what was cut";
  ASSERT_TRUE(recorder.publish());
  const auto last = LogReader::open(place.root())->read(3, 4);
  ASSERT_TRUE(last) << last.error().message;
  EXPECT_THAT(last->entries()[0].leaf, testing::HasSubstr(R"({"bytes":70,"ts":)"));
  EXPECT_THAT(last->entries()[0].leaf, testing::HasSubstr(R"("type":"torn_write_cut")"));
  EXPECT_EQ(place.trouble(), "");
}

TEST(Recorder, RecoversTheWholeBatchesOfAWalCutAtAnyByte) {
  Place place;
  const std::string wal = place.root() + "/state/wal";
  std::size_t first_batch = 0;
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(std::vector{plain(1)}));
    first_batch = fs::file_size(wal);
    ASSERT_TRUE(recorder.append(std::vector{plain(2)}));
  }
  const std::string whole = slurp(wal);
  const fs::path saved = place.root() + ".saved";
  fs::copy(place.root(), saved, fs::copy_options::recursive);
  for (std::size_t cut = 0; cut <= whole.size(); cut += 7) {
    fs::remove_all(place.root());
    fs::copy(saved, place.root(), fs::copy_options::recursive);
    spill(wal, whole.substr(0, cut));
    auto recorder = place.open();
    ASSERT_TRUE(recorder) << recorder.error().message;
    const std::size_t kept = cut < first_batch ? 0 : cut < whole.size() ? first_batch : whole.size();
    const std::size_t batches = kept == 0 ? 0 : kept == first_batch ? 1 : 2;
    const std::size_t said = cut == kept ? 0 : 1;  // what was torn off is an entry
    EXPECT_EQ(recorder->size(), 1 + batches + said);
  }
}

TEST(Recorder, RefusesAWalWithDamageBeforeAWholeBatch) {
  Place place;
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(std::vector{plain(1)}));
    ASSERT_TRUE(recorder.append(std::vector{plain(2)}));
  }
  std::string wal = slurp(place.root() + "/state/wal");
  wal[60] ^= 1;
  spill(place.root() + "/state/wal", wal);
  EXPECT_EQ(place.open().error().kind, ErrorKind::corrupt);
}

TEST(Recorder, RefusesALogThatIsShorterThanWhatItSigned) {
  Place place;
  std::string old;
  {
    auto recorder = *place.open();
    old = slurp(place.root() + "/log/checkpoint");
    ASSERT_TRUE(recorder.append(plains(5)));
    ASSERT_TRUE(recorder.publish());
  }
  spill(place.root() + "/log/checkpoint", old);
  auto recorder = place.open();
  ASSERT_FALSE(recorder);
  EXPECT_EQ(recorder.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(recorder.error().message, testing::HasSubstr("6 were signed"));
}

TEST(Recorder, RefusesATailThatDoesNotFit) {
  Place place;
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(plains(300)));
    ASSERT_TRUE(recorder.publish());
  }
  for (const char* file : {"/log/tile/entries/001.p/45", "/log/tile/0/001.p/45", "/log/tile/1/000.p/1",
                           "/log/checkpoint", "/state/last_signed"}) {
    const std::string good = slurp(place.root() + file);
    std::string bad = good;
    bad[bad.size() / 2] ^= 1;
    spill(place.root() + file, bad);
    EXPECT_FALSE(place.open()) << file;
    fs::remove(place.root() + file);
    EXPECT_FALSE(place.open()) << file << " removed";
    spill(place.root() + file, good);
    EXPECT_TRUE(place.open()) << file;
  }
  for (const char* file : {"/state/personal.db", "/state/personal.key"}) {
    const std::string good = slurp(place.root() + file);
    fs::remove(place.root() + file);
    EXPECT_FALSE(place.open()) << file << " removed";
    if (std::string(file).ends_with(".db")) {
      spill(place.root() + file, "");  // as SQLite makes one that has no tables yet
      EXPECT_FALSE(place.open()) << file << " emptied";
    }
    spill(place.root() + file, good);
  }
  EXPECT_TRUE(place.open());
}

TEST(Recorder, KeepsNoValuesUnderEntriesThatTheLogWroteOfItself) {
  Place place;
  const std::string wal = place.root() + "/state/wal";
  std::string whole;
  {
    auto recorder = *place.open();
    ASSERT_TRUE(recorder.append(std::vector{plain(1)}));
    whole = slurp(wal);
    ASSERT_TRUE(recorder.append(std::vector{about("Jane Doe")}));
  }
  // Power went after the values were durable and before the entry was.
  spill(wal, whole + slurp(wal).substr(whole.size(), 70));
  auto recorder = *place.open();
  EXPECT_EQ(recorder.size(), 3u) << "the entry that says what was cut has the number of the lost one";
  EXPECT_EQ(recorder.report().personal_rows_cut, 1u);
}

TEST(LogReader, ReadsEverythingBackWithThePersonalValues) {
  Place place;
  auto recorder = *place.open();
  auto drafts = plains(300);
  drafts[270] = about("Jane Doe");
  const auto receipt = *recorder.append(drafts);
  ASSERT_TRUE(recorder.publish());
  auto reader = LogReader::open(place.root());  // while the writer has the log
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->size(), 301u);
  const auto back = reader->read(1, 1000);
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_EQ(back->count(), 300u);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(back->entries()[i].index, receipt.entries()[i].index);
    EXPECT_EQ(back->entries()[i].leaf, receipt.entries()[i].leaf);
    EXPECT_EQ(back->entries()[i].personal, receipt.entries()[i].personal);
  }
}

TEST(Key, IsRefusedWhenOthersCanReadItOrItIsNotOurs) {
  Place place;
  ::chmod(place.key().c_str(), 0640);
  EXPECT_EQ(SigningKey::load(place.key()).error().kind, ErrorKind::denied);
  ::chmod(place.key().c_str(), 0600);
  EXPECT_TRUE(SigningKey::load(place.key()));
  EXPECT_EQ(keygen(kOrigin, place.key()).error().kind, ErrorKind::conflict);
  EXPECT_EQ(keygen("two words", place.key() + "2").error().kind, ErrorKind::malformed);
  EXPECT_EQ(SigningKey::load(place.key() + "2").error().kind, ErrorKind::not_found);
}

TEST(Key, ReadsTheKeyFormatOfGo) {
  const auto key = SigningKey::parse(base::Secret(
      std::string("PRIVATE+KEY+audit.example.com/hostA+9e67eb4c+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f")));
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(key->verifier().format(), "audit.example.com/hostA+9e67eb4c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
}

}  // namespace
}  // namespace tally::recorder
