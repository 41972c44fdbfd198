// An entry whose members come in ranges is put together from exactly the ranges that were asked for, and nothing else.
#include "connectors/directory/range_reading.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/directory/replica_writer.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;

/// Texts that entries point into.
class Names {
 public:
  explicit Names(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) all_.push_back(fmt::format("CN=Person {},OU=Staff,DC=corp,DC=example", i));
  }
  /// "member;range=FROM-TO", TO itself included; with a star as its end when that is the last.
  [[nodiscard]] Entry range(std::size_t from, std::size_t to) {
    const bool final = to + 1 >= all_.size();
    name_ = fmt::format("member;range={}-{}", from, final ? "*" : std::to_string(to));
    Entry out;
    out.start("CN=Big,DC=corp,DC=example");
    out.attribute("objectClass");
    out.value("group");
    out.attribute(name_);
    for (std::size_t i = from; i < all_.size() && i <= to; ++i) out.value(all_[i]);
    return out;
  }
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
  std::string name_;
};

std::vector<std::string> names_of(const Entry& entry) {
  std::vector<std::string> out;
  for (const Entry::Attribute& attribute : entry.attributes()) out.emplace_back(attribute.name);
  return out;
}

TEST(RangedEntry, IsOnlyWhatShowsItsFirstMembersAndNotTheLast) {
  Names names(4);
  EXPECT_TRUE(RangedEntry::of(names.range(0, 1)));
  EXPECT_FALSE(RangedEntry::of(names.range(0, 3))) << "that is all of them";
  EXPECT_FALSE(RangedEntry::of(names.range(2, 2))) << "the first ones are missing";
  Entry entry;
  entry.start("CN=Big,DC=corp,DC=example");
  entry.attribute("member;range=0-none");
  entry.value("CN=A");
  EXPECT_FALSE(RangedEntry::of(entry)) << "no range at all";
  entry.attribute("member");
  entry.value("CN=B");
  EXPECT_FALSE(RangedEntry::of(entry));
}

TEST(RangedEntry, HasAllItsMembersWhenTheLastRangeCame) {
  Names names(5);
  auto entry = RangedEntry::of(names.range(0, 1));
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->asked(), "member;range=2-*");
  EXPECT_EQ(entry->take(names.range(2, 3)), RangeStep::more);
  EXPECT_EQ(entry->asked(), "member;range=4-*");
  Entry whole;
  entry->fill(whole);
  EXPECT_THAT(names_of(whole), ElementsAre("objectClass", "member;range=0-1")) << "not yet: as it was sent";
  EXPECT_EQ(whole.range("member")->values.size(), 2U);
  EXPECT_EQ(entry->take(names.range(4, 4)), RangeStep::complete);
  entry->fill(whole);
  EXPECT_THAT(names_of(whole), ElementsAre("objectClass", "member"));
  EXPECT_THAT(std::vector<std::string>(whole.values("member").begin(), whole.values("member").end()),
              testing::ElementsAreArray(names.all()));
}

TEST(RangedEntry, TakesNoRangeThatWasNotAskedFor) {
  for (const auto& [from, to] : {std::pair{0, 1}, {1, 2}, {3, 3}, {4, 4}}) {
    Names names(5);
    auto entry = RangedEntry::of(names.range(0, 1));
    EXPECT_EQ(entry->take(names.range(from, to)), RangeStep::refused) << from;
    Entry whole;
    entry->fill(whole);
    EXPECT_THAT(names_of(whole), ElementsAre("objectClass", "member;range=0-1"));
  }
  Names names(5);
  auto entry = RangedEntry::of(names.range(0, 1));
  Entry nothing;
  nothing.start("CN=Big,DC=corp,DC=example");
  nothing.attribute("member;range=2-3");  // without values there would be no end
  EXPECT_EQ(entry->take(nothing), RangeStep::refused);
}

TEST(RangedEntry, OfFiftyThousandMembersIsKeptByAReplica) {
  Names names(50'000);
  auto entry = RangedEntry::of(names.range(0, 1499));
  ASSERT_TRUE(entry);
  std::size_t requests = 0;
  for (RangeStep step = RangeStep::more; step == RangeStep::more; ++requests)
    step = entry->take(names.range((requests + 1) * 1500, (requests + 1) * 1500 + 1499));
  EXPECT_EQ(requests, 33U);
  auto folder = support::WorkFolder::create("replica");
  ASSERT_TRUE(folder) << folder.error().message;
  const std::string path = folder->path() / "replicas/one.tsr";
  const EntryKey key = *EntryKey::of_text("00000000-0000-0000-0000-00000000000a");
  auto writer = ReplicaWriter::create(path, "uri: ldap://one");
  ASSERT_TRUE(writer) << writer.error().message;
  Entry whole;
  entry->fill(whole);
  writer->put(key, 0, whole);
  ASSERT_TRUE(std::move(*writer).finish({base::Instant(base::Duration(5)), 1, base::Instant(base::Duration(7)), "x"}));
  ASSERT_TRUE(ReplicaWriter::put_in_place(path));
  const auto replica = Replica::open(path);
  ASSERT_TRUE(replica) << replica.error().message;
  Entry kept;
  ASSERT_TRUE(replica->read(key, kept));
  EXPECT_EQ(kept.values("member").size(), 50'000U);
  EXPECT_TRUE(same_content(kept, whole, {}));
}

}  // namespace
}  // namespace tally::directory
