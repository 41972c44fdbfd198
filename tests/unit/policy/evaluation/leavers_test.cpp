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
  const auto all = follow_leavers(c.inputs(), {});
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
  EXPECT_THAT(r.worked, SizeIs(1));
}

TEST(FollowLeavers, DoesNotCallGoneWhatWasNotSeen) {
  Company hidden = left({false});
  hidden.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(only(hidden).access.there, Truth::unknown);
  EXPECT_EQ(only(hidden).groups.there, Truth::unknown);
  Company untold = left({true});
  untold.accounts().enabled[0] = model::BoolFact::unknown(base::TextId(0));
  EXPECT_EQ(only(untold).access.there, Truth::unknown);
  Company doubtful = left({true});
  doubtful.member(model::AccountId::at(0), doubtful.group("Sales"));
  doubtful.directory().source.coverage.lower(CoverageState::doubtful, Gap::Kind::count_mismatch,
                                             "half of it is missing");
  EXPECT_EQ(only(doubtful).access.there, Truth::unknown);
  EXPECT_EQ(only(doubtful).groups.there, Truth::unknown);
}

TEST(FollowLeavers, SaysThatNoAccountIsTheirs) {
  Company c = left({});
  const Revocation r = only(c);
  EXPECT_EQ(r.access.there, Truth::no);
  EXPECT_EQ(r.accounts, 0u);
  EXPECT_EQ(r.access.gone, (Bounds{base::kBeginningOfTime, Company::kNow}));
}

/// Disabled not after 14 October, changed since for whatever reason.
Company disabled_by_october() {
  Company c = left({false});
  c.accounts().modified[0] = c.on("2026-10-31T06:00:00Z");
  c.accounts().switched[0] = TimeFact::known({at("2020-01-01T00:00:00Z"), at("2026-10-14T09:00:00Z")}, base::TextId(0));
  return c;
}

TEST(FollowLeavers, TellsInTheFirstRunWhenAccessWentBefore) {
  Company c = disabled_by_october();
  EXPECT_EQ(only(c).access.gone, (Bounds{base::kBeginningOfTime, at("2026-10-14T09:00:00Z")}));
  EXPECT_FALSE(only(c).kept_access()) << "it may have been off before the end";
  Company used = disabled_by_october();
  used.accounts().last_sign_in[0] = used.on("2026-10-12T08:00:00Z");
  EXPECT_EQ(only(used).access.gone, (Bounds{at("2026-10-12T08:00:00Z"), at("2026-10-14T09:00:00Z")}));
  EXPECT_TRUE(only(used).kept_access());
  EXPECT_EQ(only(used).it_delay(), (model::Span{base::Duration{0}, std::chrono::hours(4 * 24 + 9)}))
      << "whose delay it was is not known";
}

TEST(FollowLeavers, TellsExactlyWhenTheLogShowsTheSwitch) {
  Company c = left({false, false});
  c.accounts().switched[0] = c.on("2026-10-14T09:00:00Z");
  c.accounts().modified[0] = c.accounts().modified[1] = c.on("2026-10-31T06:00:00Z");
  c.accounts().switched[1] = TimeFact::never(base::TextId(0));
  EXPECT_EQ(only(c).access.gone, Bounds::exactly(at("2026-10-14T09:00:00Z"))) << "the other one never worked";
  EXPECT_TRUE(only(c).kept_access());
}

TEST(FollowLeavers, CallsNoSwitchAnEndThatWasTurnedAfterAnExpiry) {
  Company c = left({false});
  c.accounts().switched[0] = c.accounts().modified[0] = c.on("2026-10-14T09:00:00Z");
  c.accounts().expires[0] = c.on("2026-10-01T00:00:00Z");
  EXPECT_EQ(only(c).access.gone, (Bounds{base::kBeginningOfTime, at("2026-10-14T09:00:00Z")}));
  EXPECT_FALSE(only(c).kept_access());
}

TEST(FollowLeavers, TellsInTheFirstRunWhenTheLastGroupWent) {
  Company c = left({false});
  c.accounts().removed[0] = TimeFact::known({at("2026-10-12T00:00:00Z"), at("2026-10-13T00:00:00Z")}, base::TextId(0));
  EXPECT_EQ(only(c).groups.gone, (Bounds{at("2026-10-12T00:00:00Z"), at("2026-10-13T00:00:00Z")}));
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
  EXPECT_THAT(follow_leavers(c.inputs(), {}), IsEmpty());
  Company works = left({true}, "2026-01-01T00:00:00Z");
  EXPECT_EQ(only(works).access.there, Truth::yes);
  Company undated = left({false});
  undated.people().status[0] = model::Employment::left;
  undated.people().last_day[0] = TimeFact::never({});
  EXPECT_THAT(follow_leavers(undated.inputs(), {}), IsEmpty());
}

TEST(FollowLeavers, LeavesOutWhoWorksHereAndWhoseRowSaysNothing) {
  Company c;
  c.person("1001");
  c.person("1002");
  c.people().status[1] = model::Employment::unknown;
  c.people().last_day[1] = TimeFact{};
  EXPECT_THAT(follow_leavers(c.inputs(), {}), IsEmpty());
}

/// What an earlier run remembers of person 1001, of that name, whom HR said then to work here.
correlation::PreviousLinks employed_yesterday(const char* name) {
  Company then;
  then.person("1001");
  then.people().display_name[0] = then.hr().text.intern(name);
  then.hr().source.started = then.hr().source.finished = kYesterday;
  const Inputs& inputs = then.inputs();
  return correlation::remembered(inputs.snapshot, inputs.links);
}

Bounds heard(const correlation::PreviousLinks& links) {
  Company c = left({true});
  FollowedBefore before;
  before.links = &links;
  return follow_leavers(c.inputs(), before).at(0).revocation.seen;
}

TEST(FollowLeavers, KnowsThatHrToldItAfterItSaidThatTheyWorkHere) {
  EXPECT_EQ(heard(employed_yesterday("Person 1001")), (Bounds{kYesterday, Company::kNow}));
}

TEST(FollowLeavers, DoesNotBlameHrWithoutItsOwnWord) {
  const Bounds any_time{base::kBeginningOfTime, Company::kNow};
  EXPECT_EQ(heard({}), any_time);
  EXPECT_EQ(heard(employed_yesterday("Somebody Else")), any_time) << "the number may have been another's";
  Company gone = left({true}), partial = left({true});
  partial.people().last_day[0] = TimeFact::never({});
  partial.hr().source.coverage.lower(CoverageState::partial, Gap::Kind::rejected, "3 of 9 rows were refused");
  for (Company* then : {&gone, &partial}) {
    const Inputs& inputs = then->inputs();
    EXPECT_EQ(heard(correlation::remembered(inputs.snapshot, inputs.links)), any_time);
  }
  Company unread;
  unread.person("1001");
  unread.people().last_day[0] = TimeFact::unknown(base::TextId(0));
  EXPECT_EQ(heard(correlation::remembered(unread.inputs().snapshot, unread.inputs().links)), any_time)
      << "the cell could not be read";
}

std::vector<Followed> a_day_later(Company& c, const Revocation& before) {
  FollowedBefore yesterday;
  yesterday.known = {&before, 1};
  yesterday.looked = kYesterday;
  return follow_leavers(c.inputs(), yesterday);
}

/// The first account worked yesterday, or it did not.
Revocation known(Truth access) {
  Company c = left({access == Truth::yes});
  Revocation r = only(c);
  if (access == Truth::yes) r.access.last_seen = kYesterday;
  return r;
}

/// What is said of the one leaver of yesterday whose access was there then.
Revocation changed(Company& c) {
  const auto all = a_day_later(c, known(Truth::yes));
  EXPECT_THAT(all, SizeIs(1));
  if (all.empty()) return {};
  EXPECT_EQ(all[0].known, 0u);
  return all[0].revocation;
}

TEST(FollowLeavers, SaysNothingOfWhatStayedAsItWas) {
  Company works = left({true}), out = left({false});
  EXPECT_THAT(a_day_later(works, known(Truth::yes)), IsEmpty());
  EXPECT_THAT(a_day_later(out, known(Truth::no)), IsEmpty());
}

TEST(FollowLeavers, SaysNothingAfterARunOfALaterMoment) {
  Company c = left({false});
  const Revocation before = known(Truth::yes);
  FollowedBefore tomorrow;
  tomorrow.known = {&before, 1};
  tomorrow.not_before = tomorrow.looked = Company::kNow + std::chrono::days(1);
  EXPECT_THAT(follow_leavers(c.inputs(), tomorrow), IsEmpty());
}

TEST(FollowLeavers, SaysWhenAccessWent) {
  Company c = left({false});
  c.accounts().modified[0] = TimeFact{};
  EXPECT_EQ(changed(c).access.gone, (Bounds{kYesterday, Company::kNow}));
  Company told = left({false});
  told.accounts().modified[0] = told.on("2026-10-31T06:00:00Z");
  EXPECT_EQ(changed(told).access.gone, (Bounds{kYesterday, at("2026-10-31T06:00:00Z")}));
}

TEST(FollowLeavers, DoesNotBelieveAnExpiryThatWasWrittenLater) {
  Company c = left({true});
  c.accounts().expires[0] = c.on("2026-10-10T00:00:00Z");
  c.accounts().modified[0] = c.on("2026-10-31T06:00:00Z");
  EXPECT_EQ(changed(c).access.gone, (Bounds{kYesterday, at("2026-10-31T06:00:00Z")}));
}

TEST(FollowLeavers, CannotSayWhenADeletedAccountWent) {
  Company c = left({false});
  c.accounts().login[0] = c.directory().text.intern("b0");
  c.accounts().dn[0] = c.directory().text.intern("CN=b0,DC=corp");
  c.accounts().modified[0] = c.on("2026-10-31T06:00:00Z");
  EXPECT_EQ(changed(c).access.gone, (Bounds{kYesterday, Company::kNow}));
}

TEST(FollowLeavers, CannotSayWhenAnAccountWentThatWasNotSeenWorking) {
  Company c = left({false, false});
  c.accounts().modified[0] = c.on("2026-10-31T06:00:00Z");
  c.accounts().modified[1] = c.on("2026-10-31T18:00:00Z");
  EXPECT_EQ(changed(c).access.gone, (Bounds{kYesterday, at("2026-10-31T18:00:00Z")})) << "the last of all";
}

TEST(FollowLeavers, DoesNotCallGroupsGoneThatAnUnlinkedAccountHas) {
  Company c = left({});
  const auto account = c.account("a0");
  c.accounts().enabled[0] = model::BoolFact::known(false, base::TextId(0));
  c.member(account, c.group("Sales"));
  Revocation before = known(Truth::yes);
  before.groups = {Truth::yes, kYesterday, std::nullopt, std::nullopt};
  const Revocation after = a_day_later(c, before).at(0).revocation;
  EXPECT_EQ(after.access.there, Truth::no);
  EXPECT_EQ(after.groups.there, Truth::unknown);
}

TEST(FollowLeavers, DoesNotCallAccessGoneWhileTheAccountStillWorks) {
  Company unlinked = left({});
  unlinked.account("a0");
  EXPECT_EQ(changed(unlinked).access.there, Truth::unknown) << "it has lost its number";
  Company taken = left({});
  taken.person("1002");
  taken.account("a0", "1002");
  EXPECT_EQ(changed(taken).access.there, Truth::unknown) << "it is somebody else's now";
  Company elsewhere = left({});
  elsewhere.directory().source.name = "other";
  EXPECT_EQ(changed(elsewhere).access.there, Truth::unknown) << "its directory is not read any more";
}

TEST(FollowLeavers, GoesOnWithTheAccountsOfWhomHrDoesNotShowAnyMore) {
  Company works;
  works.account("a0");
  EXPECT_THAT(a_day_later(works, known(Truth::yes)), IsEmpty()) << "it still works";
  Company off;
  off.account("a0");
  off.accounts().enabled[0] = model::BoolFact::known(false, base::TextId(0));
  EXPECT_EQ(changed(off).access.there, Truth::unknown) << "another may be theirs";
  Company deleted;
  EXPECT_EQ(changed(deleted).access.there, Truth::unknown);
  Company hidden;
  hidden.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(changed(hidden).access.there, Truth::unknown);
  Company registered;
  registered.account("a0");
  registered.settings().non_human_patterns = {"a0"};
  EXPECT_EQ(changed(registered).access.there, Truth::unknown) << "it is a service's now";
  Company nobody;
  EXPECT_THAT(a_day_later(nobody, known(Truth::no)), IsEmpty());
}

TEST(FollowLeavers, TakesACorrectedDayForTheSameLeaving) {
  Company c = left({true}, "2026-10-12T00:00:00Z");
  EXPECT_EQ(changed(c).left, Bounds::exactly(at("2026-10-12T00:00:00Z")));
}

TEST(FollowLeavers, BeginsAnewWithWhomHrTookBack) {
  Company stays;
  stays.person("1001");
  stays.account("a0", "1001");
  const Revocation recalled = changed(stays);
  EXPECT_TRUE(recalled.recalled);
  EXPECT_THAT(a_day_later(stays, recalled), IsEmpty());
  Company again = left({true});
  const auto second = a_day_later(again, recalled);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].known, std::nullopt);
  EXPECT_EQ(second[0].revocation.access.last_seen, Company::kNow);
  EXPECT_EQ(second[0].revocation.seen, recalled.seen) << "HR had told it before it took it back";
}

}  // namespace
}  // namespace tally::evaluation
