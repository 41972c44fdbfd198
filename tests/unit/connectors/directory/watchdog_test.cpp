#include "connectors/directory/watchdog.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using connectors::Deadline;

class WatchdogTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  /// Reads one byte, as long as that takes.
  [[nodiscard]] ssize_t read_one() const {
    char byte = 0;
    return ::read(ends_[0], &byte, 1);
  }
  int ends_[2] = {-1, -1};
  Watchdog watchdog_;
};

TEST_F(WatchdogTest, EndsAReadThatWaitsForEver) {
  watchdog_.guard(ends_[0], Deadline::after(50ms));
  EXPECT_EQ(read_one(), 0);
  EXPECT_TRUE(watchdog_.release());
}

TEST_F(WatchdogTest, LeavesAloneWhatIsDoneInTime) {
  watchdog_.guard(ends_[0], Deadline::after(60s));
  ASSERT_EQ(::write(ends_[1], "x", 1), 1);
  EXPECT_EQ(read_one(), 1);
  EXPECT_FALSE(watchdog_.release());
}

TEST_F(WatchdogTest, TakesADeadlineThatHasPassed) {
  watchdog_.guard(ends_[0], Deadline::after(-1ms));
  EXPECT_EQ(read_one(), 0);
  EXPECT_TRUE(watchdog_.release());
}

TEST_F(WatchdogTest, ObeysTheDeadlineGivenLast) {
  watchdog_.guard(ends_[0], Deadline::after(60s));
  watchdog_.guard(ends_[0], Deadline::after(20ms));
  EXPECT_EQ(read_one(), 0);
  EXPECT_TRUE(watchdog_.release());
}

TEST_F(WatchdogTest, DoesNotBiteAfterRelease) {
  watchdog_.guard(ends_[0], Deadline::after(30ms));
  EXPECT_FALSE(watchdog_.release());
  ::usleep(60'000);
  ASSERT_EQ(::write(ends_[1], "x", 1), 1) << "the socket was shut down after release()";
  EXPECT_EQ(read_one(), 1);
}

}  // namespace
}  // namespace tally::directory
