// Rules about groups, memberships and the run: who is asked, how they are called, and what becomes of them.
#include <gmock/gmock.h>

#include "policy/evaluation/compare.h"
#include "policy/evaluation/explain.h"
#include "policy/evaluation/subject.h"
#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::CoverageState;
using model::Gap;
using model::Outcome;
using model::SubjectKind;
using testing::ElementsAre;

std::string rule(const std::string& about, const std::string& when) {
  return "[[rule]]\nid = \"T-1\"\ntitle = \"A test\"\nabout = \"" + about +
         "\"\nseverity = \"low\"\nprotects_from = \"Harm.\"\nmessage = \"So it is.\"\nfix = \"Mend it.\"\nwhen = '''" +
         when + "'''\n";
}

std::vector<std::string> violators(const Evaluated& evaluated) {
  std::vector<std::string> keys;
  for (const model::Finding& f : evaluated.verdict.findings) keys.push_back(f.subject.key);
  return keys;
}

/// ada and bob; bob is in Admins directly, ada over Helpers.
Company two_in_admins() {
  Company c;
  const auto ada = c.account("ada"), bob = c.account("bob");
  const auto admins = c.group("Admins", model::Tier::tier0), helpers = c.group("Helpers");
  c.member(ada, helpers);
  c.member(bob, admins);
  c.member(bob, helpers);
  c.nested(helpers, admins);
  return c;
}

TEST(RuleAboutGroups, IsAskedOnceForEveryGroup) {
  Company c = two_in_admins();
  c.rules(rule("group", "group.tier == 0 && group.has_members"));
  const Evaluated evaluated = evaluate(c.inputs());
  EXPECT_THAT(violators(evaluated), ElementsAre("group/corp/cn=admins,ou=groups,dc=corp"));
  const model::RuleTally& tally = evaluated.verdict.tallies.front();
  EXPECT_EQ(tally.asks_about, SubjectKind::group);
  EXPECT_EQ(tally.asked, 2U);
  EXPECT_EQ(tally.clear, 1U);
}

TEST(RuleAboutMemberships, ReadsBothEndsOfEachDirectMembership) {
  Company c = two_in_admins();
  c.rules(rule("membership", "group.privileged && account.login == \"bob\""));
  const Evaluated evaluated = evaluate(c.inputs());
  EXPECT_THAT(violators(evaluated), ElementsAre("membership/corp/cn=bob,dc=corp/cn=admins,ou=groups,dc=corp",
                                                "membership/corp/cn=bob,dc=corp/cn=helpers,ou=groups,dc=corp"));
  EXPECT_EQ(evaluated.verdict.tallies.front().asked, 3U);  // ada in Helpers, bob in Admins, bob in Helpers
  EXPECT_EQ(evaluated.verdict.findings.front().subject.label, "bob in Admins");
}

TEST(RuleAboutMemberships, ReadsThePersonBehindTheAccount) {
  Company c;
  c.person("1001");
  const auto owned = c.account("ada", "1001");
  const auto stray = c.account("zed");
  const auto group = c.group("Helpers");
  c.member(owned, group);
  c.member(stray, group);
  c.rules(rule("membership", "person.status == \"active\""));
  const Evaluated evaluated = evaluate(c.inputs());
  EXPECT_THAT(violators(evaluated), ElementsAre("membership/corp/cn=ada,dc=corp/cn=helpers,ou=groups,dc=corp"));
  EXPECT_EQ(evaluated.verdict.tallies.front().cannot_tell, 1U);  // zed belongs to nobody
}

TEST(RuleAboutTheRun, IsAskedOnce) {
  Company c;
  c.previous().runs = {at("2026-10-31T00:00:00Z"), 2, 1};
  c.rules(rule("run", "run.missed + run.abandoned == 3 && run.complete && run.last_finished < run.as_of"));
  const Evaluated evaluated = evaluate(c.inputs());
  EXPECT_THAT(violators(evaluated), ElementsAre("run"));
  EXPECT_EQ(evaluated.verdict.tallies.front().asked, 1U);
}

TEST(Unseen, CountsADirectoryThatHidesEntriesOnceMoreForGroupsAndMemberships) {
  for (const char* about : {"group", "membership"}) {
    Company c = two_in_admins();
    c.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
    c.rules(rule(about, "group.name == \"none\""));
    const Evaluated evaluated = evaluate(c.inputs());
    const model::RuleTally& tally = evaluated.verdict.tallies.front();
    EXPECT_EQ(tally.cannot_tell, 1U) << about;
    EXPECT_EQ(tally.asked, tally.clear + 1) << about;
  }
}

TEST(Unseen, CountsMembersThatCouldNotBeReadForMembershipsAlone) {
  for (const auto& [about, when, cannot_tell] :
       {std::tuple{"group", "group.name == \"none\"", 0U}, std::tuple{"membership", "group.name == \"none\"", 1U}}) {
    Company c = two_in_admins();
    c.groups().members_unknown[1] = c.directory().text.intern("only the first 1500 values of member were delivered");
    c.rules(rule(about, when));
    EXPECT_EQ(evaluate(c.inputs()).verdict.tallies.front().cannot_tell, cannot_tell) << about;
  }
}

TEST(Quarantine, MakesGroupsAndMembershipsUntellable) {
  for (const char* about : {"group", "membership"}) {
    Company c = two_in_admins();
    c.directory().source.coverage.lower(CoverageState::doubtful, Gap::Kind::envelope, "half is gone");
    c.rules(rule(about, "group.name == \"none\""));
    const model::RuleTally tally = evaluate(c.inputs()).verdict.tallies.front();
    EXPECT_EQ(tally.clear, 0U) << about;
    EXPECT_EQ(tally.asked, tally.cannot_tell) << about;
  }
}

TEST(MembershipKey, CannotBeMistakenForAnotherWhateverStandsInAName) {
  Company c;
  const auto one = c.account("a/b"), other = c.account("a");
  const auto first = c.group("c"), second = c.group("b,DC=corp/CN=c");
  c.member(one, first);
  c.member(other, second);
  std::vector<std::string> keys(2);
  for (std::size_t row = 0; row < 2; ++row) write_key(c.inputs().snapshot, SubjectKind::membership, row, keys[row]);
  EXPECT_EQ(keys[0], "membership/corp/cn=a%2Fb,dc=corp/cn=c,ou=groups,dc=corp");
  EXPECT_NE(keys[0], keys[1]);
}

model::Finding finding(const std::string& key, SubjectKind kind) {
  model::Finding f;
  f.rule = "T-1";
  f.subject.key = key;
  f.subject.kind = kind;
  f.subject.source = "corp";
  f.fingerprint = model::fingerprint_of(f.rule, key);
  return f;
}

TEST(Compare, ResolvesAMembershipThatIsGoneFromADirectoryThatWasCompletelySeen) {
  Company c = two_in_admins();
  c.rules(rule("membership", "group.name == \"none\""));
  const Evaluated evaluated = evaluate(c.inputs());
  const std::vector open{
      finding("membership/corp/cn=ada,dc=corp/cn=admins,ou=groups,dc=corp", SubjectKind::membership)};
  const auto compared = compare(open, c.inputs(), evaluated);
  ASSERT_EQ(compared.size(), 1U);
  EXPECT_EQ(compared[0].standing, model::Standing::resolved);
  EXPECT_EQ(compared[0].note, "the membership is no longer in corp, which was completely seen");
}

TEST(Compare, KeepsAMembershipOpenWhileMembersCouldNotBeRead) {
  Company c = two_in_admins();
  c.groups().members_unknown[0] = c.directory().text.intern("only the first 1500 values of member were delivered");
  c.rules(rule("membership", "group.name == \"none\""));
  const Evaluated evaluated = evaluate(c.inputs());
  const std::vector open{
      finding("membership/corp/cn=ada,dc=corp/cn=admins,ou=groups,dc=corp", SubjectKind::membership)};
  EXPECT_EQ(compare(open, c.inputs(), evaluated)[0].standing, model::Standing::not_rechecked);
}

TEST(Compare, FindsGroupsAgainByTheirKey) {
  Company c = two_in_admins();
  c.rules(rule("group", "group.tier == 0 && !group.has_members"));
  const Evaluated evaluated = evaluate(c.inputs());
  const std::vector open{finding("group/corp/cn=admins,ou=groups,dc=corp", SubjectKind::group)};
  EXPECT_EQ(compare(open, c.inputs(), evaluated)[0].standing, model::Standing::resolved);
}

TEST(Explain, AnswersAboutAMembership) {
  Company c = two_in_admins();
  c.rules(rule("membership", "group.tier == 0 && membership.primary"));
  const auto why = explain(c.inputs(), "T-1", "membership/corp/cn=bob,dc=corp/cn=admins,ou=groups,dc=corp");
  ASSERT_TRUE(why.has_value());
  EXPECT_EQ(why->outcome, Outcome::clear);
  ASSERT_EQ(why->facts.size(), 2U);
  EXPECT_EQ(why->facts[0].value, "0");
  EXPECT_EQ(why->facts[1].value, "false");
}

}  // namespace
}  // namespace tally::evaluation
