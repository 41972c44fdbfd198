// A replica gives back what was put into it, keeps what was committed and nothing else, and is not used when its bytes
// are not what was written.
#include "connectors/directory/replica.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "connectors/directory/replica_writer.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

EntryKey key(int number) { return *EntryKey::of_text(fmt::format("{:032x}", number)); }

Entry person(std::string_view dn, std::string_view mail) {
  Entry out;
  out.start(dn);
  out.attribute("objectClass");
  out.value("top");
  out.value("person");
  out.attribute("mail");
  out.value(mail);
  return out;
}

class ReplicaFile : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = support::WorkFolder::create("replica");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
    path_ = folder_->path() / "replicas/one.tsr";
    auto writer = ReplicaWriter::create(path_, "uri: ldap://one");
    ASSERT_TRUE(writer) << writer.error().message;
    writer->put(key(1), 0, person("uid=a,dc=b", "a@b"));
    writer->put(key(2), 1, person("uid=c,dc=b", "c@b"));
    auto replica = std::move(*writer).finish(state("first"));
    ASSERT_TRUE(replica) << replica.error().message;
    ASSERT_TRUE(ReplicaWriter::put_in_place(path_));
  }
  static ReplicaState state(std::string feed) {
    return {base::Instant(base::Duration(5)), 2, base::Instant(base::Duration(7)), std::move(feed)};
  }
  Replica open() const {
    auto replica = Replica::open(path_);
    if (!replica) throw std::runtime_error(replica.error().message);
    return std::move(*replica);
  }
  /// Changes one, removes one, adds one.
  void change() const {
    Replica replica = open();
    replica.put(key(1), 0, person("uid=a,dc=b", "other@b"));
    replica.remove(key(2));
    replica.put(key(3), 0, person("uid=d,dc=b", "d@b"));
    replica.put_container(key(9), "dc=b");
    replica.prove(key(3), 5);
    ASSERT_TRUE(replica.commit(state("second")));
  }
  static std::vector<std::string> told(const Replica& replica) {
    std::vector<std::string> out;
    EXPECT_TRUE(replica.each([&](const StoredEntry& stored, const Entry& entry) {
      out.push_back(fmt::format("{} {} {}", stored.key.text().substr(34), entry.dn(), *entry.first("mail")));
    }));
    return out;
  }
  std::uintmax_t size() const { return std::filesystem::file_size(path_); }
  void cut(std::uintmax_t bytes) const { std::filesystem::resize_file(path_, size() - bytes); }
  void damage(std::streamoff at) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put('\xfe');
  }

  std::optional<support::WorkFolder> folder_;
  std::string path_;
};

TEST_F(ReplicaFile, GivesBackWhatWasReadAndByWhom) {
  const Replica replica = open();
  EXPECT_EQ(replica.identity(), "uri: ldap://one");
  EXPECT_EQ(replica.state().feed, "first");
  EXPECT_EQ(replica.state().counted, 2U);
  EXPECT_EQ(replica.state().read_in_full, base::Instant(base::Duration(5)));
  EXPECT_EQ(replica.state().followed, base::Instant(base::Duration(7)));
  EXPECT_THAT(told(replica), ElementsAre("01 uid=a,dc=b a@b", "02 uid=c,dc=b c@b"));
  EXPECT_EQ(replica.find(key(2))->flags, 1);
  EXPECT_EQ(replica.find(key(3)), nullptr);
}

TEST_F(ReplicaFile, IsForItsOwnerAlone) {
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat((folder_->path() / "replicas").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(ReplicaFile, HoldsTheLastWordOnEachEntry) {
  change();
  const Replica replica = open();
  EXPECT_THAT(told(replica), ElementsAre("01 uid=a,dc=b other@b", "03 uid=d,dc=b d@b"));
  EXPECT_EQ(replica.state().feed, "second");
  EXPECT_EQ(replica.containers().at(key(9)), "dc=b");
  EXPECT_EQ(replica.find(key(3))->proofs, 5);
}

TEST_F(ReplicaFile, ForgetsWhatWasNotCommitted) {
  {
    Replica replica = open();
    replica.remove(key(1));
    EXPECT_THAT(told(replica), ElementsAre("02 uid=c,dc=b c@b"));
  }
  EXPECT_THAT(told(open()), ElementsAre("01 uid=a,dc=b a@b", "02 uid=c,dc=b c@b"));
}

TEST_F(ReplicaFile, GrowsByNothingWhenNothingIsNew) {
  const auto before = size();
  Replica replica = open();
  Entry same;
  same.start("uid=a,dc=b");
  same.attribute("mail");
  same.value("a@b");
  same.attribute("objectClass");
  same.value("person");
  same.value("top");
  EXPECT_TRUE(replica.put(key(1), 0, same));
  EXPECT_EQ(replica.changed(), 0U);
  ASSERT_TRUE(replica.commit(state("again")));
  EXPECT_LT(size() - before, 100U);
}

TEST_F(ReplicaFile, GoesBackToTheLastWholeBatchWhateverIsTornOff) {
  const auto first = size();
  change();
  const auto second = size();
  for (std::uintmax_t left = first; left < second; ++left) {
    std::filesystem::resize_file(path_, left);
    const auto replica = Replica::open(path_);
    ASSERT_TRUE(replica) << left << ": " << replica.error().message;
    EXPECT_EQ(replica->state().feed, "first");
    EXPECT_EQ(replica->size(), 2U);
  }
  change();
  EXPECT_EQ(size(), second) << "what was torn is not kept behind";
  EXPECT_EQ(open().state().feed, "second");
}

TEST_F(ReplicaFile, IsNotUsedWhenAByteBeforeItsLastBatchIsAnother) {
  const auto first = static_cast<std::streamoff>(size());
  change();
  std::filesystem::copy_file(path_, path_ + ".good");
  for (std::streamoff at = 0; at < first; ++at) {
    std::filesystem::copy_file(path_ + ".good", path_, std::filesystem::copy_options::overwrite_existing);
    damage(at);
    const auto replica = Replica::open(path_);
    if (!replica) continue;
    // Only a length that now reaches beyond the end makes a torn tail of it, and then nothing of it is left.
    ADD_FAILURE() << "byte " << at << " of " << first << " is another, and " << replica->size()
                  << " entries are believed";
  }
}

TEST_F(ReplicaFile, IsUsedByOneAtATime) {
  const Replica first = open();
  const auto second = Replica::open(path_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another run"));
}

TEST_F(ReplicaFile, IsReplacedOnlyWhenANewOneIsReady) {
  {
    auto writer = ReplicaWriter::create(path_, "uri: ldap://two");
    ASSERT_TRUE(writer);
    writer->put(key(4), 0, person("uid=e,dc=b", "e@b"));
  }
  EXPECT_EQ(open().identity(), "uri: ldap://one");
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST(EntryKeys, AreReadInEachFormAndInNoOther) {
  EXPECT_EQ(EntryKey::of_text("2e518b7c-7b4d-1041-94e2-09d44c0965b9"),
            EntryKey::of_text("2E518B7C-7B4D1041-94E209D4-4C0965B9"));
  EXPECT_EQ(EntryKey::of_text("2e518b7c-7b4d-1041-94e2-09d44c0965b9")->text(), "2e518b7c-7b4d-1041-94e2-09d44c0965b9");
  EXPECT_FALSE(EntryKey::of_text("2e518b7c-7b4d-1041-94e2-09d44c0965b"));
  EXPECT_FALSE(EntryKey::of_text("2e518b7c-7b4d-1041-94e2-09d44c0965b9a"));
  EXPECT_FALSE(EntryKey::of_text("xe518b7c-7b4d-1041-94e2-09d44c0965b9"));
  EXPECT_FALSE(EntryKey::of_bytes("too short"));
}

}  // namespace
}  // namespace tally::directory
