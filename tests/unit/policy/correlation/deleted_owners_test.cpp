// Whose accounts were that are no more.
#include "policy/correlation/deleted_owners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::DeletedId;
using testing::ElementsAre;
using testing::IsEmpty;

DeletedId deleted(Company& c, const AccountRow& row) {
  const DeletedId id = c.snapshot.deleted.add(model::SourceId(1));
  model::DeletedAccounts& d = c.snapshot.deleted;
  d.login[id.index()] = c.snapshot.text.add(row.login);
  d.employee_number[id.index()] = c.snapshot.text.add(row.number);
  d.mail[id.index()] = c.snapshot.text.add(row.mail);
  d.native_id[id.index()] = c.snapshot.text.add(row.native_id);
  d.kind[id.index()] = row.kind;
  return id;
}

const PersonRow kAda{.number = "1", .mail = "ada@x.test", .given = "Ada", .family = "Weber"};
const PersonRow kBob{.number = "2", .mail = "bob@x.test", .given = "Bob", .family = "Maier"};

std::vector<DeletedId> of_ada(const Company& c, const std::optional<PreviousLinks>& before = std::nullopt) {
  const Correlation links = correlate_since(before, c.snapshot, c.settings, c.decisions);
  if (links.deleted_of.rows() == 0) return {};
  const auto row = links.deleted_of.row(0);
  return {row.begin(), row.end()};
}

TEST(DeletedOwners, AreFoundByTheRulesOfAccountsThatAreThere) {
  Company c;
  c.person(kAda);
  c.person(kBob);
  const DeletedId by_number = deleted(c, {.login = "ada", .number = "1"});
  deleted(c, {.login = "bob", .number = "2"});
  const DeletedId by_mail = deleted(c, {.login = "ada2", .mail = "ADA@x.test"});
  deleted(c, {.login = "nobody"});
  EXPECT_THAT(of_ada(c), ElementsAre(by_number, by_mail));
}

TEST(DeletedOwners, DoNotMakeTheAccountOneThatIsThere) {
  Company c;
  c.person(kAda);
  deleted(c, {.login = "ada", .number = "1"});
  EXPECT_TRUE(c.correlated().links.empty());
  EXPECT_THAT(c.correlated().accounts_of.row(0), IsEmpty());
}

/// Ada's account while it was there, seen by an earlier run.
PreviousLinks seen_before(const PersonRow& person = kAda) {
  Company then;
  then.person(person);
  then.account({.login = "ada", .number = person.number, .native_id = "g-1"});
  return remembered(then.snapshot, then.correlated());
}

TEST(DeletedOwners, AreWhoHadItWhenARunSawIt) {
  Company c;
  c.person(kAda);
  const DeletedId tombstone = deleted(c, {.login = "ada", .native_id = "g-1"});
  deleted(c, {.login = "ada", .native_id = "g-2"});
  EXPECT_THAT(of_ada(c), IsEmpty()) << "a tombstone has no employee number";
  EXPECT_THAT(of_ada(c, seen_before()), ElementsAre(tombstone));
}

TEST(DeletedOwners, AreNotWhoeverGotTheNumberNext) {
  Company c;
  c.person({.number = "1", .given = "Eva", .family = "Koch"});
  deleted(c, {.login = "ada", .native_id = "g-1"});
  EXPECT_THAT(of_ada(c, seen_before()), IsEmpty());
}

TEST(DeletedOwners, AreNotOfWhomSomebodySaidThatItIsNotTheirs) {
  Company c;
  c.person(kAda);
  deleted(c, {.login = "ada", .native_id = "g-1"});
  c.decide("account/ad/g-1", "1", false);
  EXPECT_THAT(of_ada(c, seen_before()), IsEmpty());
}

TEST(DeletedOwners, AreNobodyWhereNothingWasDeleted) {
  Company c;
  c.person(kAda);
  EXPECT_EQ(correlate_since(std::nullopt, c.snapshot, c.settings, {}).deleted_of.rows(), 0U);
}

}  // namespace
}  // namespace tally::correlation
