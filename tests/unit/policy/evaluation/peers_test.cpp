// person.peers, membership.peer_share, account.second_main: what only shows beside others.
#include <gmock/gmock.h>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::CoverageState;
using model::Employment;
using model::Gap;

/// Four accountants of Finance with an account each, the first alone in "payments"; a fifth person has another job.
Company accountants() {
  Company c;
  const auto payments = c.group("payments"), ledger = c.group("ledger");
  for (const char* number : {"1", "2", "3", "4", "5"}) {
    const std::size_t i = c.person(number).index();
    c.people().title[i] = c.hr().text.intern(i == 4 ? "Clerk" : i == 1 ? "ACCOUNTANT" : "Accountant");
    c.people().department[i] = c.hr().text.intern("Finance");
    const auto account = c.account(("user" + std::to_string(i + 1)).c_str(), number);
    c.member(account, ledger);
    if (i == 0) c.member(account, payments);
  }
  return c;
}

/// The fact of the first account's first membership, which is in "payments", or of another row.
std::string fact(Company& c, const char* name, std::size_t row = 0) {
  return c.facts(model::SubjectKind::membership).value(name, row);
}

TEST(Peers, AreThoseOfTheSameJobAndDepartment) {
  Company c = accountants();
  EXPECT_EQ(c.person_fact("person.peers"), "4");
  EXPECT_EQ(fact(c, "membership.peer_share"), "25") << "one of four";
  EXPECT_EQ(fact(c, "membership.peer_share", 1), "100") << "all are in the ledger";
  EXPECT_EQ(c.person_fact("person.peers", 4), "1") << "the clerk";
}

TEST(Peers, CountEachPersonOnce) {
  Company c = accountants();
  c.member(c.account("adm-user1", "1"), model::GroupId(0));
  EXPECT_EQ(fact(c, "membership.peer_share"), "25");
}

TEST(Peers, AreNotThoseWhoLeft) {
  Company c = accountants();
  c.people().status[3] = Employment::left;
  EXPECT_EQ(c.person_fact("person.peers"), "3");
  EXPECT_EQ(fact(c, "membership.peer_share"), "33") << "one of three, rounded down";
  EXPECT_EQ(c.person_fact("person.peers", 3), "0") << "the leaver's own";
}

TEST(Peers, AreUnknownWhereHrTellsNoJob) {
  Company c = accountants();
  c.people().title[0] = c.hr().text.intern("");
  c.people().department[1] = {};
  EXPECT_EQ(c.person_fact("person.peers"), "unknown");
  EXPECT_EQ(c.person_fact("person.peers", 1), "unknown") << "the feed has no column for departments";
  EXPECT_EQ(c.person_fact("person.peers", 2), "2");
}

TEST(Peers, AreUnknownWhileRecordsAreHidden) {
  Company c = accountants();
  c.hr().source.coverage.lower(CoverageState::partial, Gap::Kind::rejected, "3 rows were refused");
  EXPECT_EQ(c.person_fact("person.peers"), "unknown");
}

TEST(Peers, MayHoldASeatThatWasNotSeen) {
  Company c = accountants();
  c.groups().members_unknown[1] = c.directory().text.intern("its members were cut at 1,500");
  EXPECT_EQ(c.person_fact("person.peers"), "4");
  EXPECT_EQ(fact(c, "membership.peer_share"), "unknown");
}

TEST(Peers, OfAnAccountOfNobodyCannotBeTold) {
  Company c = accountants();
  c.member(c.account("stray", "99"), model::GroupId(0));
  EXPECT_EQ(fact(c, "membership.peer_share", 6), "unknown");
}

Company with_two_accounts(const char* second) {
  Company c;
  c.person("1");
  c.account("ada", "1");
  c.account(second, "1");
  return c;
}

TEST(SecondMain, IsAnotherWorkingAccountWithoutAMark) {
  Company c = with_two_accounts("ada2");
  EXPECT_EQ(c.account_fact("account.second_main", 0), "true");
  EXPECT_EQ(c.account_fact("account.second_main", 1), "true");
}

TEST(SecondMain, IsNoPersona) {
  Company c = with_two_accounts("adm-ada");
  c.settings().personas.push_back({"admin", "adm-", "", "", "", ""});
  EXPECT_EQ(c.account_fact("account.second_main", 0), "false");
  EXPECT_EQ(c.account_fact("account.second_main", 1), "false");
}

TEST(SecondMain, MustWork) {
  Company c = with_two_accounts("ada2");
  c.accounts().enabled[1] = model::BoolFact::known(false, {});
  EXPECT_EQ(c.account_fact("account.second_main", 0), "false");
  EXPECT_EQ(c.account_fact("account.second_main", 1), "true") << "seen from the disabled one, the other works";
}

TEST(SecondMain, CannotBeToldWhereItsStateIsHiddenOrAccountsAre) {
  Company hidden = with_two_accounts("ada2");
  hidden.accounts().enabled[1] = model::BoolFact::unknown({});
  EXPECT_EQ(hidden.account_fact("account.second_main", 0), "unknown");
  Company partly;
  partly.person("1");
  partly.account("ada", "1");
  partly.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "500 of 900 entries");
  EXPECT_EQ(partly.account_fact("account.second_main", 0), "unknown");
}

}  // namespace
}  // namespace tally::evaluation
