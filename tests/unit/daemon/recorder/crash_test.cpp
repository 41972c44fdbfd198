// What was acknowledged survives: an error at every step, death at every step, and death at any moment.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "tests/unit/daemon/recorder/place.h"
#include "tests/unit/daemon/recorder/stop_at.h"

namespace tally::recorder {
namespace {

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
    std::uint64_t size = 0;
    // Mostly at work, sometimes while it opens the log.
    if (random() % 4 != 0 && ::read(ends[0], &size, sizeof size) > 0) last_seen = std::max(last_seen, size);
    ::usleep(static_cast<useconds_t>(random() % 20000));
    ::kill(child, SIGKILL);
    while (::read(ends[0], &size, sizeof size) > 0) last_seen = std::max(last_seen, size);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up: " << status;
    if (round % 10 != 9) continue;  // the next child recovers, as the service would
    auto recorder = place.open();
    ASSERT_TRUE(recorder) << recorder.error().message;
    torn += recorder->report().log.bytes_cut;
    ASSERT_GE(recorder->size(), last_seen);
    ASSERT_EQ(place.trouble(), "");
  }
  EXPECT_GT(last_seen, 100u) << "three of four children acknowledged something";
  RecordProperty("torn_bytes", std::to_string(torn));
}

}  // namespace
}  // namespace tally::recorder
