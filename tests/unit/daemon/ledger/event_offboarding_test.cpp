// The entry of an offboarding check: the public part tells nothing about a person.
#include "daemon/ledger/event_offboarding.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace tally::ledger {
namespace {

using testing::HasSubstr;
using testing::Not;

model::OffboardingCheck check() {
  model::OffboardingCheck c;
  c.answer = model::OffboardingAnswer::action_needed;
  c.employee_id = "001004";
  c.name = "Dana Weiss";
  c.person_key = "person/hr/001004";
  c.asked_by = "anna";
  c.reasons = {"dweiss in corp-ad"};
  model::SourceRecord source;
  source.name = "corp-ad";
  source.kind = model::SourceKind::directory;
  source.coverage.lower(model::CoverageState::failed, model::Gap::Kind::timed_out, "no answer in time");
  c.sources = {source};
  for (const char* rule : {"LVR-005", "LVR-001", "LVR-001"}) c.findings.emplace_back().rule = rule;
  return c;
}

TEST(OffboardingEntry, SaysTheAnswerTheRulesAndHowMuchWasSeen) {
  const auto fields = nlohmann::json::parse(encode(check()).fields);
  EXPECT_EQ(fields.at("answer"), "action-needed");
  EXPECT_EQ(fields.at("rules"), nlohmann::json({"LVR-001", "LVR-005"}));
  EXPECT_EQ(fields.at("sources")[0].at("source"), "corp-ad");
  EXPECT_EQ(fields.at("sources")[0].at("coverage").at("gaps")[0].at("kind"), "timed-out");
}

TEST(OffboardingEntry, KeepsWhoIsMeantAndWhoAskedPersonal) {
  const EventText text = encode(check());
  EXPECT_EQ(text.type, "offboarding_checked");
  EXPECT_EQ(text.subject_key, "person/hr/001004");
  for (const char* word : {"001004", "Dana", "anna", "dweiss"}) {
    EXPECT_THAT(text.fields, Not(HasSubstr(word)));
    EXPECT_THAT(text.personal, HasSubstr(word));
  }
}

}  // namespace
}  // namespace tally::ledger
