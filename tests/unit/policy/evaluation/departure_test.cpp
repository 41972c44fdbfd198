#include <gtest/gtest.h>

#include "policy/evaluation/person_facts.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using base::Instant;
using model::Employment;
using model::TimeFact;
using model::TimeState;
using model::Truth;
using std::chrono::hours;

constexpr Instant kNow{date::sys_days{date::year{2026} / 4 / 1}};
constexpr Instant kRead = kNow - hours{1};
const TimeFact kNever = TimeFact::never({});

TimeFact at(Instant t) { return TimeFact::known(Bounds::exactly(t), {}); }

TEST(Departure, ByTheDateBeginsAtTheFirstInstantAfterTheLastDay) {
  EXPECT_EQ(departure(Employment::active, kNever, at(kNow), kRead, kNow).left, Truth::yes);
  EXPECT_EQ(departure(Employment::active, kNever, at(kNow + std::chrono::microseconds{1}), kRead, kNow).left,
            Truth::no);
}

TEST(Departure, WithoutALastDayWasSomeTimeBeforeHrWasRead) {
  const Departure d = departure(Employment::left, kNever, kNever, kRead, kNow);
  EXPECT_EQ(d.left, Truth::yes);
  EXPECT_EQ(d.at, (Bounds{base::kBeginningOfTime, kRead}));
}

TEST(Departure, LeftWithALastDayToComeIsAContradiction) {
  const Departure d = departure(Employment::left, kNever, at(kNow + hours{1}), kRead, kNow);
  EXPECT_EQ(d.left, Truth::unknown);
  EXPECT_EQ(d.at_state, TimeState::unknown);
  EXPECT_FALSE(d.why.empty());
}

TEST(Departure, CannotBeToldWhileTheLastDayIsOverInSomeTimeZonesOnly) {
  const TimeFact day = TimeFact::known({kNow - hours{1}, kNow + hours{25}}, {});
  EXPECT_EQ(departure(Employment::active, kNever, day, kRead, kNow).left, Truth::unknown);
  const Departure said = departure(Employment::left, kNever, day, kRead, kNow);
  EXPECT_EQ(said.left, Truth::yes);  // HR's word decides, and it cannot have been later than now
  EXPECT_EQ(said.at, (Bounds{kNow - hours{1}, kNow}));
}

TEST(Departure, OfSomebodyWhoComesBackIsNotReadFromTheOldDate) {
  EXPECT_EQ(departure(Employment::pre_hire, at(kNow + hours{24}), at(kNow - hours{2400}), kRead, kNow).left,
            Truth::unknown);
}

TEST(Departure, IsUnknownWhenTheStatusIsUnlessTheDateDecides) {
  EXPECT_EQ(departure(Employment::unknown, kNever, kNever, kRead, kNow).left, Truth::unknown);
  EXPECT_EQ(departure(Employment::unknown, kNever, at(kNow - hours{1}), kRead, kNow).left, Truth::yes);
}

TEST(Departure, IsUnknownWhenTheLastDayCannotBeRead) {
  EXPECT_EQ(departure(Employment::active, kNever, TimeFact::unknown({}), kRead, kNow).left, Truth::unknown);
  EXPECT_EQ(departure(Employment::left, kNever, TimeFact::unknown({}), kRead, kNow).left, Truth::yes);
}

}  // namespace
}  // namespace tally::evaluation
