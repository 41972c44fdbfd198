#include "daemon/ledger/exhibit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* kPersonal = R"({"finding":{"subject":{"label":"dweiss"},"what":"dweiss still works"},"note":""})";
const Salt kSalt = {1, 2, 3};

/// A log whose fourth entry has personal values.
struct Place {
  std::vector<std::string> entries = entry_texts(6);
  MemoryLog log;
  std::vector<VerifierKey> keys{log_signer().key};
  Commitment commitment = *commit(CommitmentForm::by_field, kSalt, kPersonal);

  Place() {
    entries[3] = *make_leaf({"finding_opened", *base::parse_instant("2026-03-31T22:00:03Z"),
                             "s:00112233445566778899aabbccddeeff", commitment},
                            R"({"rule":"LVR-001"})");
    log = make_log(entries);
  }
  base::Result<Exhibit> shown(std::uint64_t index, const std::string& opening) {
    const auto proof = make_exhibit(log, index, entries[index], opening);
    const auto file = Proof::parse(proof->format());
    return read_exhibit(*file, keys);
  }
  [[nodiscard]] std::string opening(const Hidden& hidden) const {
    return *make_opening(commitment, kSalt, kPersonal, hidden);
  }
};

TEST(Exhibit, ShowsAnEntryThatHasNoPersonalValues) {
  Place place;
  const auto exhibit = place.shown(2, "");
  ASSERT_TRUE(exhibit) << exhibit.error().message;
  EXPECT_EQ(exhibit->leaf, place.entries[2]);
  EXPECT_EQ(exhibit->index, 2u);
  EXPECT_EQ(exhibit->tree.checkpoint.size, 6u);
  EXPECT_FALSE(exhibit->disclosure);
}

TEST(Exhibit, ShowsWhatTheEntryCommittedTo) {
  Place place;
  const auto exhibit = place.shown(3, place.opening([](auto& pointer) { return pointer == "/finding/what"; }));
  ASSERT_TRUE(exhibit) << exhibit.error().message;
  EXPECT_EQ(exhibit->disclosure->shown.at("/finding/subject/label"), "\"dweiss\"");
  EXPECT_EQ(exhibit->disclosure->hidden, std::vector<std::string>{"/finding/what"});
  EXPECT_FALSE(place.shown(3, "")->disclosure) << "an entry can be proven without opening it";
}

TEST(Exhibit, RefusesAnOpeningThatIsNotTheEntrys) {
  Place place;
  std::string other = place.opening([](auto&) { return false; });
  other.replace(other.find("dweiss still"), 6, "jroe42");
  EXPECT_EQ(place.shown(3, other).error().kind, ErrorKind::untrusted);
  EXPECT_EQ(place.shown(2, place.opening([](auto&) { return false; })).error().kind, ErrorKind::untrusted)
      << "that entry commits to nothing";
}

TEST(Exhibit, RefusesAnotherEntryAndAnotherKey) {
  Place place;
  auto proof = *make_exhibit(place.log, 3, place.entries[2], "");
  EXPECT_EQ(read_exhibit(proof, place.keys).error().kind, ErrorKind::untrusted);
  proof = *make_exhibit(place.log, 2, place.entries[2], "");
  const std::vector<VerifierKey> others{witness_signer().key};
  EXPECT_EQ(read_exhibit(proof, others).error().kind, ErrorKind::untrusted);
}

TEST(Exhibit, HasAnEntryAndPerhapsAnOpeningAndNothingElse) {
  Place place;
  Proof proof = *make_exhibit(place.log, 2, place.entries[2], "");
  for (const char* extra : {"", "{}", R"({"opening":{}})", R"({"entry":{},"more":1})", R"({"entry":{} })", "[]"}) {
    proof.extra = extra;
    const auto exhibit = read_exhibit(proof, place.keys);
    ASSERT_FALSE(exhibit) << extra;
    EXPECT_EQ(exhibit.error().kind, ErrorKind::malformed) << extra;
  }
  proof.extra = {};
  EXPECT_THAT(read_exhibit(proof, place.keys).error().message, HasSubstr("no extra line"));
}

}  // namespace
}  // namespace tally::ledger
