// Accounts that are not a person's, and accounts of which it cannot be told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::AccountKind;
using model::CoverageState;
using model::PersonId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Register, SaysWhoAnswersForAnAccount) {
  Company c;
  const PersonId owner = c.person({"0007"});
  c.settings.registered = {{"", "SVC-Backup", " 0007 ", "nightly backup"}};
  c.account({.login = "svc-backup"});
  EXPECT_EQ(c.link().owner, Owner::non_human);
  EXPECT_EQ(c.link().person, owner);
  EXPECT_EQ(c.reason(), "in the register of non-human accounts: nightly backup");
  EXPECT_TRUE(c.correlated().accounts_of.row(owner.index()).empty()) << "it is not the person's own account";
}

TEST(Register, SaysWhenHrDoesNotKnowTheOwner) {
  Company c;
  c.settings.registered = {{"", "svc-backup", "7", ""}};
  c.account({.login = "svc-backup"});
  EXPECT_EQ(c.link().owner, Owner::non_human);
  EXPECT_FALSE(c.link().person.valid());
  EXPECT_THAT(c.reason(), HasSubstr("HR does not know the employee number"));
}

TEST(Register, AppliesToItsOwnDirectoryAloneAndBeforeEntriesForAny) {
  Company c;
  const model::SourceId ldap = c.source("ldap", model::SourceKind::directory);
  const PersonId any = c.person({"1"});
  const PersonId own = c.person({"2"});
  c.settings.registered = {{"", "svc", "1", ""}, {"ldap", "svc", "2", ""}, {"ldap", "only", "2", ""}};
  const AccountId in_ad = c.account({.login = "svc"});
  const AccountId in_ldap = c.account({.login = "svc"}, ldap);
  const AccountId elsewhere = c.account({.login = "only"});
  EXPECT_EQ(c.link(in_ad).person, any);
  EXPECT_EQ(c.link(in_ldap).person, own);
  EXPECT_EQ(c.link(elsewhere).owner, Owner::nobody);
}

TEST(Register, NeverSpeaksOfAccountsWithoutALogin) {
  Company c;
  c.settings.registered = {{"", " ", "", ""}};
  c.account({.login = ""});
  EXPECT_EQ(c.link().owner, Owner::nobody);
}

/// Of the one registered account.
Custodians custodians_of(Company& c) {
  const Correlation links = c.correlated();
  return links.custodians.size() == 1 ? links.custodians[0] : Custodians();
}

std::string missing_from(Company& c) {
  const Correlation links = c.correlated();
  return links.custodians.size() == 1 ? std::string(links.text.view(links.custodians[0].missing)) : "no entry";
}

TEST(Custodians, AreWhoAnswersForTheAccountAndWhomTheRegisterNames) {
  Company c;
  const PersonId owner = c.person({"1"}), other = c.person({"2"});
  c.person({"3"});
  c.settings.registered = {{"", "svc", "1", "", {" 2 ", "1", ""}}};
  const AccountId service = c.account({.login = "svc"});
  c.account({.login = "not-registered"});
  const Custodians known = custodians_of(c);
  EXPECT_EQ(known.account, service);
  EXPECT_THAT(known.people, ElementsAre(owner, other));
  EXPECT_EQ(missing_from(c), "");
}

TEST(Custodians, AreNotAllKnownWhileTheRegisterNamesTheOwnerAlone) {
  Company c;
  const PersonId owner = c.person({"1"});
  c.settings.registered = {{"", "svc", "1", ""}};
  c.account({.login = "svc"});
  EXPECT_THAT(custodians_of(c).people, ElementsAre(owner));
  EXPECT_EQ(missing_from(c), "the register does not say who knows the secret");
}

TEST(Custodians, WhomHrDoesNotKnowAreMissing) {
  Company c;
  c.person({"1"});
  c.settings.registered = {{"", "svc", "1", "", {"9"}}};
  c.account({.login = "svc"});
  EXPECT_EQ(missing_from(c), "HR does not know the employee number of somebody who knows the secret");
  c.snapshot.sources[0].coverage.lower(CoverageState::partial, model::Gap::Kind::truncated, "cut");
  EXPECT_EQ(missing_from(c), "HR was not completely seen and did not show somebody who knows the secret");
  c.person({"9"});
  EXPECT_EQ(missing_from(c), "") << "whoever was seen was seen";
  c.person({"9"});
  EXPECT_EQ(missing_from(c), "several people of HR have the employee number of somebody who knows the secret");
}

TEST(Custodians, AreInGroupsOfTheAccountsOwnDirectory) {
  Company c;
  const model::SourceId ldap = c.source("ldap", model::SourceKind::directory);
  c.settings.registered = {{"", "svc", "", "", {}, {"OPS", "cn=Night, dc=ad"}}};
  c.account({.login = "svc"});
  const auto group = [&](model::SourceId source, const char* name, const char* dn) {
    const model::GroupId id = c.snapshot.groups.add(source);
    c.snapshot.groups.name[id.index()] = c.snapshot.text.add(name);
    c.snapshot.groups.dn[id.index()] = c.snapshot.text.add(dn);
    return id;
  };
  group(ldap, "Ops", "cn=Ops,dc=ldap");
  const model::GroupId ops = group(model::SourceId(1), "Ops", "cn=Ops,dc=ad");
  EXPECT_THAT(custodians_of(c).groups, ElementsAre(ops));
  EXPECT_EQ(missing_from(c), "a group whose members know the secret was not seen");
  const model::GroupId night = group(model::SourceId(1), "Night shift", "CN=Night, DC=ad");
  EXPECT_THAT(custodians_of(c).groups, ElementsAre(ops, night));
  EXPECT_EQ(missing_from(c), "");
}

TEST(Pattern, CoversTheWholeLoginWhateverItsCase) {
  Company c;
  c.settings.non_human_patterns = {"svc-[a-z]+"};
  const AccountId whole = c.account({.login = "SVC-Backup"});
  const AccountId longer = c.account({.login = "svc-backup2"});
  EXPECT_EQ(c.link(whole).owner, Owner::non_human);
  EXPECT_EQ(c.reason(whole), "login fits the pattern svc-[a-z]+");
  EXPECT_EQ(c.link(longer).owner, Owner::nobody);
}

TEST(Pattern, DoesNotHideAPersonWhoseEmployeeNumberIsOnTheAccount) {
  Company c;
  const PersonId leaver = c.person({"0042"});
  c.settings.non_human_patterns = {"test.*"};
  c.account({.login = "testa.rossi", .number = "0042"});
  EXPECT_EQ(c.link().person, leaver);
}

TEST(Pattern, IsAmbiguousBesideAPersonWhoFitsOtherwise) {
  Company c;
  const PersonId leaver = c.person({"0042", "testa.rossi@example.com"});
  c.settings.non_human_patterns = {"test.*"};
  c.account({.login = "testa.rossi", .mail = "testa.rossi@example.com"});
  EXPECT_EQ(c.link().owner, Owner::ambiguous);
  EXPECT_THAT(c.correlated().candidates.row(0), ElementsAre(leaver));
  EXPECT_EQ(c.reason(), "login fits the pattern test.*, but a person fits by mail address");
}

TEST(Pattern, IsNotEnoughWhenSomebodyAmongTheUnseenMayFit) {
  Company c;
  c.settings.non_human_patterns = {"test.*"};
  c.settings.rules.push_back({MatchBy::login, 0.7, {"test-"}, {}});
  c.settings.rules.push_back({MatchBy::mail_local_part, 0.7, {}, {}});
  c.settings.personas = {{"test", "tester-", "", "", "", ""}};
  const AccountId numbered = c.account({.login = "testa.rossi", .number = "0042"});
  const AccountId addressed = c.account({.login = "testa.bianchi", .mail = "testa.bianchi@example.com"});
  const AccountId decorated = c.account({.login = "test-rossi"});
  const AccountId persona = c.account({.login = "tester-rossi"});
  const AccountId bare = c.account({.login = "test1"});
  for (const AccountId id : {numbered, addressed, decorated, persona, bare})
    EXPECT_EQ(c.link(id).owner, Owner::non_human) << "nobody in the whole of HR fits";
  c.lower(0, CoverageState::partial);
  for (const AccountId id : {numbered, addressed, decorated, persona})
    EXPECT_EQ(c.link(id).owner, Owner::cannot_tell) << id.index();
  EXPECT_EQ(c.link(bare).owner, Owner::non_human) << "the pattern speaks of the login as it stands";
}

TEST(Pattern, IsCheckedBeforeItIsUsed) {
  EXPECT_EQ(trouble_of_regex("svc-.*"), "");
  EXPECT_THAT(trouble_of_regex("svc-("), HasSubstr("\"svc-(\" is not a regular expression"));
}

TEST(BuiltIn, IsToldByTheRidAndNotByTheName) {
  Company c;
  const AccountId renamed = c.account({.login = "boss", .sid = "S-1-5-21-1-2-3-500"});
  const AccountId guest = c.account({.login = "Gast", .sid = "S-1-5-21-1-2-3-501"});
  const AccountId krbtgt = c.account({.login = "krbtgt", .sid = "S-1-5-21-1-2-3-502"});
  const AccountId impostor = c.account({.login = "Administrator", .sid = "S-1-5-21-1-2-3-1500"});
  const AccountId no_sid = c.account({.login = "krbtgt"});
  EXPECT_EQ(c.reason(renamed), "the domain's built-in Administrator (RID 500)");
  for (const AccountId built_in : {renamed, guest, krbtgt}) EXPECT_EQ(c.link(built_in).owner, Owner::built_in);
  for (const AccountId human : {impostor, no_sid}) EXPECT_EQ(c.link(human).owner, Owner::nobody);
}

TEST(BuiltIn, CountsComputersAndTrustsButNotServices) {
  Company c;
  const AccountId computer = c.account({.login = "PC1$", .kind = AccountKind::computer});
  const AccountId trust = c.account({.login = "OTHER$", .kind = AccountKind::trust});
  const AccountId managed = c.account({.login = "gmsa$", .kind = AccountKind::managed_service});
  const AccountId service = c.account({.login = "app", .kind = AccountKind::service});
  EXPECT_EQ(c.link(computer).owner, Owner::built_in);
  EXPECT_EQ(c.link(trust).owner, Owner::built_in);
  EXPECT_EQ(c.link(managed).owner, Owner::non_human);
  EXPECT_EQ(c.link(service).owner, Owner::nobody) << "a service that nobody registered belongs to nobody";
}

TEST(CannotTell, WhileAnyHrSourceWasNotFullySeen) {
  for (const CoverageState state : {CoverageState::partial, CoverageState::doubtful, CoverageState::failed}) {
    Company c;
    c.source("contractors", model::SourceKind::hr);
    c.account({.login = "x"});
    c.lower(2, state);
    EXPECT_EQ(c.link().owner, Owner::cannot_tell);
    EXPECT_EQ(c.reason(), "HR source contractors was not completely seen (the file ends in mid-record)");
  }
}

TEST(CannotTell, WithoutAnyHrSource) {
  Company c;
  c.snapshot.sources[0].kind = model::SourceKind::directory;
  c.account({.login = "x"});
  EXPECT_EQ(c.link().owner, Owner::cannot_tell);
  EXPECT_EQ(c.reason(), "no HR source is configured");
}

TEST(CannotTell, IsNotSaidOfThoseWhoWereFound) {
  Company c;
  const PersonId otto = c.person({"1"});
  c.account({.login = "x", .number = "1"});
  c.lower(0, CoverageState::partial);
  EXPECT_EQ(c.link().person, otto);
}

/// `strangers` accounts that fit nobody beside `known` that fit somebody.
Company company_of(int strangers, int known) {
  Company c;
  for (int i = 0; i < known; ++i) {
    c.person({"n" + std::to_string(i)});
    c.account({.login = "known", .number = "n" + std::to_string(i)});
  }
  for (int i = 0; i < strangers; ++i) c.account({.login = "stranger"});
  return c;
}

std::map<Owner, int> owners_of(const Company& c) {
  std::map<Owner, int> counts;
  for (const Link& link : c.correlated().links) ++counts[link.owner];
  return counts;
}

TEST(UnmatchedShare, AllowsExactlyItsShare) {
  // 24 of 80 are 30 %.
  EXPECT_EQ(owners_of(company_of(24, 56)), (std::map<Owner, int>{{Owner::person, 56}, {Owner::nobody, 24}}));
  // 25 of 81 are more.
  const Company above = company_of(25, 56);
  EXPECT_EQ(owners_of(above), (std::map<Owner, int>{{Owner::person, 56}, {Owner::cannot_tell, 25}}));
  EXPECT_EQ(above.reason(AccountId(80)),
            "25 of 81 accounts of ad fit nobody in HR, more than max_unmatched_share (30 %) allows: HR is probably not "
            "complete");
}

TEST(UnmatchedShare, CountsFromItsFloorOn) {
  EXPECT_EQ(owners_of(company_of(19, 0)), (std::map<Owner, int>{{Owner::nobody, 19}}));
  EXPECT_EQ(owners_of(company_of(20, 0)), (std::map<Owner, int>{{Owner::cannot_tell, 20}}));
}

TEST(UnmatchedShare, IsCountedForEachDirectoryAlone) {
  Company c = company_of(20, 0);
  const AccountId elsewhere = c.account({.login = "x"}, c.source("ldap", model::SourceKind::directory));
  EXPECT_EQ(c.link(elsewhere).owner, Owner::nobody);
  EXPECT_EQ(c.link(AccountId(0)).owner, Owner::cannot_tell);
}

TEST(UnmatchedShare, LooksAtPeoplesAccountsOnly) {
  Company c = company_of(20, 40);  // a third of 60
  for (int i = 0; i < 100; ++i) c.account({.login = "PC$", .kind = AccountKind::computer});
  EXPECT_EQ(owners_of(c)[Owner::cannot_tell], 20);
}

TEST(Primary, IsTheOneWithoutDecorationInEachDirectory) {
  Company c;
  const PersonId otto = c.person({"1"});
  c.settings.rules[0].strip_prefixes = {"adm-"};
  const model::SourceId ldap = c.source("ldap", model::SourceKind::directory);
  const AccountId admin = c.account({.login = "adm-o", .number = "1"});
  const AccountId main = c.account({.login = "otto.meier", .number = "1"});
  const AccountId unix = c.account({.login = "adm-om", .number = "1"}, ldap);
  EXPECT_FALSE(c.link(admin).primary);
  EXPECT_TRUE(c.link(main).primary);
  EXPECT_TRUE(c.link(unix).primary) << "the only one there";
  EXPECT_THAT(c.correlated().accounts_of.row(otto.index()), ElementsAre(admin, main, unix));
}

TEST(Primary, IsTheLoginThatHrKnows) {
  Company c;
  c.person({"1", "", "adm-otto"});
  c.settings.rules[0].strip_prefixes = {"adm-"};
  const AccountId known = c.account({.login = "ADM-Otto", .number = "1"});
  const AccountId other = c.account({.login = "otto", .number = "1"});
  EXPECT_TRUE(c.link(known).primary);
  EXPECT_FALSE(c.link(other).primary);
}

/// What the company comes to, by login and DN instead of by position.
std::map<std::string, std::string> told(const Company& c) {
  std::map<std::string, std::string> out;
  const Correlation all = c.correlated();
  const model::Snapshot& s = c.snapshot;
  for (std::size_t i = 0; i < all.links.size(); ++i) {
    const Link& link = all.links[i];
    std::string who = link.person.valid() ? std::string(s.view(s.people.employee_id[link.person.index()])) : "-";
    out[std::string(s.view(s.accounts.dn[i]))] = std::string(to_string(link.owner)) + " " + who + " " +
                                                 (link.primary ? "primary " : "further ") +
                                                 std::string(all.text.view(link.reason));
  }
  return out;
}

TEST(Correlation, DoesNotDependOnTheOrderOfReading) {
  std::mt19937 random(7);
  std::map<std::string, std::string> expected;
  for (int round = 0; round < 20; ++round) {
    Company c;
    c.settings.non_human_patterns = {"svc-.*"};
    c.settings.rules.push_back({MatchBy::login, 0.7, {"adm-"}, {}});
    std::vector<int> order(60);
    std::iota(order.begin(), order.end(), 0);
    if (round > 0) std::shuffle(order.begin(), order.end(), random);
    for (const int i : order) {
      const std::string n = std::to_string(i);
      c.person({n, "m" + std::to_string(i % 50) + "@example.com", "l" + n});
    }
    if (round > 0) std::shuffle(order.begin(), order.end(), random);
    for (const int i : order) {
      const std::string n = std::to_string(i);
      const std::string mail = "m" + n + "@example.com";
      const std::string number = i % 3 == 0 ? std::to_string(i / 6) : "";
      const std::string login = (i % 7 == 0 ? "svc-l" : i % 5 == 0 ? "adm-l" : "l") + std::to_string(i % 40);
      const std::string dn = "cn=" + n;
      c.account({.login = login, .number = number, .mail = i % 2 == 0 ? mail : "", .dn = dn});
    }
    const auto now = told(c);
    if (round == 0) expected = now;
    EXPECT_EQ(now, expected);
  }
}

}  // namespace
}  // namespace tally::correlation
