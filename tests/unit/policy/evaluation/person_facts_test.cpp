// person.*: managers, sponsors, employments before this one, and the accounts of all directories together.
#include <gmock/gmock.h>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::CoverageState;
using model::Employment;
using model::Gap;
using model::TimeFact;

/// People 1 to n, each with the manager given: "" for none.
Company led_by(const std::vector<const char*>& managers) {
  Company c;
  for (std::size_t i = 0; i < managers.size(); ++i) {
    c.person(std::to_string(i + 1).c_str());
    c.people().manager_id[i] = c.hr().text.intern(managers[i]);
  }
  return c;
}

TEST(Manager, IsKnownWhenHrHasARowForThem) {
  Company c = led_by({"2", "", "99"});
  EXPECT_EQ(c.person_fact("person.manager_known", 0), "true");
  EXPECT_EQ(c.person_fact("person.manager_known", 1), "false");
  EXPECT_EQ(c.person_fact("person.manager_known", 2), "false");
}

TEST(Manager, MayHaveARowThatWasNotSeen) {
  Company c = led_by({"2", "99"});
  c.hr().source.coverage.lower(CoverageState::partial, Gap::Kind::rejected, "3 of 9 rows were refused");
  EXPECT_EQ(c.person_fact("person.manager_known", 0), "true");
  EXPECT_EQ(c.person_fact("person.manager_known", 1), "unknown");
  EXPECT_EQ(c.person_fact("person.manager_cycle", 0), "unknown");
}

TEST(Manager, LeftWhenTheirOwnRowSaysSo) {
  Company c = led_by({"2", "3", "", "99"});
  c.people().status[1] = Employment::left;
  c.people().status[2] = Employment::unknown;
  EXPECT_EQ(c.person_fact("person.manager_left", 0), "true");
  EXPECT_EQ(c.person_fact("person.manager_left", 1), "unknown");
  EXPECT_EQ(c.person_fact("person.manager_left", 2), "false");
  EXPECT_EQ(c.person_fact("person.manager_left", 3), "unknown");
}

TEST(ManagerCycle, IsForThoseInTheCircleAlone) {
  // 1 → 2 → 3 → 2, 4 → 4, 5 → 1, 6: nobody
  Company c = led_by({"2", "3", "2", "4", "1", ""});
  std::string found;
  for (std::size_t i = 0; i < 6; ++i) found += c.person_fact("person.manager_cycle", i) + " ";
  EXPECT_EQ(found, "false true true true false false ");
}

TEST(ManagerCycle, IsUnknownForAPersonWhoseRowsDisagree) {
  Company c = led_by({"1"});
  c.people().doubt[0] = c.hr().text.intern("lines 2 and 3 give different facts for this id");
  EXPECT_EQ(c.person_fact("person.manager_cycle"), "unknown");
  EXPECT_EQ(c.person_fact("person.contradicted"), "true");
}

TEST(Sponsor, IsAnotherPersonOfHr) {
  Company c = led_by({"", ""});
  c.people().sponsor_id[0] = c.hr().text.intern("2");
  c.people().sponsor_id[1] = c.hr().text.intern("");
  c.people().status[1] = Employment::left;
  EXPECT_EQ(c.person_fact("person.sponsor", 0), "2");
  EXPECT_EQ(c.person_fact("person.sponsor_known", 0), "true");
  EXPECT_EQ(c.person_fact("person.sponsor_left", 0), "true");
  EXPECT_EQ(c.person_fact("person.sponsor_left", 1), "false");
}

std::string rehired(TimeFact before, TimeFact first_day) {
  Company c;
  c.person("1");
  c.people().previous_last_day[0] = before;
  c.people().first_day[0] = first_day;
  return c.person_fact("person.rehired");
}

TEST(Rehired, IsWhoeverBeganAfterAnEarlierEnd) {
  Company c;
  const TimeFact end = c.on("2024-01-01T00:00:00Z"), later = c.on("2025-01-01T00:00:00Z");
  EXPECT_EQ(rehired(end, later), "true");
  EXPECT_EQ(rehired(end, end), "true");  // the end is the first instant after the last day
  EXPECT_EQ(rehired(TimeFact::never({}), later), "false");
  EXPECT_EQ(rehired(TimeFact{}, later), "unknown");
  EXPECT_EQ(rehired(later, end), "unknown");  // HR contradicts itself
  EXPECT_EQ(rehired(TimeFact::known({at("2024-12-31T10:00:00Z"), at("2025-01-01T12:00:00Z")}, {}), later), "unknown");
}

/// One person; accounts as given by "works", "off" and "?" in order.
Company owner_of(const std::vector<std::string>& accounts) {
  Company c;
  c.person("1001");
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    c.account(("a" + std::to_string(i)).c_str(), "1001");
    model::BoolFact& enabled = c.accounts().enabled[i];
    if (accounts[i] == "off") enabled = model::BoolFact::known(false, base::TextId(0));
    if (accounts[i] == "?") enabled = model::BoolFact::unknown(c.directory().text.intern("not delivered"));
  }
  return c;
}

TEST(AccountsOfAPerson, AreCountedOverAllDirectories) {
  EXPECT_EQ(owner_of({}).person_fact("person.accounts"), "0");
  EXPECT_EQ(owner_of({"works", "off"}).person_fact("person.accounts"), "2");
}

TEST(AccountsOfAPerson, CannotBeCountedWhileADirectoryHidesSome) {
  Company c = owner_of({});
  c.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(c.person_fact("person.accounts"), "unknown");
  EXPECT_EQ(c.person_fact("person.has_usable_account"), "unknown");
}

TEST(AccountsOfAPerson, WorkForCertainAsSoonAsOneIsSeenTo) {
  EXPECT_EQ(owner_of({"off", "works"}).person_fact("person.has_usable_account"), "true");
  EXPECT_EQ(owner_of({"?", "works"}).person_fact("person.has_usable_account"), "true");
  EXPECT_EQ(owner_of({"off", "?"}).person_fact("person.has_usable_account"), "unknown");
  EXPECT_EQ(owner_of({"off"}).person_fact("person.has_usable_account"), "false");
  Company hidden = owner_of({"works"});
  hidden.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(hidden.person_fact("person.has_usable_account"), "true");
}

TEST(GroupsOfAPerson, AreThoseOfAllAccountsThroughNestingAndEachOnce) {
  Company c = owner_of({"works", "works"});
  const auto outer = c.group("Outer"), inner = c.group("Inner"), other = c.group("Another");
  c.nested(inner, outer);
  c.nested(outer, inner);  // a circle does no harm
  c.member(model::AccountId(0), inner);
  c.member(model::AccountId(1), inner);
  c.member(model::AccountId(1), other);
  EXPECT_EQ(c.person_fact("person.groups"), "Another, Inner, Outer");
  EXPECT_EQ(c.person_fact("person.groups_seen"), "Another, Inner, Outer");
}

TEST(GroupsOfAPerson, MayBeMoreWhileMembersCouldNotBeRead) {
  Company c = owner_of({"works"});
  c.member(model::AccountId(0), c.group("Seen"));
  c.groups().members_unknown[0] = c.directory().text.intern("computed by the server");
  EXPECT_EQ(c.person_fact("person.groups"), "unknown");
  EXPECT_EQ(c.person_fact("person.groups_seen"), "Seen");
}

TEST(HrText, ThatNoColumnGivesIsUnknown) {
  Company c;
  c.person("1");
  c.people().department[0] = c.hr().text.intern("");
  for (const char* fact : {"person.title", "person.employment_type", "person.cost_center", "person.location",
                           "person.mail", "person.manager", "person.sponsor", "person.manager_known",
                           "person.manager_left", "person.sponsor_known", "person.sponsor_left"}) {
    EXPECT_EQ(c.person_fact(fact), "unknown") << fact;
  }
  EXPECT_EQ(c.person_fact("person.department"), "") << "HR has the column, and gives none";
}

TEST(EarlierFeed, TellsOnlyWhoHadLeftThen) {
  Company c;
  for (const char* number : {"1", "2"}) {
    const std::size_t i = c.person(number).index();
    c.people().title[i] = c.hr().text.intern("Clerk");
    c.people().training_valid_until[i] = TimeFact::never({});
  }
  c.people().status[1] = Employment::left;
  c.hr().source.in_force_since = Company::kNow - std::chrono::hours(24);
  EXPECT_EQ(c.person_fact("person.title", 0), "unknown");
  EXPECT_EQ(c.person_fact("person.training_valid_until", 0), "unknown");
  EXPECT_EQ(c.person_fact("person.rehired", 0), "unknown");
  EXPECT_EQ(c.person_fact("person.employee_id", 0), "1") << "who they are does not change";
  EXPECT_EQ(c.person_fact("person.title", 1), "Clerk");
  EXPECT_EQ(c.person_fact("person.training_valid_until", 1), "never");
}

}  // namespace
}  // namespace tally::evaluation
