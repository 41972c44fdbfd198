// The answer about one leaver, judged by the shipped rules: clear, action needed, waiting, cannot tell. Everything that
// is not there has to be a reason, and nothing may turn into an all-clear.
#include "policy/evaluation/offboarding.h"

#include <gmock/gmock.h>

#include <stdexcept>

#include "policy/correlation/person_keys.h"
#include "tests/scenarios/scenario.h"

namespace tally::scenarios {
namespace {

using model::OffboardingAnswer;
using model::OffboardingCheck;
using model::OffboardingLink;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// As of 1 April; "once" are the keys of accounts that earlier runs gave to Ada.
OffboardingCheck check(const std::string& text, const std::vector<std::string>& once = {},
                       const std::string& id = "001", const std::vector<model::SourceRecord>& last_audit = {},
                       const std::vector<model::Exemption>& exemptions = {}) {
  auto scenario = read_scenario("title = 't'\nas_of = 2026-04-01T00:00:00Z\n" + text, "test");
  if (!scenario) throw std::runtime_error(to_string(scenario.error().front()));
  const model::PersonKeys keys = correlation::keys_of(scenario->harvests, id, scenario->correlation);
  const Judged judged = judge(*scenario);
  return evaluation::judge_offboarding(judged.inputs(), judged.evaluated, {id, keys, once, last_audit, exemptions});
}

std::vector<std::string> rules(const OffboardingCheck& check) {
  std::vector<std::string> out;
  for (const model::Finding& finding : check.findings) out.push_back(finding.rule + " " + finding.subject.label);
  return out;
}

const std::string kLeft =
    "[[person]]\nid = '001'\nname = 'Ada'\nmail = 'ada@x.test'\nlast_day = '2026-03-01'\n"
    "zone = 'UTC'\n";
const std::string kStays = "[[person]]\nid = '001'\nname = 'Ada'\nmail = 'ada@x.test'\n";
const std::string kOff =
    "[[account]]\nlogin = 'ada'\nemployee = '001'\nenabled = false\n"
    "last_sign_in = 2026-02-01T00:00:00Z\n";
const std::string kOn = "[[account]]\nlogin = 'ada'\nemployee = '001'\nlast_sign_in = 2026-02-01T00:00:00Z\n";
const std::string kAdminOn =
    "[[account]]\nlogin = 'ada-admin'\nemployee = '001'\nlast_sign_in = 2026-02-01T00:00:00Z\n";

TEST(Offboarding, IsClearWhenEveryAccountIsSwitchedOffAndEverythingWasSeen) {
  const OffboardingCheck c = check(kLeft + kOff);
  EXPECT_EQ(c.answer, OffboardingAnswer::clear);
  EXPECT_EQ(c.name, "Ada");
  EXPECT_EQ(c.person_key, "person/hr/001");
  EXPECT_EQ(c.left_at, base::Bounds::exactly(*base::parse_instant("2026-03-02T00:00:00Z")));
  EXPECT_THAT(c.reasons, IsEmpty());
  ASSERT_EQ(c.accounts.size(), 1U);
  EXPECT_EQ(c.accounts[0].works, model::Truth::no);
}

TEST(Offboarding, IsClearWhenThereIsNoAccountAtAll) {
  EXPECT_EQ(check(kLeft + "[[account]]\nlogin = 'bob'\n").answer, OffboardingAnswer::clear);
}

TEST(Offboarding, IsNotClearedByAnExemptionAndNamesIt) {
  const auto moment = [](const char* text) { return *base::parse_instant(text); };
  model::Exemption exemption;
  exemption.rule = "LVR-001";
  exemption.subject_key = "account/corp/cn=ada,dc=corp";
  exemption.reason = "hands over";
  exemption.asked_by = "anna";
  exemption.approved_by = "bela";
  exemption.approved = moment("2026-03-05T00:00:00Z");
  exemption.until = moment("2026-05-01T00:00:00Z");
  exemption.number = 4711;
  const OffboardingCheck c = check(kLeft + kOn, {}, "001", {}, {exemption});
  EXPECT_EQ(c.answer, OffboardingAnswer::action_needed);
  EXPECT_THAT(rules(c), ElementsAre("LVR-001 ada"));
  EXPECT_THAT(c.notes,
              ElementsAre("LVR-001 of ada in corp is exempt until 2026-05-01T00:00:00Z by anna and bela (hands "
                          "over; exemption 4711): for this answer it counts all the same"));
  exemption.until = moment("2026-04-01T00:00:00Z");
  EXPECT_THAT(check(kLeft + kOn, {}, "001", {}, {exemption}).notes, IsEmpty()) << "it is over";
}

/// The scenario's directory in the last audit, with such a gap.
std::vector<model::SourceRecord> last_audit(model::Gap::Kind kind) {
  model::SourceRecord record;
  record.name = "corp";
  record.kind = model::SourceKind::directory;
  record.finished = *base::parse_instant("2026-03-31T22:00:00Z");
  record.coverage.state = model::CoverageState::complete;
  record.coverage.lower(model::CoverageState::partial, kind, "600 entries were read, but 640 counted");
  return {record};
}

TEST(Offboarding, CannotTellWhereTheLastAuditFoundSomethingHidden) {
  for (const auto kind : {model::Gap::Kind::hidden, model::Gap::Kind::count_mismatch, model::Gap::Kind::envelope}) {
    const OffboardingCheck c = check(kLeft + kOff, {}, "001", last_audit(kind));
    EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
    EXPECT_THAT(c.reasons, ElementsAre("the audit of 2026-03-31T22:00:00Z did not see all of corp (600 entries "
                                       "were read, but 640 counted)"));
  }
}

TEST(Offboarding, ForgivesTheLastAuditWhatPassesByItself) {
  EXPECT_EQ(check(kLeft + kOff, {}, "001", last_audit(model::Gap::Kind::timed_out)).answer, OffboardingAnswer::clear);
}

TEST(Offboarding, NeedsActionForAnAccountThatWorksAndSaysHow) {
  const OffboardingCheck c = check(kLeft + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::action_needed);
  EXPECT_THAT(rules(c), ElementsAre("LVR-001 ada"));
  EXPECT_THAT(c.findings[0].fix, HasSubstr("Disable-ADAccount"));
}

TEST(Offboarding, FindsTheFurtherAccountBesideADisabledOne) {
  const OffboardingCheck c = check(kLeft + kOff + kAdminOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::action_needed);
  EXPECT_THAT(rules(c), ElementsAre("LVR-005 ada-admin"));
  EXPECT_EQ(c.accounts.size(), 2U);
}

TEST(Offboarding, NeedsActionForGroupsOfADisabledAccount) {
  const OffboardingCheck c = check(kLeft + kOff + "groups = ['Sales']\n[[group]]\nname = 'Sales'\n");
  EXPECT_THAT(rules(c), ElementsAre("LVR-003 ada"));
}

TEST(Offboarding, WaitsWhileTheLastDayIsNotOver) {
  const OffboardingCheck c = check(kStays + "last_day = '2026-06-30'\nzone = 'UTC'\n" + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::waiting);
  EXPECT_THAT(c.reasons, ElementsAre("HR says active; the last day ends 2026-07-01T00:00:00Z"));
}

TEST(Offboarding, WaitsWhenHrKnowsNoLastDay) {
  const OffboardingCheck c = check(kStays + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::waiting);
  EXPECT_THAT(c.reasons, ElementsAre("HR says active and knows no last day"));
}

TEST(Offboarding, WaitsForWhoeverWorksHereEvenIfADirectoryIsSilent) {
  const OffboardingCheck c = check(kStays + kOn +
                                   "[[directory]]\nname = 'corp'\n[[directory]]\nname = 'unix'\n"
                                   "coverage = 'failed'\nmissing = 'no answer'\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::waiting);
  EXPECT_THAT(c.reasons, ElementsAre(HasSubstr("knows no last day"), HasSubstr("unix was not completely seen")));
}

TEST(Offboarding, WaitsWhileAGracePeriodRunsAndTheAccountStillWorks) {
  const OffboardingCheck c = check("rules.LVR-001.grace = '90d'\n" + kLeft + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::waiting);
  EXPECT_THAT(c.reasons, ElementsAre(HasSubstr("ada in corp still works, and no rule about leavers objects yet")));
}

TEST(Offboarding, IsNeverClearBecauseARuleWasSwitchedOff) {
  const OffboardingCheck c = check("rules.LVR-001.enabled = false\nrules.LVR-005.enabled = false\n" + kLeft + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::waiting);
}

TEST(Offboarding, CannotTellWhenADirectoryWasNotCompletelySeen) {
  for (const char* state : {"partial", "doubtful", "failed"}) {
    const OffboardingCheck c = check(kLeft + "[[directory]]\nname = 'corp'\ncoverage = '" + state +
                                     "'\nmissing = 'the server stopped'\n" + kOff);
    EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell) << state;
    EXPECT_THAT(c.reasons.front(), HasSubstr("corp was not completely seen (")) << state;
  }
}

TEST(Offboarding, NeedsActionForWhatWorksEvenIfAnotherDirectoryWasNotSeen) {
  const OffboardingCheck c = check(kLeft + kOn +
                                   "in = 'corp'\n[[directory]]\nname = 'corp'\n[[directory]]\n"
                                   "name = 'unix'\ncoverage = 'failed'\nmissing = 'no answer'\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::action_needed);
  EXPECT_THAT(c.reasons, ElementsAre(HasSubstr("unix")));
}

TEST(Offboarding, SaysHowLongASilentDirectoryWasWaitedFor) {
  const OffboardingCheck c = check(kLeft +
                                   "[[directory]]\nname = 'corp'\ncoverage = 'failed'\ngap = 'timed-out'\n"
                                   "missing = 'no answer in time'\n");
  EXPECT_THAT(c.reasons.front(), HasSubstr("corp did not answer within 1 s"));
}

TEST(Offboarding, CannotTellWhenHrWasNotCompletelySeen) {
  const OffboardingCheck c = check(kLeft + "[[hr]]\nname = 'hr'\ncoverage = 'partial'\nmissing = 'a row'\n" + kOff);
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons.front(), HasSubstr("the HR feed hr was not completely seen"));
}

TEST(Offboarding, CannotTellWhetherSomebodyWorksHereWhenHrIsIncomplete) {
  const OffboardingCheck c = check(kStays + "[[hr]]\nname = 'hr'\ncoverage = 'partial'\nmissing = 'a row'\n" + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
}

TEST(Offboarding, CannotTellAboutANumberThatHrDoesNotKnowAndStillNamesItsAccounts) {
  const OffboardingCheck c = check(kLeft + "[[account]]\nlogin = 'eve'\nemployee = '999'\n", {}, "999");
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons, ElementsAre("HR does not know an employee 999",
                                     HasSubstr("eve in corp works and could be this person's")));
  EXPECT_EQ(c.accounts.at(0).link, OffboardingLink::possible);
  EXPECT_EQ(c.person_key, "person//999");
}

TEST(Offboarding, TakesLeadingZerosAsPartOfTheNumber) {
  EXPECT_THAT(check(kLeft + kOff, {}, "1").reasons.front(), HasSubstr("does not know an employee 1"));
}

TEST(Offboarding, CannotTellWhichOfTwoPeopleWithOneNumberIsMeant) {
  const OffboardingCheck c = check("[[hr]]\nname = 'hr'\n[[hr]]\nname = 'contractors'\n" + kLeft + "in = 'hr'\n" +
                                   kStays + "in = 'contractors'\n" + kOn);
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons.front(), HasSubstr("HR has 2 people with the number 001"));
}

TEST(Offboarding, CannotTellAboutAnAccountThatSomebodyElseFitsToo) {
  const OffboardingCheck c = check(kLeft +
                                   "[[person]]\nid = '002'\nmail = 'ada@x.test'\n"
                                   "[[account]]\nlogin = 'desk'\nmail = 'ADA@x.test'\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons, ElementsAre(HasSubstr("desk in corp works and could be this person's (2 people fit by mail")));
}

TEST(Offboarding, IsNotHeldUpByASharedAccountThatIsSwitchedOff) {
  const OffboardingCheck c = check(kLeft +
                                   "[[person]]\nid = '002'\nmail = 'ada@x.test'\n"
                                   "[[account]]\nlogin = 'desk'\nmail = 'ada@x.test'\nenabled = false\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::clear);
}

TEST(Offboarding, CannotTellAboutAnAccountThatWasTheirsAndNowHasAnotherNumber) {
  const OffboardingCheck c =
      check(kLeft + "[[account]]\nlogin = 'ada'\nemployee = '777'\n", {"account/corp/cn=ada,dc=corp"});
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons, ElementsAre(HasSubstr("an earlier run knew it as this person's")));
  EXPECT_EQ(c.accounts.at(0).link, OffboardingLink::formerly);
}

TEST(Offboarding, CannotTellWhenItIsNotKnownWhetherTheAccountIsExpired) {
  const OffboardingCheck c =
      check(kLeft +
            "[[account]]\nlogin = 'ada'\nemployee = '001'\nexpires = { unknown = 'not readable' }\n"
            "last_sign_in = 2026-02-01T00:00:00Z\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons.front(), HasSubstr("LVR-001 cannot be told"));
}

TEST(Offboarding, IsClearWithANoteWhereOnlyThePastCannotBeTold) {
  const OffboardingCheck c = check(kLeft +
                                   "[[account]]\nlogin = 'ada'\nemployee = '001'\nenabled = false\n"
                                   "last_sign_in = [2026-02-25T00:00:00Z, 2026-03-11T00:00:00Z]\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::clear);
  EXPECT_THAT(c.notes, ElementsAre(HasSubstr("LVR-002 cannot be told")));
}

TEST(Offboarding, CannotTellWhileTheLastDayIsOverInSomeTimeZonesOnly) {
  const OffboardingCheck c = check(kStays + "last_day = '2026-03-31'\n" + kOff);
  EXPECT_EQ(c.answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(c.reasons.front(), HasSubstr("in some time zones only"));
}

TEST(Offboarding, WaitsForSomebodyWhoCameBack) {
  const OffboardingCheck c = check(
      "[[person]]\nid = '001'\nname = 'Ada'\nstatus = 'pre-hire'\n"
      "first_day = '2026-05-01'\nzone = 'UTC'\n" +
      kOff);
  EXPECT_EQ(c.answer, OffboardingAnswer::waiting);
}

TEST(Offboarding, KeepsOtherPeoplesTroublesOut) {
  const OffboardingCheck c = check(kLeft + kOff +
                                   "[[person]]\nid = '002'\nlast_day = '2026-03-01'\nzone = 'UTC'\n"
                                   "[[account]]\nlogin = 'bob'\nemployee = '002'\n");
  EXPECT_EQ(c.answer, OffboardingAnswer::clear);
  EXPECT_EQ(c.accounts.size(), 1U);
}

}  // namespace
}  // namespace tally::scenarios
