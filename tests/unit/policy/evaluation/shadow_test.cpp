// Rules in shadow are asked about everybody and count for nothing; drafts are not asked.
#include <gmock/gmock.h>

#include <algorithm>

#include "policy/evaluation/compare.h"
#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// "T-DRAFT", "T-SHADOW" or "T-ACTIVE", all of them asking the same.
std::string rule(const std::string& state) {
  std::string id = state;
  std::transform(id.begin(), id.end(), id.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return "[[rule]]\nid = \"T-" + id + "\"\nstate = \"" + state +
         "\"\ntitle = \"A test\"\nabout = \"account\"\nseverity = \"critical\"\nprotects_from = \"Harm.\"\n"
         "message = \"So it is with {account.login}.\"\nfix = \"Mend it.\"\nwhen = '''account.smartcard_required'''\n";
}

/// One account of each answer: violation, clear, cannot tell.
Company company(const std::string& rules) {
  Company c;
  for (const char* login : {"bound", "free", "hidden"}) c.account(login);
  c.accounts().flags[0] = model::kSmartcardRequired;
  c.accounts().flags_known[0] = c.accounts().flags_known[1] = model::kSmartcardRequired;
  c.rules(rules);
  return c;
}

TEST(RuleInShadow, IsAskedAboutEverybody) {
  Company c = company(rule("shadow"));
  const Evaluated evaluated = evaluate(c.inputs());
  ASSERT_THAT(evaluated.outcomes, SizeIs(1));
  EXPECT_THAT(evaluated.outcomes[0], ElementsAre(Outcome::violation, Outcome::clear, Outcome::cannot_tell));
}

TEST(RuleInShadow, IsCountedApartAndInNoFindingTallyOrCannotTell) {
  Company c = company(rule("shadow"));
  const model::Verdict verdict = evaluate(c.inputs()).verdict;
  EXPECT_THAT(verdict.findings, IsEmpty());
  EXPECT_THAT(verdict.exempted, IsEmpty());
  EXPECT_THAT(verdict.cannot_tell, IsEmpty());
  EXPECT_THAT(verdict.tallies, IsEmpty());
  ASSERT_THAT(verdict.shadow, SizeIs(1));
  const model::Shadow& apart = verdict.shadow.front();
  EXPECT_EQ(apart.tally.rule, "T-SHADOW");
  EXPECT_EQ(apart.tally.asked, 3U);
  EXPECT_EQ(apart.tally.clear, 1U);
  EXPECT_EQ(apart.tally.violations, 1U);
  EXPECT_EQ(apart.tally.cannot_tell, 1U);
  ASSERT_THAT(apart.hits, SizeIs(1));
  EXPECT_EQ(apart.hits[0].subject.label, "bound");
  EXPECT_EQ(apart.hits[0].what, "So it is with bound.");
  ASSERT_THAT(apart.cannot_tell, SizeIs(1));
  EXPECT_EQ(apart.cannot_tell[0].count, 1U);
}

TEST(RuleInShadow, DoesNotChangeWhatAnActiveOneOfTheSameWordsSays) {
  Company alone = company(rule("active")), both = company(rule("active") + rule("shadow"));
  const model::Verdict one = evaluate(alone.inputs()).verdict, two = evaluate(both.inputs()).verdict;
  ASSERT_THAT(one.findings, SizeIs(1));
  ASSERT_THAT(two.findings, SizeIs(1));
  EXPECT_EQ(one.findings[0].fingerprint, two.findings[0].fingerprint);
  EXPECT_THAT(two.tallies, SizeIs(1));
  EXPECT_THAT(two.cannot_tell, SizeIs(one.cannot_tell.size()));
  EXPECT_THAT(two.shadow, SizeIs(1));
}

TEST(RuleInShadow, NamesTheFirstHitsAndCountsThemAll) {
  Company c;
  for (int i = 0; i < 30; ++i) c.account(("a" + std::to_string(i)).c_str());
  std::fill(c.accounts().flags.begin(), c.accounts().flags.end(), model::kSmartcardRequired);
  std::fill(c.accounts().flags_known.begin(), c.accounts().flags_known.end(), model::kSmartcardRequired);
  c.rules(rule("shadow"));
  const model::Verdict verdict = evaluate(c.inputs()).verdict;
  EXPECT_EQ(verdict.shadow.front().tally.violations, 30U);
  EXPECT_THAT(verdict.shadow.front().hits, SizeIs(model::Shadow::kMaxHits));
}

TEST(RuleInShadow, LeavesFindingsOfItsActiveDaysOpen) {
  Company active = company(rule("active")), shadow = company(rule("shadow"));
  std::vector<model::Finding> open = evaluate(active.inputs()).verdict.findings;
  ASSERT_THAT(open, SizeIs(1));
  open[0].rule = "T-SHADOW";
  open[0].fingerprint = model::fingerprint_of(open[0].rule, open[0].subject.key);
  const auto compared = compare(open, shadow.inputs(), evaluate(shadow.inputs()));
  ASSERT_THAT(compared, SizeIs(1));
  EXPECT_EQ(compared[0].standing, model::Standing::not_rechecked);
}

TEST(Draft, IsNotAsked) {
  Company c = company(rule("draft"));
  const Evaluated evaluated = evaluate(c.inputs());
  EXPECT_THAT(evaluated.outcomes, IsEmpty());
  EXPECT_THAT(evaluated.verdict.findings, IsEmpty());
  EXPECT_THAT(evaluated.verdict.tallies, IsEmpty());
  EXPECT_THAT(evaluated.verdict.shadow, IsEmpty());
  EXPECT_THAT(c.inputs().rules.drafts(), SizeIs(1)) << "it is there, for lists and pages";
}

TEST(Draft, ChangesNothingForTheRulesBesideIt) {
  Company with = company(rule("active") + rule("draft")), without = company(rule("active"));
  EXPECT_EQ(evaluate(with.inputs()).verdict.digest, evaluate(without.inputs()).verdict.digest);
}

}  // namespace
}  // namespace tally::evaluation
