#include "daemon/archive/run_archive.h"

#include "daemon/archive/links_archive.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "daemon/archive/archive_file.h"
#include "policy/model/columns.h"

namespace tally::archive {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Folder {
 public:
  Folder() {
    std::string pattern = fs::temp_directory_path() / "tally-archive-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string snapshots() const { return path_ + "/snapshots"; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

base::Instant at(const char* text) { return *base::parse_instant(text); }

/// One of everything: a person, two accounts, two groups within each other, facts in every state.
model::Snapshot company() {
  model::Snapshot s;
  s.as_of = at("2026-03-31T22:00:00.000001Z");
  s.sources.resize(2);
  s.sources[0].name = "hr";
  model::SourceRecord& ad = s.sources[1];
  ad.name = "corp-ad";
  ad.kind = model::SourceKind::directory;
  ad.finished = at("2026-03-31T21:00:00Z");
  ad.in_force_since = at("2026-03-30T21:00:00Z");
  ad.content = base::sha256("content");
  ad.notes = {"server: dc1"};
  ad.coverage.state = model::CoverageState::partial;
  ad.coverage.gaps = {{model::Gap::Kind::stale, "old"}};
  ad.coverage.records_counted = 3;
  ad.coverage.rejects = {{7, "Mail", "caf\xE9", "not UTF-8", false}};
  const model::PersonId person = s.people.add(model::SourceId(0));
  s.people.employee_id[person.index()] = s.text.intern("001004");
  s.people.status[person.index()] = model::Employment::left;
  s.people.last_day[person.index()] =
      model::TimeFact::known(base::Bounds::exactly(at("2026-03-31T22:00:00Z")), s.text.add("Last Day=2026-03-31"));
  for (const char* login : {"dweiss", "adm-dweiss"}) {
    const model::AccountId account = s.accounts.add(model::SourceId(1));
    s.accounts.login[account.index()] = s.text.add(login);
  }
  s.accounts.enabled[0] = model::BoolFact::known(true, s.text.add("userAccountControl=512"));
  s.accounts.enabled[1] = model::BoolFact::unknown(s.text.add("hidden"));
  s.accounts.last_sign_in[0] = model::TimeFact::known({at("2026-01-01T00:00:00Z"), at("2026-01-15T00:00:00Z")}, {});
  s.accounts.expires[0] = model::TimeFact::never({});
  s.accounts.flags[1] = model::kDesKeysOnly | model::kHasServicePrincipal;
  for (const char* name : {"Ring A", "Ring B"}) {
    s.groups.name[s.groups.add(model::SourceId(1)).index()] = s.text.add(name);
  }
  s.groups.tier[1] = model::Tier::tier0;
  s.accounts.primary_group[1] = model::GroupId(1);
  s.owners_of_group.push_row(std::vector{model::AccountId(0)});
  s.owners_of_group.push_row({});
  s.groups_of_account.push_row(std::vector{model::GroupId(0), model::GroupId(1)});
  s.groups_of_account.push_row({});
  s.groups_of_group.push_row(std::vector{model::GroupId(1)});
  s.groups_of_group.push_row(std::vector{model::GroupId(0)});
  return s;
}

Circumstances around(const std::string& run) {
  Circumstances c;
  c.run = run;
  c.tool_version = "0.1.0";
  c.config_file = "/etc/tallystick/tallystick.toml";
  c.config_text = "organisation = \"Grün\"\n";
  c.packs = {{"core", "[pack]\n"}};
  c.previous.last_good = {{"hr", 12}};
  c.decisions = {{"account/corp-ad/1", "001004", false, "eve", "a namesake", at("2026-03-01T00:00:00Z"), 9}};
  c.exemptions = {{"LVR-001", "account/corp-ad/1", "handover", "ann", "bob", at("2026-03-01T00:00:00Z"),
                   at("2026-03-02T00:00:00Z"), at("2026-06-01T00:00:00Z"), 11}};
  correlation::PreviousLinks& links = c.links.emplace();
  const base::TextId ad = links.text.intern("corp-ad"), number = links.text.intern("001004");
  links.accounts = {{links.text.add("account/corp-ad/1"),
                     ad,
                     links.text.add("dweiss"),
                     {},
                     number,
                     at("2026-01-01T00:00:00Z"),
                     at("2026-03-01T00:00:00Z")}};
  links.people = {{number,
                   links.text.add("d.weiss@example.com"),
                   {},
                   {7, 9},
                   at("2026-01-01T00:00:00Z"),
                   at("2026-03-01T00:00:00Z")}};
  links.complete = {"hr", "corp-ad"};
  return c;
}

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
  ASSERT_TRUE(c.links);
  expect_same(*c.links);
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

std::string unpacked_company() {
  Folder folder;
  EXPECT_TRUE(keep(folder.snapshots(), company(), around("run-12")));
  return read_archive(archive_path(folder.snapshots(), "run-12"))->bytes;
}

TEST(RunArchive, CutAnywhereIsRefusedAndSaysWhere) {
  const std::string whole = unpacked_company();
  ASSERT_TRUE(decode(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = decode(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().kind, base::ErrorKind::corrupt);
    EXPECT_FALSE(cut.error().message.empty());
  }
  EXPECT_THAT(decode(whole + "x").error().message, HasSubstr("something follows it"));
}

TEST(RunArchive, WithAnyBitFlippedIsRefusedOrHasAnotherDigest) {
  std::string bytes = unpacked_company();
  const base::Digest digest = base::sha256(bytes);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    const auto mask = static_cast<char>(1U << (i % 8));
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ mask);
    refused += !decode(bytes);
    EXPECT_NE(base::sha256(bytes), digest);
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ mask);
  }
  EXPECT_GT(refused, 0u);  // ids and lengths; that none crashes is the point
}

/// The content with the last `bytes` bytes of the section replaced by FF.
std::string spoiled(std::string_view section, std::size_t bytes) {
  std::string whole = unpacked_company();
  const std::size_t name = whole.find(section);
  EXPECT_NE(name, std::string::npos);
  const std::size_t value = name + section.size() + 8;
  for (std::size_t i = 0; i < bytes; ++i) whole[value + i] = '\xFF';
  return whole;
}

TEST(RunArchive, WithAnIdBeyondItsTableIsRefused) {
  EXPECT_THAT(decode(spoiled("accounts.primary_group", 4)).error().message,
              HasSubstr("accounts.primary_group: value 0 is out of range"));
  EXPECT_THAT(decode(spoiled("people.status", 1)).error().message, HasSubstr("people.status: value 0 is out of range"));
  EXPECT_THAT(decode(spoiled("groups_of_account.targets", 4)).error().message,
              HasSubstr("groups_of_account.targets: value 0 is out of range"));
  EXPECT_THAT(decode(spoiled("groups_of_account.offsets", 8)).error().message,
              HasSubstr("groups_of_account: its rows do not fit its table"));
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

TEST(ArchiveFile, CutOrChangedOnTheDiskIsRefused) {
  Folder folder;
  auto file = ArchiveWriter::create(folder.file("a.tsa"));
  ASSERT_TRUE(file);
  file->put(std::string(300'000, 'a'));
  file->put("the end");
  const auto digest = file->finish();
  ASSERT_TRUE(digest);
  const auto whole = read_archive(folder.file("a.tsa"));
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->bytes.size(), 300'007u);
  EXPECT_EQ(whole->digest, *digest);
  std::ifstream in(folder.file("a.tsa"), std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t size = 0; size < packed.size(); ++size) {
    std::ofstream(folder.file("cut.tsa"), std::ios::binary) << packed.substr(0, size);
    EXPECT_EQ(read_archive(folder.file("cut.tsa")).error().kind, base::ErrorKind::corrupt) << size;
  }
  std::ofstream(folder.file("more.tsa"), std::ios::binary) << packed << "x";
  EXPECT_THAT(read_archive(folder.file("more.tsa")).error().message, HasSubstr("cannot be unpacked"));
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
