// Runs that are kept: asked again by replay, and by a changed pack.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/archive/run_archive.h"
#include "policy/packs/shipped_packs.h"
#include "tests/unit/daemon/cli/desk.h"

namespace tally::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// A desk at which the sample company was audited once; its run is run-1.
struct Audited : Desk {
  Audited() {
    EXPECT_EQ(keygen(), 0) << err;
    EXPECT_EQ(audit(), 1) << err;
  }
  /// The shipped pack about leavers with one text replaced by another, as a file.
  std::string changed_pack(const std::string& from, const std::string& to) {
    std::string text(packs::shipped_packs().front().text);
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    text.replace(place, from.size(), to);
    std::ofstream(file("changed.toml")) << text;
    return file("changed.toml");
  }
  std::string shipped_pack() {
    std::ofstream(file("shipped.toml")) << packs::shipped_packs().front().text;
    return file("shipped.toml");
  }
};

TEST(Replay, GivesTheSameVerdictAsTheRunDid) {
  Audited desk;
  EXPECT_EQ(desk.run({"replay", "run-1", "--state", desk.state()}), 0) << desk.err << desk.out;
  EXPECT_THAT(desk.out, HasSubstr("run-1, as of 2026-11-02T08:00:00Z"));
  EXPECT_THAT(desk.out, HasSubstr("Digest of the verdict"));
  EXPECT_THAT(desk.out, Not(HasSubstr("NOT as recorded")));
}

TEST(Replay, OfAFileAloneTellsWhatToCompare) {
  Audited desk;
  const std::string kept = desk.state() + "/snapshots/run-1.tsa";
  ASSERT_EQ(desk.run({"replay", "run-1", "--state", desk.state()}), 0);
  const std::string beside_the_log = desk.out;
  EXPECT_EQ(desk.run({"replay", "run-1", "--archive", kept}), 0) << desk.err;
  const std::string digest = desk.out.substr(desk.out.find("Digest of the verdict:") + 24, 64);
  EXPECT_THAT(beside_the_log, HasSubstr(digest));
}

TEST(Replay, SaysWhichRunsAreKept) {
  Audited desk;
  EXPECT_EQ(desk.run({"replay", "run-7", "--state", desk.state()}), 2);
  EXPECT_THAT(desk.err, HasSubstr("run-7 is not kept"));
  EXPECT_THAT(desk.err, HasSubstr("kept are run-1"));
}

TEST(Replay, SaysWhyItCannotTellWhetherAnErasureTookARun) {
  Audited desk;
  for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(desk.state() + "/store.db" + beside);
  std::ofstream(desk.state() + "/store.db", std::ios::binary) << std::string(8192, 'x');
  EXPECT_NE(desk.run({"replay", "run-7", "--state", desk.state()}), 0);
  EXPECT_THAT(desk.err, HasSubstr("run-7 is not kept, and whether an erasure took it cannot be told: "));
  EXPECT_THAT(desk.err, HasSubstr("file is not a database"));
}

TEST(Replay, NoticesAnotherRunUnderTheNameOfThisOne) {
  Audited desk;
  ASSERT_EQ(desk.with_sample({"audit", "--quiet", "--as-of", "2026-11-09T08:00:00Z"}), 1) << desk.err;
  std::string second;
  for (const auto& file : std::filesystem::directory_iterator(desk.state() + "/snapshots")) {
    if (file.path().stem() != "run-1") second = file.path().stem();
  }
  ASSERT_FALSE(second.empty());
  // Whoever swaps the files of two runs changes what each says about itself.
  std::filesystem::copy_file(desk.state() + "/snapshots/run-1.tsa", desk.state() + "/snapshots/" + second + ".tsa",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(desk.run({"replay", second, "--state", desk.state()}), 4);
  EXPECT_THAT(desk.err + desk.out, HasSubstr("run-1"));
}

/// Puts another run under the name of this one, with its own name and a right checksum: only the log can tell.
void forge(Audited& desk, const std::function<void(model::Snapshot&)>& change) {
  const std::string folder = desk.state() + "/snapshots";
  auto kept = archive::open_kept_run(folder, "run-1");
  ASSERT_TRUE(kept) << kept.error().message;
  change(kept->snapshot);
  ASSERT_TRUE(archive::keep(folder, kept->snapshot, kept->circumstances));
}

TEST(Replay, NoticesASnapshotThatWasChangedThoughTheVerdictIsTheSame) {
  Audited desk;
  forge(desk, [](model::Snapshot& s) { s.sources.at(0).notes.emplace_back("nothing: a rule reads no note"); });
  EXPECT_EQ(desk.run({"replay", "run-1", "--state", desk.state()}), 4) << desk.out;
  EXPECT_THAT(desk.out, ContainsRegex("Digest of the snapshot: [0-9a-f]{64}\n  NOT as recorded: [0-9a-f]{64}"));
  EXPECT_THAT(desk.out, ContainsRegex("Digest of the verdict: [0-9a-f]{64}, as recorded"));
}

TEST(Replay, NoticesAnAccountThatWasClearedAfterwards) {
  Audited desk;
  forge(desk, [](model::Snapshot& s) {
    for (model::BoolFact& enabled : s.accounts.enabled) enabled.value = model::Truth::no;
  });
  EXPECT_EQ(desk.run({"replay", "run-1", "--state", desk.state()}), 4) << desk.out;
  EXPECT_THAT(desk.out, ContainsRegex("Digest of the snapshot: [0-9a-f]{64}\n  NOT as recorded: "));
  EXPECT_THAT(desk.out, ContainsRegex("Digest of the verdict: [0-9a-f]{64}\n  NOT as recorded: "));
}

TEST(Replay, RefusesAFileThatIsDamaged) {
  Audited desk;
  const std::string kept = desk.state() + "/snapshots/run-1.tsa";
  std::string bytes = slurp(kept);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(kept, std::ios::binary | std::ios::trunc) << bytes;
  EXPECT_NE(desk.run({"replay", "run-1", "--state", desk.state()}), 0);
  EXPECT_THAT(desk.err, HasSubstr("cannot be unpacked"));
  EXPECT_THAT(desk.out, Not(HasSubstr("as recorded")));
}

TEST(PolicyTry, OfTheSamePackChangesNothing) {
  Audited desk;
  EXPECT_EQ(desk.run({"policy", "try", desk.shipped_pack(), "--state", desk.state()}), 0) << desk.err;
  EXPECT_THAT(desk.out, HasSubstr("Nothing of this is recorded"));
  EXPECT_THAT(desk.out, Not(HasSubstr("Would")));
}

TEST(PolicyTry, TellsWhichFindingsGoWithARuleThatIsADraftAgain) {
  Audited desk;
  const std::string rule = "id = \"LVR-001\"\ntitle = \"Leaver's account still works\"\nstate = ";
  const std::string pack = desk.changed_pack(rule + "\"active\"", rule + "\"draft\"");
  EXPECT_EQ(desk.run({"policy", "try", pack, "--run", "run-1", "--state", desk.state()}), 0) << desk.err;
  EXPECT_THAT(desk.out, HasSubstr("Would go"));
  EXPECT_THAT(desk.out, HasSubstr("dweiss (corp-ad)"));
  EXPECT_THAT(desk.out, Not(HasSubstr("Would come")));
}

TEST(PolicyTry, OfABrokenPackSaysWhere) {
  Audited desk;
  const std::string pack = desk.changed_pack("account.owner_left", "account.owner_lef");
  EXPECT_EQ(desk.run({"policy", "try", pack, "--state", desk.state()}), 2);
  EXPECT_THAT(desk.err, HasSubstr("account.owner_lef"));
}

TEST(PolicyDiff, NamesEverySettingThatChanged) {
  Audited desk;
  const std::string before = desk.shipped_pack();
  const std::string after = desk.changed_pack("severity = \"critical\"", "severity = \"high\"");
  EXPECT_EQ(desk.run({"policy", "diff", before, after}), 1) << desk.err;
  EXPECT_EQ(desk.out, "LVR-001\n  severity\n    - critical\n    + high\n");
  EXPECT_EQ(desk.run({"policy", "diff", before, before}), 0);
  EXPECT_EQ(desk.out, "Both say the same.\n");
}

}  // namespace
}  // namespace tally::cli
