// What counts as not seen, and how the reasons of many subjects become one.
#include <gtest/gtest.h>

#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/judge.h"
#include "policy/evaluation/unseen.h"

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

/// corp with groups a to d, and partner whose one domain is S-1-5-21-2-2-2.
struct Memberships {
  Memberships() {
    for (const char* name : {"corp", "partner"}) {
      model::SourceRecord record;
      record.name = name;
      record.kind = model::SourceKind::directory;
      record.coverage.state = CoverageState::complete;
      s.sources.push_back(record);
    }
    for (const char* name : {"d", "c", "b", "a"})
      s.groups.name[s.groups.add(model::SourceId(0)).index()] = s.text.add(name);
  }
  void foreign(std::size_t group, const std::string& sid) {
    s.foreign_members.source.emplace_back(0);
    s.foreign_members.group.push_back(model::GroupId::at(group));
    s.foreign_members.dn.push_back(s.text.add("CN=" + sid + ",CN=ForeignSecurityPrincipals,DC=corp"));
    s.foreign_members.sid.push_back(s.text.add(sid));
  }
  std::string unseen() { return evaluation::unseen(s, model::SubjectKind::membership).front(); }
  model::Snapshot s;
};

TEST(UnseenMemberships, AreThoseOfMembersWhomNoDirectoryShows) {
  Memberships m;
  EXPECT_EQ(m.unseen(), "");
  m.foreign(1, "S-1-5-21-2-2-2-1104");
  EXPECT_EQ(m.unseen(), "no directory shows who 1 member of groups of corp is (c)");
  m.foreign(1, "S-1-5-21-2-2-2-1105");
  m.foreign(0, "S-1-5-21-2-2-2-1105");
  EXPECT_EQ(m.unseen(), "no directory shows who 3 members of groups of corp are (c, d)");
  m.foreign(2, "S-1-5-21-2-2-2-1105");
  m.foreign(3, "S-1-5-21-2-2-2-1105");
  EXPECT_EQ(m.unseen(), "no directory shows who 5 members of groups of corp are (a, b, c and 1 more)");
}

TEST(UnseenMemberships, AreNotThoseOfWhoeverIsDeletedInADomainThatWasWhollySeen) {
  Memberships m;
  m.foreign(0, "S-1-5-21-2-2-2-1104");
  m.s.sources[1].domains = {"S-1-5-21-2-2-2"};
  EXPECT_EQ(m.unseen(), "");
  m.s.sources[1].coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(m.unseen(), "no directory shows who 1 member of groups of corp is (d)");
}

TEST(UnseenMemberships, AreNotThoseOfPopulationsAndHosts) {
  Memberships m;
  m.foreign(0, "S-1-5-64-10");
  m.foreign(0, "S-1-5-9");
  EXPECT_EQ(m.unseen(), "");
}

TEST(UnseenMemberships, AreAddedToWhatTheDirectoryDidNotShowItself) {
  Memberships m;
  m.foreign(0, "S-1-5-21-2-2-2-1104");
  m.s.sources[0].coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(m.unseen(),
            "directory corp was not completely seen (the server stopped); no directory shows who 1 member of groups of "
            "corp is (d)");
}

}  // namespace
}  // namespace tally::evaluation
