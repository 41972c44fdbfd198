// An earlier run beside this one: who has an identifier that was somebody else's, and who only has another name.
#include "policy/correlation/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::Truth;

/// What is known of the first account, or the first person, of `now` after `then`.
Reuse reuse(const Company& then, const Company& now) {
  return identifier_reuse(now.snapshot, now.correlated(), remembered(then.snapshot, then.correlated()));
}

const base::Instant kMonday = *base::parse_instant("2026-03-02T05:00:00Z");
constexpr base::Duration kDay = std::chrono::hours(24);

/// A company is audited every day from Monday on; nothing of before is known.
class Days {
 public:
  /// What was found about the first account.
  Truth audit(Company now, base::Duration after = kDay) {
    now.snapshot.as_of = at_;
    const Correlation links = correlate_since(before_, now.snapshot, now.settings, now.decisions);
    const PreviousLinks seen = remembered(now.snapshot, links);
    before_ = before_ ? merged(*before_, seen, at_) : seen;
    at_ += after;
    return !links.reuse || links.reuse->account.empty() ? Truth::unknown : links.reuse->account[0].value;
  }
  [[nodiscard]] const PreviousLinks& remembers() const { return *before_; }

 private:
  base::Instant at_ = kMonday;
  std::optional<PreviousLinks> before_;
};

Company company(std::vector<PersonRow> people, std::vector<AccountRow> accounts) {
  Company c;
  for (const PersonRow& person : people) c.person(person);
  for (const AccountRow& account : accounts) c.account(account);
  return c;
}

const PersonRow kAda{.number = "1", .mail = "ada@x.test", .given = "Ada", .family = "Weber"};
const PersonRow kBob{.number = "2", .mail = "bob@x.test", .given = "Bob", .family = "Maier"};
const AccountRow kAdas{.login = "ada", .number = "1", .native_id = "g-1"};

TEST(History, ChangesNothingWhereNothingChanged) {
  const Company c = company({kAda, kBob}, {kAdas});
  const Reuse found = reuse(c, c);
  EXPECT_EQ(found.account[0].value, Truth::no);
  EXPECT_EQ(found.person[0].value, Truth::no);
  EXPECT_EQ(found.renamed[0].value, Truth::no);
}

TEST(History, KnowsAMarriedWoman) {
  const Company then = company({kAda}, {kAdas});
  const Company now = company({{.number = "1", .mail = "ada.klein@x.test", .given = "ADA", .family = "Klein"}},
                              {{.login = "ada.klein", .number = "1", .native_id = "g-1"}});
  const Reuse found = reuse(then, now);
  EXPECT_EQ(found.person[0].value, Truth::no);
  EXPECT_EQ(found.renamed[0].value, Truth::yes);
  EXPECT_EQ(found.account[0].value, Truth::no);
}

TEST(History, SeesAnEmployeeNumberThatIsSomebodyElsesNow) {
  const Reuse found = reuse(company({kAda}, {}), company({{.number = "1", .given = "Bob", .family = "Maier"}}, {}));
  EXPECT_EQ(found.person[0].value, Truth::yes);
  EXPECT_EQ(found.renamed[0].value, Truth::no);
}

TEST(History, CannotTellSiblingsFromACorrectedGivenName) {
  const Reuse found = reuse(company({kAda}, {}), company({{.number = "1", .given = "Eva", .family = "Weber"}}, {}));
  EXPECT_EQ(found.person[0].value, Truth::unknown);
}

TEST(History, TakesAnotherSpellingForTheSameName) {
  const Reuse found = reuse(company({{.number = "1", .given = "José", .family = "van Dyck"}}, {}),
                            company({{.number = "1", .given = "JOSE", .family = "Dyck"}}, {}));
  EXPECT_EQ(found.person[0].value, Truth::no);
  EXPECT_EQ(found.renamed[0].value, Truth::no);
}

TEST(History, SeesAnAddressOfAnotherInHr) {
  const Reuse found = reuse(company({kAda}, {}),
                            company({{.number = "9", .mail = "ADA@x.test", .given = "Ada", .family = "Wolf"}}, {}));
  EXPECT_EQ(found.person[0].value, Truth::yes);
}

TEST(History, DoesNotCallARehireAnotherHuman) {
  const Reuse found = reuse(company({kAda}, {kAdas}),
                            company({{.number = "9", .mail = "ada@x.test", .given = "Ada", .family = "Weber"}},
                                    {{.login = "ada", .number = "9", .native_id = "g-1"}}));
  EXPECT_EQ(found.person[0].value, Truth::unknown);
  EXPECT_EQ(found.account[0].value, Truth::unknown);
}

TEST(History, SeesALoginThatIsAnotherPersonsAccountNow) {
  const Reuse found = reuse(company({kAda, kBob}, {kAdas}),
                            company({kAda, kBob}, {{.login = "ADA", .number = "2", .native_id = "g-2"}}));
  EXPECT_EQ(found.account[0].value, Truth::yes);
}

TEST(History, SeesAnAccountThatWasHandedOver) {
  const Company now = company({kAda, kBob}, {{.login = "ada", .number = "2", .native_id = "g-1"}});
  EXPECT_EQ(reuse(company({kAda, kBob}, {kAdas}), now).account[0].value, Truth::yes);
}

TEST(History, BelievesWhoeverPutALinkRight) {
  Company now = company({kAda, kBob}, {kAdas});
  now.decide(model::AccountId(0), "2", true);
  EXPECT_EQ(reuse(company({kAda, kBob}, {kAdas}), now).account[0].value, Truth::no);
}

TEST(History, TakesTheSameLoginInAnotherDirectoryForAnotherOne) {
  Company now = company({kAda, kBob}, {});
  now.account({.login = "ada", .number = "2", .native_id = "g-9"}, now.source("unix", model::SourceKind::directory));
  Company then = company({kAda, kBob}, {kAdas});
  then.source("unix", model::SourceKind::directory);
  EXPECT_EQ(reuse(then, now).account[0].value, Truth::no);
}

TEST(History, SeesAnAccountMadeAnewForTheSamePerson) {
  EXPECT_EQ(reuse(company({kAda}, {kAdas}), company({kAda}, {{.login = "ada", .number = "1", .native_id = "g-2"}}))
                .account[0]
                .value,
            Truth::no);
}

TEST(History, SeesAnAddressOnAnotherPersonsAccount) {
  const AccountRow with_mail{.login = "ada", .number = "1", .mail = "info@x.test", .native_id = "g-1"};
  const AccountRow others{.login = "bob", .number = "2", .mail = "info@x.test", .native_id = "g-2"};
  EXPECT_EQ(reuse(company({kAda, kBob}, {with_mail}), company({kAda, kBob}, {others})).account[0].value, Truth::yes);
  const AccountRow hers{.login = "adm-ada", .number = "1", .mail = "info@x.test", .native_id = "g-3"};
  EXPECT_EQ(reuse(company({kAda, kBob}, {with_mail}), company({kAda, kBob}, {hers})).account[0].value, Truth::no);
}

TEST(History, CannotTellWhoseAnAccountWasThatWasNobodys) {
  const AccountRow nobodys{.login = "ada", .native_id = "g-0"};
  EXPECT_EQ(reuse(company({kAda}, {nobodys}), company({kAda}, {kAdas})).account[0].value, Truth::unknown);
  EXPECT_EQ(reuse(company({kAda}, {kAdas}), company({kAda}, {nobodys})).account[0].value, Truth::unknown);
}

TEST(History, CannotTellWhatAnEarlierRunDidNotSee) {
  Company then = company({kBob}, {});
  then.lower(0, model::CoverageState::partial);
  then.lower(1, model::CoverageState::partial);
  const Reuse found = reuse(then, company({kAda}, {kAdas}));
  EXPECT_EQ(found.person[0].value, Truth::unknown);
  EXPECT_EQ(found.account[0].value, Truth::unknown);
  EXPECT_EQ(found.text.view(found.account[0].basis), "no earlier run saw all of the directory");
}

TEST(History, KnowsAPersonsAccountThatBecameAService) {
  Company now = company({kAda}, {kAdas});
  now.settings.registered = {{"", "ada", "", ""}};
  EXPECT_EQ(reuse(company({kAda}, {kAdas}), now).account[0].value, Truth::yes);
}

TEST(Remembered, IsALoginWhoseOwnerWentLongBeforeSomebodyElseGotIt) {
  Days days;
  days.audit(company({kAda, kBob}, {kAdas}));
  days.audit(company({kBob}, {}), 300 * kDay);
  const Company now = company({kBob}, {{.login = "ada", .number = "2", .native_id = "g-2"}});
  EXPECT_EQ(days.audit(now), Truth::yes);
  EXPECT_EQ(days.audit(now), Truth::yes) << "the second audit that sees it still knows";
}

TEST(Remembered, IsNotForever) {
  Days days;
  days.audit(company({kAda, kBob}, {kAdas}));
  days.audit(company({kBob}, {}), kRememberedFor + kDay);
  const Company now = company({kBob}, {{.login = "ada", .number = "2", .native_id = "g-2"}});
  days.audit(now);
  EXPECT_EQ(days.audit(now), Truth::no);
}

TEST(Remembered, DoesNotHoldACorrectedMistakeAgainstAnybody) {
  const Company right = company({kAda, kBob}, {kAdas});
  const Company wrong = company({kAda, kBob}, {{.login = "ada", .number = "2", .native_id = "g-1"}});
  Days days;
  days.audit(right);
  EXPECT_EQ(days.audit(wrong), Truth::yes);
  EXPECT_EQ(days.audit(right), Truth::no);
}

TEST(Remembered, TakesTwoWhoHaveOneAddressAtATimeForNoReuse) {
  const Company both =
      company({kAda, kBob}, {{.login = "bob", .number = "2", .mail = "info@x.test", .native_id = "g-2"},
                             {.login = "ada", .number = "1", .mail = "info@x.test", .native_id = "g-1"}});
  Days days;
  days.audit(both);
  EXPECT_EQ(days.audit(both), Truth::no);
}

TEST(Remembered, DoesNotGrowWhereNothingChanges) {
  const Company c = company({kAda, kBob}, {kAdas});
  Days days;
  for (int day = 0; day < 5; ++day) days.audit(c);
  EXPECT_EQ(days.remembers().accounts.size(), 1U);
  EXPECT_EQ(days.remembers().people.size(), 2U);
  EXPECT_EQ(days.remembers().accounts[0].since, kMonday);
  EXPECT_EQ(days.remembers().accounts[0].seen, kMonday + 4 * kDay);
  EXPECT_THAT(days.remembers().complete, testing::ElementsAre("hr", "ad"));
}

}  // namespace
}  // namespace tally::correlation
