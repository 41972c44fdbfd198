// A log of three years ago, and what every command says of it once a year is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/clock.h"
#include "daemon/recorder/recorder.h"
#include "tests/unit/daemon/cli/desk.h"

namespace tally::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PruningCommands : public testing::Test {
 protected:
  /// 700 entries of three years ago, then an audit of today under a policy.
  PruningCommands() {
    EXPECT_EQ(desk_.keygen(), 0) << desk_.err;
    const base::Instant then = pipeline::wall_clock() - std::chrono::hours(24 * 1095);
    {
      auto recorder =
          recorder::Recorder::open({desk_.state(), desk_.state() + "/log.key", recorder::Clock::fixed(then)});
      const std::vector<recorder::Draft> drafts(700, {"of_yesterday", then, "{}", "", ""});
      EXPECT_TRUE(recorder->append(drafts) && recorder->publish());
      vkey_ = recorder->vkey();
    }
    std::filesystem::copy(TALLY_SOURCE_DIR "/docs/sample", desk_.file("sample"));
    std::ofstream(desk_.file("sample/policy.txt")) << "test";
    std::ofstream(desk_.file("sample/tallystick.toml"), std::ios::app)
        << "\n[retention]\nentries = \"365d\"\npolicy = \"policy.txt\"\n";
    EXPECT_EQ(ask({"audit", "--as-of", "2026-11-02T08:00:00Z"}), control::kFindings) << desk_.err;
  }
  int ask(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", desk_.file("sample/tallystick.toml"), "--state", desk_.state()});
    return desk_.run(words);
  }

  Desk desk_;
  std::string vkey_;
};

// SHA-256 of "test": sha256sum(1).
constexpr const char* kPolicy = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

TEST_F(PruningCommands, TellWhatIsGone) {
  EXPECT_THAT(desk_.err, AllOf(HasSubstr("Pruned: entries 256 to 511"), HasSubstr(kPolicy)));
  EXPECT_EQ(desk_.run({"verify", desk_.state() + "/log", "--key", vkey_}), 0) << desk_.out;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("The log verifies"), HasSubstr("256 entries of 256 to 511"),
                               HasSubstr(kPolicy), HasSubstr("their hashes are checked, their content is gone")));
  EXPECT_EQ(ask({"prove", "300"}), control::kUsage);
  EXPECT_THAT(desk_.err, AllOf(HasSubstr("entry 300 was pruned under the policy"), HasSubstr("by entry 701")));
  EXPECT_EQ(ask({"prove", "600"}), 0) << desk_.err;
  EXPECT_EQ(ask({"evidence", "run-300", "--output", desk_.file("none")}), control::kUsage);
  EXPECT_THAT(desk_.err, HasSubstr("entry 300 was pruned under the policy"));
  EXPECT_EQ(ask({"evidence", "--output", desk_.file("pack")}), 0) << desk_.err;
  EXPECT_THAT(desk_.out, HasSubstr("Missing: entries 256 to 511: they were pruned"));
  EXPECT_EQ(ask({"rebuild"}), 0) << desk_.err;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("256 others, 256 to 511, were pruned"), HasSubstr("entry 701")));
  EXPECT_EQ(ask({"findings"}), control::kFindings) << desk_.err;
  EXPECT_EQ(ask({"explain", "0123456789abcdef"}), control::kUsage);
  EXPECT_THAT(desk_.err, HasSubstr("were pruned"));
}

TEST_F(PruningCommands, FailToVerifyWhenMoreIsGone) {
  std::filesystem::remove(desk_.state() + "/log/tile/entries/000");
  EXPECT_EQ(desk_.run({"verify", desk_.state() + "/log", "--key", vkey_}), control::kLogBroken);
  EXPECT_THAT(desk_.out, HasSubstr("tile/entries/000: the file is missing"));
}

}  // namespace
}  // namespace tally::cli
