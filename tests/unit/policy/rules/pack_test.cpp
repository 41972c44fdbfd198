#include "policy/rules/pack.h"

#include <gmock/gmock.h>

#include "policy/rules/rule_set.h"
#include "tests/unit/policy/rules/three_examples.h"

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
protects_from = "p"
message = "{account.login}"
fix = "f"
params.after = { type = "duration", default = "45d", about = "a" }
)";

std::string whole() { return std::string(kHead) + std::string(kRule) + three_examples(); }

std::vector<std::string> troubles(const std::string& text) {
  const auto pack = load_pack(text, "acme.toml");
  std::vector<std::string> out;
  if (pack) return out;
  for (const base::Diagnostic& d : pack.error()) out.push_back(to_string(d));
  return out;
}

std::string with(std::string_view what, std::string_view instead) {
  std::string text = whole();
  const std::size_t at = text.find(what);
  return text.replace(at, what.size(), instead);
}

std::string rule_and(std::string_view more) { return whole() + std::string(more); }

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
  const auto all = troubles(with("severity = \"low\"", "severity = \"lwo\"\ncontrols = 3\nextra = 1"));
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
  EXPECT_THAT(troubles(rule_and(std::string(kRule) + three_examples())),
              testing::ElementsAre(testing::HasSubstr("ACM-001 is there already")));
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
  auto pack = load_pack(whole(), "acme.toml");
  auto set = RuleSet::build({std::move(*pack)}, overrides);
  if (!set) ADD_FAILURE() << to_string(set.error().front());
  return std::move(*set);
}

std::vector<std::string> refused(const Override& choice) {
  auto pack = load_pack(whole(), "acme.toml");
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

TEST(RuleSet, MovesRulesFromDraftToShadowToActive) {
  EXPECT_FALSE(built({}).find("ACM-001")->shadow());
  const RuleSet shadow = built({{"ACM-001", "state", std::string("shadow"), "c.toml", 1, 1}});
  EXPECT_TRUE(shadow.find("ACM-001")->shadow());
  EXPECT_NE(shadow.digest(), built({}).digest());
  const RuleSet draft = built({{"ACM-001", "state", std::string("draft"), "c.toml", 1, 1}});
  EXPECT_EQ(draft.find("ACM-001"), nullptr);
  ASSERT_EQ(draft.drafts().size(), 1U);
  EXPECT_EQ(draft.drafts()[0].rule.id, "ACM-001");
  EXPECT_THAT(refused({"ACM-001", "state", std::string("shaddow"), "c.toml", 3, 5}),
              testing::ElementsAre(testing::HasSubstr("did you mean \"shadow\"?")));
}

TEST(RuleSet, LeavesARuleADraftWhoseFactsNobodyReads) {
  const std::string needy =
      with("params.after =",
           "state = \"draft\"\nneeds.\"account.shoe_size\" = { type = \"int\", about = \"a\", from = "
           "\"nowhere\" }\nparams.after =");
  auto pack = load_pack(needy, "acme.toml");
  ASSERT_TRUE(pack) << to_string(pack.error().front());
  const auto set = RuleSet::build({std::move(*pack)}, {{"ACM-001", "state", std::string("active"), "c.toml", 3, 5}});
  ASSERT_FALSE(set);
  EXPECT_EQ(to_string(set.error().front()), "c.toml:3:5: ACM-001 can only be a draft: nothing reads account.shoe_size");
}

ActiveRule graded(std::string_view severities) {
  auto pack = load_pack(with("when =", std::string(severities) + "\nwhen ="), "acme.toml");
  EXPECT_TRUE(pack) << to_string(pack.error().front());
  return RuleSet::build({std::move(*pack)})->rules()[0];
}

TEST(Severity, IsTheHighestThatIsTrue) {
  using cel::Truth;
  const ActiveRule rule =
      graded("severity_when.high = 'account.privileged'\nseverity_when.critical = 'account.expired'");
  const std::vector<Truth> both{Truth::yes, Truth::yes}, second{Truth::no, Truth::yes},
      unknown{Truth::unknown, Truth::no};
  EXPECT_EQ(rule.graded(both), model::Severity::critical);
  EXPECT_EQ(rule.graded(second), model::Severity::high);
  EXPECT_EQ(rule.graded(unknown), model::Severity::low);
}

TEST(Severity, IsLoweredOnlyWhereNothingMightRaiseIt) {
  using cel::Truth;
  auto pack = load_pack(with("severity = \"low\"",
                             "severity = \"medium\"\nseverity_when.high = 'account.privileged'\n"
                             "severity_when.low = 'account.locked'"),
                        "acme.toml");
  ASSERT_TRUE(pack) << to_string(pack.error().front());
  const auto set = RuleSet::build({std::move(*pack)});
  const ActiveRule& rule = set->rules()[0];
  const std::vector<Truth> lowers{Truth::no, Truth::yes}, perhaps{Truth::unknown, Truth::yes},
      raises{Truth::yes, Truth::yes};
  EXPECT_EQ(rule.graded(lowers), model::Severity::low);
  EXPECT_EQ(rule.graded(perhaps), model::Severity::medium);
  EXPECT_EQ(rule.graded(raises), model::Severity::high);
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
