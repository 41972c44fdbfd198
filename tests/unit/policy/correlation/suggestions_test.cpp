// Who is suggested for an account that is nobody's, why, and who is not.
#include "policy/correlation/suggestions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// "1001 0.79: why" for each.
std::vector<std::string> suggested(const Company& c, AccountId account = AccountId(0)) {
  const Correlation links = c.correlated();
  std::vector<std::string> out;
  for (const Suggestion& s : links.suggestions.row(account.index())) {
    char score[16];
    std::snprintf(score, sizeof score, " %.2f: ", static_cast<double>(s.score));
    out.push_back(std::string(c.snapshot.view(c.snapshot.people.employee_id[s.person.index()])) + score +
                  std::string(links.text.view(s.why)));
  }
  return out;
}

std::vector<std::string> numbers(const Company& c, AccountId account = AccountId(0)) {
  std::vector<std::string> out;
  for (const std::string& one : suggested(c, account)) out.push_back(one.substr(0, one.find(' ')));
  return out;
}

/// One account that is nobody's and one person: is she suggested, and why?
std::string why(const PersonRow& person, const AccountRow& account) {
  Company c;
  c.person(person);
  c.account(account);
  const auto all = suggested(c);
  return all.empty() ? "" : all.front().substr(all.front().find(": ") + 2);
}

TEST(Suggestion, LinksNothing) {
  Company c;
  c.person({.number = "1", .given = "John", .family = "Smith"});
  c.account({.login = "john.smith", .name = "John Smith"});
  EXPECT_EQ(c.link().owner, Owner::nobody);
  EXPECT_THAT(suggested(c), ElementsAre("1 0.86: the login is made of the given and the family name "
                                        "({given}.{family}); the display name has the given and the family name"));
}

TEST(Suggestion, IsMadeForOpenAccountsOnly) {
  Company c;
  c.person({.number = "1", .given = "John", .family = "Smith"});
  const AccountId linked = c.account({.login = "jsmith", .number = "1"});
  c.settings.registered = {{"", "smithj", "", ""}};
  const AccountId registered = c.account({.login = "smithj"});
  EXPECT_THAT(suggested(c, linked), IsEmpty());
  EXPECT_THAT(suggested(c, registered), IsEmpty());
}

TEST(Suggestion, IsNotMadeWhereHrWasNotSeen) {
  Company c;
  c.person({.number = "1", .given = "John", .family = "Smith"});
  c.account({.login = "john.smith"});
  c.lower(0, model::CoverageState::partial);
  EXPECT_THAT(suggested(c), IsEmpty());
}

TEST(Suggestion, TellsTheCandidatesOfAnAmbiguousAccountApart) {
  Company c;
  c.person({.number = "1", .mail = "office@x.test", .given = "Ada", .family = "Weber"});
  c.person({.number = "2", .mail = "office@x.test", .given = "Bob", .family = "Maier"});
  c.account({.login = "bmaier", .mail = "office@x.test"});
  EXPECT_EQ(c.link().owner, Owner::ambiguous);
  EXPECT_THAT(numbers(c), ElementsAre("2", "1"));
}

TEST(Suggestion, IsNeverWhoItIsDecidedNotToBe) {
  Company c;
  c.person({.number = "1", .given = "John", .family = "Smith"});
  c.account({.login = "john.smith"});
  c.decide(AccountId(0), "1", false);
  EXPECT_THAT(suggested(c), IsEmpty());
}

TEST(Suggestion, KnowsUmlautsAccentsAndScripts) {
  const PersonRow juergen{.number = "1", .given = "Jürgen", .family = "Müller"};
  for (const char* login : {"juergen.mueller", "jurgen.muller", "jmueller", "muellerj"})
    EXPECT_THAT(why(juergen, {.login = login}), HasSubstr("the login is made of")) << login;
  EXPECT_THAT(why({.number = "1", .given = "Jurgen", .family = "Mueller"}, {.login = "x", .name = "Jürgen Müller"}),
              HasSubstr("has the given and the family name"));
  EXPECT_THAT(why({.number = "1", .given = "Иван", .family = "Петров"}, {.login = "ivan.petrov"}), HasSubstr("login"));
  EXPECT_THAT(why({.number = "1", .given = "Xiaoming", .family = "Wang"}, {.login = "x", .name = "王小明"}),
              HasSubstr("display name"));
}

TEST(Suggestion, KnowsDoubleNamesParticlesAndOrder) {
  const PersonRow anna{.number = "1", .given = "Anna", .family = "Müller-Lüdenscheidt"};
  EXPECT_EQ(why(anna, {.login = "x", .name = "Mueller Luedenscheidt, Anna"}),
            "the display name has the given and the family name");
  EXPECT_EQ(why(anna, {.login = "x", .name = "Anna Müllerlüdenscheidt"}),
            "the display name has the given and the family name");
  EXPECT_EQ(why(anna, {.login = "x", .name = "Anna Mueller"}),
            "the display name has the given name and a part of the family name");
  EXPECT_THAT(why(anna, {.login = "amuellerluedenscheidt"}), HasSubstr("{g}{family}"));
  EXPECT_THAT(why(anna, {.login = "anna.mueller-luedenscheidt"}), HasSubstr("{given}.{family}"));
  const PersonRow jan{.number = "1", .given = "Jan", .family = "van der Meer"};
  EXPECT_EQ(why(jan, {.login = "x", .name = "Jan Meer"}), "the display name has the given and the family name");
  EXPECT_THAT(why(jan, {.login = "jvandermeer"}), HasSubstr("{g}{family}"));
  EXPECT_THAT(why(jan, {.login = "jmeer"}), HasSubstr("{g}{family}"));
  EXPECT_EQ(why({.number = "1", .given = "Thomas", .family = "James"}, {.login = "x", .name = "James Thomas"}),
            "the display name has the given and the family name in the other order");
}

TEST(Suggestion, PutsTheRightOneOfSwappedNamesFirst) {
  Company c;
  c.person({.number = "1", .given = "James", .family = "Thomas"});
  c.person({.number = "2", .given = "Thomas", .family = "James"});
  c.account({.login = "x", .name = "Thomas James"});
  EXPECT_THAT(numbers(c), ElementsAre("2", "1"));
}

TEST(Suggestion, PutsTheSonBeforeTheFatherWhoIsNoJunior) {
  Company c;
  c.person({.number = "1", .given = "Hans", .family = "Maier"});
  c.person({.number = "2", .given = "Hans", .family = "Maier jun."});
  c.person({.number = "3", .given = "Hans", .family = "Maier sen."});
  c.account({.login = "x", .name = "Hans Maier jun."});
  EXPECT_THAT(numbers(c), ElementsAre("2", "1"));  // 3 is another generation: half the score is too little
}

TEST(Suggestion, KnowsNumbersBehindLogins) {
  EXPECT_THAT(why({.number = "1", .given = "John", .family = "Smith"}, {.login = "john.smith2"}),
              HasSubstr("with a number behind it ({given}.{family})"));
}

TEST(Suggestion, KnowsTheAccountsOfAdministrators) {
  Company c;
  c.settings.personas = {{"admin", "adm-", "", "", "", ""}};
  c.person({.number = "1", .given = "John", .family = "Smith"});
  c.account({.login = "adm-john.smith"});
  EXPECT_THAT(numbers(c), ElementsAre("1"));
}

TEST(Suggestion, KnowsNumbersThatLostTheirZeros) {
  Company c;  // a spreadsheet ate them
  c.person({.number = "00123"});
  c.account({.login = "x", .number = "123"});
  EXPECT_EQ(c.link().owner, Owner::nobody);
  EXPECT_THAT(suggested(c), ElementsAre("00123 0.60: the employee number is equal but for zeros in front"));
}

TEST(Suggestion, NamesWhatContradictsIt) {
  Company c;
  c.person({.number = "1", .given = "John", .family = "Smith"});
  c.account({.login = "john.smith", .number = "2", .name = "John Smith"});
  EXPECT_THAT(suggested(c), ElementsAre(HasSubstr("1 0.43: ")));
  EXPECT_THAT(suggested(c).front(), HasSubstr("but the account has another employee number"));
}

TEST(Suggestion, NamesALikenessThatOnlyLooksLikeOne) {
  const PersonRow ada{.number = "1", .given = "Ada", .family = "Smith"};
  EXPECT_EQ(why(ada, {.login = "x", .name = "Ad\xD0\xB0 Smith"}),
            "the display name is like it only by characters that look alike");
  EXPECT_THAT(why(ada, {.login = "ada.srnith"}), HasSubstr("only by characters that look alike ({given}.{family})"));
  EXPECT_EQ(why({.number = "1", .login = "paul"}, {.login = "pau1"}),
            "the login is like it only by characters that look alike");
  EXPECT_EQ(why(ada, {.login = "x", .name = "Eva Smith"}), "");
}

TEST(Suggestion, IsNotMadeOfAFamilyNameAlone) {
  EXPECT_EQ(why({.number = "1", .given = "Ada", .family = "Smith"}, {.login = "smith", .name = "Smith"}), "");
  EXPECT_EQ(why({.number = "1", .given = "Ada", .family = "Smith"}, {.login = "x", .name = "Bob Smith"}), "");
}

TEST(Suggestion, SaysNothingOfAnybodyInItsReasons) {
  EXPECT_THAT(why({.number = "4711", .mail = "ada@x.test", .given = "Ada", .family = "Lovelace"},
                  {.login = "alovelace", .name = "Lovelace, Ada"}),
              AllOf(Not(HasSubstr("ovelace")), Not(HasSubstr("4711"))));
}

TEST(Suggestion, ComesFromARuleThatIsNotSureEnoughToLink) {
  Company c;
  c.settings.rules.push_back({MatchBy::mail_local_part, 0.5, {}, {}});
  c.person({.number = "1", .mail = "ada@x.test"});
  c.account({.login = "ada"});
  EXPECT_EQ(c.link().owner, Owner::person);
  c.settings.link_from = 0.6;
  EXPECT_EQ(c.link().owner, Owner::nobody);
  EXPECT_THAT(suggested(c), ElementsAre("1 0.50: the login is HR's mail address before the @"));
}

TEST(Suggestion, IsOneOfAtMostSoManyInAnOrderOfTheirOwn) {
  Company c;
  for (const char* number : {"5", "3", "4", "1"}) c.person({.number = number, .given = "Ada", .family = "Smith"});
  c.account({.login = "ada.smith"});
  EXPECT_THAT(numbers(c), ElementsAre("1", "3", "4"));
  c.settings.suggestions = 1;
  EXPECT_THAT(numbers(c), ElementsAre("1"));
  c.settings.suggestions = 0;
  EXPECT_THAT(numbers(c), IsEmpty());
}

TEST(Suggestion, IsNotMadeByANameThatTooManyHave) {
  Company c;
  for (std::size_t i = 0; i <= kMaxBlock; ++i) c.person({.number = std::to_string(i), .given = "Ada", .family = "Li"});
  c.account({.login = "ada.li", .name = "Ada Li"});
  EXPECT_THAT(numbers(c), IsEmpty());
}

TEST(Suggestion, OfHostileNamesCostsLittle) {
  Company c;
  std::string wide;
  for (char letter = 'a'; letter < 'z'; ++letter) wide += std::string(1, letter) + "x ";
  for (int i = 0; i < 500; ++i)
    c.person({.number = std::to_string(i), .given = wide, .family = wide, .display = std::string(5000, 'y')});
  for (int i = 0; i < 50; ++i) c.account({.login = std::string(60, 'a'), .name = wide});
  EXPECT_THAT(numbers(c), IsEmpty());  // everybody has these names
}

}  // namespace
}  // namespace tally::correlation
