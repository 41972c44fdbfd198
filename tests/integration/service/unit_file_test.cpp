// The unit file as systemd reads it: no key that it does not know, and hardened as far as was promised.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* kUnit = TALLY_SOURCE_DIR "/systemd/tallystickd.service";

TEST(UnitFile, IsExposedByAtMostOnePointFive) {
  const auto seen = support::run_command(
      {.argv = {"systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", kUnit}}, 30s);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->exit_code, 0) << seen->out << seen->err;
  EXPECT_THAT(seen->out, HasSubstr("Overall exposure level"));
}

TEST(UnitFile, HasNothingThatSystemdDoesNotUnderstand) {
  auto folder = support::WorkFolder::create("unit");
  ASSERT_TRUE(folder);
  // The programs are not installed where the unit looks for them; nothing else is changed.
  std::string text = support::read_file(kUnit);
  for (const char* program : {"/usr/bin/tallystickd", "/usr/bin/tallystick"}) {
    for (std::size_t at = text.find(program); at != std::string::npos; at = text.find(program, at)) {
      text.replace(at, std::string_view(program).size(), "/bin/true");
    }
  }
  const auto copy = support::write_file(folder->path() / "tallystickd.service", text);
  ASSERT_TRUE(copy);
  const auto verified = support::run_command(
      {.argv = {"systemd-analyze", "verify", "--recursive-errors=no", "--man=no", copy->string()}}, 30s);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->exit_code, 0) << verified->err;
  EXPECT_EQ(verified->err.find("tallystickd.service:"), std::string::npos) << verified->err;
}

TEST(UnitFile, KeepsWhatTheServiceNeedsToWorkAtAll) {
  const std::string text = support::read_file(kUnit);
  EXPECT_THAT(text, HasSubstr("\nType=notify\n"));
  EXPECT_THAT(text, HasSubstr("\nWatchdogSec="));
  EXPECT_THAT(text, HasSubstr("\nLoadCredential=log.key:"));
  EXPECT_EQ(text.find("\nPrivateUsers=yes"), std::string::npos) << "every client would be nobody";
}

}  // namespace
}  // namespace tally::integration
