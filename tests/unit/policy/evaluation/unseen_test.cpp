// What counts as not seen, and how the reasons of many subjects become one.
#include <gtest/gtest.h>

#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/judge.h"

namespace tally::evaluation {
namespace {

using model::Coverage;
using model::CoverageState;
using model::Gap;

Coverage with_cut_ranges() {
  Coverage coverage;
  coverage.state = CoverageState::complete;
  coverage.lower(CoverageState::partial, Gap::Kind::range_cut, "members of 1 group are missing");
  return coverage;
}

TEST(HidesRecords, IsNotWhatMissingMembersDo) { EXPECT_FALSE(hides_records(with_cut_ranges())); }

TEST(HidesRecords, IsWhatARefusedRecordDoesWhateverElseIsMissing) {
  Coverage coverage = with_cut_ranges();
  coverage.reject({0, "", "", "no DN", true});
  EXPECT_TRUE(hides_records(coverage));
}

TEST(HidesRecords, IsNotWhatARefusedFieldDoes) {
  Coverage coverage = with_cut_ranges();
  coverage.reject({0, "mail", "", "not text", false});
  EXPECT_FALSE(hides_records(coverage));
}

TEST(HidesRecords, IsAssumedOfRejectsThatWereOnlyCounted) {
  Coverage coverage = with_cut_ranges();
  for (std::size_t i = 0; i <= Coverage::kMaxRejectsKept; ++i) coverage.reject({0, "mail", "", "not text", false});
  EXPECT_TRUE(hides_records(coverage));
}

cel::Reason of_line(const std::string& line) {
  return {cel::ReasonKind::missing, "person.left_at",
          "person.left_at is not known: " + line + "column Last Day: not a date"};
}

TEST(ClassSentence, IsTheSameForEveryLineOfAFeed) {
  EXPECT_EQ(class_sentence({of_line("line 2, ")}), "person.left_at is not known: column Last Day: not a date");
  EXPECT_EQ(class_sentence({of_line("line 1000000, ")}), class_sentence({of_line("line 2, ")}));
  EXPECT_EQ(class_sentence({of_line("line up, ")}),
            "person.left_at is not known: line up, column Last Day: not a date");
}

}  // namespace
}  // namespace tally::evaluation
