// The shipped packs load, with all their examples holding, and have the rules that they promise.
#include "policy/packs/shipped_packs.h"

#include <gmock/gmock.h>

#include <set>

#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"
#include "tests/support/shipped_rules.h"

namespace tally::rules {
namespace {

class EveryShippedPack : public testing::TestWithParam<packs::ShippedPack> {};

TEST_P(EveryShippedPack, LoadsAndAnswersItsExamples) {
  const auto pack = load_pack(GetParam().text, GetParam().name);
  std::string troubles;
  if (!pack) {
    for (const base::Diagnostic& trouble : pack.error()) troubles += to_string(trouble) + "\n";
  }
  EXPECT_TRUE(pack.has_value()) << troubles;
}

std::string pack_name(const testing::TestParamInfo<packs::ShippedPack>& pack) {
  const std::string_view file = pack.param.name.substr(pack.param.name.find('/') + 1);
  return std::string(file.substr(0, file.find('.')));
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryShippedPack, testing::ValuesIn(packs::shipped_packs()), pack_name);

TEST(ShippedRules, HaveControlsAFixAndAWordAboutEveryParameter) {
  for (const Pack& pack : support::shipped_rules()) {
    for (const Rule& rule : pack.rules) {
      EXPECT_FALSE(rule.controls.empty()) << rule.id;
      EXPECT_FALSE(rule.fix.empty()) << rule.id;
      for (const auto& parameter : rule.parameters) EXPECT_FALSE(parameter.second.about.empty()) << rule.id;
    }
  }
}

TEST(ShippedRules, AreOneSetInWhichEveryIdStandsOnce) {
  const auto rules = RuleSet::build(support::shipped_rules());
  ASSERT_TRUE(rules.has_value()) << to_string(rules.error().front());
  EXPECT_EQ(rules->packs().front(), "leavers 1.0");
}

TEST(ShippedRules, NameTheFactsOfARuleInTheOrderOfItsText) {
  const auto rules = RuleSet::build(support::shipped_rules());
  ASSERT_TRUE(rules.has_value());
  EXPECT_THAT(rules->find("LVR-001")->facts,
              testing::ElementsAre("account.owner_left", "account.primary", "account.usable", "person.left_at"));
}

}  // namespace
}  // namespace tally::rules
