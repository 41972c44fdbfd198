// What is synced, and when: names and bytes that a killed process left behind count only once they are on disk.
// tests/faults cuts the power everywhere; here are the places where it once lost something.
#include <gtest/gtest.h>

#include <set>

#include "daemon/recorder/staging.h"
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

TEST(Files, CountAsThereUnlessTheyAreKnownToBeMissing) {
  const Place place;
  EXPECT_TRUE(exists(place.key()));
  EXPECT_FALSE(exists(place.key() + "s"));
  EXPECT_FALSE(exists(place.key() + "/below-a-file"));
  EXPECT_TRUE(exists(std::string(5000, 'x'))) << "this cannot be looked at: ENAMETOOLONG";
}

}  // namespace
}  // namespace tally::recorder
