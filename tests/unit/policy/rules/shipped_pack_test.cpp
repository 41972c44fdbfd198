// The shipped pack loads, with all its examples holding, and has the rules it promises.
#include "policy/packs/shipped_pack.h"

#include <gmock/gmock.h>

#include <set>

#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"

namespace tally::rules {
namespace {

TEST(ShippedPack, LoadsAndAnswersItsExamples) {
  const auto pack = load_pack(packs::shipped_pack(), packs::kShippedPackName);
  std::string troubles;
  if (!pack) {
    for (const base::Diagnostic& trouble : pack.error()) troubles += to_string(trouble) + "\n";
  }
  ASSERT_TRUE(pack.has_value()) << troubles;
  std::vector<std::string> ids;
  for (const Rule& rule : pack->rules) ids.push_back(rule.id);
  EXPECT_THAT(ids,
              testing::UnorderedElementsAre("LVR-001", "LVR-002", "LVR-003", "LVR-005", "ORP-001", "ORP-002", "DOR-001",
                                            "JNR-001", "PRV-001", "PRV-003", "CRD-001", "DQ-001", "DQ-005"));
}

TEST(ShippedPack, HasForEveryRuleAnExampleThatFailsOneThatPassesAndControls) {
  const auto pack = load_pack(packs::shipped_pack(), packs::kShippedPackName);
  ASSERT_TRUE(pack.has_value());
  for (const Rule& rule : pack->rules) {
    std::set<model::Outcome> seen;
    for (const Example& example : rule.examples) seen.insert(example.expect);
    EXPECT_TRUE(seen.contains(model::Outcome::violation)) << rule.id;
    EXPECT_TRUE(seen.contains(model::Outcome::clear)) << rule.id;
    EXPECT_FALSE(rule.controls.empty()) << rule.id;
    EXPECT_FALSE(rule.fix.empty()) << rule.id;
    for (const auto& parameter : rule.parameters) EXPECT_FALSE(parameter.second.about.empty()) << rule.id;
  }
}

TEST(ShippedPack, NamesTheFactsOfARuleInTheOrderOfItsText) {
  auto pack = load_pack(packs::shipped_pack(), packs::kShippedPackName);
  ASSERT_TRUE(pack.has_value());
  const auto rules = RuleSet::build({*pack});
  ASSERT_TRUE(rules.has_value());
  EXPECT_THAT(rules->find("LVR-001")->facts,
              testing::ElementsAre("account.owner_left", "account.primary", "account.usable", "person.left_at"));
  EXPECT_THAT(rules->packs(), testing::ElementsAre("core 1.0"));
}

}  // namespace
}  // namespace tally::rules
