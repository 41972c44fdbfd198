#include "policy/rules/pack.h"

#include <gmock/gmock.h>

#include "policy/rules/rule_set.h"

namespace tally::rules {
namespace {

constexpr std::string_view kHead = R"([pack]
id = "acme"
version = "1"
title = "Acme"

)";

// Line 6 begins the rule.
constexpr std::string_view kRule = R"([[rule]]
id = "ACM-001"
title = "Disabled long enough"
about = "account"
severity = "low"
when = 'account.enabled && account.last_sign_in + params.after <= now'
rationale = "r"
message = "{account.login}"
fix = "f"
params.after = { type = "duration", default = "45d", about = "a" }
)";

std::vector<std::string> troubles(const std::string& text) {
  const auto pack = load_pack(text, "acme.toml");
  std::vector<std::string> out;
  if (pack) return out;
  for (const base::Diagnostic& d : pack.error()) out.push_back(to_string(d));
  return out;
}

std::string with(std::string_view what, std::string_view instead) {
  std::string text = std::string(kHead) + std::string(kRule);
  const std::size_t at = text.find(what);
  return text.replace(at, what.size(), instead);
}

std::string rule_and(std::string_view more) { return std::string(kHead) + std::string(kRule) + std::string(more); }

TEST(Pack, IsReadWhenAllIsWell) { EXPECT_THAT(troubles(rule_and("")), testing::IsEmpty()); }

TEST(Pack, SuggestsTheKeyThatWasMeant) {
  EXPECT_THAT(troubles(with("severity = \"low\"", "severity = \"low\"\nseverety = \"low\"")),
              testing::ElementsAre("acme.toml:11:1: unknown key \"severety\" (did you mean \"severity\"?)"));
}

TEST(Pack, PutsAMistakeInAnExpressionAtItsPlaceInTheFile) {
  const auto all = troubles(with("account.enabled &&", "account.enabeld &&"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_THAT(all[0], testing::StartsWith("acme.toml:11:9:"));  // where the dotted name begins
  EXPECT_THAT(all[0], testing::HasSubstr("account.enabled"));
}

TEST(Pack, CountsLinesInsideALongExpression) {
  const auto all = troubles(with("'account.enabled && account.last_sign_in + params.after <= now'",
                                 "'''\naccount.enabled\n  && account.lastt + params.after <= now'''"));
  ASSERT_FALSE(all.empty());
  EXPECT_THAT(all[0], testing::StartsWith("acme.toml:13:6:"));
}

TEST(Pack, ReportsAllMistakesAtOnce) {
  const auto all = troubles(with("severity = \"low\"", "severity = \"lwo\"") + "controls = 3\nextra = 1\n");
  EXPECT_EQ(all.size(), 3U) << testing::PrintToString(all);
}

TEST(Pack, RefusesFactsOfAnotherKindOfSubject) {
  const auto all = troubles(with("about = \"account\"", "about = \"source\""));
  EXPECT_THAT(all, testing::Not(testing::IsEmpty()));
}

TEST(Pack, RefusesAPlaceholderThatIsNoFact) {
  EXPECT_THAT(troubles(with("{account.login}", "{account.logn}")),
              testing::ElementsAre(testing::HasSubstr("did you mean \"account.login\"?")));
}

TEST(Pack, RefusesTwoRulesOfOneId) {
  EXPECT_THAT(troubles(rule_and(kRule)), testing::ElementsAre(testing::HasSubstr("ACM-001 is there already")));
}

TEST(Pack, RefusesAnExampleThatTheRuleDoesNotAnswerAsWritten) {
  const auto all = troubles(rule_and(R"([[rule.example]]
name = "fresh"
expect = "violation"
now = 2026-03-01T00:00:00Z
account.enabled = true
account.last_sign_in = 2026-02-28T00:00:00Z
)"));
  EXPECT_THAT(all, testing::ElementsAre(testing::HasSubstr("expected violation, the answer is clear")));
}

TEST(Pack, TakesAFactThatAnExampleDoesNotNameForUnknown) {
  EXPECT_THAT(troubles(rule_and("[[rule.example]]\nname = \"n\"\nexpect = \"cannot tell\"\nnow = 2026-03-01T00:00:00Z\n"
                                "account.enabled = true\n")),
              testing::IsEmpty());
}

TEST(Pack, SaysWhereTomlItselfIsBroken) {
  EXPECT_THAT(troubles("[pack\n"), testing::ElementsAre(testing::StartsWith("acme.toml:1:")));
}

RuleSet built(const std::vector<Override>& overrides) {
  auto pack = load_pack(std::string(kHead) + std::string(kRule), "acme.toml");
  auto set = RuleSet::build({std::move(*pack)}, overrides);
  if (!set) ADD_FAILURE() << to_string(set.error().front());
  return std::move(*set);
}

std::vector<std::string> refused(const Override& choice) {
  auto pack = load_pack(std::string(kHead) + std::string(kRule), "acme.toml");
  const auto set = RuleSet::build({std::move(*pack)}, {choice});
  std::vector<std::string> out;
  if (set) return out;
  for (const base::Diagnostic& d : set.error()) out.push_back(to_string(d));
  return out;
}

TEST(RuleSet, TakesTheConfigurationsParameters) {
  const RuleSet set = built({{"ACM-001", "after", std::string("90d"), "c.toml", 3, 1}});
  EXPECT_EQ(set.find("ACM-001")->parameters.at("after").as<base::Duration>(), std::chrono::hours{24 * 90});
}

TEST(RuleSet, SwitchesRulesOffAndGradesThem) {
  EXPECT_EQ(built({{"ACM-001", "enabled", false, "c.toml", 1, 1}}).find("ACM-001"), nullptr);
  EXPECT_EQ(built({{"ACM-001", "severity", std::string("high"), "c.toml", 1, 1}}).find("ACM-001")->rule.severity,
            model::Severity::high);
}

TEST(RuleSet, RefusesChoicesThatMeanNothing) {
  EXPECT_THAT(refused({"ACM-01", "after", std::string("1d"), "c.toml", 3, 5}),
              testing::ElementsAre("c.toml:3:5: there is no rule ACM-01 (did you mean \"ACM-001\"?)"));
  EXPECT_THAT(refused({"ACM-001", "aftr", std::string("1d"), "c.toml", 3, 5}),
              testing::ElementsAre(testing::HasSubstr("did you mean \"after\"?")));
  EXPECT_THAT(refused({"ACM-001", "after", std::int64_t{45}, "c.toml", 3, 5}),
              testing::ElementsAre(testing::HasSubstr("a length of time is expected")));
  EXPECT_THAT(refused({"ACM-001", "after", std::string("-1d"), "c.toml", 3, 5}),
              testing::ElementsAre(testing::HasSubstr("never less than zero")));
}

TEST(RuleSet, HasADigestOfWhatIsInForce) {
  EXPECT_EQ(built({}).digest(), built({}).digest());
  EXPECT_EQ(built({}).digest(), built({{"ACM-001", "after", std::string("1080h"), "c.toml", 1, 1}}).digest());
  EXPECT_NE(built({}).digest(), built({{"ACM-001", "after", std::string("44d"), "c.toml", 1, 1}}).digest());
  EXPECT_NE(built({}).digest(), built({{"ACM-001", "severity", std::string("high"), "c.toml", 1, 1}}).digest());
}

}  // namespace
}  // namespace tally::rules
