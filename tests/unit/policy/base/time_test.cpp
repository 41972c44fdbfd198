#include "policy/base/time.h"

#include <gtest/gtest.h>

namespace tally::base {
namespace {

using namespace std::chrono_literals;

LocalDate day(const char* text) {
  const auto parsed = parse_date(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(LocalDate{});
}

Instant at(const char* text) {
  const auto parsed = parse_instant(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Instant{});
}

Zone zone(const char* name) {
  const Zone found = find_zone(name);
  EXPECT_NE(found, nullptr) << name << " is not in the tz database";
  return found;
}

TEST(ADay, EndsAtMidnightOfItsZone) {
  EXPECT_EQ(end_of_day(day("2026-03-31"), zone("Europe/Berlin")), Bounds::exactly(at("2026-03-31T22:00:00Z")));
  EXPECT_EQ(end_of_day(day("2026-01-31"), zone("America/New_York")), Bounds::exactly(at("2026-02-01T05:00:00Z")));
  EXPECT_EQ(end_of_day(day("2026-12-31"), zone("UTC")), Bounds::exactly(at("2027-01-01T00:00:00Z")));
}

TEST(ADay, HasTwentyThreeHoursWhenClocksGoForward) {
  // Berlin, 2026-03-29: 02:00 CET becomes 03:00 CEST.
  EXPECT_EQ(start_of_day(day("2026-03-29"), zone("Europe/Berlin")), Bounds::exactly(at("2026-03-28T23:00:00Z")));
  EXPECT_EQ(end_of_day(day("2026-03-29"), zone("Europe/Berlin")), Bounds::exactly(at("2026-03-29T22:00:00Z")));
}

TEST(ADay, HasTwentyFiveHoursWhenClocksGoBack) {
  EXPECT_EQ(start_of_day(day("2026-10-25"), zone("Europe/Berlin")), Bounds::exactly(at("2026-10-24T22:00:00Z")));
  EXPECT_EQ(end_of_day(day("2026-10-25"), zone("Europe/Berlin")), Bounds::exactly(at("2026-10-25T23:00:00Z")));
}

TEST(ADay, BeginsAtOneWhenItsMidnightWasSkipped) {
  // São Paulo, 2018-11-04: 00:00 (-03) became 01:00 (-02).
  EXPECT_EQ(start_of_day(day("2018-11-04"), zone("America/Sao_Paulo")), Bounds::exactly(at("2018-11-04T03:00:00Z")));
}

TEST(ADay, BeginsAtTheFirstOfTwoMidnights) {
  // Havana, 2026-11-01: 01:00 (-04) becomes 00:00 (-05).
  EXPECT_EQ(start_of_day(day("2026-11-01"), zone("America/Havana")), Bounds::exactly(at("2026-11-01T04:00:00Z")));
}

TEST(ADay, IsEmptyWhenItsZoneLeftItOut) {
  // Apia went from the end of 2011-12-29 (-10) to 2011-12-31 (+14).
  const Bounds jump = Bounds::exactly(at("2011-12-30T10:00:00Z"));
  EXPECT_EQ(start_of_day(day("2011-12-30"), zone("Pacific/Apia")), jump);
  EXPECT_EQ(end_of_day(day("2011-12-30"), zone("Pacific/Apia")), jump);
}

TEST(ADayWithoutAZone, SpansFromUtcPlusFourteenToUtcMinusTwelve) {
  EXPECT_EQ(start_of_day(day("2026-03-31"), nullptr), (Bounds{at("2026-03-30T10:00:00Z"), at("2026-03-31T12:00:00Z")}));
  EXPECT_EQ(end_of_day(day("2026-03-31"), nullptr), (Bounds{at("2026-03-31T10:00:00Z"), at("2026-04-01T12:00:00Z")}));
}

TEST(ADayWithoutAZone, HoldsTheSameDayOfEveryZone) {
  for (const char* name :
       {"Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"}) {
    const Bounds vague = end_of_day(day("2026-03-31"), nullptr);
    const Bounds exact = end_of_day(day("2026-03-31"), zone(name));
    EXPECT_LE(vague.earliest, exact.earliest) << name;
    EXPECT_GE(vague.latest, exact.latest) << name;
  }
}

TEST(AZone, IsFoundByItsExactNameOnly) {
  EXPECT_EQ(find_zone("Europe/Atlantis"), nullptr);
  EXPECT_EQ(find_zone(""), nullptr);
  EXPECT_EQ(find_zone("../../../etc/passwd"), nullptr);
  EXPECT_EQ(find_zone(std::string_view("UTC\0x", 5)), nullptr);
}

TEST(ADate, IsADayOfTheCalendar) {
  EXPECT_EQ(format_date(day("2024-02-29")), "2024-02-29");
  EXPECT_EQ(format_date(day("2000-02-29")), "2000-02-29");
  EXPECT_EQ(format_date(day("0001-01-01")), "0001-01-01");
  for (const char* text : {"2023-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

TEST(ADate, IsWrittenInOneWayOnly) {
  for (const char* text : {"", "2026", "2026-3-31", "26-03-31", "2026-03-31 ", " 2026-03-31", "2026-03-31T00:00:00Z",
                           "2026/03/31", "31.03.2026", "+2026-03-31", "-026-03-31", "2026-03-3١"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

// The examples of RFC 3339, section 5.8.
TEST(AnInstant, ReadsTheExamplesOfItsRfc) {
  EXPECT_EQ(format_instant(at("1985-04-12T23:20:50.52Z")), "1985-04-12T23:20:50.52Z");
  EXPECT_EQ(format_instant(at("1996-12-19T16:39:57-08:00")), "1996-12-20T00:39:57Z");
  EXPECT_EQ(format_instant(at("1990-12-31T23:59:60Z")), "1991-01-01T00:00:00Z");
  EXPECT_EQ(format_instant(at("1990-12-31T15:59:60-08:00")), "1991-01-01T00:00:00Z");
  EXPECT_EQ(format_instant(at("1937-01-01T12:00:27.87+00:20")), "1937-01-01T11:40:27.87Z");
}

TEST(AnInstant, KeepsMicrosecondsAndCutsTheRest) {
  EXPECT_EQ(format_instant(at("2026-01-01T00:00:00.000001Z")), "2026-01-01T00:00:00.000001Z");
  EXPECT_EQ(format_instant(at("2026-01-01T00:00:00.1234569Z")), "2026-01-01T00:00:00.123456Z");
  EXPECT_EQ(format_instant(at("2026-01-01T00:00:00.0000001Z")), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_instant(at("1969-12-31T23:59:59.999999Z")), "1969-12-31T23:59:59.999999Z");
}

TEST(AnInstant, RefusesWhatTheRfcDoesNotAllow) {
  for (const char* text :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
        "2026-01-01T00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00ZZ", "2026-02-30T00:00:00Z"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(AnInstant, StaysInTheYearsThatHaveFourDigits) {
  EXPECT_EQ(format_instant(*parse_instant("0000-01-01T00:00:00Z")), "0000-01-01T00:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("9999-12-31T23:59:59.999999Z")), "9999-12-31T23:59:59.999999Z");
  EXPECT_FALSE(parse_instant("9999-12-31T23:59:59-00:01"));
  EXPECT_FALSE(parse_instant("0000-01-01T00:00:00+00:01"));
}

TEST(AnInstant, SaysWhenItIsAnOpenEnd) {
  EXPECT_EQ(format_instant(kBeginningOfTime), "-infinity");
  EXPECT_EQ(format_instant(kEndOfTime), "infinity");
}

TEST(SomeBounds, AreToldInWords) {
  const Instant a = at("2026-01-01T00:00:00Z");
  const Instant b = at("2026-01-15T00:00:00Z");
  EXPECT_EQ(format_bounds(Bounds::exactly(a)), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_bounds({a, b}), "between 2026-01-01T00:00:00Z and 2026-01-15T00:00:00Z");
  EXPECT_EQ(format_bounds({a, kEndOfTime}), "not before 2026-01-01T00:00:00Z");
  EXPECT_EQ(format_bounds({kBeginningOfTime, b}), "not after 2026-01-15T00:00:00Z");
  EXPECT_EQ(format_bounds({}), "at an unknown time");
}

TEST(ParseBounds, ReadsWhatFormatBoundsWrote) {
  const Instant a = *parse_instant("2026-01-01T00:00:00Z"), b = *parse_instant("2026-01-15T00:00:00.5Z");
  for (const Bounds& bounds :
       {Bounds::exactly(a), Bounds{a, b}, Bounds{a, kEndOfTime}, Bounds{kBeginningOfTime, b}, Bounds{}}) {
    EXPECT_EQ(parse_bounds(format_bounds(bounds)), bounds) << format_bounds(bounds);
  }
  for (const char* text : {"", "never", "unknown", "between 2026-01-01T00:00:00Z", "not after", "not after never",
                           "between 2026-01-15T00:00:00Z and 2026-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_bounds(text)) << text;
  }
}

TEST(ASum, StopsAtTheEndsOfTime) {
  const Instant near_end = kEndOfTime - 1s;
  EXPECT_EQ(add(near_end, 1h), kEndOfTime);
  EXPECT_EQ(add(near_end, Duration::max()), kEndOfTime);
  EXPECT_EQ(add(kBeginningOfTime + 1s, -1h), kBeginningOfTime);
  EXPECT_EQ(add(Instant{}, Duration::min()), kBeginningOfTime);
  EXPECT_EQ(add(Instant{}, 1h), Instant{1h});
}

TEST(ASum, LeavesOpenEndsOpen) {
  EXPECT_EQ(add(kEndOfTime, -1h), kEndOfTime);
  EXPECT_EQ(add(kBeginningOfTime, 1h), kBeginningOfTime);
  EXPECT_EQ(add(Bounds{kBeginningOfTime, Instant{}}, 1h), (Bounds{kBeginningOfTime, Instant{1h}}));
}

TEST(ADuration, IsToldInItsTwoLargestUnits) {
  EXPECT_EQ(format_duration(0s), "0 s");
  EXPECT_EQ(format_duration(59s), "59 s");
  EXPECT_EQ(format_duration(12min + 5s), "12 min 5 s");
  EXPECT_EQ(format_duration(12min), "12 min");
  EXPECT_EQ(format_duration(1h + 1s), "1 h");
  EXPECT_EQ(format_duration(76h), "3 d 4 h");
  EXPECT_EQ(format_duration(45 * 24h), "45 d");
  EXPECT_EQ(format_duration(-76h), "-3 d 4 h");
  EXPECT_EQ(format_duration(-1ms), "0 s");
}

}  // namespace
}  // namespace tally::base
