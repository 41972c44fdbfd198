// The answer of an offboarding check as a clerk reads it: the answer first, nothing that could act on a terminal, and
// one sentence for each of the four answers.
#include "daemon/report/offboarding.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace tally::report {
namespace {

using model::OffboardingAnswer;
using model::OffboardingCheck;
using model::OffboardingLink;
using model::Truth;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

OffboardingCheck dana(OffboardingAnswer answer) {
  OffboardingCheck c;
  c.answer = answer;
  c.as_of = *base::parse_instant("2026-11-02T08:00:00Z");
  c.employee_id = "001004";
  c.name = "Dana Weiss";
  c.left = Truth::yes;
  c.left_at_state = model::TimeState::known;
  c.left_at = base::Bounds::exactly(*base::parse_instant("2026-09-30T22:00:00Z"));
  for (const char* name : {"hr", "corp-ad", "unix"}) {
    model::SourceRecord source;
    source.name = name;
    source.kind = source.name == "hr" ? model::SourceKind::hr : model::SourceKind::directory;
    source.coverage.state = model::CoverageState::complete;
    c.sources.push_back(source);
  }
  c.asked_by = "anna";
  c.log_origin = "audit.example.com/a";
  c.log_index = 17;
  c.log_size = 18;
  return c;
}

void give(OffboardingCheck& check, const char* login, const char* source, Truth works,
          OffboardingLink link = OffboardingLink::theirs) {
  model::OffboardingAccount account;
  account.subject.label = login;
  account.subject.source = source;
  account.works = works;
  account.link = link;
  check.accounts.push_back(account);
}

TEST(OffboardingReport, SaysClearInOneSentence) {
  OffboardingCheck c = dana(OffboardingAnswer::clear);
  EXPECT_EQ(offboarding_sentence(c),
            "CLEAR: Dana Weiss (001004) left 2026-09-30 22:00 UTC and has no account in corp-ad and unix.");
  give(c, "dweiss", "corp-ad", Truth::no);
  EXPECT_EQ(offboarding_sentence(c),
            "CLEAR: Dana Weiss (001004) left 2026-09-30 22:00 UTC and is out everywhere: 1 account was found, and it "
            "does not work.");
}

TEST(OffboardingReport, NamesWhatStillWorks) {
  OffboardingCheck c = dana(OffboardingAnswer::action_needed);
  give(c, "dweiss", "corp-ad", Truth::no);
  give(c, "adm-dweiss", "corp-ad", Truth::yes);
  give(c, "desk", "unix", Truth::yes, OffboardingLink::possible);
  c.findings.resize(1);
  c.findings[0].rule = "LVR-005";
  c.findings[0].what = "adm-dweiss still works.";
  c.findings[0].fix = "Disable this account too.\nDisable-ADAccount -Identity 'x'";
  EXPECT_EQ(offboarding_sentence(c),
            "ACTION NEEDED: Dana Weiss (001004) left 2026-09-30 22:00 UTC, and 1 account still works: adm-dweiss "
            "(corp-ad).");
  EXPECT_THAT(render_offboarding(c, {.width = 100, .colour = false}),
              AllOf(StartsWith("ACTION NEEDED"), HasSubstr("dweiss does not work; adm-dweiss works"),
                    HasSubstr("desk works, could be theirs"), HasSubstr("LVR-005"),
                    HasSubstr("\n      Disable-ADAccount -Identity 'x'\n"),
                    HasSubstr("entry 17 of the log audit.example.com/a, which has 18 entries; asked by anna")));
}

TEST(OffboardingReport, SaysWhatIsLeftToDoWhenNothingWorks) {
  OffboardingCheck c = dana(OffboardingAnswer::action_needed);
  give(c, "dweiss", "corp-ad", Truth::no);
  c.findings.resize(1);
  EXPECT_THAT(offboarding_sentence(c), HasSubstr("no account works, but 1 thing is left to do"));
}

TEST(OffboardingReport, GivesTheReasonOfWaitingAndOfCannotTell) {
  OffboardingCheck c = dana(OffboardingAnswer::waiting);
  c.reasons = {"HR says active and knows no last day"};
  EXPECT_EQ(offboarding_sentence(c),
            "WAITING: Dana Weiss (001004) need not be out yet: HR says active and knows no last day.");
  c.answer = OffboardingAnswer::cannot_tell;
  c.name.clear();
  c.reasons = {"unix did not answer within 20 s (failed)"};
  EXPECT_EQ(offboarding_sentence(c),
            "CANNOT TELL whether employee 001004 is out: unix did not answer within 20 s (failed).");
}

TEST(OffboardingReport, ShowsNothingThatCouldActOnATerminal) {
  OffboardingCheck c = dana(OffboardingAnswer::cannot_tell);
  c.employee_id = "\x1b[2J";
  c.name.clear();
  c.reasons = {"\x1b]0;x\a"};
  give(c, "a\x1b[31m", "corp-ad", Truth::unknown);
  EXPECT_THAT(render_offboarding(c, {.width = 80, .colour = false}), Not(HasSubstr("\x1b")));
}

TEST(OffboardingReport, IsJsonForPrograms) {
  OffboardingCheck c = dana(OffboardingAnswer::clear);
  give(c, "dweiss", "corp-ad", Truth::no);
  const auto json = nlohmann::json::parse(render_offboarding_json(c));
  EXPECT_EQ(json.at("schema"), "tallystick-offboarding/1");
  EXPECT_EQ(json.at("answer"), "clear");
  EXPECT_EQ(json.at("left_at"), "2026-09-30T22:00:00Z");
  EXPECT_EQ(json.at("accounts")[0].at("works"), "no");
  EXPECT_EQ(json.at("log").at("entry"), 17);
}

}  // namespace
}  // namespace tally::report
