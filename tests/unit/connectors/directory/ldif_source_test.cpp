// A file as a source: when its coverage is complete, and every way in which it is not.
#include "connectors/directory/ldif_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

namespace tally::directory {
namespace {

const std::string kTree =
    "dn: dc=example,dc=test\nobjectClass: dcObject\ndc: example\nentryUUID: f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n\n"
    "dn: uid=jane,dc=example,dc=test\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: jane\n\n"
    "dn: cn=sales,dc=example,dc=test\nobjectClass: groupOfNames\ncn: sales\nmember: uid=jane,dc=example,dc=test\n\n";

class LdifSourceTest : public testing::Test {
 protected:
  LdifSourceTest() : path_(testing::TempDir() + "ldif_source_" + std::to_string(::getpid()) + ".ldif") {
    options_.profile.name = "corp";
    options_.profile.bases = {"dc=example,dc=test"};
    options_.path = path_;
  }
  ~LdifSourceTest() override { std::filesystem::remove(path_); }

  model::Harvest collect(std::string_view text) {
    std::ofstream(path_, std::ios::binary) << text;
    return collect_file();
  }
  model::Harvest collect_file() {
    return make_ldif_source(options_)->collect({[] { return *base::parse_instant("2026-06-01T00:00:00Z"); }, {}});
  }
  /// The gap that made the coverage partial.
  static bool has_gap(const model::Harvest& h, model::Gap::Kind kind) {
    const auto& gaps = h.source.coverage.gaps;
    return h.source.coverage.state != model::CoverageState::complete &&
           std::any_of(gaps.begin(), gaps.end(), [&](const model::Gap& g) { return g.kind == kind; });
  }

  std::string path_;
  LdifOptions options_;
};

TEST_F(LdifSourceTest, IsCompleteWhenEverythingAgrees) {
  options_.profile.canaries = {"UID=jane, dc=example,dc=test"};
  options_.profile.accounts_at_least = 1;
  const model::Harvest h = collect(kTree);
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_EQ(h.source.coverage.records_read, 3U);
  EXPECT_EQ(h.source.coverage.records_counted, 3U);
  EXPECT_EQ(h.source.connector, "ldif/openldap");
  EXPECT_EQ(h.source.content, base::sha256(kTree));
  EXPECT_EQ(h.source.bytes, kTree.size());
  ASSERT_EQ(h.accounts.size(), 1U);
  ASSERT_EQ(h.groups_of_account.row(0).size(), 1U);
}

TEST_F(LdifSourceTest, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(collect_file().source.coverage.state, model::CoverageState::failed);
  EXPECT_EQ(collect("").source.coverage.state, model::CoverageState::failed);
  EXPECT_EQ(collect("# nothing\n").source.coverage.state, model::CoverageState::failed);
  options_.max_bytes = kTree.size() - 1;
  EXPECT_TRUE(has_gap(collect(kTree), model::Gap::Kind::size_limit));
  options_.max_bytes = kTree.size();
  EXPECT_EQ(collect(kTree).source.coverage.state, model::CoverageState::complete);
  options_.path = testing::TempDir();
  EXPECT_EQ(collect_file().source.coverage.state, model::CoverageState::failed);
  options_.path = path_;
  options_.profile.account_filter = "(uid>=a)";
  EXPECT_EQ(collect(kTree).source.coverage.state, model::CoverageState::failed);
}

TEST_F(LdifSourceTest, IsPartialWithoutItsBaseEntry) {
  EXPECT_TRUE(has_gap(collect(kTree.substr(kTree.find("dn: uid"))), model::Gap::Kind::hidden));
}

TEST_F(LdifSourceTest, IsPartialWithoutItsCanaryOrWithTooFewAccounts) {
  options_.profile.canaries = {"uid=canary,dc=example,dc=test"};
  EXPECT_TRUE(has_gap(collect(kTree), model::Gap::Kind::hidden));
  options_.profile.canaries.clear();
  options_.profile.accounts_at_least = 2;
  EXPECT_TRUE(has_gap(collect(kTree), model::Gap::Kind::envelope));
}

TEST_F(LdifSourceTest, CannotTellWithoutAnyAccount) {
  std::string text = kTree;
  const auto jane = text.find("dn: uid=jane");
  text.erase(jane, text.find("dn: cn=sales") - jane);
  const model::Harvest h = collect(text);
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::failed);
  EXPECT_TRUE(has_gap(h, model::Gap::Kind::hidden)) << h.source.coverage.in_words();
}

TEST_F(LdifSourceTest, IsPartialWhenTheFileIsWrittenToMeanwhile) {
  std::string text = kTree;
  for (int i = 0; i < 10'000; ++i) {
    text += "dn: ou=u" + std::to_string(i) + ",dc=example,dc=test\nobjectClass: organizationalUnit\n\n";
  }
  EXPECT_EQ(collect(text).source.coverage.state, model::CoverageState::complete);
  const auto write_more = [this](std::uint64_t) {
    std::ofstream(path_, std::ios::binary | std::ios::app)
        << "dn: uid=late,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: late\n\n";
  };
  const auto move_time = [this](std::uint64_t) {
    std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now() + std::chrono::hours{1});
  };
  for (const std::function<void(std::uint64_t)>& meanwhile :
       {std::function<void(std::uint64_t)>(write_more), {move_time}}) {
    std::ofstream(path_, std::ios::binary) << text;
    const model::Harvest h =
        make_ldif_source(options_)->collect({[] { return *base::parse_instant("2026-06-01T00:00:00Z"); }, meanwhile});
    EXPECT_TRUE(has_gap(h, model::Gap::Kind::count_mismatch)) << h.source.coverage.in_words();
  }
}

TEST_F(LdifSourceTest, IsPartialWhenTheFileWasCut) {
  EXPECT_TRUE(has_gap(collect(kTree.substr(0, kTree.size() - 1)), model::Gap::Kind::truncated));
  for (std::size_t size = 0; size < kTree.size(); ++size) {
    const model::Harvest h = collect(kTree.substr(0, size));
    if (h.source.coverage.state != model::CoverageState::complete) continue;
    EXPECT_EQ(kTree.substr(size, 4), "dn: ") << size;  // a cut exactly between two records cannot be seen
  }
}

TEST_F(LdifSourceTest, IsPartialWhereRecordsRunTogether) {
  // The line "employeeNumber: 7" and the blank line behind uid=jane are gone, as a bad copy loses them.
  std::string text = kTree;
  text.erase(text.find("\n\ndn: cn=sales"), 1);
  const model::Harvest h = collect(text);
  EXPECT_TRUE(has_gap(h, model::Gap::Kind::truncated)) << h.source.coverage.in_words();
  EXPECT_EQ(h.source.coverage.records_read, 3U);
}

TEST_F(LdifSourceTest, IsPartialWhenTheExportItselfWasLimited) {
  EXPECT_TRUE(has_gap(collect(kTree + "search: 2\nresult: 4 Size limit exceeded\n\n"), model::Gap::Kind::size_limit));
  EXPECT_TRUE(has_gap(collect(kTree + "search: 2\nresult: 3 Time limit exceeded\n\n"), model::Gap::Kind::time_limit));
  EXPECT_TRUE(has_gap(collect(kTree + "# numEntries: 4\n"), model::Gap::Kind::count_mismatch));
  EXPECT_TRUE(has_gap(collect(kTree + "ref: ldap://other/\n\n"), model::Gap::Kind::referral));
  EXPECT_EQ(collect(kTree + "search: 2\nresult: 0 Success\n\n# numEntries: 3\n").source.coverage.state,
            model::CoverageState::complete);
}

TEST_F(LdifSourceTest, IsPartialWhenARecordIsRefused) {
  const model::Harvest h = collect(kTree + "dn: uid=x,dc=example,dc=test\nchangetype: delete\n\n");
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::partial);
  ASSERT_EQ(h.source.coverage.rejects.size(), 1U);
  EXPECT_EQ(h.source.coverage.rejects[0].line, 17U);
}

TEST_F(LdifSourceTest, IgnoresAndCountsWhatIsOutsideTheBases) {
  const model::Harvest h = collect(kTree + "dn: uid=x,dc=other\nobjectClass: inetOrgPerson\nuid: x\n\n");
  EXPECT_EQ(h.accounts.size(), 1U);
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete);
  const auto& notes = h.source.notes;
  EXPECT_NE(std::find(notes.begin(), notes.end(), "entries outside the bases, ignored: 1"), notes.end());
}

TEST_F(LdifSourceTest, MissingMembersArePartialOnlyWhereTheDirectoryKeepsThem) {
  const std::string dangling =
      "dn: cn=g,dc=example,dc=test\nobjectClass: groupOfNames\nobjectClass: group\ncn: g\n"
      "objectSid: S-1-5-21-1-2-3-1200\nmember: uid=gone,dc=example,dc=test\n\n";
  EXPECT_EQ(collect(kTree + dangling).source.coverage.state, model::CoverageState::complete);
  options_.profile.dialect = Dialect::active_directory;
  const model::Harvest h = collect(kTree + dangling);
  EXPECT_EQ(h.source.connector, "ldif/active-directory");
  EXPECT_TRUE(has_gap(h, model::Gap::Kind::hidden));
}

TEST_F(LdifSourceTest, JudgesFactsAsOfTheExport) {
  options_.profile.dialect = Dialect::active_directory;
  options_.exported_at = base::parse_instant("2026-05-03T00:00:00Z");
  const model::Harvest h = collect(
      "dn: dc=example,dc=test\nobjectClass: domainDNS\n\n"
      "dn: CN=jane,dc=example,dc=test\nobjectClass: user\nsAMAccountName: jane\nlastLogonTimestamp: "
      "134220672000000000\n\n");
  EXPECT_EQ(base::format_bounds(h.accounts.last_sign_in[0].bounds),
            "between 2026-05-01T00:00:00Z and 2026-05-03T00:00:00Z");
}

}  // namespace
}  // namespace tally::directory
