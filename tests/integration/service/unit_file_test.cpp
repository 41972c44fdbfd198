// The unit files as systemd reads them: no key that it does not know, and hardened as far as was promised.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kFolder = TALLY_SOURCE_DIR "/systemd/";
const std::string kUnit = kFolder + "tallystickd.service";

/// The services that are shipped.
class Units : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(UnitFile, Units, ::testing::Values("tallystickd", "tallystick-signer", "tallystick-witness"),
                         [](const auto& unit) {
                           return unit.index == 0 ? "service" : unit.index == 1 ? "signer" : "witness";
                         });

TEST_P(Units, AreExposedByAtMostOnePointFive) {
  const std::string unit = kFolder + GetParam() + ".service";
  const auto seen = support::run_command(
      {.argv = {"systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", unit}}, 30s);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->exit_code, 0) << seen->out << seen->err;
  EXPECT_THAT(seen->out, HasSubstr("Overall exposure level"));
}

TEST_P(Units, HaveNothingThatSystemdDoesNotUnderstand) {
  auto folder = support::WorkFolder::create("unit");
  ASSERT_TRUE(folder);
  const std::string name = GetParam() + std::string(".service");
  // The programs are not installed where the unit looks for them; nothing else is changed.
  std::string text = support::read_file(kFolder + name);
  for (const char* program :
       {"/usr/bin/tallystickd", "/usr/bin/tallystick-signer", "/usr/bin/tallystick-witness", "/usr/bin/tallystick"}) {
    for (std::size_t at = text.find(program); at != std::string::npos; at = text.find(program, at)) {
      text.replace(at, std::string_view(program).size(), "/bin/true");
    }
  }
  const auto copy = support::write_file(folder->path() / name, text);
  ASSERT_TRUE(copy);
  for (const char* socket : {"tallystick-signer.socket"}) {
    ASSERT_TRUE(support::write_file(folder->path() / socket, support::read_file(kFolder + socket)));
  }
  const auto verified = support::run_command(
      {.argv = {"systemd-analyze", "verify", "--recursive-errors=no", "--man=no", copy->string()}}, 30s);
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->exit_code, 0) << verified->err;
  EXPECT_EQ(verified->err.find(name + ":"), std::string::npos) << verified->err;
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
