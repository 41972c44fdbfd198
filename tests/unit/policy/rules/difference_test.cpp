#include "policy/rules/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using Kind = Change::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Change> changes(std::string_view before, std::string_view after) {
  return difference(*parse_document(before, "before"), *parse_document(after, "after"));
}

TEST(Difference, OfTwoLayoutsOfTheSamePackIsNothing) {
  EXPECT_THAT(changes("[pack]\nid = 'a'\n[[rule]]\nid = 'A-1'\nwhen = 'x'\n",
                      "# a remark\nrule = [{ when = \"x\", id = \"A-1\" }]\npack = { id = \"a\" }\n"),
              IsEmpty());
}

TEST(Difference, TellsRulesThatCameAndWent) {
  EXPECT_THAT(changes("[[rule]]\nid = 'A-1'\n[[rule]]\nid = 'A-2'\n", "[[rule]]\nid = 'A-3'\n[[rule]]\nid = 'A-2'\n"),
              ElementsAre(Change{Kind::removed, "A-1", "", "", ""}, Change{Kind::added, "A-3", "", "", ""}));
}

TEST(Difference, TellsEachSettingByItsPath) {
  EXPECT_THAT(changes("[pack]\nversion = '1'\n[[rule]]\nid = 'A-1'\ncontrols = ['x', 'y']\n"
                      "params.grace = { type = 'duration', default = '1d' }\n",
                      "[pack]\nversion = '2'\n[[rule]]\nid = 'A-1'\ncontrols = ['x']\nseverity = 'high'\n"
                      "params.grace = { type = 'duration', default = '2d' }\n"),
              ElementsAre(Change{Kind::changed, "pack", "version", "1", "2"},
                          Change{Kind::changed, "A-1", "controls", "[x, y]", "[x]"},
                          Change{Kind::changed, "A-1", "params.grace.default", "1d", "2d"},
                          Change{Kind::added, "A-1", "severity", "", "high"}));
}

TEST(Difference, TellsExamplesApartByTheirNames) {
  const auto found =
      changes("[[rule]]\nid = 'A-1'\nexample = [{ name = 'one', expect = 'clear' }, { name = 'two' }]\n",
              "[[rule]]\nid = 'A-1'\nexample = [{ name = 'two' }, { name = 'one', expect = 'violation' }]\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key, "example \"one\"");
}

}  // namespace
}  // namespace tally::rules
