#include "daemon/ledger/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {
namespace {

VerifyReport check(MemoryLog& log) { return verify(log, {{log_signer().key}, {}}); }

std::string first_message(const VerifyReport& report) {
  return report.ok() ? "ok" : report.problems[0].path + ": " + report.problems[0].message;
}

void flip(std::string& bytes, std::size_t bit) { bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8)); }

/// Every bit of every file whose number is a multiple of `step`.
void expect_every_flip_is_found(MemoryLog& log, std::size_t step) {
  ASSERT_EQ(first_message(check(log)), "ok");
  for (auto& [path, bytes] : log.files) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += step) {
      flip(bytes, bit);
      const VerifyReport report = check(log);
      EXPECT_FALSE(report.ok()) << path << " bit " << bit;
      if (path.starts_with("tile/0/") || path.starts_with("tile/1/")) {
        EXPECT_EQ(report.last_good_size, report.size);
      }
      if (path.starts_with("tile/entries")) {
        EXPECT_TRUE(report.first_bad_index) << path << " bit " << bit;
      }
      flip(bytes, bit);
    }
  }
}

TEST(Verify, AcceptsLogsOfEverySize) {
  for (const std::size_t n : {1u, 2u, 3u, 255u, 256u, 257u, 511u, 512u, 600u}) {
    MemoryLog log = make_log(entry_texts(n));
    const VerifyReport report = check(log);
    EXPECT_EQ(first_message(report), "ok") << n;
    EXPECT_EQ(report.size, n);
    EXPECT_EQ(report.entries_checked, n);
    EXPECT_EQ(report.last_good_size, n);
    EXPECT_FALSE(report.first_bad_index);
    EXPECT_EQ(report.first_time, base::parse_instant("2026-03-31T22:00:00Z"));
  }
}

TEST(Verify, FindsEveryFlippedBitOfASmallLogAndItsStalePartialTiles) {
  const auto entries = entry_texts(7);
  MemoryLog log = make_log(entries);
  add_tiles(log, entry_texts(2));
  add_tiles(log, entry_texts(5));
  ASSERT_EQ(log.files.size(), 7u);
  expect_every_flip_is_found(log, 1);
}

TEST(Verify, FindsFlippedBitsInFullTilesAndInTheLevelAbove) {
  MemoryLog log = make_log(entry_texts(300));
  add_tiles(log, entry_texts(200));  // left behind when the tile became full
  expect_every_flip_is_found(log, 1009);
}

TEST(Verify, NamesTheFirstBadEntryAndHowMuchBeforeItIsProven) {
  MemoryLog log = make_log(entry_texts(300));
  std::string& bundle = log.files["tile/entries/001.p/44"];
  const std::size_t at = bundle.find(R"("seq":270)");
  bundle[at + 6] = '3';  // still an entry of ours, but not that one
  const VerifyReport report = check(log);
  EXPECT_EQ(report.first_bad_index, 270u);
  EXPECT_EQ(report.last_good_size, 270u);
}

TEST(Verify, NamesTheHashTileWhenTheEntriesHaveTheSignedRoot) {
  MemoryLog log = make_log(entry_texts(300));
  log.files["tile/0/000"][32 * 17] ^= 1;
  const VerifyReport report = check(log);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].path, "tile/0/000");
  EXPECT_EQ(report.first_bad_index, 17u);
  EXPECT_EQ(report.last_good_size, 300u) << "every entry is proven by the root itself";
}

TEST(Verify, HashesTheDataAgainWhenEntryAndTileWereBothRewritten) {
  auto entries = entry_texts(20);
  MemoryLog log = make_log(entries);
  const std::string checkpoint = log.files["checkpoint"];
  entries[4].replace(entries[4].find("run_started"), 11, "run_stopped");
  log = make_log(entries);
  log.files["checkpoint"] = checkpoint;
  const VerifyReport report = check(log);
  EXPECT_THAT(first_message(report), testing::HasSubstr("have the root"));
  EXPECT_EQ(report.last_good_size, 0u);
}

TEST(Verify, FailsWithoutASignatureOfATrustedKey) {
  MemoryLog log = make_log(entry_texts(3));
  EXPECT_FALSE(verify(log, {{}, {}}).ok()) << "no key was given";
  const auto stranger = TestSigner("audit.example.com/hostA", KeyType::ed25519, std::string(32, 's')).key;
  const VerifyReport report = verify(log, {{stranger}, {}});
  EXPECT_EQ(first_message(report), "checkpoint: no signature of a trusted key");
  EXPECT_EQ(report.last_good_size, 0u);
}

TEST(Verify, NeedsTheSignaturesOfAllKeysGiven) {
  const auto entries = entry_texts(3);
  MemoryLog log = make_log(entries);
  const std::vector<VerifierKey> both{log_signer().key, witness_signer().key};
  EXPECT_FALSE(verify(log, {both, {}}).ok());
  const std::string text = checkpoint_of(entries).format();
  std::string& checkpoint = log.files["checkpoint"];
  checkpoint = Note{text, {log_signer().sign(text), witness_signer().sign(text, 1800000000)}}.format();
  EXPECT_TRUE(verify(log, {both, {}}).ok());
  for (std::size_t bit = 0; bit < checkpoint.size() * 8; ++bit) {
    flip(checkpoint, bit);
    EXPECT_FALSE(verify(log, {both, {}}).ok()) << "bit " << bit;
    flip(checkpoint, bit);
  }
}

TEST(Verify, FailsForAnotherLogOfTheSameKey) {
  auto checkpoint = checkpoint_of(entry_texts(3));
  checkpoint.origin = "audit.example.com/hostB";
  MemoryLog log = make_log(entry_texts(3));
  log.files["checkpoint"] = Note{checkpoint.format(), {log_signer().sign(checkpoint.format())}}.format();
  EXPECT_THAT(first_message(check(log)), testing::HasSubstr("another log"));
}

TEST(Verify, FailsForAnEmptyLog) {
  MemoryLog log = make_log({});
  EXPECT_THAT(first_message(check(log)), testing::HasSubstr("empty"));
}

TEST(Verify, FailsWhenAFileIsMissing) {
  const MemoryLog whole = make_log(entry_texts(300));
  for (const auto& [path, bytes] : whole.files) {
    MemoryLog log = whole;
    log.files.erase(path);
    EXPECT_FALSE(check(log).ok()) << path;
  }
}

TEST(Verify, FailsForFilesAndBytesThatDoNotBelongThere) {
  for (const char* path :
       {"tile/0/000.p/3.tmp", "notes.txt", "tile/5/000.p/1", "tile/entries/007", "tile/0/000", "tile/1/000.p/1"}) {
    MemoryLog log = make_log(entry_texts(3));
    log.files[path] = std::string(32, 'x');
    EXPECT_FALSE(check(log).ok()) << path;
  }
  const MemoryLog whole = make_log(entry_texts(300));
  for (const auto& [path, bytes] : whole.files) {
    for (const std::string& more :
         {std::string(1, '\0'), std::string(32, '\0'), std::string("\0\1x", 3), std::string("\n")}) {
      MemoryLog log = whole;
      log.files[path] += more;
      EXPECT_FALSE(check(log).ok()) << path;
    }
  }
}

TEST(Verify, FailsForEntriesThatAreNotOursThoughTheyAreSigned) {
  for (const char* bad : {"", "x", "{}", R"({"seq":1})", R"({"ts":"2026-03-31T22:00:00Z","type":"t","v":2})"}) {
    auto entries = entry_texts(4);
    entries[2] = bad;
    MemoryLog log = make_log(entries);
    const VerifyReport report = check(log);
    EXPECT_EQ(report.first_bad_index, 2u) << bad;
    EXPECT_EQ(report.last_good_size, 4u) << "the bytes are those that were signed";
  }
}

TEST(Verify, FailsUnlessGenesisIsTheFirstEntryAndOnlyThat) {
  auto entries = entry_texts(4);
  std::swap(entries[0], entries[1]);
  MemoryLog swapped = make_log(entries);
  EXPECT_EQ(check(swapped).first_bad_index, 0u);
  entries = entry_texts(4);
  entries[2] = entries[0];
  MemoryLog twice = make_log(entries);
  EXPECT_EQ(check(twice).first_bad_index, 2u);
  entries = entry_texts(4);
  entries[0].replace(entries[0].find("hostA"), 5, "hostB");
  MemoryLog foreign = make_log(entries);
  EXPECT_EQ(check(foreign).first_bad_index, 0u);
}

TEST(Verify, HoldsAtTheSignedSizeWhileTheWriterIsAtWork) {
  const auto entries = entry_texts(300);
  MemoryLog log = make_log(entry_texts(250));
  add_tiles(log, entries);  // written, not yet signed
  VerifyReport report = check(log);
  EXPECT_EQ(first_message(report), "ok");
  EXPECT_EQ(report.size, 250u);
  EXPECT_THAT(report.notes, testing::ElementsAre(testing::HasSubstr("beyond the signed size 250")));
  log.files.erase("tile/0/000.p/250");  // and the writer tidies up
  log.files.erase("tile/entries/000.p/250");
  EXPECT_EQ(first_message(check(log)), "ok");
  log.files["tile/0/000"][32 * 100] ^= 1;
  EXPECT_FALSE(check(log).ok()) << "the signed part of a tile that goes on is checked";
}

TEST(Verify, FailsWhenTheLogIsShorterThanOrDiffersFromWhatWasSeen) {
  MemoryLog log = make_log(entry_texts(20));
  const auto with = [&](Checkpoint seen) { return verify(log, {{log_signer().key}, std::move(seen)}); };
  EXPECT_TRUE(with(checkpoint_of(entry_texts(13))).ok());
  EXPECT_TRUE(with(checkpoint_of(entry_texts(20))).ok());
  EXPECT_FALSE(with(checkpoint_of(entry_texts(21))).ok());
  auto other = entry_texts(13);
  other[12].replace(other[12].find("12"), 2, "99");
  EXPECT_FALSE(with(checkpoint_of(other)).ok());
}

/// Counts what is read of it.
class CountingLog final : public TileReader {
 public:
  explicit CountingLog(MemoryLog& log) : log_(log) {}
  base::Result<std::vector<std::string>> list() override { return log_.list(); }
  base::Result<std::string> read(const std::string& path, std::size_t max_bytes) override {
    const std::lock_guard lock(mutex_);
    ++reads[path];
    return log_.read(path, max_bytes);
  }
  std::map<std::string, int> reads;

 private:
  MemoryLog& log_;
  std::mutex mutex_;
};

TEST(Verify, ReadsEachFullFileOnce) {
  MemoryLog log = make_log(entry_texts(1100));
  CountingLog counting(log);
  ASSERT_TRUE(verify(counting, {{log_signer().key}}).ok());
  for (const char* path : {"tile/entries/001", "tile/entries/002", "tile/entries/003", "tile/0/001", "tile/0/003"}) {
    EXPECT_EQ(counting.reads[path], 1) << path;
  }
}

TEST(Verify, TakesUpAfterWhatWasVerifiedAndReadsOnlyWhatIsNew) {
  for (const std::size_t before : {1u, 255u, 256u, 300u, 512u, 1000u, 1100u}) {
    MemoryLog log = make_log(entry_texts(1100));
    add_tiles(log, entry_texts(before));
    CountingLog counting(log);
    const VerifyReport report =
        verify(counting, {.keys = {log_signer().key}, .verified = Verified{checkpoint_of(entry_texts(before))}});
    EXPECT_EQ(first_message(report), "ok") << before;
    EXPECT_EQ(report.first_checked, before / 256 * 256);
    EXPECT_EQ(report.entries_checked, 1100 - report.first_checked);
    EXPECT_EQ(report.last_good_size, 1100u);
    EXPECT_EQ(counting.reads.contains("tile/entries/001"), before < 512) << before;
  }
}

TEST(Verify, TakesUpOnlyTheTreeThatWasVerified) {
  const auto with = [](MemoryLog& log, Checkpoint verified) {
    return verify(log, {.keys = {log_signer().key}, .verified = Verified{std::move(verified)}});
  };
  for (const std::size_t before : {256u, 300u, 768u, 1100u}) {
    MemoryLog log = make_log(entry_texts(1100));
    add_tiles(log, entry_texts(before));
    auto other = entry_texts(before);
    other[10].replace(other[10].find("10"), 2, "99");
    EXPECT_THAT(first_message(with(log, checkpoint_of(other))), testing::HasSubstr("not those that were seen"))
        << before;
    EXPECT_THAT(first_message(with(log, checkpoint_of(entry_texts(1101)))), testing::HasSubstr("was cut")) << before;
    // A log that was rewritten from its beginning and signed again.
    auto rewritten = entry_texts(1100);
    rewritten[10] = other[10];
    MemoryLog forged = make_log(rewritten);
    add_tiles(forged, {rewritten.begin(), rewritten.begin() + static_cast<std::ptrdiff_t>(before)});
    EXPECT_FALSE(with(forged, checkpoint_of(entry_texts(before))).ok()) << before;
  }
}

TEST(Verify, FindsWhatIsWrongBehindTheVerifiedPart) {
  const Checkpoint verified = checkpoint_of(entry_texts(300));
  const MemoryLog whole = make_log(entry_texts(1100));
  for (const auto& [path, bytes] : whole.files) {
    const bool before = path == "tile/entries/000";
    MemoryLog log = whole;
    add_tiles(log, entry_texts(300));
    flip(log.files[path], bytes.size() * 4);
    const VerifyReport report = verify(log, {.keys = {log_signer().key}, .verified = Verified{verified}});
    EXPECT_EQ(report.ok(), before) << path;
    if (path.starts_with("tile/entries/") && !before) {
      EXPECT_TRUE(report.first_bad_index) << path;
    }
  }
}

TEST(Verify, FailsForABadEntryInAFullBundle) {
  for (const std::size_t at : {256u, 300u, 511u}) {
    for (const char* bad :
         {"x", R"({"ts":"2026-03-31T22:00:00Z","type":"t","v":2})",
          R"({"a":"\u0041","ts":"2026-03-31T22:00:00Z","type":"t","v":1})",
          R"({"origin":"audit.example.com/hostA","ts":"2026-03-31T22:00:00Z","type":"genesis","v":1})"}) {
      auto entries = entry_texts(600);
      entries[at] = bad;
      MemoryLog log = make_log(entries);
      const VerifyReport report = check(log);
      EXPECT_EQ(report.first_bad_index, at) << bad;
      EXPECT_EQ(report.last_good_size, 600u) << "the bytes are those that were signed";
    }
  }
}

TEST(Verify, TellsHowFarItIs) {
  MemoryLog log = make_log(entry_texts(600));
  std::vector<std::uint64_t> seen;
  VerifyOptions options{{log_signer().key}};
  options.progress = [&](std::uint64_t done, std::uint64_t size) {
    EXPECT_EQ(size, 600u);
    seen.push_back(done);
  };
  ASSERT_TRUE(verify(log, options).ok());
  EXPECT_THAT(seen, testing::ElementsAre(256u, 512u, 600u));
}

TEST(Verify, TellsThatTheClockWasSetBackInAFullBundle) {
  for (const std::size_t at : {256u, 300u, 512u}) {
    auto entries = entry_texts(600);
    entries[at].replace(entries[at].find("2026"), 4, "2025");
    MemoryLog log = make_log(entries);
    const VerifyReport report = check(log);
    EXPECT_TRUE(report.ok());
    EXPECT_THAT(report.notes, testing::ElementsAre(testing::HasSubstr(fmt::format("first at entry {}:", at))));
  }
}

TEST(Verify, TellsThatTheClockWasSetBack) {
  auto entries = entry_texts(5);
  entries[3].replace(entries[3].find("2026"), 4, "2025");
  MemoryLog log = make_log(entries);
  const VerifyReport report = check(log);
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.notes, testing::ElementsAre(testing::HasSubstr("first at entry 3")));
}

TEST(Verify, CountsProblemsBeyondTheFirstHundred) {
  MemoryLog log = make_log(entry_texts(300));
  for (std::size_t i = 0; i < 200; ++i) log.files["stray" + std::to_string(i)] = "";
  const VerifyReport report = check(log);
  EXPECT_EQ(report.problems.size(), kMaxProblems);
  EXPECT_THAT(report.problems.back().message, testing::HasSubstr("100 more"));
}

}  // namespace
}  // namespace tally::ledger
