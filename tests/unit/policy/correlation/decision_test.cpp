// What people decided outranks what matching finds, in every run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/correlation/person_keys.h"
#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::CoverageState;
using model::PersonId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::pair<DecisionTrouble::Kind, std::size_t>> troubles(const Company& c) {
  std::vector<std::pair<DecisionTrouble::Kind, std::size_t>> out;
  for (const DecisionTrouble& trouble : c.correlated().troubles) out.emplace_back(trouble.kind, trouble.decision);
  return out;
}

TEST(Decision, LinksAnAccountThatNothingElseWould) {
  Company c;
  const PersonId ada = c.person({.number = "1"});
  const AccountId account = c.account({.login = "x7"});
  c.decide(account, "1", true);
  EXPECT_EQ(c.link(account).owner, Owner::person);
  EXPECT_EQ(c.link(account).person, ada);
  EXPECT_EQ(c.link(account).confidence, 1.0F);
  EXPECT_EQ(c.reason(account), "decided by a person");
  EXPECT_THAT(troubles(c), IsEmpty());
}

TEST(Decision, OutranksAnEqualEmployeeNumber) {
  Company c;
  c.person({.number = "1"});
  const PersonId bob = c.person({.number = "2"});
  const AccountId account = c.account({.login = "x", .number = "1"});
  c.decide(account, "2", true);
  EXPECT_EQ(c.link(account).person, bob);
}

TEST(Decision, OutranksTheRegisterAndTheBuiltInAccounts) {
  Company c;
  c.person({.number = "1"});
  c.settings.registered = {{"", "svc", "", ""}};
  const AccountId service = c.account({.login = "svc"});
  const AccountId builtin = c.account({.login = "Administrator", .sid = "S-1-5-21-1-2-3-500"});
  c.decide(service, "1", true);
  c.decide(builtin, "1", true);
  EXPECT_EQ(c.link(service).owner, Owner::person);
  EXPECT_EQ(c.link(builtin).owner, Owner::person);
}

TEST(Decision, NeverTheSameHoldsAgainstEveryRule) {
  Company c;
  c.settings.rules = {
      {MatchBy::employee_number, 1.0, {}, {}}, {MatchBy::mail, 0.9, {}, {}}, {MatchBy::login, 0.8, {}, {}}};
  c.person({.number = "1", .mail = "a@x.test", .login = "ada"});
  const AccountId account = c.account({.login = "ada", .number = "1", .mail = "a@x.test"});
  c.decide(account, "1", false);
  EXPECT_EQ(c.link(account).owner, Owner::nobody);
}

TEST(Decision, NeverTheSameLeavesTheOtherOfTwo) {
  Company c;
  c.person({.number = "1", .mail = "a@x.test"});
  const PersonId son = c.person({.number = "2", .mail = "a@x.test"});
  const AccountId account = c.account({.login = "a", .mail = "a@x.test"});
  EXPECT_EQ(c.link(account).owner, Owner::ambiguous);
  c.decide(account, "1", false);
  EXPECT_EQ(c.link(account).person, son);
}

TEST(Decision, ANumberThatIsNeverHersContradictsNothing) {
  Company c;
  c.person({.number = "1"});
  const PersonId bob = c.person({.number = "2", .mail = "b@x.test"});
  const AccountId account = c.account({.login = "b", .number = "1", .mail = "b@x.test"});
  EXPECT_EQ(c.link(account).owner, Owner::person);
  c.decide(account, "1", false);
  EXPECT_EQ(c.link(account).owner, Owner::person);
  EXPECT_EQ(c.link(account).person, bob);
}

TEST(Decision, OfTwoAboutOneAccountTheLaterInTheLogCounts) {
  Company c;
  c.person({.number = "1"});
  const PersonId bob = c.person({.number = "2"});
  const AccountId account = c.account({.login = "x"});
  c.decide(account, "1", true);
  c.decide(account, "2", true);
  EXPECT_EQ(c.link(account).person, bob);
  EXPECT_THAT(troubles(c), ElementsAre(std::pair(DecisionTrouble::superseded, 0U)));
  std::swap(c.decisions[0], c.decisions[1]);  // in whatever order they are given
  EXPECT_EQ(c.link(account).person, bob);
  EXPECT_THAT(troubles(c), ElementsAre(std::pair(DecisionTrouble::superseded, 1U)));
}

TEST(Decision, SameAfterNeverIsSameAndNeverAfterSameIsNever) {
  Company c;
  const PersonId ada = c.person({.number = "1"});
  const AccountId account = c.account({.login = "x", .number = "1"});
  c.decide(account, "1", false);
  c.decide(account, "1", true);
  EXPECT_EQ(c.link(account).person, ada);
  c.decide(account, "1", false);
  EXPECT_EQ(c.link(account).owner, Owner::nobody);
  EXPECT_THAT(troubles(c), IsEmpty());
}

TEST(Decision, AboutSomebodyWhoIsGoneLeavesAnOrphanAndIsReported) {
  Company c;
  c.person({.number = "2"});
  const AccountId account = c.account({.login = "x"});
  c.decide(account, "1", true);
  EXPECT_EQ(c.link(account).owner, Owner::nobody);
  EXPECT_THAT(c.reason(account), HasSubstr("HR does not know that employee number any more"));
  EXPECT_THAT(troubles(c), ElementsAre(std::pair(DecisionTrouble::person_gone, 0U)));
}

TEST(Decision, AboutSomebodyWhoIsGoneIsNotSomebodyElsesInSilence) {
  Company c;
  const PersonId next = c.person({.number = "2", .mail = "office@x.test"});
  const AccountId account = c.account({.login = "x", .mail = "office@x.test"});
  c.decide(account, "1", true);
  EXPECT_EQ(c.link(account).owner, Owner::ambiguous);
  EXPECT_THAT(c.correlated().candidates.row(account.index()), ElementsAre(next));
}

TEST(Decision, AboutSomebodyUnseenCannotBeTold) {
  Company c;
  const AccountId account = c.account({.login = "x"});
  c.decide(account, "1", true);
  c.lower(0, CoverageState::partial);
  EXPECT_EQ(c.link(account).owner, Owner::cannot_tell);
  EXPECT_THAT(troubles(c), ElementsAre(std::pair(DecisionTrouble::person_unseen, 0U)));
}

TEST(Decision, AboutANumberOfTwoPeopleIsAmbiguous) {
  Company c;
  const PersonId a = c.person({.number = "1"}), b = c.person({.number = "1"});
  const AccountId account = c.account({.login = "x"});
  c.decide(account, "1", true);
  EXPECT_EQ(c.link(account).owner, Owner::ambiguous);
  EXPECT_THAT(c.correlated().candidates.row(account.index()), ElementsAre(a, b));
  EXPECT_THAT(troubles(c), ElementsAre(std::pair(DecisionTrouble::several_people, 0U)));
}

TEST(Decision, AboutAnAccountThatIsGoneIsReportedAsFarAsItCanBeTold) {
  Company c;
  c.person({.number = "1"});
  c.decide("account/ad/cn=gone", "1", true);
  c.decide("account/other/cn=x", "1", true);
  EXPECT_THAT(troubles(c), ElementsAre(std::pair(DecisionTrouble::account_gone, 0U),
                                       std::pair(DecisionTrouble::account_unseen, 1U)));
  c.lower(1, CoverageState::partial);
  EXPECT_EQ(troubles(c).front().first, DecisionTrouble::account_unseen);
}

TEST(Decision, OfTheLogOutlivesARenamedAccount) {
  Company c;
  const PersonId ada = c.person({.number = "1"});
  const AccountId account = c.account({.login = "ada", .native_id = "1712128e-a6e4-5ff4-bcd9-3820bd290b3b"});
  c.decide(account, "1", true);
  c.snapshot.accounts.login[account.index()] = c.snapshot.text.add("ada.married");
  c.snapshot.accounts.dn[account.index()] = c.snapshot.text.add("cn=elsewhere");
  EXPECT_EQ(c.link(account).person, ada);
}

TEST(Decision, NeverChangesTheLinkOfAnotherAccount) {
  Company c;
  for (const char* number : {"1", "2", "3"}) c.person({.number = number, .mail = "a@x.test"});
  std::vector<AccountId> accounts;
  for (const char* login : {"a", "b", "c", "d"})
    accounts.push_back(c.account({.login = login, .number = login[0] < 'c' ? "1" : "", .mail = "a@x.test"}));
  const Correlation before = c.correlated();
  c.decide(accounts[0], "2", true);
  c.decide(accounts[2], "3", false);
  const Correlation after = c.correlated();
  for (const std::size_t other : {1U, 3U}) {
    EXPECT_EQ(before.links[other].owner, after.links[other].owner);
    EXPECT_EQ(before.links[other].person, after.links[other].person);
    EXPECT_EQ(before.text.view(before.links[other].reason), after.text.view(after.links[other].reason));
  }
}

TEST(Decision, IsAKeyByWhichHerAccountsAreAskedFor) {
  const std::vector<model::LinkDecision> decisions = {
      {"account/ad/cn=x,dc=y", "1", true, "", "", {}, 1},
      {"account/ad/1712128e-a6e4", " 1 ", true, "", "", {}, 2},
      {"account/ad/cn=never", "1", false, "", "", {}, 3},
      {"account/ad/cn=other", "2", true, "", "", {}, 4},
  };
  const model::PersonKeys keys = keys_of({}, "1", {}, decisions);
  ASSERT_EQ(keys.known.size(), 2U);
  EXPECT_EQ(keys.known[0].source, "ad");
  EXPECT_EQ(keys.known[0].dn, "cn=x,dc=y");
  EXPECT_EQ(keys.known[1].native_id, "1712128e-a6e4");
}

}  // namespace
}  // namespace tally::correlation
