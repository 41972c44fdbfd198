// Bundles that are gone: fine under a `log_pruned` entry of the log itself, and a failure otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/verify.h"
#include "tests/unit/daemon/ledger/epoch_log.h"

namespace tally::ledger {
namespace {

using ::testing::HasSubstr;

// SHA-256 of "test", FIPS 180-4.
constexpr const char* kPolicy = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
constexpr std::size_t kSize = 1400;

std::string pruned_entry(std::uint64_t minimum, std::uint64_t before) {
  return fmt::format(
      R"({{"before":{},"minimum":{},"policy":"{}","ts":"2026-04-01T00:00:00Z","type":"log_pruned","v":1}})", before,
      minimum, kPolicy);
}

void remove_bundles(MemoryLog& log, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t n = first; n < end; ++n) log.files.erase(TileId{TileKind::entries, 0, n, 256}.path());
}

/// The partial tile of level 1 that a log of these entries left behind: a real one grew through it.
void add_partial_tile(MemoryLog& log, const std::vector<std::string>& entries) {
  for (const auto& [path, bytes] : make_log(entries).files) {
    if (path.starts_with("tile/1/000.p/")) log.files[path] = bytes;
  }
}

/// 1,400 entries, of which 256 to 1,023 are gone under entry 1,300.
MemoryLog pruned_log() {
  auto entries = entry_texts(kSize);
  entries[1300] = pruned_entry(1024, 0);
  MemoryLog log = make_log(entries);
  log.files["pruned"] = "1300\n";
  remove_bundles(log, 1, 4);
  return log;
}

VerifyReport check(MemoryLog& log, std::optional<Checkpoint> seen = {}, std::optional<Verified> verified = {}) {
  VerifyOptions options{{log_signer().key}};
  options.seen = std::move(seen);
  options.verified = std::move(verified);
  return verify(log, options);
}

std::string first(const VerifyReport& report) {
  return report.ok() ? "" : report.problems[0].path + ": " + report.problems[0].message;
}

TEST(VerifyPruning, AcceptsBundlesThatAnEntryPrunes) {
  MemoryLog log = pruned_log();
  const VerifyReport report = check(log);
  ASSERT_EQ(first(report), "");
  EXPECT_EQ(report.entries_checked, kSize - 768);
  EXPECT_EQ(report.last_good_size, kSize);
  ASSERT_TRUE(report.pruned);
  EXPECT_EQ(report.pruned->entries, 768u);
  EXPECT_EQ(report.pruned->by.entry, 1300u);
  EXPECT_EQ(report.pruned->by.what.minimum, 1024u);
  EXPECT_EQ(report.pruned->by.what.policy.hex(), kPolicy);
}

TEST(VerifyPruning, AcceptsBundlesThatAreStillThere) {
  auto entries = entry_texts(kSize);
  entries[1300] = pruned_entry(1024, 0);
  MemoryLog log = make_log(entries);
  log.files["pruned"] = "1300\n";
  EXPECT_EQ(first(check(log)), "");
  EXPECT_EQ(check(log).pruned->entries, 0u);
  remove_bundles(log, 1, 3);
  EXPECT_EQ(check(log).pruned->entries, 512u);
  log.files["tile/entries/003"][1000] ^= 1;
  const VerifyReport report = check(log);
  EXPECT_FALSE(report.ok()) << "what is there must be right";
  EXPECT_EQ(report.first_bad_index.value_or(0) / 256, 3u);
}

TEST(VerifyPruning, FailsWhenNoEntryPrunes) {
  MemoryLog log = make_log(entry_texts(kSize));
  remove_bundles(log, 2, 3);
  const VerifyReport report = check(log);
  EXPECT_THAT(first(report), HasSubstr("tile/entries/002: the file is missing, and no entry says"));
  EXPECT_EQ(report.first_bad_index, 512u);
  EXPECT_EQ(report.last_good_size, 512u);
}

TEST(VerifyPruning, FailsForABundleBeyondTheMinimum) {
  MemoryLog log = pruned_log();
  remove_bundles(log, 4, 5);
  const VerifyReport report = check(log);
  EXPECT_THAT(first(report), HasSubstr("only entries before 1024 were pruned (entry 1300)"));
  EXPECT_EQ(report.first_bad_index, 1024u);
  EXPECT_EQ(report.last_good_size, 1024u);
}

TEST(VerifyPruning, FailsWithoutTheFirstBundle) {
  MemoryLog log = pruned_log();
  log.files.erase("tile/entries/000");
  EXPECT_THAT(first(check(log)), HasSubstr("tile/entries/000: the file is missing"));
}

TEST(VerifyPruning, FailsForEveryHashTileThatIsGoneOrTouched) {
  const MemoryLog whole = pruned_log();
  for (const char* path : {"tile/0/001", "tile/0/002", "tile/0/003", "tile/1/000.p/5"}) {
    MemoryLog log = whole;
    log.files.erase(path);
    EXPECT_FALSE(check(log).ok()) << path;
    for (std::size_t at = 0; at < whole.files.at(path).size(); at += 7) {
      log = whole;
      log.files[path][at] ^= 0x10;
      EXPECT_FALSE(check(log).ok()) << path << " " << at;
    }
    log = whole;
    log.files[path].pop_back();
    EXPECT_FALSE(check(log).ok()) << path;
  }
}

/// The log's key signs what no writer of ours would.
TEST(VerifyPruning, FailsForAnEntryThatPrunesWhatItMayNot) {
  for (const auto& [bad, why] :
       {std::pair(pruned_entry(1536, 0), "come after it"), std::pair(pruned_entry(1000, 0), "no multiple of 256"),
        std::pair(pruned_entry(256, 0), "no multiple of 256"), std::pair(pruned_entry(512, 512), "not up"),
        std::pair(pruned_entry(512, 100), "neither 0 nor"),
        std::pair(std::string(R"({"before":0,"minimum":512,"policy":"9f",)"
                              R"("ts":"2026-04-01T00:00:00Z","type":"log_pruned","v":1})"),
                  "no SHA-256")}) {
    auto entries = entry_texts(kSize);
    entries[1300] = bad;
    MemoryLog log = make_log(entries);
    log.files["pruned"] = "1300\n";
    const VerifyReport report = check(log);
    EXPECT_THAT(first(report), HasSubstr(why)) << bad;
    EXPECT_EQ(report.first_bad_index, 1300u);
  }
}

TEST(VerifyPruning, FailsWhenTheMinimumBeforeIsNotThatOfTheEntryBefore) {
  for (const std::uint64_t before : {0u, 512u, 768u}) {
    auto entries = entry_texts(kSize);
    entries[1200] = pruned_entry(512, 0);
    entries[1300] = pruned_entry(1024, before);
    MemoryLog log = make_log(entries);
    log.files["pruned"] = "1200\n1300\n";
    remove_bundles(log, 1, 4);
    EXPECT_EQ(check(log).ok(), before == 512) << before << first(check(log));
  }
}

TEST(VerifyPruning, AcceptsThatTheEntryOfAnEarlierPruningIsGoneToo) {
  auto entries = entry_texts(kSize);
  entries[900] = pruned_entry(768, 512);
  entries[1300] = pruned_entry(1024, 768);
  MemoryLog log = make_log(entries);
  log.files["pruned"] = "600\n900\n1300\n";
  remove_bundles(log, 1, 4);
  EXPECT_EQ(first(check(log)), "");
}

TEST(VerifyPruning, FailsForAnyOtherListOfTheEntriesThatPrune) {
  const MemoryLog whole = pruned_log();
  for (const char* list : {"", "1300", "1299\n", "1299\n1300\n", "1300\n1301\n", "1300\n1300\n", "01300\n", "1300\n\n",
                           "x\n", "1400\n", "100\n1300\n"}) {
    MemoryLog log = whole;
    log.files["pruned"] = list;
    EXPECT_THAT(first(check(log)), HasSubstr("pruned: ")) << list;
  }
  MemoryLog log = whole;
  log.files.erase("pruned");
  EXPECT_THAT(first(check(log)), HasSubstr("pruned: is missing"));
  log.files["pruned"] = "1300\n1450\n";
  EXPECT_EQ(first(check(log)), "") << "a writer lists an entry before it signs it";
}

TEST(VerifyPruning, SaysWhenTheWriterPrunesMeanwhile) {
  MemoryLog log = pruned_log();
  remove_bundles(log, 4, 5);
  log.files["pruned"] = "1300\n1450\n";
  EXPECT_THAT(first(check(log)), HasSubstr("Entry 1450, which the signed size does not cover yet"));
}

/// A log whose writer prunes once the checkpoint was read: the bundles go, and the next checkpoint covers the entry.
class PrunedMeanwhile final : public TileReader {
 public:
  PrunedMeanwhile(MemoryLog before, MemoryLog after) : now_(std::move(before)), after_(std::move(after)) {}
  base::Result<std::vector<std::string>> list() override {
    if (!pruned_) now_ = after_;
    if (!pruned_) now_.files["checkpoint"] = checkpoint_;
    pruned_ = true;
    return now_.list();
  }
  base::Result<std::string> read(const std::string& path, std::size_t max_bytes) override {
    if (path == "checkpoint" && ++checkpoints == 2) now_.files[path] = after_.files[path];
    auto bytes = now_.read(path, max_bytes);
    if (path == "checkpoint") checkpoint_ = *bytes;
    return bytes;
  }
  int checkpoints = 0;  ///< times that it was read

 private:
  MemoryLog now_, after_;
  std::string checkpoint_;
  bool pruned_ = false;
};

TEST(VerifyPruning, ReadsOnceMoreWhenTheWriterPrunedMeanwhile) {
  auto entries = entry_texts(kSize);
  const MemoryLog before = make_log(entries);
  entries.push_back(pruned_entry(1024, 0));
  MemoryLog after = make_log(entries);
  for (const auto& [path, bytes] : before.files) after.files.emplace(path, bytes);  // a partial tile stays
  after.files["pruned"] = fmt::format("{}\n", kSize);
  remove_bundles(after, 1, 4);
  PrunedMeanwhile log(before, after);
  const VerifyReport report = verify(log, {{log_signer().key}});
  EXPECT_EQ(first(report), "");
  EXPECT_EQ(log.checkpoints, 2);
  EXPECT_EQ(report.size, kSize + 1);
  ASSERT_TRUE(report.pruned);
  EXPECT_EQ(report.pruned->entries, 768u);
}

TEST(VerifyPruning, HoldsAgainstACheckpointWithinWhatIsGone) {
  auto entries = entry_texts(kSize);
  MemoryLog log = pruned_log();
  const std::vector<std::string> early(entries.begin(), entries.begin() + 700);
  EXPECT_EQ(first(check(log, checkpoint_of(early))), "");
  auto other = early;
  other[699] = entry_text(1);
  EXPECT_THAT(first(check(log, checkpoint_of(other))), HasSubstr("the first 700 entries are not those"));
}

TEST(VerifyPruning, TakesUpWhereAnEarlierVerificationEnded) {
  auto entries = entry_texts(kSize);
  entries[1300] = pruned_entry(1024, 0);
  for (const std::size_t size : {300u, 700u, 1024u, 1299u, 1301u, 1400u}) {
    MemoryLog log = pruned_log();
    const std::vector<std::string> early(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(size));
    add_partial_tile(log, early);
    const VerifyReport report = check(log, {}, Verified{checkpoint_of(early), 0});
    EXPECT_EQ(first(report), "") << size;
    EXPECT_EQ(report.first_checked, size / 256 * 256);
    ASSERT_TRUE(report.pruned) << size;
    EXPECT_EQ(report.pruned->entries, 768u) << size;
    remove_bundles(log, 4, 5);
    EXPECT_EQ(check(log, {}, Verified{checkpoint_of(early), 0}).ok(), size >= 1280) << size;
  }
}

TEST(VerifyPruning, ShowsTheNewestPruningThatWasReadBefore) {
  auto entries = entry_texts(2000);
  entries[1300] = pruned_entry(1024, 0);
  MemoryLog log = make_log(entries);
  log.files["pruned"] = "1300\n";
  remove_bundles(log, 1, 4);
  const std::vector<std::string> early(entries.begin(), entries.begin() + 1800);
  add_partial_tile(log, early);
  const VerifyReport report = check(log, {}, Verified{checkpoint_of(early), 0});
  EXPECT_EQ(first(report), "");
  ASSERT_TRUE(report.pruned);
  EXPECT_EQ(report.pruned->by.entry, 1300u);
  log.files["pruned"] = "1301\n";
  EXPECT_FALSE(check(log, {}, Verified{checkpoint_of(early), 0}).ok()) << "entry 1301 prunes nothing";
}

/// A log whose epochs 0 to 2 ended; the ends of 0 and 1 are in bundles that are gone.
struct PrunedEpochs {
  EpochLog log;
  PrunedEpochs() {
    const auto fill = [&](std::size_t until, std::uint64_t epoch) {
      while (log.entries.size() < until) log.add("run_started", log.plan.end_of(epoch) - std::chrono::seconds(1));
    };
    fill(300, 0), log.close(0, epoch_signer(0));
    fill(511, 1), log.close(1, epoch_signer(1));
    fill(900, 2), log.close(2, epoch_signer(2));
    log.add("log_pruned", log.plan.end_of(2), fmt::format(R"({{"before":0,"minimum":768,"policy":"{}"}})", kPolicy));
    log.files["pruned"] = "901\n";
  }
  [[nodiscard]] VerifyReport verify(const std::optional<Verified>& verified = {}) const {
    MemoryLog files = make_log(log.entries);
    for (const auto& [path, bytes] : log.files) files.files[path] = bytes;
    files.files["checkpoint"] = EpochLog::signed_by(checkpoint_of(log.entries), {log_signer(), epoch_signer(3)});
    add_partial_tile(files, {log.entries.begin(), log.entries.begin() + 520});
    remove_bundles(files, 1, 3);
    VerifyOptions options{{log_signer().key}};
    options.root = root_signer().key;
    options.verified = verified;
    return ledger::verify(files, options);
  }
};

TEST(VerifyPruning, ShowsEndsOfEpochsByTheirSealsAlone) {
  const VerifyReport report = PrunedEpochs().verify();
  EXPECT_EQ(first(report), "");
  EXPECT_EQ(report.epochs_closed, 3u);
  EXPECT_EQ(report.epochs_by_seal_alone, 2u);
  EXPECT_TRUE(report.certified);
}

TEST(VerifyPruning, FailsForASealOfAnotherTreeOrKeyAmongThem) {
  for (const std::uint64_t epoch : {0u, 1u}) {
    PrunedEpochs missing;
    missing.log.files.erase(closing_path(epoch));
    EXPECT_FALSE(missing.verify().ok()) << "the seal of epoch " << epoch << " is missing";
    PrunedEpochs other;
    Checkpoint tree = checkpoint_of({other.log.entries.begin(), other.log.entries.begin() + (epoch == 0 ? 301 : 512)});
    tree.root = base::sha256("another tree");
    other.log.files[closing_path(epoch)] = EpochLog::signed_by(tree, {log_signer(), epoch_signer(epoch)});
    EXPECT_THAT(first(other.verify()), HasSubstr("the checkpoint is not that of")) << epoch;
    PrunedEpochs key;
    tree = checkpoint_of({key.log.entries.begin(), key.log.entries.begin() + (epoch == 0 ? 301 : 512)});
    key.log.files[closing_path(epoch)] = EpochLog::signed_by(tree, {log_signer(), epoch_signer(3)});
    EXPECT_THAT(first(key.verify()), HasSubstr(closing_path(epoch))) << epoch;
    PrunedEpochs size;
    tree = checkpoint_of({size.log.entries.begin(), size.log.entries.begin() + 899});
    size.log.files[closing_path(epoch)] = EpochLog::signed_by(tree, {log_signer(), epoch_signer(epoch)});
    EXPECT_FALSE(size.verify().ok()) << "the seal of epoch " << epoch << " stands where no end is";
  }
}

TEST(VerifyPruning, TakesUpEpochsWithinWhatIsGone) {
  const PrunedEpochs made;
  const auto& entries = made.log.entries;
  const Verified verified{checkpoint_of({entries.begin(), entries.begin() + 520}), 2};
  const VerifyReport report = made.verify(verified);
  EXPECT_EQ(first(report), "");
  EXPECT_EQ(report.epochs_closed, 3u);
  EXPECT_EQ(report.epochs_by_seal_alone, 0u);
}

}  // namespace
}  // namespace tally::ledger
