// A person's further accounts, told by what they are called and where they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/correlation/person_keys.h"
#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::PersonId;
using testing::IsSupersetOf;

std::string persona(const Company& c, AccountId account) {
  const Correlation links = c.correlated();
  return std::string(links.text.view(links.of(account).persona));
}

/// Dana, whose login HR knows, and matching by it.
Company company() {
  Company c;
  c.settings.rules = {{MatchBy::login, 0.9, {}, {}}};
  c.person({.number = "1", .login = "dweiss"});
  c.settings.personas = {{"admin", "ADM-", "", "", "", ""}, {"test", "", "-t1", "", "", ""}};
  return c;
}

TEST(Persona, BelongsToThePersonBehindIt) {
  Company c = company();
  const AccountId own = c.account({.login = "dweiss"});
  const AccountId admin = c.account({.login = "adm-DWeiss"});
  const AccountId test = c.account({.login = "dweiss-T1"});
  for (const AccountId account : {own, admin, test}) EXPECT_EQ(c.link(account).person, PersonId(0));
  EXPECT_EQ(persona(c, own), "");
  EXPECT_EQ(persona(c, admin), "admin");
  EXPECT_EQ(persona(c, test), "test");
  EXPECT_TRUE(c.link(own).primary);
  EXPECT_FALSE(c.link(admin).primary);
  EXPECT_FALSE(c.link(test).primary);
}

TEST(Persona, IsNoMainAccountEvenIfItIsTheOnlyOne) {
  Company c = company();
  EXPECT_FALSE(c.link(c.account({.login = "adm-dweiss"})).primary);
}

TEST(Persona, OfNobodyIsAnOrphan) {
  Company c = company();
  const AccountId account = c.account({.login = "adm-stranger"});
  EXPECT_EQ(c.link(account).owner, Owner::nobody);
  EXPECT_EQ(persona(c, account), "admin");
}

TEST(Persona, IsNotWhoseWholeLoginIsThePrefix) {
  Company c = company();
  EXPECT_EQ(persona(c, c.account({.login = "adm-"})), "");
}

TEST(Persona, OfAPersonWhoIsReallyCalledSo) {
  Company c = company();
  const PersonId real = c.person({.number = "2", .login = "adm-dweiss"});
  EXPECT_EQ(c.link(c.account({.login = "adm-dweiss"})).person, real);
}

TEST(Persona, IsToldByItsPlaceAndItsDirectory) {
  Company c;
  const auto other = c.source("unix", model::SourceKind::directory);
  c.settings.personas = {{"admin", "", "", "", "ad", "OU=Admins, DC=x"}, {"external", "", "", "x[0-9]+", "", ""}};
  EXPECT_EQ(persona(c, c.account({.login = "a", .dn = "cn=a,ou=admins,dc=x"})), "admin");
  EXPECT_EQ(persona(c, c.account({.login = "b", .dn = "cn=b,ou=sub,OU=Admins,DC=x"})), "admin");
  EXPECT_EQ(persona(c, c.account({.login = "c", .dn = "cn=c,ou=notadmins,dc=x"})), "");
  EXPECT_EQ(persona(c, c.account({.login = "d", .dn = "ou=admins,dc=x"})), "");
  EXPECT_EQ(persona(c, c.account({.login = "e", .dn = "cn=e\\,ou=admins,dc=x"})), "");
  EXPECT_EQ(persona(c, c.account({.login = "f", .dn = "cn=f,ou=admins,dc=x"}, other)), "");
  EXPECT_EQ(persona(c, c.account({.login = "X17"})), "external");
  EXPECT_EQ(persona(c, c.account({.login = "x17y"})), "");
}

TEST(Persona, HasKeysByWhichItIsLookedUp) {
  Company c = company();
  c.settings.rules.push_back({MatchBy::principal_local_part, 0.9, {}, {}});
  std::vector<model::Harvest> hr(1);
  hr[0].people.add(model::SourceId(0));
  hr[0].people.employee_id[0] = hr[0].text.add("1");
  hr[0].people.login[0] = hr[0].text.add("dweiss");
  const model::PersonKeys keys = keys_of(hr, "1", c.settings);
  EXPECT_THAT(keys.logins, IsSupersetOf({"dweiss", "adm-dweiss", "dweiss-t1"}));
  EXPECT_THAT(keys.principals, IsSupersetOf({"dweiss", "adm-dweiss", "dweiss-t1"}));
}

TEST(Register, SaysWhetherWhoAnswersIsKnown) {
  Company c;
  c.person({.number = "1"});
  c.person({.number = "2"});
  c.person({.number = "2"});
  c.settings.registered = {{"", "a", "1", ""}, {"", "b", "2", ""}, {"", "c", "3", ""}, {"", "d", "", ""}};
  const AccountId a = c.account({.login = "a"}), b = c.account({.login = "b"}), gone = c.account({.login = "c"}),
                  none = c.account({.login = "d"}), unregistered = c.account({.login = "e"});
  EXPECT_EQ(c.link(a).answerable, Answerable::person);
  EXPECT_EQ(c.link(b).answerable, Answerable::ambiguous);
  EXPECT_EQ(c.link(gone).answerable, Answerable::nobody);
  EXPECT_EQ(c.link(none).answerable, Answerable::none);
  EXPECT_TRUE(c.link(none).registered);
  EXPECT_FALSE(c.link(unregistered).registered);
  c.lower(0, model::CoverageState::partial);
  EXPECT_EQ(c.link(gone).answerable, Answerable::cannot_tell);
  EXPECT_EQ(c.link(a).answerable, Answerable::person);
}

}  // namespace
}  // namespace tally::correlation
