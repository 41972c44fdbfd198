#include "daemon/archive/run_archive.h"

#include "daemon/archive/links_archive.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "daemon/archive/archive_file.h"
#include "daemon/archive/circumstances_json.h"
#include "policy/model/columns.h"
#include "tests/unit/daemon/archive/small_company.h"

namespace tally::archive {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void expect_same(const correlation::PreviousLinks& got) {
  const auto expected = around("").links;
  ASSERT_EQ(got.accounts.size(), 1U);
  ASSERT_EQ(got.people.size(), 1U);
  const auto& account = got.accounts[0];
  EXPECT_EQ(got.text.view(account.key), "account/corp-ad/1");
  EXPECT_EQ(got.text.view(account.source), "corp-ad");
  EXPECT_EQ(got.text.view(account.login), "dweiss");
  EXPECT_EQ(got.text.view(account.mail), "");
  EXPECT_EQ(got.text.view(account.employee_id), "001004");
  EXPECT_EQ(account.since, at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(account.seen, at("2026-03-01T00:00:00Z"));
  const auto& person = got.people[0];
  EXPECT_EQ(got.text.view(person.employee_id), "001004");
  EXPECT_EQ(got.text.view(person.mail), "d.weiss@example.com");
  EXPECT_EQ(person.name, expected->people[0].name);
  EXPECT_EQ(person.since, at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(person.seen, at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(got.complete, (std::vector<std::string>{"hr", "corp-ad"}));
}

template <class Value>
std::string shown(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return fmt::format("{}", static_cast<int>(value));
  } else if constexpr (std::is_integral_v<Value>) {
    return fmt::format("{}", value);
  } else if constexpr (std::is_same_v<Value, model::BoolFact>) {
    return fmt::format("{} {}", static_cast<int>(value.value), shown(value.basis));
  } else if constexpr (std::is_same_v<Value, model::TimeFact>) {
    return fmt::format("{} {} {}", static_cast<int>(value.state), base::format_bounds(value.bounds),
                       shown(value.basis));
  } else {
    return value.valid() ? fmt::format("{}", value.index()) : std::string("none");
  }
}

/// Every value of a table, column by column.
template <class Table>
std::string shown_table(const Table& table) {
  std::string all;
  model::each_column<Table>([&](std::string_view name, auto column) {
    for (const auto& value : table.*column) all += fmt::format("{}={}\n", name, shown(value));
  });
  return all;
}

TEST(RunArchive, GivesBackEveryValueOfTheSnapshot) {
  Folder folder;
  const model::Snapshot before = company();
  const auto digest = keep(folder.snapshots(), before, around("run-12"));
  ASSERT_TRUE(digest) << digest.error().message;
  const auto kept = open_kept_run(folder.snapshots(), "run-12");
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->digest, *digest);
  const model::Snapshot& after = kept->snapshot;
  EXPECT_EQ(after.as_of, before.as_of);
  EXPECT_EQ(shown_table(after.people), shown_table(before.people));
  EXPECT_EQ(shown_table(after.accounts), shown_table(before.accounts));
  EXPECT_EQ(shown_table(after.groups), shown_table(before.groups));
  EXPECT_EQ(shown_table(after.deleted), shown_table(before.deleted));
  EXPECT_EQ(shown_table(after.membership_times), shown_table(before.membership_times));
  EXPECT_EQ(after.groups_of_account.offsets, before.groups_of_account.offsets);
  EXPECT_EQ(after.groups_of_account.targets, before.groups_of_account.targets);
  EXPECT_EQ(after.groups_of_group.targets, before.groups_of_group.targets);
  EXPECT_EQ(after.owners_of_group.targets, before.owners_of_group.targets);
  EXPECT_EQ(after.text.block(), before.text.block());
  EXPECT_EQ(after.view(after.accounts.login[1]), "adm-dweiss");
}

TEST(RunArchive, GivesBackTheSourcesAndTheirCoverage) {
  Folder folder;
  ASSERT_TRUE(keep(folder.snapshots(), company(), around("run-12")));
  const auto kept = open_kept_run(folder.snapshots(), "run-12");
  ASSERT_TRUE(kept) << kept.error().message;
  ASSERT_EQ(kept->snapshot.sources.size(), 2u);
  const model::SourceRecord& source = kept->snapshot.sources[1];
  EXPECT_EQ(source.name, "corp-ad");
  EXPECT_EQ(source.kind, model::SourceKind::directory);
  EXPECT_EQ(source.finished, at("2026-03-31T21:00:00Z"));
  EXPECT_EQ(source.in_force_since, at("2026-03-30T21:00:00Z"));
  EXPECT_EQ(source.content, base::sha256("content"));
  EXPECT_THAT(source.notes, ElementsAre("server: dc1"));
  EXPECT_EQ(source.coverage.state, model::CoverageState::partial);
  ASSERT_EQ(source.coverage.gaps.size(), 1u);
  EXPECT_EQ(source.coverage.gaps[0].kind, model::Gap::Kind::stale);
  EXPECT_EQ(source.coverage.records_counted, 3u);
  ASSERT_EQ(source.coverage.rejects.size(), 1u);
  EXPECT_FALSE(source.coverage.rejects[0].whole_record);
  EXPECT_FALSE(kept->snapshot.sources[0].coverage.records_counted);
}

TEST(RunArchive, GivesBackWhatTheVerdictDependedOnBeside) {
  Folder folder;
  ASSERT_TRUE(keep(folder.snapshots(), company(), around("run-12")));
  const auto kept = open_kept_run(folder.snapshots(), "run-12");
  ASSERT_TRUE(kept) << kept.error().message;
  const Circumstances& c = kept->circumstances;
  EXPECT_EQ(c.config_text, "organisation = \"Grün\"\n");
  ASSERT_EQ(c.packs.size(), 1u);
  EXPECT_EQ(c.packs[0].text, "[pack]\n");
  EXPECT_EQ(c.previous.records("hr"), 12u);
  ASSERT_EQ(c.decisions.size(), 1u);
  EXPECT_FALSE(c.decisions[0].same);
  EXPECT_EQ(c.decisions[0].reason, "a namesake");
  ASSERT_EQ(c.exemptions.size(), 1u);
  EXPECT_EQ(c.exemptions[0].approved_by, "bob");
  EXPECT_EQ(c.exemptions[0].until, at("2026-06-01T00:00:00Z"));
  ASSERT_EQ(c.acknowledged.size(), 1u);
  EXPECT_EQ(c.acknowledged[0].rule, "ORP-001");
  EXPECT_EQ(c.acknowledged[0].subject_key, "account/corp-ad/2");
  EXPECT_EQ(c.acknowledged[0].at, at("2026-03-03T00:00:00Z"));
  ASSERT_TRUE(c.links);
  expect_same(*c.links);
}

TEST(Circumstances, OfRunsThatWereKeptBeforeAcknowledgementsWereCanStillBeRead) {
  const base::Instant moment = at("2026-03-31T22:00:00Z");
  std::string text = to_json(around("run-12"), moment);
  const std::string_view begins = "\"acknowledged\":[";
  const std::size_t from = text.find(begins), to = text.find(']', from) + 1;
  ASSERT_NE(from, std::string::npos);
  text.erase(from, to + 1 - from);  // and the comma behind it
  Circumstances c;
  base::Instant as_of;
  const auto read = from_json(text, c, as_of);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(c.acknowledged, testing::IsEmpty());
  EXPECT_EQ(c.exemptions.size(), 1u);
}

TEST(RunArchive, OfTheSameInputsHasTheSameDigest) {
  Folder one, two;
  const auto first = keep(one.snapshots(), company(), around("run-12"));
  const auto second = keep(two.snapshots(), company(), around("run-12"));
  const auto other = keep(two.snapshots(), company(), around("run-13"));
  ASSERT_TRUE(first && second && other);
  EXPECT_EQ(*first, *second);
  EXPECT_NE(*first, *other);
}

TEST(RunArchive, IsForItsOwnerAlone) {
  Folder folder;
  ASSERT_TRUE(keep(folder.snapshots(), company(), around("run-12")));
  struct stat info {};
  ASSERT_EQ(::stat(archive_path(folder.snapshots(), "run-12").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(folder.snapshots().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST(RunArchive, IsPrunedToTheNewestRuns) {
  Folder folder;
  for (const char* run : {"run-2", "run-10", "run-9", "run-100"}) {
    ASSERT_TRUE(keep(folder.snapshots(), company(), around(run)));
  }
  EXPECT_THAT(kept_runs(folder.snapshots()), ElementsAre("run-2", "run-9", "run-10", "run-100"));
  ASSERT_TRUE(prune(folder.snapshots(), 2));
  EXPECT_THAT(kept_runs(folder.snapshots()), ElementsAre("run-10", "run-100"));
  ASSERT_TRUE(prune(folder.snapshots(), 0));
  EXPECT_TRUE(kept_runs(folder.snapshots()).empty());
  EXPECT_TRUE(prune(folder.file("nothing"), 3));
  EXPECT_EQ(open_kept_run(folder.snapshots(), "run-10").error().kind, base::ErrorKind::not_found);
}

TEST(ArchiveFile, LeavesNothingUnderItsNameUntilItIsComplete) {
  Folder folder;
  {
    auto file = ArchiveWriter::create(folder.file("half.tsa"));
    ASSERT_TRUE(file);
    file->put("half");
    EXPECT_FALSE(fs::exists(folder.file("half.tsa")));
  }
  EXPECT_TRUE(fs::is_empty(folder.file("")));
}

TEST(LinksArchive, GivesBackWhatWasKept) {
  Folder folder;
  ASSERT_TRUE(keep(folder.snapshots(), company(), around("run-12")));  // makes the folder
  ASSERT_TRUE(keep_links(folder.snapshots(), *around("").links));
  const auto kept = open_links(folder.snapshots());
  ASSERT_TRUE(kept && *kept);
  expect_same(**kept);
  EXPECT_EQ(kept_runs(folder.snapshots()), std::vector<std::string>{"run-12"}) << "it is no run";
}

TEST(LinksArchive, ThatIsNotThereIsNoTrouble) {
  Folder folder;
  const auto kept = open_links(folder.snapshots());
  ASSERT_TRUE(kept);
  EXPECT_FALSE(*kept);
  EXPECT_TRUE(forget_links(folder.snapshots()));
}

TEST(LinksArchive, ThatIsSomethingElseIsRefused) {
  Folder folder;
  ASSERT_TRUE(keep(folder.snapshots(), company(), around("run-12")));
  std::filesystem::rename(archive_path(folder.snapshots(), "run-12"), links_path(folder.snapshots()));
  const auto kept = open_links(folder.snapshots());
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, base::ErrorKind::corrupt);
  ASSERT_TRUE(forget_links(folder.snapshots()));
  EXPECT_TRUE(open_links(folder.snapshots()));
}

}  // namespace
}  // namespace tally::archive
