// Forgetting a person: what is gone, what stays, and what a crash in between leaves.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include "daemon/ledger/entry.h"
#include "daemon/recorder/personal_store.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;

std::string handle_in(const model::RecordedEntry& entry) { return ledger::Entry::parse(entry.leaf)->subject; }

/// Jane is entries 1 and 3, John 2; all published.
class Erasing : public testing::Test {
 protected:
  Erasing() : recorder_(*place_.open()) {
    const auto receipt = *recorder_.append(std::vector{about("Jane Doe"), about("John Roe"), about("Jane Doe")});
    jane_ = handle_in(receipt.entries()[0]);
    EXPECT_TRUE(recorder_.publish());
  }
  void erase_jane() {
    const auto erased = recorder_.erase({&jane_, 1}, {});
    ASSERT_TRUE(erased) << erased.error().message;
    EXPECT_EQ(erased->subjects, 1u);
    EXPECT_EQ(erased->rows, 2u);
    ASSERT_TRUE(recorder_.rekey());
  }
  [[nodiscard]] std::string file(const std::string& name) const { return place_.root() + "/state/" + name; }
  void reopen() {
    recorder_ = *Place().open();  // lets go of the lock
    auto again = place_.open();
    ASSERT_TRUE(again) << again.error().message;
    recorder_ = std::move(*again);
  }
  void expect_john_alone() {
    EXPECT_EQ(*recorder_.open_personal(1), std::nullopt);
    EXPECT_EQ(recorder_.open_personal(2)->value(), R"({"name":"John Roe"})");
    EXPECT_EQ(*recorder_.open_personal(3), std::nullopt);
  }

  Place place_;
  Recorder recorder_;
  std::string jane_;
};

TEST_F(Erasing, TakesThePersonAndLeavesTheProofs) {
  const std::string before = slurp(place_.root() + "/log/checkpoint");
  erase_jane();
  expect_john_alone();
  EXPECT_EQ(slurp(place_.root() + "/log/checkpoint"), before);
  EXPECT_EQ(place_.trouble(), "");
  reopen();
  expect_john_alone();
}

TEST_F(Erasing, TakesSingleEntriesOfOthers) {
  const std::vector<std::uint64_t> entries{2, 99};
  const auto erased = recorder_.erase({}, entries);
  ASSERT_TRUE(erased);
  EXPECT_EQ(erased->subjects, 0u);
  EXPECT_EQ(erased->rows, 1u);
  EXPECT_EQ(*recorder_.open_personal(2), std::nullopt);
  EXPECT_NE(*recorder_.open_personal(1), std::nullopt);
}

TEST_F(Erasing, FindsAHandleAndGivesAnotherOneAfterwards) {
  EXPECT_EQ(*recorder_.handle_of("Jane Doe"), jane_);
  EXPECT_EQ(*recorder_.handle_of("Nobody"), std::nullopt);
  erase_jane();
  EXPECT_EQ(*recorder_.handle_of("Jane Doe"), std::nullopt);
  const auto again = *recorder_.append(std::vector{about("Jane Doe"), about("John Roe")});
  EXPECT_NE(handle_in(again.entries()[0]), jane_);
  EXPECT_EQ(recorder_.open_personal(4)->value(), R"({"name":"Jane Doe"})");
}

TEST_F(Erasing, MakesEveryOlderCopyOfTheStoreUseless) {
  ASSERT_TRUE(recorder_.rekey());  // folds SQLite's write-ahead file in, so that the copy is whole
  const std::string copy = slurp(file("personal.db"));
  erase_jane();
  for (const char* suffix : {"-wal", "-shm"}) fs::remove(file("personal.db") + suffix);
  spill(file("personal.db"), copy);
  auto store = PersonalStore::open(file("personal.db"), file("personal.key"), PersonalStore::Mode::read);
  ASSERT_TRUE(store) << store.error().message;
  const auto leaves = LogReader::open(place_.root())->read(0, 4);
  ASSERT_FALSE(leaves) << "the values came back";
  EXPECT_EQ(leaves.error().kind, ErrorKind::corrupt);
}

TEST_F(Erasing, LeavesNoOldPagesBehind) {
  erase_jane();
  EXPECT_EQ(fs::file_size(file("personal.db-wal")), 0u);
  EXPECT_EQ(fs::file_size(file("personal.key")), 64u);
  EXPECT_FALSE(exists(file("personal.key.next")));
}

TEST_F(Erasing, IsHeldUpByAReaderAndDoneLater) {
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open(file("personal.db").c_str(), &reader), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM personal", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto held_up = recorder_.erase({&jane_, 1}, {});
  ASSERT_FALSE(held_up);
  EXPECT_EQ(held_up.error().kind, ErrorKind::conflict) << held_up.error().message;
  sqlite3_close(reader);
  ASSERT_TRUE(recorder_.erase({&jane_, 1}, {}));
  EXPECT_EQ(fs::file_size(file("personal.db-wal")), 0u);
  expect_john_alone();
}

/// What a crash leaves of rekey(), by hand: the order of its steps is what makes each of these mend itself.
class RekeyCutShort : public Erasing {
 protected:
  RekeyCutShort() {
    EXPECT_TRUE(recorder_.rekey());
    old_key_ = slurp(file("personal.key"));
  }
  void expect_mended() {
    reopen();
    EXPECT_EQ(recorder_.open_personal(1)->value(), R"({"name":"Jane Doe"})");
    EXPECT_EQ(recorder_.open_personal(2)->value(), R"({"name":"John Roe"})");
    EXPECT_EQ(*recorder_.handle_of("Jane Doe"), jane_);
    EXPECT_FALSE(exists(file("personal.key.next")));
    ASSERT_TRUE(recorder_.rekey()) << "and goes on as ever";
    reopen();
    EXPECT_EQ(recorder_.open_personal(1)->value(), R"({"name":"Jane Doe"})");
  }

  std::string old_key_;
};

TEST_F(RekeyCutShort, BeforeTheNewKeyIsInForce) {
  spill(file("personal.key.next"), std::string(64, 'n'));
  expect_mended();
}

TEST_F(RekeyCutShort, BeforeTheOldKeyIsReplaced) {
  ASSERT_TRUE(recorder_.rekey());
  spill(file("personal.key.next"), slurp(file("personal.key")));
  spill(file("personal.key"), old_key_);
  expect_mended();
}

TEST_F(RekeyCutShort, WhileTheOldKeyIsOverwritten) {
  ASSERT_TRUE(recorder_.rekey());
  spill(file("personal.key.next"), slurp(file("personal.key")));
  spill(file("personal.key"), old_key_.substr(0, 20) + std::string(44, '\0'));
  expect_mended();
}

}  // namespace
}  // namespace tally::recorder
