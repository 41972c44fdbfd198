// Second runs: what counts as fixed, and what stays open because nobody looked. And explain(), beside them.
#include "policy/evaluation/compare.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>

#include "policy/evaluation/explain.h"
#include "tests/scenarios/scenario.h"

namespace tally::scenarios {
namespace {

using evaluation::Comparison;
using model::Standing;
using testing::HasSubstr;

constexpr std::string_view kLeaver = R"(
[[person]]
id = "1"
name = "Ada Byron"
last_day = "2026-03-01"
zone = "UTC"
)";

Judged run(const std::string& text, const std::string& head = {}) {
  auto scenario =
      read_scenario("title = 't'\nas_of = 2026-04-01T00:00:00Z\n" + head + std::string(kLeaver) + text, "test");
  if (!scenario) throw std::runtime_error(to_string(scenario.error().front()));
  return judge(*scenario);
}

const std::string kEnabled = "[[account]]\nlogin = 'ada'\nemployee = '1'\nlast_sign_in = 2026-02-01T00:00:00Z\n";
const std::string kDisabled = kEnabled + "enabled = false\n";

/// How the open LVR-001 finding about ada stands in the later run.
Comparison then(const Judged& later) {
  const auto before = run(kEnabled).evaluated.verdict.findings;
  const auto all = evaluation::compare(before, later.inputs(), later.evaluated);
  for (const Comparison& c : all) {
    if (c.finding.rule == "LVR-001") return c;
  }
  throw std::runtime_error("the finding got lost");
}

TEST(Compare, FindsANewFinding) {
  const Judged now = run(kEnabled);
  const auto all = evaluation::compare({}, now.inputs(), now.evaluated);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].standing, Standing::opened);
}

TEST(Compare, SaysStillOpenWhenNothingChanged) { EXPECT_EQ(then(run(kEnabled)).standing, Standing::still_open); }

TEST(Compare, SaysFixedWhenTheAccountWasDisabled) {
  const Comparison c = then(run(kDisabled));
  EXPECT_EQ(c.standing, Standing::resolved);
  EXPECT_EQ(c.note, "account.usable was true and is false");
}

TEST(Compare, SaysChangedWhenTheSeverityIsAnother) {
  const Comparison c = then(run(kEnabled, "rules.LVR-001.severity = 'low'\n"));
  EXPECT_EQ(c.standing, Standing::changed);
  EXPECT_EQ(c.note, "severity was critical and is low");
}

TEST(Compare, SaysFixedWhenTheAccountIsGoneFromADirectoryThatWasSeenCompletely) {
  const Comparison c = then(run(""));
  EXPECT_EQ(c.standing, Standing::resolved);
  EXPECT_THAT(c.note, HasSubstr("no longer in corp"));
}

TEST(Compare, NeverCallsFixedWhatMayBeHereUnderAnotherKey) {
  auto before = run(kEnabled).evaluated.verdict.findings;
  before[0].subject.key = "account/corp/0d8f6b5e-90a5-4c1c-8d61-0e2b6f1f5a11";  // the run before saw identifiers
  before[0].fingerprint = model::fingerprint_of("LVR-001", before[0].subject.key);
  const Judged now = run("[[account]]\nlogin = 'bob'\n");
  const auto all = evaluation::compare(before, now.inputs(), now.evaluated);
  const auto earlier = std::find_if(
      all.begin(), all.end(), [&](const Comparison& c) { return c.finding.fingerprint == before[0].fingerprint; });
  ASSERT_NE(earlier, all.end());
  EXPECT_EQ(earlier->standing, Standing::not_rechecked);
  EXPECT_THAT(earlier->note, HasSubstr("without their identifier"));
}

TEST(Compare, NeverCallsFixedWhatAPartialDirectoryDidNotShow) {
  const Comparison c =
      then(run("[[directory]]\nname = 'corp'\ncoverage = 'partial'\nmissing = 'size limit'\ngap = 'size-limit'\n"));
  EXPECT_EQ(c.standing, Standing::not_rechecked);
  EXPECT_THAT(c.note, HasSubstr("size limit"));
}

TEST(Compare, NeverCallsFixedWhatAQuarantinedDirectoryShows) {
  const Comparison c = then(run("[[directory]]\nname = 'corp'\ncoverage = 'doubtful'\nmissing = 'half'\n" + kDisabled));
  EXPECT_EQ(c.standing, Standing::not_rechecked);
}

TEST(Compare, NeverCallsFixedWhatAQuarantinedHrFeedWouldClear) {
  const Comparison c =
      then(run("[[hr]]\ncoverage = 'doubtful'\nmissing = 'half of the rows'\ngap = 'envelope'\n" + kEnabled));
  EXPECT_EQ(c.standing, Standing::not_rechecked);
  EXPECT_THAT(c.note, HasSubstr("half of the rows"));
}

TEST(Compare, KeepsFindingsOfASourceThatIsNotPartOfTheRun) {
  const Comparison c = then(run("[[directory]]\nname = 'other'\n"));
  EXPECT_EQ(c.standing, Standing::not_rechecked);
  EXPECT_THAT(c.note, HasSubstr("not part of this run"));
}

TEST(Compare, KeepsFindingsOfARuleThatIsNoLongerInForce) {
  const Comparison c = then(run(kEnabled, "rules.LVR-001.enabled = false\n"));
  EXPECT_EQ(c.standing, Standing::not_rechecked);
  EXPECT_THAT(c.note, HasSubstr("no longer in force"));
}

const std::string kExempt = "[[exemption]]\nrule = 'LVR-001'\nabout = 'ada'\nuntil = 2026-05-01T00:00:00Z\n";
const std::string kEnded = "[[exemption]]\nrule = 'LVR-001'\nabout = 'ada'\nuntil = 2026-04-01T00:00:00Z\n";
const std::string kCut =
    "[[directory]]\nname = 'corp'\ncoverage = 'partial'\nmissing = 'size limit'\ngap = 'size-limit'\n";

enum class Was { exempt, lapsed };

/// How the finding about ada, under exemption 100 in the run before, stands in the later run.
Comparison then_exempt(const Judged& later, Was was = Was::exempt) {
  const auto before = run(kEnabled).evaluated.verdict.findings;
  evaluation::Earlier earlier;
  (was == Was::exempt ? earlier.exempt : earlier.lapsed)[before.at(0).fingerprint] = 100;
  const auto all = evaluation::compare(before, later.inputs(), later.evaluated, earlier);
  for (const Comparison& c : all) {
    if (c.finding.rule == "LVR-001") return c;
  }
  throw std::runtime_error("the finding got lost");
}

TEST(Compare, KeepsExemptWhatIsFoundAgainTheSame) {
  const Comparison c = then_exempt(run(kEnabled + kExempt));
  EXPECT_EQ(c.standing, Standing::still_exempt);
  EXPECT_EQ(c.exemption, 100U);
}

TEST(Compare, RecordsAnExemptFindingAgainWhenItsEvidenceChanged) {
  const Comparison c = then_exempt(run(kEnabled + kExempt, "rules.LVR-001.severity = 'low'\n"));
  EXPECT_EQ(c.standing, Standing::exempted);
  EXPECT_EQ(c.note, "severity was critical and is low");
}

TEST(Compare, KeepsExemptWhatCouldNotBeCheckedAgain) {
  const Comparison c = then_exempt(run(kCut + kExempt));
  EXPECT_EQ(c.standing, Standing::exempt_not_rechecked);
  EXPECT_EQ(c.exemption, 100U);
  EXPECT_THAT(c.note, HasSubstr("size limit"));
}

TEST(Compare, OpensWhatCouldNotBeCheckedAgainWhenItsExemptionHasEnded) {
  const Comparison c = then_exempt(run(kCut + kEnded));
  EXPECT_EQ(c.standing, Standing::not_rechecked);
  EXPECT_EQ(c.exemption, 0U);
}

TEST(Compare, ReopensWhatIsFoundAfterItsExemptionEnded) {
  const Comparison ended = then_exempt(run(kEnabled + kEnded));
  EXPECT_EQ(ended.standing, Standing::reopened);
  EXPECT_EQ(ended.note, "the exemption 100 ended 2026-04-01T00:00:00Z");
  const Comparison withdrawn = then_exempt(run(kEnabled));
  EXPECT_EQ(withdrawn.standing, Standing::reopened);
  EXPECT_EQ(withdrawn.note, "the exemption 100 holds no more");
  const Comparison unseen_meanwhile = then_exempt(run(kEnabled), Was::lapsed);
  EXPECT_EQ(unseen_meanwhile.standing, Standing::reopened);
}

TEST(Compare, CallsFixedWhatWasExemptAndIsNoMore) {
  EXPECT_EQ(then_exempt(run(kDisabled + kExempt)).standing, Standing::resolved);
}

TEST(Verdict, CountsAnExemptFindingApartAndSaysSoInItsDigest) {
  const Judged open = run(kEnabled), exempt = run(kEnabled + kExempt), ended = run(kEnabled + kEnded);
  EXPECT_TRUE(exempt.evaluated.verdict.findings.empty());
  ASSERT_EQ(exempt.evaluated.verdict.exempted.size(), 1U);
  EXPECT_EQ(exempt.evaluated.verdict.exempted[0].finding.fingerprint,
            open.evaluated.verdict.findings.at(0).fingerprint);
  EXPECT_EQ(exempt.evaluated.verdict.exempted[0].exemption.number, 100U);
  EXPECT_NE(exempt.evaluated.verdict.digest, open.evaluated.verdict.digest);
  EXPECT_NE(ended.evaluated.verdict.digest, open.evaluated.verdict.digest) << "TRN-002, in shadow, finds that it ended";
  const std::string unasked = "rules.TRN-002.enabled = false\n";
  EXPECT_EQ(run(kEnabled + kEnded, unasked).evaluated.verdict.digest, run(kEnabled, unasked).evaluated.verdict.digest);
  for (const model::RuleTally& tally : exempt.evaluated.verdict.tallies) {
    if (tally.rule != "LVR-001") continue;
    EXPECT_EQ(tally.exempt, 1U);
    EXPECT_EQ(tally.violations, 0U);
  }
}

TEST(Verdict, DoesNotDependOnTheOrderOfExemptions) {
  const std::string longer = "[[exemption]]\nrule = 'LVR-001'\nabout = 'ada'\nuntil = 2026-06-01T00:00:00Z\n";
  Judged one = run(kEnabled + kExempt + longer);
  EXPECT_EQ(one.evaluated.verdict.exempted.at(0).exemption.number, 101U) << "the one that ends last";
  std::reverse(one.exemptions.begin(), one.exemptions.end());
  EXPECT_EQ(evaluation::evaluate(one.inputs()).verdict.digest, one.evaluated.verdict.digest);
}

TEST(Explain, SaysExemptWhereAnExemptionHolds) {
  const Judged j = run(kEnabled + kExempt);
  const auto e = evaluation::explain(j.inputs(), "LVR-001", "account/corp/cn=ada,dc=corp");
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->outcome, model::Outcome::exempt);
  EXPECT_THAT(e->what, HasSubstr("still works"));
}

TEST(Verdict, CountsAnUnseenDirectoryOnceForEveryRuleAboutAccounts) {
  const Judged j = run("[[directory]]\nname = 'corp'\ncoverage = 'failed'\nmissing = 'connection refused'\n");
  for (const model::RuleTally& tally : j.evaluated.verdict.tallies) {
    if (tally.asks_about != model::SubjectKind::account) continue;
    EXPECT_EQ(tally.asked, 1U) << tally.rule;
    EXPECT_EQ(tally.cannot_tell, 1U) << tally.rule;
  }
}

TEST(Finding, NamesTheEvidenceTheFixAndTheControls) {
  const Judged j = run(kEnabled);
  ASSERT_EQ(j.evaluated.verdict.findings.size(), 1U);
  const model::Finding& f = j.evaluated.verdict.findings[0];
  EXPECT_EQ(f.subject.key, "account/corp/cn=ada,dc=corp");
  EXPECT_EQ(f.subject.person_name, "Ada Byron");
  EXPECT_EQ(f.what, "ada in corp still works, although Ada Byron left (2026-03-02T00:00:00Z).");
  EXPECT_THAT(f.fix, HasSubstr("Disable-ADAccount -Identity 'cn=ada,dc=corp'"));
  EXPECT_THAT(f.controls, testing::Contains("PCI DSS 4.0.1 8.2.5"));
  ASSERT_EQ(f.evidence.size(), 6U);
  EXPECT_EQ(f.evidence[3].fact, "person.left_at");
  EXPECT_EQ(f.evidence[3].value, "2026-03-02T00:00:00Z");
  EXPECT_EQ(f.evidence[3].basis, "status=active; last_day=2026-03-01");
  EXPECT_EQ(f.evidence[3].source, "hr");
  EXPECT_EQ(f.evidence[4].fact, "person.last_working_day");
  EXPECT_EQ(f.evidence[5].fact, "person.leaving_entered");
}

TEST(Explain, GivesEveryFactOfAClearVerdictToo) {
  const Judged j = run(kDisabled);
  const auto e = evaluation::explain(j.inputs(), "LVR-001", "account/corp/cn=ada,dc=corp");
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->outcome, model::Outcome::clear);
  EXPECT_EQ(e->facts[2].fact, "account.usable");
  EXPECT_EQ(e->facts[2].value, "false");
  EXPECT_FALSE(evaluation::explain(j.inputs(), "LVR-001", "account/corp/cn=nobody").has_value());
  EXPECT_FALSE(evaluation::explain(j.inputs(), "NUL-001", "account/corp/cn=ada,dc=corp").has_value());
}

}  // namespace
}  // namespace tally::scenarios
