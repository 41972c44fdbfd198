// tallystick-witness is killed again and again while two histories of one log fight for its signature. Whatever was
// signed must be one history, one tree of each size, and never an older tree than one that was acknowledged before.
//   WITNESS_KILLS=1000 integration_witness --gtest_filter='*Killed*'        // the long form; 15 otherwise
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "daemon/recorder/witness_client.h"
#include "tests/integration/witness/witness_process.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ledger::MemoryLog;

/// A signature that reached its log, and how many had reached one when it was asked for.
struct Cosigned {
  std::uint64_t size = 0;
  std::string history;
  std::string note;
  std::uint64_t largest_before = 0;  ///< of the trees that were acknowledged before this one was asked for
};

class Contest {
 public:
  /// One log of this history submits ever larger trees until stop().
  void run(const WitnessProcess& witness, const std::string& history, unsigned seed) {
    auto client = recorder::WitnessClient::create(witness.policy());
    std::mt19937 random(seed);
    std::uint64_t size = 2;
    while (!stopping_) {
      MemoryLog log = log_of(size, history);
      const std::uint64_t before = largest_;
      const auto round = client->submit(log, log.files["checkpoint"], 2s);
      const auto& answer = round->answers[0];
      ++asked_;
      if (answer.says == recorder::WitnessSays::cosigned) {
        remember({size, history, round->note, before});
      } else if (answer.size) {
        size = std::max(size, *answer.size);
      }
      size += random() % 3;
    }
  }
  void stop() { stopping_ = true; }
  [[nodiscard]] std::size_t cosigned() {
    const std::lock_guard lock(mutex_);
    return cosigned_.size();
  }
  [[nodiscard]] const std::vector<Cosigned>& all() const { return cosigned_; }

 private:
  static MemoryLog log_of(std::size_t size, const std::string& history) {
    auto entries = ledger::entry_texts(size);
    entries[1].replace(entries[1].find("run_started"), 11, history);
    return ledger::make_log(entries);
  }
  void remember(Cosigned one) {
    const std::lock_guard lock(mutex_);
    largest_ = std::max(largest_.load(), one.size);
    cosigned_.push_back(std::move(one));
  }
  std::mutex mutex_;
  std::vector<Cosigned> cosigned_;
  std::atomic<std::uint64_t> largest_ = 0, asked_ = 0;
  std::atomic<bool> stopping_ = false;
};

TEST(Witness, KeepsItsPromiseHoweverOftenItIsKilled) {
  const char* wanted = std::getenv("WITNESS_KILLS");
  const int kills = wanted == nullptr ? 15 : std::atoi(wanted);
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  Contest contest;
  {
    std::vector<std::jthread> logs;
    unsigned seed = 1;
    for (const char* history : {"one_history", "other_history", "one_history", "other_history"}) {
      logs.emplace_back([&, history, seed] { contest.run(witness, history, seed); });
      ++seed;
    }
    std::mt19937 random(7);
    for (int i = 0; i < kills && !testing::Test::HasFatalFailure(); ++i) {
      const std::size_t before = contest.cosigned();
      for (int wait = 0; wait < 4000 && contest.cosigned() == before; ++wait) std::this_thread::sleep_for(5ms);
      EXPECT_GT(contest.cosigned(), before) << "it signs again after kill " << i;
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
      witness.kill();
      witness.start();
    }
    contest.stop();
  }
  std::map<std::uint64_t, std::string> roots;
  std::vector<std::string> argv{"/usr/bin/python3", TALLY_SOURCE_DIR "/tests/integration/witness/check_cosignatures.py",
                                witness.key().format()};
  for (const Cosigned& one : contest.all()) {
    EXPECT_EQ(one.history, contest.all()[0].history) << "two histories are signed";
    EXPECT_GE(one.size, one.largest_before) << "an older tree was signed after a larger one was acknowledged";
    argv.push_back(*support::write_file(witness.folder() / ("signed" + std::to_string(argv.size())), one.note));
  }
  const auto independently = support::run_command({.argv = argv}, 120s);
  ASSERT_TRUE(independently) << independently.error().message;
  EXPECT_EQ(independently->out, std::to_string(contest.all().size()) + "\n") << independently->err;
}

}  // namespace
}  // namespace tally::integration
