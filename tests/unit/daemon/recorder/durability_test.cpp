// What is synced, and when: names and bytes that a killed process left behind count only once they are on disk.
// tests/faults cuts the power everywhere; here are the places where it once lost something.
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "daemon/recorder/epoch_state.h"
#include "daemon/recorder/staging.h"
#include "daemon/recorder/write_ahead_log.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::recorder {
namespace {

/// Remembers what was synced, by its path.
class Watched final : public FileOperations {
 public:
  int sync(int fd) override {
    synced.insert(fs::read_symlink("/proc/self/fd/" + std::to_string(fd)));
    return FileOperations::sync(fd);
  }
  int sync_all(int fd) override {
    synced.insert("everything");
    was_full = !fs::is_empty(fs::read_symlink("/proc/self/fd/" + std::to_string(fd)));
    return FileOperations::sync_all(fd);
  }
  std::set<std::string> synced;
  bool was_full = false;
};

TEST(Staging, MakesDurableWhatAKilledProcessLeftBeforeItIsRead) {
  const Place place;
  const std::string folder = fs::path(place.key()).parent_path() / "root/state/staging";
  fs::create_directories(folder);
  spill(folder + "/0", "a file that may have been renamed, too");
  Watched files;
  ASSERT_TRUE(Staging(files, folder).prepare());
  EXPECT_TRUE(files.synced.contains("everything"));
  EXPECT_TRUE(files.was_full) << "first synced, then emptied";
  EXPECT_TRUE(fs::is_empty(folder));
}

TEST(Staging, SyncsTheNameOfTheRootHoweverItIsSpelled) {
  const Place place;
  const std::string folder = fs::path(place.key()).parent_path();
  Watched files;
  Staging staging(files, folder + "/root//state/staging");
  ASSERT_TRUE(staging.make_folders(folder + "/root/"));
  ASSERT_TRUE(staging.flush());
  EXPECT_TRUE(files.synced.contains(folder));
}

TEST(WriteAheadLog, IsWrittenAnewBeforeItCounts) {
  const Place place;
  const std::string path = fs::path(place.key()).parent_path() / "wal";
  ASSERT_TRUE(WriteAheadLog::open(FileOperations::system(), path)->log.append(0, std::vector<std::string>{"entry"}));
  const std::string bytes = slurp(path);
  Watched files;
  const auto opened = WriteAheadLog::open(files, path);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->recovered.size(), 1u);
  EXPECT_TRUE(files.synced.contains(path + ".new")) << "a sync that failed once cannot be made up for in the old file";
  EXPECT_EQ(slurp(path), bytes);
  EXPECT_FALSE(fs::exists(path + ".new"));
  fs::resize_file(path, 0);
  files.synced.clear();
  ASSERT_TRUE(WriteAheadLog::open(files, path));
  EXPECT_TRUE(files.synced.contains(path + ".new")) << "so it is with a truncation";
}

/// Remembers how every write begins, and fails from one of them on.
class Writes final : public FileOperations {
 public:
  explicit Writes(std::size_t fail_at) : fail_at_(fail_at) {}
  int write(int fd, std::string_view bytes) override {
    if (begins.size() == fail_at_) return EIO;
    begins.emplace_back(bytes.substr(0, 8));
    return FileOperations::write(fd, bytes);
  }
  std::vector<std::string> begins;

 private:
  std::size_t fail_at_;
};

TEST(EpochState, WritesTheNewerSecretAgainBeforeTheOlderOneGoes) {
  const Place place;
  const std::string path = fs::path(place.key()).parent_path() / "epoch";
  Ratchet ratchet = Ratchet::fresh();
  ASSERT_TRUE(EpochState::open(FileOperations::system(), path)->save(ratchet));
  ratchet.step();
  Writes stopped(3);  // those of open, and the newer secret; the older one stays
  ASSERT_FALSE(EpochState::open(stopped, path)->save(ratchet));
  Writes files(99);
  ASSERT_EQ(EpochState::open(files, path)->ratchet()->epoch(), 1u);
  EXPECT_EQ(files.begins, (std::vector<std::string>{"TALLYEPO", std::string(8, '\0')}));
}

TEST(EpochState, KeepsTheSecretOfAFileThatWasCutBehindIt) {
  const Place place;
  const std::string path = fs::path(place.key()).parent_path() / "epoch";
  ASSERT_TRUE(EpochState::open(FileOperations::system(), path)->save(Ratchet::fresh()));
  fs::resize_file(path, 80);
  ASSERT_TRUE(EpochState::open(FileOperations::system(), path)->ratchet());
  EXPECT_TRUE(EpochState::open(FileOperations::system(), path)->ratchet()) << "and again";
}

TEST(Files, CountAsThereUnlessTheyAreKnownToBeMissing) {
  const Place place;
  EXPECT_TRUE(exists(place.key()));
  EXPECT_FALSE(exists(place.key() + "s"));
  EXPECT_FALSE(exists(place.key() + "/below-a-file"));
  EXPECT_TRUE(exists(std::string(5000, 'x'))) << "this cannot be looked at: ENAMETOOLONG";
}

}  // namespace
}  // namespace tally::recorder
