// How accounts find their people: numbers, mails, names, and what happens when the signs contradict each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/correlation/fold.h"
#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::PersonId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Matching, FindsThePersonByTheEmployeeNumber) {
  Company c;
  c.person({"0041"});
  const PersonId anna = c.person({"0042"});
  c.account({.login = "anna", .number = "0042"});
  EXPECT_EQ(c.link().owner, Owner::person);
  EXPECT_EQ(c.link().person, anna);
  EXPECT_EQ(c.link().confidence, 1.0F);
  EXPECT_EQ(c.reason(), "employee number");
}

TEST(Matching, KeepsLeadingZeros) {
  Company c;
  c.person({"42"});
  c.account({.login = "anna", .number = "0042"});
  EXPECT_EQ(c.link().owner, Owner::nobody);
}

TEST(Matching, DoesNotFoldNumbersButIgnoresBlanksAroundThem) {
  Company c;
  c.person({" A7\t"});
  c.account({.login = "anna", .number = "A7 "});
  const AccountId other = c.account({.login = "otto", .number = "a7"});
  EXPECT_EQ(c.link().owner, Owner::person);
  EXPECT_EQ(c.link(other).owner, Owner::nobody);
}

TEST(Matching, FindsThePersonByTheMailWhateverItsCaseOrForm) {
  Company c;
  // "ö" as one code point here, as "o" and a combining diaeresis there.
  const PersonId joerg = c.person({"1", "J\u00F6rg.Gro\u00DF@Example.com"});
  c.account({.login = "jg", .mail = " JO\u0308RG.GROSS@EXAMPLE.COM "});
  EXPECT_EQ(c.link().person, joerg);
  EXPECT_EQ(c.link().confidence, 0.9F);
  EXPECT_EQ(c.reason(), "mail address");
}

TEST(Matching, NeverFindsAnybodyByAnEmptyValue) {
  Company c;
  c.settings.rules.clear();
  for (const MatchBy by : {MatchBy::employee_number, MatchBy::mail, MatchBy::login, MatchBy::principal_local_part,
                           MatchBy::mail_local_part}) {
    c.settings.rules.push_back({by, 1.0, {}, {}});
  }
  for (const char* mail : {"", " ", "\u00A0", "\u3000", "\u200B", "n/a", "-", "@", "@example.com", "otto@"}) {
    c.person({"", mail, " "});
    c.account({.login = "", .number = " ", .mail = mail, .principal = "@example.com"});
  }
  for (const Link& link : c.correlated().links) EXPECT_EQ(link.owner, Owner::nobody);
}

TEST(Matching, TriesTheRulesInTheirOrderAndStopsAtTheFirstThatFindsAnybody) {
  Company c;
  const PersonId by_login = c.person({"1", "x@example.com", "otto"});
  const PersonId by_mail = c.person({"2", "otto@example.com", "x"});
  c.account({.login = "otto", .mail = "otto@example.com"});
  c.settings.rules = {{MatchBy::login, 0.8, {}, {}}, {MatchBy::mail, 0.9, {}, {}}};
  EXPECT_EQ(c.link().person, by_login);
  EXPECT_EQ(c.link().confidence, 0.8F);
  c.settings.rules = {{MatchBy::mail, 0.9, {}, {}}, {MatchBy::login, 0.8, {}, {}}};
  EXPECT_EQ(c.link().person, by_mail);
}

TEST(Matching, StripsTheDecorationsOfAdminAccounts) {
  Company c;
  const PersonId otto = c.person({"1", "", "Otto"});
  c.settings.rules = {{MatchBy::login, 0.7, {"ADM-", "t1-"}, {"-admin"}}};
  for (const char* login : {"otto", "adm-otto", "T1-OTTO", "otto-Admin"}) c.account({.login = login});
  for (const Link& link : c.correlated().links) EXPECT_EQ(link.person, otto);
  const AccountId bare = c.account({.login = "adm-"});
  EXPECT_EQ(c.link(bare).owner, Owner::nobody) << "nothing is left of it";
}

TEST(Matching, PrefersTheLoginAsItIsToWhatIsLeftOfIt) {
  Company c;
  const PersonId whole = c.person({"1", "", "adm-otto"});
  c.person({"2", "", "otto"});
  c.settings.rules = {{MatchBy::login, 0.7, {"adm-"}, {}}};
  c.account({.login = "adm-otto"});
  EXPECT_EQ(c.link().person, whole);
}

TEST(Matching, ComparesThePrincipalAndTheMailBeforeTheAt) {
  Company c;
  const PersonId otto = c.person({"1", "otto.meier@example.com", "omeier"});
  c.settings.rules = {{MatchBy::principal_local_part, 0.8, {}, {}}, {MatchBy::mail_local_part, 0.6, {}, {}}};
  const AccountId principal = c.account({.login = "x1", .principal = "OMEIER@corp.example.com"});
  const AccountId local_part = c.account({.login = "Otto.Meier"});
  EXPECT_EQ(c.link(principal).person, otto);
  EXPECT_EQ(c.link(local_part).person, otto);
  EXPECT_EQ(c.link(local_part).confidence, 0.6F);
}

TEST(Matching, NamesEverybodyWhoSharesAMail) {
  Company c;
  const PersonId first = c.person({"1", "jonas.berg@example.com"});
  const PersonId second = c.person({"2", "jonas.berg@example.com"});
  c.account({.login = "jberg", .mail = "jonas.berg@example.com"});
  const Correlation all = c.correlated();
  EXPECT_EQ(all.links[0].owner, Owner::ambiguous);
  EXPECT_FALSE(all.links[0].person.valid());
  EXPECT_EQ(all.links[0].confidence, 0.0F);
  EXPECT_THAT(all.candidates.row(0), ElementsAre(first, second));
  EXPECT_EQ(c.reason(), "2 people fit by mail address");
  EXPECT_THAT(all.accounts_of.row(0), IsEmpty());
}

TEST(Matching, DoesNotGuessBetweenTwoHrSourcesThatUseOneNumber) {
  Company c;
  const model::SourceId contractors = c.source("contractors", model::SourceKind::hr);
  const PersonId employee = c.person({"7"});
  const PersonId contractor = c.person({"7"}, contractors);
  c.account({.login = "x", .number = "7"});
  const Correlation all = c.correlated();
  EXPECT_EQ(all.links[0].owner, Owner::ambiguous);
  EXPECT_THAT(all.candidates.row(0), ElementsAre(employee, contractor));
}

TEST(Matching, ListsNoMoreThanTwentyOfThoseWhoShareAMail) {
  Company c;
  for (int i = 0; i < 25; ++i) c.person({"n" + std::to_string(i), "info@example.com"});
  c.account({.login = "info", .mail = "info@example.com"});
  EXPECT_EQ(c.correlated().candidates.row(0).size(), 20u);
  EXPECT_EQ(c.reason(), "25 people fit by mail address");
}

// The address of somebody who left was given to a new colleague; the leaver's account still carries it.
TEST(Matching, DoesNotTakeALeaversAccountForThatOfWhoeverGotTheAddressNext) {
  Company c;
  const PersonId heir = c.person({"0099", "a.keller@example.com"});
  c.account({.login = "akeller", .number = "0042", .mail = "a.keller@example.com"});
  EXPECT_EQ(c.link().owner, Owner::ambiguous);
  EXPECT_THAT(c.correlated().candidates.row(0), ElementsAre(heir));
  EXPECT_EQ(c.reason(), "a person fits by mail address, but the account has an employee number that HR does not know");
}

TEST(Matching, CannotTellWhenTheNumbersOwnerMayBeAmongTheUnseen) {
  Company c;
  c.person({"0099", "a.keller@example.com"});
  c.account({.login = "akeller", .number = "0042", .mail = "a.keller@example.com"});
  c.lower(0, model::CoverageState::partial);
  EXPECT_EQ(c.link().owner, Owner::cannot_tell);
  EXPECT_EQ(c.reason(), "HR source hr was not completely seen (the file ends in mid-record)");
  EXPECT_THAT(c.correlated().candidates.row(0), IsEmpty());
}

TEST(Matching, IsAmbiguousWhenMailAndNumberNameTwoPeopleAndTheMailIsAskedFirst) {
  Company c;
  const PersonId by_number = c.person({"1", "x@example.com"});
  const PersonId by_mail = c.person({"2", "otto@example.com"});
  c.account({.login = "otto", .number = "1", .mail = "otto@example.com"});
  EXPECT_EQ(c.link().person, by_number) << "by default the number is asked first, and is believed";
  c.settings.rules = {{MatchBy::mail, 0.9, {}, {}}, {MatchBy::employee_number, 1.0, {}, {}}};
  EXPECT_EQ(c.link().owner, Owner::ambiguous);
  EXPECT_THAT(c.correlated().candidates.row(0), ElementsAre(by_mail, by_number));
}

TEST(Matching, DoesNotLookAtNumbersThatNoRuleCompares) {
  Company c;
  const PersonId otto = c.person({"1", "otto@example.com"});
  c.account({.login = "otto", .number = "payroll-77", .mail = "otto@example.com"});
  c.settings.rules = {{MatchBy::mail, 0.9, {}, {}}};
  EXPECT_EQ(c.link().person, otto);
}

TEST(Fold, LeavesIllFormedBytesAsTheyAre) {
  EXPECT_EQ(fold(" \xFF"
                 "A "),
            "\xFF"
            "A");
  EXPECT_EQ(fold("\u00A0Stra\u00DFe\u00A0"), "strasse");
  EXPECT_EQ(mail_key(" A@B "), "a@b");
  EXPECT_EQ(mail_key("a b"), "");
}

}  // namespace
}  // namespace tally::correlation
