// What became of the access of leavers whose accounts were deleted, and are still known to have been.
#include <gmock/gmock.h>

#include "policy/evaluation/leavers.h"
#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using model::Revocation;
using model::TimeFact;
using model::Truth;
using ::testing::SizeIs;

const base::Instant kYesterday = Company::kNow - std::chrono::days(1);

/// Person 1001 left on 10 October and has that many accounts, none of which works.
Company left(int accounts) {
  Company c;
  c.person("1001");
  c.people().last_day[0] = c.on("2026-10-10T00:00:00Z");
  for (int i = 0; i < accounts; ++i) {
    const auto account = c.account(("a" + std::to_string(i)).c_str(), "1001");
    c.accounts().enabled[account.index()] = model::BoolFact::known(false, base::TextId(0));
  }
  return c;
}

/// The one leaver that the first run of all follows.
Revocation only(Company& c) {
  const auto all = follow_leavers(c.inputs(), {});
  EXPECT_THAT(all, SizeIs(1));
  return all.empty() ? Revocation() : all[0].revocation;
}

/// An account of theirs that the directory still knows: on until it was deleted on 14 October.
std::size_t was_deleted(Company& c, const char* number, const char* when = "2026-10-14T09:00:00Z") {
  model::DeletedAccounts& d = c.directory().deleted;
  const std::size_t row = d.add(model::SourceId(0)).index();
  d.employee_number[row] = c.directory().text.intern(number);
  d.native_id[row] = c.directory().text.intern("g-" + std::to_string(row));
  d.enabled[row] = model::BoolFact::known(true, base::TextId(0));
  d.expires[row] = TimeFact::never(base::TextId(0));
  d.created[row] = c.on("2020-01-01T00:00:00Z");
  d.deleted[row] = c.on(when);
  return row;
}

TEST(FollowDeletedLeavers, NamesTheLogThatTellsOfADeletion) {
  Company c = left(0);
  const std::size_t row = was_deleted(c, "1001");
  c.directory().deleted.deleted[row].basis = c.directory().text.intern("cn=changelog");
  EXPECT_EQ(only(c).access_told, "by deletion; source: cn=changelog of corp");
}

TEST(FollowDeletedLeavers, TellsWhenADeletedAccountWentThatItsDirectoryStillKnows) {
  Company c = left(0);
  was_deleted(c, "1001");
  was_deleted(c, "1002", "2026-10-20T09:00:00Z");
  const Revocation r = only(c);
  EXPECT_EQ(r.access.gone, Bounds::exactly(at("2026-10-14T09:00:00Z"))) << "the other one is not theirs";
  EXPECT_EQ(r.access_told, "by deletion; source: deleted objects of corp");
  EXPECT_TRUE(r.kept_access());
  EXPECT_EQ(r.accounts, 1u);
  EXPECT_EQ(r.groups.gone, (Bounds{base::kBeginningOfTime, at("2026-10-14T09:00:00Z")}));
}

TEST(FollowDeletedLeavers, TakesTheLastOfThoseThatWereDeletedAndThoseThatAreThere) {
  Company c = left(1);
  c.accounts().switched[0] = c.accounts().modified[0] = c.on("2026-10-12T09:00:00Z");
  was_deleted(c, "1001", "2026-10-11T09:00:00Z");
  EXPECT_EQ(only(c).access.gone, Bounds::exactly(at("2026-10-12T09:00:00Z")));
  EXPECT_EQ(only(c).access_told, "");
  Company later = left(1);
  later.accounts().switched[0] = later.accounts().modified[0] = later.on("2026-10-12T09:00:00Z");
  was_deleted(later, "1001", "2026-10-14T09:00:00Z");
  EXPECT_EQ(only(later).access.gone, Bounds::exactly(at("2026-10-14T09:00:00Z")));
}

TEST(FollowDeletedLeavers, DoesNotSayThatADeletedAccountWorkedUntilThenUnlessThatIsKnown) {
  Company off = left(0), tombstone = left(0), expired = left(0), untold = left(0);
  const std::size_t row = was_deleted(off, "1001");
  off.directory().deleted.enabled[row] = model::BoolFact::known(false, base::TextId(0));
  off.directory().deleted.switched[row] = off.on("2026-10-11T09:00:00Z");
  EXPECT_EQ(only(off).access.gone, Bounds::exactly(at("2026-10-11T09:00:00Z")));
  EXPECT_EQ(only(off).access_told, "by deletion at the latest; source: deleted objects of corp");
  was_deleted(tombstone, "1001");
  tombstone.directory().deleted.expires[0] = TimeFact{};
  EXPECT_EQ(only(tombstone).access.gone, (Bounds{base::kBeginningOfTime, at("2026-10-14T09:00:00Z")}));
  EXPECT_FALSE(only(tombstone).kept_access());
  was_deleted(expired, "1001");
  expired.directory().deleted.expires[0] = expired.on("2026-10-01T00:00:00Z");
  EXPECT_EQ(only(expired).access.gone, (Bounds{base::kBeginningOfTime, at("2026-10-14T09:00:00Z")}));
  was_deleted(untold, "1001");
  untold.directory().deleted.deleted[0] = TimeFact{};
  EXPECT_EQ(only(untold).access.gone, (Bounds{base::kBeginningOfTime, Company::kNow}));
  EXPECT_EQ(only(untold).access_told, "");
}

TEST(FollowDeletedLeavers, AsksNoRuleAboutDeletedAccounts) {
  Company c = left(0);
  was_deleted(c, "1001");
  was_deleted(c, "");
  EXPECT_EQ(c.inputs().snapshot.accounts.size(), 0u);
  EXPECT_TRUE(c.inputs().links.links.empty()) << "nobody's, and no orphan";
}

TEST(FollowDeletedLeavers, SaysWhenAnAccountWentThatWorkedAndIsDeletedByNow) {
  Company c = left(0);
  was_deleted(c, "1001", "2026-10-31T06:00:00Z");
  Revocation before;
  before.key = "person/hr/1001";
  before.left = before.seen = Bounds::exactly(at("2026-10-10T00:00:00Z"));
  before.access.there = Truth::yes;
  before.until = before.looked = kYesterday;
  before.worked = {"account/corp/g-0"};
  FollowedBefore yesterday;
  yesterday.known = {&before, 1};
  yesterday.looked = kYesterday;
  const auto all = follow_leavers(c.inputs(), yesterday);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].revocation.access.gone, Bounds::exactly(at("2026-10-31T06:00:00Z")));
}

}  // namespace
}  // namespace tally::evaluation
