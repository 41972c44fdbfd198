// What became of the access of everybody who left.
#include "policy/evaluation/leavers.h"

#include <gmock/gmock.h>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using model::CoverageState;
using model::Gap;
using model::Revocation;
using model::TimeFact;
using model::Truth;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const base::Instant kYesterday = Company::kNow - std::chrono::days(1);

/// Person 1001 left in October; accounts as given, true for those that work.
Company left(const std::vector<bool>& accounts, const char* end = "2026-10-10T00:00:00Z") {
  Company c;
  c.person("1001");
  c.people().last_day[0] = c.on(end);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    c.account(("a" + std::to_string(i)).c_str(), "1001");
    if (!accounts[i]) c.accounts().enabled[i] = model::BoolFact::known(false, base::TextId(0));
  }
  return c;
}

/// The one leaver that the first run of all follows.
Revocation only(Company& c) {
  const auto all = follow_leavers(c.inputs(), {}, std::nullopt);
  EXPECT_THAT(all, SizeIs(1));
  return all.empty() ? Revocation() : all[0].revocation;
}

TEST(FollowLeavers, TellsWhetherAnAccountWorks) {
  Company c = left({true, false});
  const Revocation r = only(c);
  EXPECT_EQ(r.key, "person/hr/1001");
  EXPECT_EQ(r.employee_id, "1001");
  EXPECT_EQ(r.name, "Person 1001");
  EXPECT_EQ(r.left, Bounds::exactly(at("2026-10-10T00:00:00Z")));
  EXPECT_EQ(r.access.there, Truth::yes);
  EXPECT_EQ(r.accounts, 1u);
}

TEST(FollowLeavers, TakesTheLastOfSeveralAccounts) {
  Company c = left({false, false});
  c.accounts().modified[0] = c.on("2026-10-11T00:00:00Z");
  c.accounts().created[1] = c.accounts().modified[1] = c.on("2026-10-12T00:00:00Z");
  const Revocation r = only(c);
  EXPECT_EQ(r.access.there, Truth::no);
  EXPECT_EQ(r.access.gone, Bounds::exactly(at("2026-10-12T00:00:00Z")));
  EXPECT_EQ(r.accounts, 2u);
}

TEST(FollowLeavers, KnowsThatAnExpiredAccountEndedThen) {
  Company c = left({true});
  c.accounts().expires[0] = c.on("2026-10-10T18:00:00Z");
  EXPECT_EQ(only(c).access.gone, Bounds::exactly(at("2026-10-10T18:00:00Z")));
}

TEST(FollowLeavers, DoesNotCallGoneWhatWasNotSeen) {
  Company hidden = left({false});
  hidden.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(only(hidden).access.there, Truth::unknown);
  EXPECT_EQ(only(hidden).groups.there, Truth::unknown);
  Company untold = left({true});
  untold.accounts().enabled[0] = model::BoolFact::unknown(base::TextId(0));
  EXPECT_EQ(only(untold).access.there, Truth::unknown);
}

TEST(FollowLeavers, SaysThatNoAccountIsTheirs) {
  Company c = left({});
  const Revocation r = only(c);
  EXPECT_EQ(r.access.there, Truth::no);
  EXPECT_EQ(r.accounts, 0u);
  EXPECT_EQ(r.access.gone, (Bounds{base::kBeginningOfTime, Company::kNow}));
}

TEST(FollowLeavers, SeesWhetherGroupsAreLeft) {
  Company c = left({false, false});
  c.member(model::AccountId::at(1), c.group("Sales"));
  EXPECT_EQ(only(c).groups.there, Truth::yes);
  Company none = left({false});
  EXPECT_EQ(only(none).groups.there, Truth::no);
}

TEST(FollowLeavers, LeavesOutWhomNobodyCanMeasureAnyMore) {
  Company c = left({false}, "2026-01-01T00:00:00Z");
  EXPECT_THAT(follow_leavers(c.inputs(), {}, std::nullopt), IsEmpty());
  Company works = left({true}, "2026-01-01T00:00:00Z");
  EXPECT_EQ(only(works).access.there, Truth::yes);
  Company undated = left({false});
  undated.people().status[0] = model::Employment::left;
  undated.people().last_day[0] = TimeFact::never({});
  EXPECT_THAT(follow_leavers(undated.inputs(), {}, std::nullopt), IsEmpty());
}

TEST(FollowLeavers, LeavesOutWhoWorksHereAndWhoseRowSaysNothing) {
  Company c;
  c.person("1001");
  c.person("1002");
  c.people().status[1] = model::Employment::unknown;
  c.people().last_day[1] = TimeFact{};
  EXPECT_THAT(follow_leavers(c.inputs(), {}, std::nullopt), IsEmpty());
}

TEST(FollowLeavers, KnowsThatHrToldItAfterTheLastCompleteFeed) {
  Company c = left({true});
  c.previous().last_good_record["hr"].finished = kYesterday;
  EXPECT_EQ(only(c).seen, (Bounds{kYesterday, Company::kNow}));
}

TEST(FollowLeavers, DoesNotKnowWhenHrToldItOfSomebodyWhoLeftBeforeTheyWereFollowed) {
  Company c = left({true}, "2026-01-01T00:00:00Z");
  c.previous().last_good_record["hr"].finished = kYesterday;
  EXPECT_EQ(only(c).seen, (Bounds{base::kBeginningOfTime, Company::kNow}));
}

std::vector<Followed> a_day_later(Company& c, const Revocation& before) {
  return follow_leavers(c.inputs(), std::vector{before}, kYesterday);
}

Revocation known(Truth access) {
  Company c = left({access == Truth::yes});
  Revocation r = only(c);
  r.access.last_seen = access == Truth::yes ? std::optional(kYesterday) : std::nullopt;
  return r;
}

TEST(FollowLeavers, SaysNothingOfWhatStayedAsItWas) {
  Company works = left({true}), out = left({false});
  EXPECT_THAT(a_day_later(works, known(Truth::yes)), IsEmpty());
  EXPECT_THAT(a_day_later(out, known(Truth::no)), IsEmpty());
}

TEST(FollowLeavers, SaysWhenAccessWent) {
  Company c = left({false});
  const auto changed = a_day_later(c, known(Truth::yes));
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed[0].known, 0u);
  EXPECT_EQ(changed[0].revocation.access.gone, (Bounds{kYesterday, Company::kNow}));
}

TEST(FollowLeavers, CannotTellOfWhoseRowIsGone) {
  Company c;
  c.person("1002");
  const auto changed = a_day_later(c, known(Truth::yes));
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed[0].revocation.access.there, Truth::unknown);
  Company again;
  again.person("1002");
  EXPECT_THAT(a_day_later(again, changed[0].revocation), IsEmpty());
  EXPECT_THAT(a_day_later(again, known(Truth::no)), IsEmpty());
}

TEST(FollowLeavers, RecallsWhoWorksHereAfterAll) {
  Company c;
  c.person("1001");
  c.account("a0", "1001");
  const auto changed = a_day_later(c, known(Truth::yes));
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_TRUE(changed[0].revocation.recalled);
  EXPECT_THAT(a_day_later(c, changed[0].revocation), IsEmpty());
  EXPECT_THAT(a_day_later(c, known(Truth::no)), IsEmpty()) << "whose access was gone may have come back";
}

TEST(FollowLeavers, TakesASecondLeavingForAnother) {
  Company c = left({true}, "2026-10-30T00:00:00Z");
  const auto second = a_day_later(c, known(Truth::no));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].known, std::nullopt);
  EXPECT_EQ(second[0].revocation.left, Bounds::exactly(at("2026-10-30T00:00:00Z")));
}

}  // namespace
}  // namespace tally::evaluation
