#include "connectors/hr/date_format.h"

#include <gtest/gtest.h>

namespace tally::hr {
namespace {

std::string read(std::string_view pattern, std::string_view text) {
  const auto day = DateFormat::compile(pattern).value().read(text);
  return day ? base::format_date(*day) : "no";
}

TEST(DateFormat, ReadsTheFieldsInAnyOrder) {
  EXPECT_EQ(read("%Y-%m-%d", "2026-03-31"), "2026-03-31");
  EXPECT_EQ(read("%d.%m.%Y", "31.03.2026"), "2026-03-31");
  EXPECT_EQ(read("%m/%d/%Y", "03/31/2026"), "2026-03-31");
  EXPECT_EQ(read("%Y%m%d", "20260331"), "2026-03-31");
}

TEST(DateFormat, AcceptsOnlyRealDays) {
  EXPECT_EQ(read("%Y-%m-%d", "2024-02-29"), "2024-02-29");
  EXPECT_EQ(read("%Y-%m-%d", "2026-02-29"), "no");
  EXPECT_EQ(read("%Y-%m-%d", "2026-13-01"), "no");
  EXPECT_EQ(read("%Y-%m-%d", "2026-00-01"), "no");
  EXPECT_EQ(read("%Y-%m-%d", "2026-01-00"), "no");
}

TEST(DateFormat, AcceptsNothingBeforeBehindOrShort) {
  for (const char* text :
       {"", " 2026-03-31", "2026-03-31 ", "2026-3-31", "26-03-31", "2026/03/31", "-026-03-31", "+2026-03-31"}) {
    EXPECT_EQ(read("%Y-%m-%d", text), "no") << text;
  }
}

TEST(DateFormat, RefusesPatternsWithoutEachFieldOnce) {
  for (const char* pattern : {"", "%Y-%m", "%Y-%m-%d-%d", "%Y-%m-%e", "%Y-%m-%d%", "%Y-%m-%d%%"}) {
    EXPECT_FALSE(DateFormat::compile(pattern)) << pattern;
  }
}

}  // namespace
}  // namespace tally::hr
