#include "daemon/recorder/recorder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/personal_store.h"

namespace tally::recorder {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");
constexpr const char* kOrigin = "audit.example.com/hostA";

/// A folder with a key and room for a log; gone when the test ends.
class Place {
 public:
  Place() {
    std::string pattern = fs::temp_directory_path() / "tally-recorder-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
    vkey_ = *keygen(kOrigin, key());
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(path_); }
  [[nodiscard]] std::string root() const { return path_ + "/log-root"; }
  [[nodiscard]] std::string key() const { return path_ + "/log.key"; }
  [[nodiscard]] base::Result<Recorder> open(FileOperations* files = nullptr) const {
    return Recorder::open({root(), key(), kTime, files});
  }
  [[nodiscard]] ledger::VerifyReport verify() const {
    auto log = ledger::LogDirectory::open(root() + "/log");
    return ledger::verify(**log, {{*ledger::VerifierKey::parse(vkey_)}, {}});
  }
  [[nodiscard]] std::string trouble() const {
    const auto report = verify();
    return report.ok() ? "" : report.problems[0].path + ": " + report.problems[0].message;
  }

 private:
  std::string path_, vkey_;
};

Draft plain(std::size_t i) { return {"run_started", kTime, fmt::format(R"({{"seq":{}}})", i), "", ""}; }
Draft about(const std::string& person) {
  return {"finding_opened", kTime, R"({"rule":"LVR-001"})", fmt::format(R"({{"name":"{}"}})", person), person};
}
std::vector<Draft> plains(std::size_t n) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < n; ++i) drafts.push_back(plain(i));
  return drafts;
}

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void spill(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

TEST(Recorder, MakesAFreshLogThatVerifies) {
  Place place;
  auto recorder = place.open();
  ASSERT_TRUE(recorder) << recorder.error().message;
  EXPECT_TRUE(recorder->report().created);
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
  const auto opening = *recorder.opening(1);
  ASSERT_TRUE(opening);
  ledger::Salt salt;
  std::copy(opening->salt.begin(), opening->salt.end(), salt.begin());
  EXPECT_TRUE(ledger::opens(receipt.entries()[0].leaf, salt, opening->personal));
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

TEST(Recorder, VerifiesStillAfterAPersonIsErased) {
  Place place;
  std::string handle;
  {
    auto recorder = *place.open();
    const auto receipt = *recorder.append(std::vector{about("Jane Doe"), about("John Roe")});
    handle = ledger::Entry::parse(receipt.entries()[0].leaf)->subject;
    ASSERT_TRUE(recorder.publish());
  }
  const std::string before = slurp(place.root() + "/log/checkpoint");
  {
    auto store = *PersonalStore::open(place.root() + "/state/personal.db", place.root() + "/state/personal.key",
                                      PersonalStore::Mode::write);
    EXPECT_EQ(*store.erase(handle), 1u);
  }
  auto recorder = *place.open();
  EXPECT_EQ(*recorder.open_personal(1), std::nullopt);
  EXPECT_EQ(recorder.open_personal(2)->value(), R"({"name":"John Roe"})");
  EXPECT_EQ(place.trouble(), "");
  EXPECT_EQ(slurp(place.root() + "/log/checkpoint"), before);
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
  EXPECT_EQ(recorder.report().bytes_cut, 70u);
  EXPECT_EQ(recorder.report().entries_recovered, 2u);
  EXPECT_EQ(recorder.report().sentences().size(), 2u);
  EXPECT_EQ(recorder.size(), 3u);
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
    EXPECT_EQ(recorder->size(), cut < first_batch ? 1u : cut < whole.size() ? 2u : 3u);
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
    spill(place.root() + file, good);
  }
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

/// Stops at a numbered step: by an error, or by the death of the process, with half of a write done.
class StopAt final : public FileOperations {
 public:
  StopAt(int step, bool die) : left_(step), die_(die) {}
  int write(int fd, std::string_view bytes) override {
    if (!stop()) return FileOperations::write(fd, bytes);
    FileOperations::write(fd, bytes.substr(0, bytes.size() / 2));
    return end();
  }
  int sync(int fd) override { return stop() ? end() : FileOperations::sync(fd); }
  int rename(const std::string& from, const std::string& to) override {
    return stop() ? end() : FileOperations::rename(from, to);
  }
  int truncate(int fd, off_t length) override { return stop() ? end() : FileOperations::truncate(fd, length); }
  [[nodiscard]] bool reached() const { return left_ < 0; }

 private:
  bool stop() { return left_-- == 0; }
  int end() const {
    if (die_) ::_exit(7);
    return EIO;
  }
  int left_;
  bool die_;
};

/// Three rounds of append and publish; how many entries were acknowledged, through the pipe if there is one.
std::uint64_t work(const Place& place, FileOperations* files, int pipe = -1) {
  std::uint64_t acknowledged = 0;
  auto recorder = place.open(files);
  if (!recorder) return 0;
  for (const std::size_t n : {3u, 260u, 2u}) {
    auto drafts = plains(n);
    drafts.back() = about("Jane Doe");
    const auto receipt = recorder->append(drafts);
    if (!receipt) break;
    acknowledged = receipt->first_index() + receipt->count();
    if (pipe >= 0 && ::write(pipe, &acknowledged, sizeof acknowledged) < 0) break;
    if (!recorder->publish()) {
      EXPECT_FALSE(recorder->append(drafts)) << "fail-stop";
      EXPECT_FALSE(recorder->publish());
      break;
    }
  }
  return acknowledged;
}

TEST(Recorder, StopsAtTheFirstFailedCallAndRecoversWhateverItWas) {
  bool reached = true;
  int step = 0;
  for (; reached; ++step) {
    Place place;
    StopAt fault(step, false);
    const std::uint64_t acknowledged = work(place, &fault);
    reached = fault.reached();
    auto recorder = place.open();
    ASSERT_TRUE(recorder) << "step " << step << ": " << recorder.error().message;
    ASSERT_GE(recorder->size(), acknowledged) << "step " << step;
    ASSERT_EQ(place.trouble(), "") << "step " << step;
    ASSERT_TRUE(recorder->append(plains(1)));
    ASSERT_TRUE(recorder->publish());
    ASSERT_EQ(place.trouble(), "") << "step " << step;
  }
  EXPECT_GT(step, 50) << "the seam sees the work";
}

TEST(Recorder, LosesNothingAcknowledgedWhenItDiesAtAnyStep) {
  int status = 0;
  int step = 0;
  for (status = -1; status != 0; ++step) {
    Place place;
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      StopAt fault(step, true);
      work(place, &fault, ends[1]);
      ::_exit(0);
    }
    ::close(ends[1]);
    std::uint64_t acknowledged = 0;
    while (::read(ends[0], &acknowledged, sizeof acknowledged) > 0) continue;
    ::close(ends[0]);
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    auto recorder = place.open();
    ASSERT_TRUE(recorder) << "step " << step << ": " << recorder.error().message;
    ASSERT_GE(recorder->size(), acknowledged) << "step " << step;
    ASSERT_EQ(place.trouble(), "") << "step " << step;
  }
  EXPECT_GT(step, 50);
}

/// Appends and publishes for ever, telling each acknowledged size.
[[noreturn]] void append_for_ever(const Place& place, int pipe, unsigned seed) {
  auto recorder = place.open();
  if (!recorder) ::_exit(3);
  std::mt19937 random(seed);
  for (;;) {
    const auto receipt = recorder->append(plains(1 + random() % 40));
    if (!receipt) ::_exit(4);
    const std::uint64_t size = receipt->first_index() + receipt->count();
    if (::write(pipe, &size, sizeof size) < 0) ::_exit(5);
    if (random() % 8 == 0 && !recorder->publish()) ::_exit(6);
  }
}

TEST(Recorder, LosesNothingAcknowledgedUnderTwoHundredKills) {
  Place place;
  std::mt19937 random(20261121);
  std::uint64_t last_seen = 0;
  std::uint64_t torn = 0;
  for (int round = 0; round < 200; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) append_for_ever(place, ends[1], static_cast<unsigned>(random()));
    ::close(ends[1]);
    ::usleep(static_cast<useconds_t>(3000 + random() % 40000));
    ::kill(child, SIGKILL);
    std::uint64_t size = 0;
    while (::read(ends[0], &size, sizeof size) > 0) last_seen = std::max(last_seen, size);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up: " << status;
    if (round % 10 != 9) continue;  // the next child recovers, as the service would
    auto recorder = place.open();
    ASSERT_TRUE(recorder) << recorder.error().message;
    torn += recorder->report().bytes_cut;
    ASSERT_GE(recorder->size(), last_seen);
    ASSERT_EQ(place.trouble(), "");
  }
  EXPECT_GT(last_seen, 1000u);
  RecordProperty("torn_bytes", std::to_string(torn));
}

}  // namespace
}  // namespace tally::recorder
