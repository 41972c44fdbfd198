// What people decide at the command line, in the foreground: one person can ask, and cannot approve alone.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "daemon/cli/command.h"
#include "policy/base/time.h"
#include "tests/unit/daemon/cli/desk.h"

namespace tally::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// Dana's working account (docs/tour.md).
const std::string kFinding = "392cfea9";

std::string in_days(int days) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return base::format_date(base::LocalDate((today + std::chrono::days(days)).time_since_epoch()));
}

class Deciding : public testing::Test {
 protected:
  Deciding() {
    EXPECT_EQ(desk_.keygen(), 0) << desk_.err;
    EXPECT_EQ(desk_.audit(), 1) << desk_.err;
  }
  int request(const std::string& until, std::vector<std::string> more = {kFinding, "--reason", "hands over"}) {
    more.insert(more.begin(), {"exempt", "request", "--until", until});
    return desk_.with_sample(more);
  }
  std::string number_of_last() {
    EXPECT_EQ(desk_.with_sample({"exempt", "list", "--format", "json"}), 0) << desk_.err;
    return json::parse(desk_.out)["exemptions"].back()["number"].dump();
  }

  Desk desk_;
};

TEST_F(Deciding, AsksForAnExemptionAndCannotApproveItAlone) {
  ASSERT_EQ(request(in_days(30)), 0) << desk_.err;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("LVR-001 of dweiss in corp-ad"), HasSubstr("Somebody else has to approve it"),
                               HasSubstr("of the log audit.example.com/test")));
  const std::string number = number_of_last();
  EXPECT_EQ(desk_.with_sample({"exempt", "approve", number}), 5);
  EXPECT_THAT(desk_.err, HasSubstr("somebody else has to approve it"));
  EXPECT_EQ(desk_.with_sample({"exempt", "refuse", number, "--reason", "no"}), 5);
  EXPECT_EQ(desk_.with_sample({"exempt", "withdraw", number}), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"exempt", "list"}), 0);
  EXPECT_THAT(desk_.out, AllOf(StartsWith(number), HasSubstr("withdrawn: LVR-001"), HasSubstr("hands over")));
  EXPECT_EQ(desk_.with_sample({"exempt", "withdraw", number}), 2) << "once";
}

TEST_F(Deciding, TakesTheRealUserForTheAuthor) {
  ASSERT_EQ(request(in_days(30)), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"exempt", "list", "--format", "json"}), 0);
  EXPECT_EQ(json::parse(desk_.out)["exemptions"][0]["asked"]["by"]["uid"], ::getuid());
}

TEST_F(Deciding, RefusesTermsAndSubjectsThatCannotBe) {
  for (const std::string& until : {in_days(-1), in_days(400), std::string("soon"), std::string("2027-02-30")}) {
    EXPECT_EQ(request(until), 2) << until;
    EXPECT_THAT(desk_.err, Not(IsEmpty()));
  }
  EXPECT_EQ(request(in_days(30), {kFinding}), 2) << "without a reason";
  EXPECT_EQ(request(in_days(30), {"ffffffff", "--reason", "x"}), 2) << "no such finding";
  EXPECT_EQ(request(in_days(30), {"--rule", "LVR-001", "--reason", "x"}), 2) << "of whom?";
  EXPECT_EQ(request(in_days(30), {"--rule", "LVR-001", "--subject", "person/hr/001004", "--reason", "x"}), 2);
  EXPECT_EQ(request(in_days(30), {"--rule", "LVR-001", "--subject", "corp-ad/nobody-at-all", "--reason", "x"}), 2);
  EXPECT_EQ(desk_.with_sample({"exempt", "list"}), 0);
  EXPECT_THAT(desk_.out, HasSubstr("Nothing is exempt")) << "what is refused leaves nothing";
}

TEST_F(Deciding, FindsAnAccountByItsLogin) {
  ASSERT_EQ(desk_.with_sample({"account", "never-same", "corp-ad/DWEISS", "001004", "--reason", "another D. Weiss"}), 0)
      << desk_.err;
  EXPECT_THAT(desk_.out, HasSubstr("dweiss in corp-ad is never of employee 001004"));
  EXPECT_EQ(desk_.with_sample({"account", "decisions", "--format", "json"}), 0);
  const json decision = json::parse(desk_.out)["links"][0];
  EXPECT_EQ(decision["account"]["key"], "account/corp-ad/262022e5-4848-5fd6-91b8-dab50728059b") << "docs/tour.md";
  EXPECT_EQ(desk_.with_sample({"account", "undecide", decision["number"].dump()}), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"account", "decisions"}), 0);
  EXPECT_THAT(desk_.out, HasSubstr("undone: dweiss in corp-ad"));
}

TEST_F(Deciding, ShowsWhoWorksOnAFinding) {
  ASSERT_EQ(desk_.with_sample({"finding", "acknowledge", kFinding, "--reason", "ticket-17"}), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"findings"}), 1) << "it stays open";
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("Acknowledged: open"), HasSubstr("ticket-17")));
  EXPECT_EQ(desk_.with_sample({"explain", kFinding}), 0);
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("Acknowledged"), HasSubstr("ticket-17")));
}

TEST_F(Deciding, HasNoFeedToReleaseWhenNoneIsHeldBack) {
  EXPECT_EQ(desk_.with_sample({"feed", "release", "hr", "--reason", "x"}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("not held back"));
  EXPECT_EQ(desk_.with_sample({"feed", "list"}), 0);
  EXPECT_THAT(desk_.out, HasSubstr("No feed was ever released."));
}

TEST_F(Deciding, IsRebuiltFromTheLog) {
  ASSERT_EQ(request(in_days(30)), 0) << desk_.err;
  ASSERT_EQ(desk_.with_sample({"finding", "acknowledge", kFinding, "--reason", "ticket-17"}), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"exempt", "list"}), 0);
  const std::string before = desk_.out;
  EXPECT_EQ(desk_.with_sample({"rebuild"}), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"exempt", "list"}), 0);
  EXPECT_EQ(desk_.out, before);
  EXPECT_EQ(desk_.with_sample({"findings"}), 1);
  EXPECT_THAT(desk_.out, HasSubstr("ticket-17"));
  EXPECT_EQ(desk_.run({"verify", desk_.state() + "/log", "--key", desk_.state() + "/log.pub"}), 0) << desk_.err;
}

class ErasingDana : public Deciding {
 protected:
  int erase(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"erase", "001004", "--basis", "Art. 17(1)(a) GDPR", "--ticket", "DPO-17"});
    return desk_.with_sample(more);
  }
};

TEST_F(ErasingDana, SaysWhatWouldGoThenTakesItAndTheLogStillVerifies) {
  EXPECT_EQ(erase({"--dry-run"}), 0) << desk_.err;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("Nothing was done"), HasSubstr("1 kept runs"), Not(HasSubstr("entry"))));
  EXPECT_EQ(erase({"--dry-run", "--format", "json"}), 0) << desk_.err;
  EXPECT_TRUE(json::parse(desk_.out)["log"].is_null());
  EXPECT_EQ(erase(), 0) << desk_.err;
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("Every proof stays valid"), HasSubstr("still had them")));
  EXPECT_EQ(desk_.with_sample({"findings"}), 1);
  EXPECT_THAT(desk_.out, AllOf(Not(HasSubstr("dweiss")), HasSubstr("(erased)")));
  EXPECT_EQ(desk_.with_sample({"replay", "run-1"}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("run-1 is not kept any more: it named a person who was erased"));
  EXPECT_EQ(desk_.run({"verify", desk_.state() + "/log", "--key", desk_.state() + "/log.pub"}), 0) << desk_.err;
}

TEST_F(ErasingDana, IsRefusedUnderAHold) {
  ASSERT_EQ(desk_.with_sample({"hold", "set", "001004", "--until", in_days(30), "--reason", "lawsuit"}), 0)
      << desk_.err;
  EXPECT_EQ(erase(), 2);
  EXPECT_THAT(desk_.err, HasSubstr("is in force"));
  EXPECT_EQ(desk_.with_sample({"hold", "list", "--format", "json"}), 0);
  const json hold = json::parse(desk_.out)["holds"][0];
  EXPECT_EQ(hold["in_force"], true);
  EXPECT_EQ(hold["employee_id"], "001004");
  EXPECT_EQ(desk_.with_sample({"hold", "release", hold["number"].dump()}), 0) << desk_.err;
  EXPECT_EQ(desk_.with_sample({"hold", "list"}), 0);
  EXPECT_THAT(desk_.out, AllOf(HasSubstr("released: person/hr/001004"), HasSubstr("lawsuit")));
  EXPECT_EQ(erase(), 0) << desk_.err;
}

TEST_F(ErasingDana, WantsASubjectABasisAndATicket) {
  EXPECT_EQ(desk_.with_sample({"erase"}), 2);
  EXPECT_EQ(desk_.with_sample({"erase", "001004", "--basis", "b"}), 2);
  EXPECT_EQ(desk_.with_sample({"erase", "001004", "--ticket", "t"}), 2);
  EXPECT_EQ(desk_.with_sample({"erase", "999999", "--basis", "b", "--ticket", "t"}), 2);
  EXPECT_THAT(desk_.err, HasSubstr("nothing is kept of"));
}

TEST(Verbs, AreListedAndTheNearestIsSuggested) {
  Desk desk;
  EXPECT_EQ(desk.run({"exempt"}), 2);
  EXPECT_THAT(desk.err, HasSubstr("usage: tallystick exempt VERB"));
  EXPECT_EQ(desk.run({"exempt", "aprove", "1"}), 2);
  EXPECT_EQ(desk.err, "tallystick: no command \"exempt aprove\"; did you mean \"approve\"?\n");
  EXPECT_EQ(desk.run({"exempt", "same"}), 2) << "a verb of another group";
  for (const Command& command : decision_commands()) {
    const std::size_t space = command.name.find(' ');
    const std::string group(command.name.substr(0, space)), verb(command.name.substr(space + 1));
    EXPECT_EQ(desk.run({group, verb, "--help"}), 0) << command.name;
    EXPECT_THAT(desk.out, AllOf(StartsWith(fmt::format("usage: tallystick {}", command.name)),
                                HasSubstr(std::string(command.summary))));
    EXPECT_EQ(desk.run({group, "--help"}), 0);
    EXPECT_THAT(desk.out, HasSubstr(std::string(command.summary)));
  }
}

}  // namespace
}  // namespace tally::cli
