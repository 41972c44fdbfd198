// Two people decide through a real service: who they are, the kernel says. HR may not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "policy/base/time.h"
#include "tests/integration/service/daemon.h"
#include "tests/integration/service/hr_feed.h"

namespace tally::integration {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kEntries =
    "dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n\n"
    "dn: ou=people,dc=example,dc=test\nobjectClass: organizationalUnit\nou: people\n\n"
    "dn: uid=dweiss,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: dweiss\ncn: dweiss\nsn: dweiss\n"
    "employeeNumber: 000002\nentryUUID: 0d2e4f60-1111-4222-8333-444455556666\ncreateTimestamp: 20200101000000Z\n\n";

const std::string kSections =
    std::string(kHrSection) +
    "[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nldif = \"unix.ldif\"\nbases = [\"dc=example,dc=test\"]\n";

std::vector<std::string> as(int uid, const std::string& group) {
  return {"setpriv", fmt::format("--reuid={}", uid), fmt::format("--regid={}", uid), "--groups=" + group};
}

const std::vector<std::string> kAnna = as(1, "games"), kBela = as(2, "games"), kHrClerk = as(3, "news");

std::string in_a_month() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return base::format_date(base::LocalDate((today + std::chrono::days(30)).time_since_epoch()));
}

class Deciding : public ::testing::Test {
 protected:
  Deciding() {
    desk_.write("hr.csv", kHr);
    desk_.write("unix.ldif", kEntries);
    daemon_.configure("operators = \"games\"\nhr = \"news\"", kSections);
    daemon_.start();
    EXPECT_TRUE(daemon_.tells("READY=1")) << daemon_.journal();
  }
  support::Outcome ask(const std::vector<std::string>& words, const std::vector<std::string>& by) {
    return daemon_.ask(words, by);
  }
  /// The request for dweiss by Anna; its number.
  std::string requested() {
    const auto asked = ask({"exempt", "request", "--rule", "LVR-001", "--subject", "unix/dweiss", "--until",
                            in_a_month(), "--reason", "hands over", "--format", "json"},
                           kAnna);
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    return asked.exit_code == 0 ? nlohmann::json::parse(asked.out)["log"]["entry"].dump() : "0";
  }

  Desk desk_;
  Daemon daemon_{desk_};
};

TEST_F(Deciding, TakesTwoPeopleToExempt) {
  EXPECT_THAT(ask({"audit"}, kAnna).out, HasSubstr("LVR-001"));
  const std::string number = requested();
  const auto alone = ask({"exempt", "approve", number}, kAnna);
  EXPECT_EQ(alone.exit_code, 5);
  EXPECT_THAT(alone.err, HasSubstr("somebody else has to approve it"));
  EXPECT_EQ(ask({"exempt", "approve", number}, kBela).exit_code, 0);
  EXPECT_EQ(ask({"exempt", "approve", number}, kBela).exit_code, 2) << "once";

  const auto audit = ask({"audit"}, kBela);
  EXPECT_THAT(audit.out, AllOf(HasSubstr("Exempt: known and accepted for a time"), HasSubstr("hands over"),
                               HasSubstr("asked for by daemon, approved by bin")));
  const auto check = ask({"offboard", "check", "000002"}, kAnna);
  EXPECT_THAT(check.out, AllOf(StartsWith("ACTION NEEDED"), HasSubstr("exempt until")));

  EXPECT_EQ(ask({"exempt", "withdraw", number}, kBela).exit_code, 0);
  EXPECT_THAT(ask({"audit"}, kAnna).out, HasSubstr("reopened"));
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(daemon_.leaves("exemption_requested"), ElementsAre(HasSubstr("\"uid\":1")));
  EXPECT_THAT(daemon_.leaves("exemption_approved"), ElementsAre(HasSubstr("\"uid\":2")));
  EXPECT_THAT(daemon_.leaves("exemption_withdrawn"), ElementsAre(HasSubstr("\"uid\":2")));
  EXPECT_THAT(daemon_.leaves("finding_exempted"), SizeIs(1));
  EXPECT_THAT(daemon_.leaves("finding_reopened"), SizeIs(1));
  EXPECT_THAT(daemon_.journal(), AllOf(HasSubstr("TS-1404"), Not(HasSubstr("dweiss")), Not(HasSubstr("hands over"))));
}

TEST_F(Deciding, IsNotForHrOrForNobody) {
  const std::vector<std::vector<std::string>> commands = {
      {"exempt", "request", "--rule", "LVR-001", "--subject", "unix/dweiss", "--until", in_a_month(), "--reason", "x"},
      {"exempt", "approve", "1"},
      {"exempt", "list"},
      {"account", "same", "unix/dweiss", "000001", "--reason", "x"},
      {"account", "decisions"},
      {"feed", "approve", "1"},
      {"feed", "release", "hr", "--reason", "x"},
      {"finding", "acknowledge", "abcd", "--reason", "x"}};
  for (const auto& words : commands) {
    for (const auto& by : {kHrClerk, as(65534, "nogroup")}) {
      const auto denied = ask(words, by);
      EXPECT_EQ(denied.exit_code, 5) << words[0] << " " << words[1] << ": " << denied.err;
    }
  }
  EXPECT_THAT(daemon_.leaves("exemption_requested"), SizeIs(0));
  EXPECT_THAT(daemon_.leaves("link_decided"), SizeIs(0));
}

TEST_F(Deciding, SurvivesTheServicesRestart) {
  ask({"audit"}, kAnna);
  const std::string number = requested();
  EXPECT_EQ(ask({"account", "never-same", "unix/dweiss", "000002", "--reason", "a namesake"}, kAnna).exit_code, 0);
  const auto before = ask({"exempt", "list", "--format", "json"}, kBela);
  EXPECT_EQ(daemon_.stop(), 0);
  daemon_.start();
  ASSERT_TRUE(daemon_.tells("READY=1")) << daemon_.journal();
  EXPECT_EQ(ask({"exempt", "list", "--format", "json"}, kBela).out, before.out);
  EXPECT_THAT(ask({"account", "decisions"}, kBela).out, HasSubstr("dweiss in unix is never of employee 000002"));
  EXPECT_EQ(ask({"exempt", "refuse", number, "--reason", "disable it"}, kBela).exit_code, 0);
}

}  // namespace
}  // namespace tally::integration
