// The server's own expansion of groups: where it has somebody in a group that we do not, nobody is cleared.
#include "connectors/directory/token_groups.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using testing::Contains;
using testing::HasSubstr;

std::string sid(int rid) { return fmt::format("S-1-5-21-1-2-3-{}", rid); }

/// A directory in memory, and what the server says of each account.
class Domain {
 public:
  Domain() {
    harvest.source.coverage.state = CoverageState::complete;
    harvest.source.domains = {"S-1-5-21-1-2-3"};
  }
  void group(int rid, const std::vector<int>& in = {}, model::Tier tier = model::Tier::none) {
    const auto id = harvest.groups.add(model::SourceId(0));
    harvest.groups.sid[id.index()] = harvest.text.add(sid(rid));
    harvest.groups.tier[id.index()] = tier;
    ids_[rid] = id;
    push(harvest.groups_of_group, in);
  }
  void account(int rid, const std::vector<int>& groups, const std::vector<std::string>& token) {
    const auto row = harvest.accounts.add(model::SourceId(0)).index();
    const std::string dn = fmt::format("CN={}", rid);
    harvest.accounts.dn[row] = harvest.text.add(dn);
    harvest.accounts.sid[row] = harvest.text.add(sid(rid));
    push(harvest.groups_of_account, groups);
    tokens[dn] = token;
  }
  /// The accounts asked about.
  std::vector<std::string> run() {
    std::vector<std::string> asked;
    TokenGroups(harvest, [&](const std::string& dn, const auto& each) {
      asked.push_back(dn);
      Entry entry;
      entry.start(dn);
      std::vector<std::string> bytes;
      for (const std::string& one : tokens[dn]) bytes.push_back(sid_bytes(one));
      if (!bytes.empty()) entry.attribute("tokenGroups");
      for (const std::string& one : bytes) entry.value(one);
      each(entry);
      return true;
    }).run();
    return asked;
  }
  std::string in_words() const { return harvest.source.coverage.in_words(); }

  model::Harvest harvest;
  std::map<std::string, std::vector<std::string>> tokens;

 private:
  void push(model::SparseRows<model::GroupId>& rows, const std::vector<int>& rids) {
    if (rows.offsets.empty()) rows.offsets.push_back(0);
    for (const int rid : rids) rows.targets.push_back(ids_.at(rid));
    rows.offsets.push_back(rows.targets.size());
  }
  std::map<int, model::GroupId> ids_;
};

TEST(TokenGroups, ThatAgreeChangeNothing) {
  Domain d;
  d.group(512, {}, model::Tier::tier0);
  d.group(1200, {512});
  d.account(1100, {1200}, {sid(1200), sid(512)});
  EXPECT_EQ(d.run().size(), 1U);
  EXPECT_EQ(d.harvest.source.coverage.state, CoverageState::complete);
  EXPECT_THAT(d.harvest.source.notes,
              Contains("token-groups: 1 of 1 accounts compared, 0 groups the server's alone, 0 ours alone"));
}

TEST(TokenGroups, WithAMembershipThatWasNotReadLeaveDoubt) {
  Domain d;
  d.group(512, {}, model::Tier::tier0);
  d.group(1200);
  d.account(1100, {1200}, {sid(1200), sid(512)});
  d.run();
  EXPECT_EQ(d.harvest.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(d.in_words(), HasSubstr("account S-1-5-21-1-2-3-1100 in group S-1-5-21-1-2-3-512, and its members"));
}

TEST(TokenGroups, WithAGroupOfThisDomainThatWasNotSeenLeaveDoubt) {
  Domain d;
  d.account(1100, {}, {sid(1300)});
  d.run();
  EXPECT_EQ(d.harvest.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(d.in_words(), HasSubstr("S-1-5-21-1-2-3-1300, which was not seen"));
}

TEST(TokenGroups, OfOtherDomainsSayNothingHere) {
  Domain d;
  d.account(1100, {}, {"S-1-5-21-9-9-9-1300"});
  d.run();
  EXPECT_EQ(d.harvest.source.coverage.state, CoverageState::complete) << d.in_words();
  Domain part;
  part.harvest.source.domains.clear();  // not all of it was read
  part.account(1100, {}, {"S-1-5-32-544", sid(1300)});
  part.run();
  EXPECT_EQ(part.harvest.source.coverage.state, CoverageState::complete) << part.in_words();
}

TEST(TokenGroups, WithoutADistributionGroupAgreeAllTheSame) {
  Domain d;
  d.group(1200);
  d.group(1201, {1200});
  d.account(1100, {1201}, {sid(1201)});
  d.run();
  EXPECT_EQ(d.harvest.source.coverage.state, CoverageState::complete);
  EXPECT_THAT(d.harvest.source.notes, Contains(HasSubstr("1 ours alone")));
}

TEST(TokenGroups, ThatAreNotDeliveredAreNotCompared) {
  Domain d;
  d.group(1200);
  d.account(1100, {1200}, {});
  d.run();
  EXPECT_EQ(d.harvest.source.coverage.state, CoverageState::complete);
  EXPECT_THAT(d.harvest.source.notes, Contains(testing::StartsWith("token-groups: 0 of 1 accounts compared")));
}

TEST(TokenGroups, AreAskedForWhoeverHasPowerAndForSomeOthers) {
  Domain d;
  d.group(512, {}, model::Tier::tier0);
  d.group(1200, {512});
  for (int rid = 2000; rid < 2500; ++rid) d.account(rid, {}, {});
  for (int rid = 3000; rid < 3300; ++rid) d.account(rid, {1200}, {sid(1200), sid(512)});
  const auto asked = d.run();
  EXPECT_EQ(asked.size(), 400U) << "300 of power, and 100 of 500 others";
  EXPECT_EQ(asked.front(), "CN=3000");
  EXPECT_THAT(asked, Contains("CN=2495"));
}

TEST(TokenGroups, TellTheFirstDifferencesAndCountTheRest) {
  Domain d;
  for (int rid = 1100; rid < 1125; ++rid) d.account(rid, {}, {sid(1300)});
  d.run();
  EXPECT_EQ(d.harvest.source.coverage.gaps.size(), 11U);
  EXPECT_THAT(d.in_words(), HasSubstr("15 more differences"));
}

}  // namespace
}  // namespace tally::directory
