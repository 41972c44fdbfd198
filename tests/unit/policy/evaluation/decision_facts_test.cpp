// What people decided about findings that are still there.
#include "policy/evaluation/decision_facts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

std::string rule(const std::string& id, const std::string& when, const std::string& state = "active") {
  return "[[rule]]\nid = \"" + id + "\"\nstate = \"" + state +
         "\"\ntitle = \"A test\"\nabout = \"account\"\nseverity = \"low\"\nprotects_from = \"Harm.\"\n"
         "message = \"So it is with {account.login}.\"\nfix = \"Mend it.\"\nwhen = '''" +
         when + "'''\n";
}

std::string all_rules() {
  return rule("R-1", "account.enabled") + rule("R-2", "account.login == \"ada\"") +
         rule("R-SHADOW", "account.enabled", "shadow") +
         rule("R-DECIDED", "account.exemption_ended != never || account.acknowledged != never || account.enabled");
}

/// One account, ada's, and what was decided about it.
class Decided {
 public:
  Decided() {
    company_.account("ada");
    company_.rules(all_rules());
  }
  void exempt(const char* rule, const char* until) {
    model::Exemption one;
    one.rule = rule;
    one.subject_key = kKey;
    one.approved = at("2026-01-01T00:00:00Z");
    one.until = at(until);
    one.number = exemptions_.size();
    exemptions_.push_back(one);
  }
  void acknowledge(const char* rule, const char* when) { acknowledged_.push_back({rule, kKey, at(when)}); }
  std::string value(const char* fact) {
    Inputs inputs = company_.inputs();
    inputs.exemptions = exemptions_;
    inputs.acknowledged = acknowledged_;
    return FactTable(inputs, model::SubjectKind::account).value(fact, 0);
  }
  Company& company() { return company_; }

 private:
  static constexpr const char* kKey = "account/corp/cn=ada,dc=corp";

  Company company_;
  std::vector<model::Exemption> exemptions_;
  std::vector<model::AcknowledgedFinding> acknowledged_;
};

TEST(ExemptionEnded, IsNeverWithoutDecisions) {
  EXPECT_EQ(Decided().value("account.exemption_ended"), "never");
  EXPECT_EQ(Decided().value("account.acknowledged"), "never");
}

TEST(ExemptionEnded, IsTheEndOfTheLastTermOfWhatIsStillFound) {
  Decided one;
  one.exempt("R-1", "2026-06-01T00:00:00Z");
  one.exempt("R-1", "2026-04-01T00:00:00Z");
  EXPECT_EQ(one.value("account.exemption_ended"), "2026-06-01T00:00:00Z");
}

TEST(ExemptionEnded, OfSeveralRulesIsTheOneThatEndedFirst) {
  Decided one;
  one.exempt("R-1", "2026-06-01T00:00:00Z");
  one.exempt("R-2", "2026-04-01T00:00:00Z");
  EXPECT_EQ(one.value("account.exemption_ended"), "2026-04-01T00:00:00Z");
}

TEST(ExemptionEnded, IsNeverWhenItWasRenewedOrStillHolds) {
  Decided one;
  one.exempt("R-1", "2026-06-01T00:00:00Z");
  one.exempt("R-1", "2026-12-01T00:00:00Z");
  EXPECT_EQ(one.value("account.exemption_ended"), "never");
}

TEST(ExemptionEnded, CountsFromTheEndOn) {
  Decided one;
  one.exempt("R-1", "2026-11-01T00:00:00Z");  // the moment of the verdict
  EXPECT_EQ(one.value("account.exemption_ended"), "2026-11-01T00:00:00Z");
  Decided later;
  later.exempt("R-1", "2026-11-01T00:00:01Z");
  EXPECT_EQ(later.value("account.exemption_ended"), "never");
}

TEST(ExemptionEnded, IsNeverWhenTheRuleFindsNothingAnyMore) {
  Decided one;
  one.company().accounts().enabled[0] = model::BoolFact::known(false, {});
  one.exempt("R-1", "2026-06-01T00:00:00Z");
  EXPECT_EQ(one.value("account.exemption_ended"), "never");
}

TEST(ExemptionEnded, IsUnknownWhenNobodyCanTellWhetherItIsStillFound) {
  Decided one;
  one.company().accounts().enabled[0] = model::BoolFact::unknown({});
  one.exempt("R-1", "2026-06-01T00:00:00Z");
  EXPECT_EQ(one.value("account.exemption_ended"), "unknown");
  one.exempt("R-2", "2026-08-01T00:00:00Z");  // this one is: the other may wait longer
  EXPECT_EQ(one.value("account.exemption_ended"),
            base::format_bounds({at("2026-06-01T00:00:00Z"), at("2026-08-01T00:00:00Z")}));
}

TEST(ExemptionEnded, DoesNotCountOfRulesInShadowOfNoRuleAndOfRulesAboutDecisions) {
  for (const char* rule : {"R-SHADOW", "R-GONE", "R-DECIDED"}) {
    Decided one;
    one.exempt(rule, "2026-06-01T00:00:00Z");
    one.acknowledge(rule, "2026-06-01T00:00:00Z");
    EXPECT_EQ(one.value("account.exemption_ended"), "never") << rule;
    EXPECT_EQ(one.value("account.acknowledged"), "never") << rule;
  }
}

TEST(Acknowledged, IsWhatWaitsLongest) {
  Decided one;
  one.acknowledge("R-1", "2026-10-01T00:00:00Z");
  one.acknowledge("R-2", "2026-09-01T00:00:00Z");
  EXPECT_EQ(one.value("account.acknowledged"), "2026-09-01T00:00:00Z");
}

TEST(Acknowledged, DoesNotCountWhileItIsExempt) {
  Decided one;
  one.acknowledge("R-1", "2026-10-01T00:00:00Z");
  one.exempt("R-1", "2026-12-01T00:00:00Z");
  EXPECT_EQ(one.value("account.acknowledged"), "never");
}

}  // namespace
}  // namespace tally::evaluation
