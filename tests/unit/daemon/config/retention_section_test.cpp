// [retention]: what may go, and under which written policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "daemon/config/config.h"

namespace tally::config {
namespace {

using ::testing::HasSubstr;

class RetentionSection : public testing::Test {
 protected:
  RetentionSection() {
    std::string pattern = std::filesystem::temp_directory_path() / "tally-config-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~RetentionSection() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] tl::expected<Config, base::Diagnostics> with(const std::string& retention,
                                                             Passwords passwords = Passwords::read) const {
    return parse(
        "state = \"/s\"\nlog_key = \"/k\"\n[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\n[hr.columns]\n"
        "employee_id = \"id\"\nlast_day = \"last\"\n[[directory]]\nname = \"d\"\ntype = \"openldap\"\n"
        "ldif = \"d.ldif\"\nbases = [\"dc=x\"]\n[retention]\n" +
            retention,
        folder_ + "/tallystick.toml", passwords);
  }
  [[nodiscard]] std::string trouble(const std::string& retention) const {
    const auto config = with(retention);
    if (config) return "none";
    std::string all;
    for (const base::Diagnostic& one : config.error()) all += base::to_string(one) + "\n";
    return all;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }

  std::string folder_;
};

TEST_F(RetentionSection, PrunesUnderTheWrittenPolicy) {
  write("policy.txt", "test");
  const auto config = with("entries = \"3650d\"\npolicy = \"policy.txt\"\n");
  ASSERT_TRUE(config) << base::to_string(config.error()[0]);
  EXPECT_EQ(config->retention.entries, std::chrono::hours(24 * 3650));
  EXPECT_EQ(config->log.prune_after, std::chrono::hours(24 * 3650)) << "the writer of the log keeps to it as well";
  // SHA-256 of "test": sha256sum(1).
  EXPECT_EQ(config->retention.policy.hex(), "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
  EXPECT_TRUE(config->retention.any());
}

TEST_F(RetentionSection, PrunesNothingWithoutIt) {
  const auto config = with("findings = \"10d\"\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->retention.entries.count(), 0);
  EXPECT_EQ(config->log.prune_after.count(), 0);
  EXPECT_THAT(trouble("entries = \"3650d\"\n"), HasSubstr("without policy"));
}

TEST_F(RetentionSection, SaysWhichPolicyIsNone) {
  EXPECT_THAT(trouble("entries = \"3650d\"\npolicy = \"none.txt\"\n"),
              testing::AllOf(HasSubstr("tallystick.toml:16:10:"), HasSubstr("none.txt: No such file"),
                             HasSubstr("a text of 1 to 1048576 bytes")));
  write("empty.txt", " \n\t\n");
  EXPECT_THAT(trouble("entries = \"3650d\"\npolicy = \"empty.txt\"\n"), HasSubstr("empty.txt: it is empty"));
  write("long.txt", std::string((std::size_t{1} << 20) + 1, 'x'));
  EXPECT_THAT(trouble("entries = \"3650d\"\npolicy = \"long.txt\"\n"), HasSubstr("it is longer"));
  write("most.txt", std::string(std::size_t{1} << 20, 'x'));
  EXPECT_EQ(trouble("entries = \"3650d\"\npolicy = \"most.txt\"\n"), "none");
  write("binary.txt", "\xff\xfe");
  EXPECT_THAT(trouble("entries = \"3650d\"\npolicy = \"binary.txt\"\n"), HasSubstr("it is no text"));
  EXPECT_THAT(trouble("entries = \"3650d\"\npolicy = \"/dev/zero\"\n"), HasSubstr("it is no file"));
  EXPECT_THAT(trouble("entries = \"3650d\"\npolicy = 5\n"), HasSubstr("path"));
}

TEST_F(RetentionSection, RefusesATimeThatIsASlip) {
  write("policy.txt", "test");
  EXPECT_THAT(trouble("entries = \"3650s\"\npolicy = \"policy.txt\"\n"), HasSubstr("shorter than a day"));
  EXPECT_THAT(trouble("entries = \"40000d\"\npolicy = \"policy.txt\"\n"), HasSubstr("36600 days"));
}

/// Whoever asks a kept run again does not have the policy of then.
TEST_F(RetentionSection, IsReadWithoutThePolicyWhereNothingIsPruned) {
  EXPECT_TRUE(with("entries = \"3650d\"\npolicy = \"none.txt\"\n", Passwords::leave));
}

}  // namespace
}  // namespace tally::config
