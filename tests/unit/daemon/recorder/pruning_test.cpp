// The oldest bundles go after the entry that says so, never before it, and nothing goes that is young or not published.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <memory>

#include "daemon/ledger/pruning.h"
#include "daemon/ledger/tile.h"
#include "tests/unit/daemon/recorder/place.h"
#include "tests/unit/daemon/recorder/stop_at.h"

namespace tally::recorder {
namespace {

using ledger::Pruned;
using testing::HasSubstr;

constexpr std::chrono::hours kYear{365 * 24};
const base::Digest kPolicy = base::sha256("the policy");

/// The log of the place, two years after its entries, by somebody who keeps entries for so long.
base::Result<Recorder> later(const Place& place, std::chrono::hours keep = kYear, FileOperations* files = nullptr) {
  LogSettings settings;
  settings.prune_after = keep;
  return Recorder::open({place.root(), place.key(), Clock::fixed(kTime + 2 * kYear), settings, files});
}

Draft pruning(std::uint64_t minimum, std::uint64_t before = 0) {
  return {"log_pruned", kTime + 2 * kYear, Pruned{minimum, before, kPolicy, {}}.fields(), "", ""};
}

/// Genesis and 1,100 entries; entries 300 and 1,050 have personal values.
void fill(const Place& place) {
  auto recorder = place.open();
  auto drafts = plains(1100);
  drafts[299] = about("Jane Doe");
  drafts[1049] = about("John Roe");
  ASSERT_TRUE(recorder->append(drafts));
  ASSERT_TRUE(recorder->publish());
}

std::string bundle(const Place& place, std::uint64_t n) {
  return place.root() + "/log/" + ledger::TileId{ledger::TileKind::entries, 0, n}.path();
}
/// Which of the four full bundles are there.
std::vector<std::uint64_t> bundles(const Place& place) {
  std::vector<std::uint64_t> there;
  for (std::uint64_t n = 0; n < 4; ++n) {
    if (fs::exists(bundle(place, n))) there.push_back(n);
  }
  return there;
}

TEST(Pruning, TakesTheOldestBundlesAndNothingElse) {
  Place place;
  fill(place);
  auto recorder = std::make_unique<base::Result<Recorder>>(later(place));
  ASSERT_TRUE(*recorder) << recorder->error().message;
  const Draft draft = pruning(1024);
  const auto receipt = (*recorder)->append({&draft, 1});
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_THAT(bundles(place), testing::ElementsAre(0, 1, 2, 3)) << "nobody else knows yet that they are to go";
  ASSERT_TRUE((*recorder)->publish());
  EXPECT_THAT(bundles(place), testing::ElementsAre(0));
  EXPECT_EQ(slurp(place.root() + "/log/pruned"), "1101\n");
  ASSERT_EQ(place.trouble(), "");
  EXPECT_EQ(place.verify().pruned->entries, 768u);
  ASSERT_TRUE((*recorder)->append(plains(300))) << "the log goes on";
  ASSERT_TRUE((*recorder)->publish());
  recorder.reset();
  const auto again = later(place);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(place.trouble(), "");
  EXPECT_EQ(place.verify().size, 1402u);
}

TEST(Pruning, IsToldToWhoeverReads) {
  Place place;
  fill(place);
  auto recorder = later(place);
  const Draft draft = pruning(1024);
  ASSERT_TRUE(recorder->append({&draft, 1}) && recorder->publish());
  EXPECT_EQ(*recorder->prune_personal(1024), 1u);
  EXPECT_EQ(*recorder->prune_personal(1024), 0u);
  EXPECT_THAT(recorder->opening(300).error().message, HasSubstr("entry 300 was pruned under the policy sha256:"));
  EXPECT_EQ(recorder->opening(300).error().kind, base::ErrorKind::not_found);
  EXPECT_TRUE(recorder->opening(1050)->has_value());

  auto reader = LogReader::open(place.root());
  ASSERT_TRUE(reader) << reader.error().message;
  ASSERT_TRUE(reader->pruned());
  EXPECT_EQ(reader->pruned()->entry, 1101u);
  EXPECT_THAT(reader->check_there(1023).error().message, HasSubstr("by entry 1101"));
  EXPECT_TRUE(reader->check_there(255) && reader->check_there(1024));
  std::vector<std::uint64_t> seen;
  for (std::uint64_t at = 0; at < reader->size();) {
    const auto receipt = reader->read(at, at + 100);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->pruned_from(), at);
    for (const auto& one : receipt->entries()) seen.push_back(one.index);
    ASSERT_GT(receipt->end(), at);
    at = receipt->end();
  }
  ASSERT_EQ(seen.size(), 256u + 1102 - 1024);
  EXPECT_EQ(seen[255], 255u);
  EXPECT_EQ(seen[256], 1024u);
}

TEST(Pruning, GoesOnWhereItWas) {
  Place place;
  fill(place);
  auto recorder = later(place);
  for (const Draft& draft : {pruning(512), pruning(1024, 512)}) {
    const auto receipt = recorder->append({&draft, 1});
    ASSERT_TRUE(receipt) << receipt.error().message;
    ASSERT_TRUE(recorder->publish());
    EXPECT_EQ(place.trouble(), "");
  }
  EXPECT_EQ(slurp(place.root() + "/log/pruned"), "1101\n1102\n");
  EXPECT_THAT(bundles(place), testing::ElementsAre(0));
}

TEST(Pruning, IsRefusedForWhatMayNotGo) {
  Place place;
  fill(place);
  const auto refusal = [&](std::chrono::hours keep, std::vector<Draft> drafts) {
    auto recorder = later(place, keep);
    const auto receipt = recorder->append(drafts);
    EXPECT_TRUE(recorder->append(plains(1))) << "a bad draft stops nothing";
    EXPECT_TRUE(recorder->publish());
    EXPECT_THAT(bundles(place), testing::ElementsAre(0, 1, 2, 3));
    return receipt ? "" : receipt.error().message;
  };
  EXPECT_THAT(refusal(std::chrono::hours(0), {pruning(512)}), HasSubstr("not to be pruned"));
  EXPECT_THAT(refusal(3 * kYear, {pruning(512)}), HasSubstr("entry 256 is of 2026-03-31T22:00:00Z"));
  EXPECT_THAT(refusal(kYear, {pruning(1280)}), HasSubstr("are published, and those before 1280 are to go"));
  EXPECT_THAT(refusal(kYear, {pruning(1024, 512)}), HasSubstr("the minimum is 0, not 512"));
  EXPECT_THAT(refusal(kYear, {pruning(512), pruning(1024)}), HasSubstr("another one is under way"));
  EXPECT_THAT(refusal(kYear, {{"log_pruned", kTime, R"({"before":0,"minimum":700,"policy":"00"})", "", ""}}),
              HasSubstr("no multiple of 256"));
  EXPECT_EQ(place.trouble(), "");
  EXPECT_FALSE(fs::exists(place.root() + "/log/pruned"));
}

TEST(Pruning, LeavesAYoungEntryAmongOldOnes) {
  Place place;
  {
    auto recorder = place.open();
    auto drafts = plains(1100);
    drafts[699].time = kTime + 2 * kYear - std::chrono::hours(1);
    ASSERT_TRUE(recorder->append(drafts) && recorder->publish());
  }
  auto recorder = later(place);
  const Draft all = pruning(1024), some = pruning(512);
  EXPECT_THAT(recorder->append({&all, 1}).error().message, HasSubstr("entry 700 is of"));
  ASSERT_TRUE(recorder->append({&some, 1}) && recorder->publish());
  EXPECT_THAT(bundles(place), testing::ElementsAre(0, 2, 3));
}

TEST(Pruning, WaitsUntilTheOneBeforeIsPublished) {
  Place place;
  fill(place);
  auto recorder = later(place);
  const Draft first = pruning(512), second = pruning(1024);
  ASSERT_TRUE(recorder->append({&first, 1}));
  EXPECT_THAT(recorder->append({&second, 1}).error().message, HasSubstr("another one is under way"));
}

/// Dies at each step in turn of taking and publishing the entry, and of removing.
TEST(Pruning, IsEndedByTheNextStartWhereverItDied) {
  int status = -1, step = 0;
  bool gone = false, kept = false;
  for (; status != 0; ++step) {
    Place place;
    fill(place);
    const pid_t child = ::fork();
    if (child == 0) {
      StopAt fault(step, true);
      auto recorder = later(place, kYear, &fault);
      const Draft draft = pruning(1024);
      if (recorder && recorder->append({&draft, 1})) static_cast<void>(recorder->publish());
      ::_exit(0);
    }
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(place.trouble(), "") << "step " << step << ": before anybody mends it";
    auto recorder = later(place, std::chrono::hours(0));
    ASSERT_TRUE(recorder) << "step " << step << ": " << recorder.error().message;
    ASSERT_EQ(place.trouble(), "") << "step " << step;
    const bool recorded = place.verify().pruned.has_value();
    ASSERT_EQ(bundles(place).size(), recorded ? 1u : 4u) << "step " << step;
    (recorded ? gone : kept) = true;
  }
  EXPECT_TRUE(gone && kept) << "both sides of the entry were seen";
}

TEST(Pruning, RemovesAtTheStartWhatIsStillThere) {
  Place place;
  fill(place);
  const std::string third = slurp(bundle(place, 2));
  {
    auto recorder = later(place);
    const Draft draft = pruning(1024);
    ASSERT_TRUE(recorder->append({&draft, 1}) && recorder->publish());
  }
  spill(bundle(place, 2), third);
  fs::create_directories(bundle(place, 3) + ".p");
  spill(bundle(place, 3) + ".p/5", "left behind");
  ASSERT_TRUE(later(place));
  EXPECT_THAT(bundles(place), testing::ElementsAre(0));
  EXPECT_FALSE(fs::exists(bundle(place, 3) + ".p"));
  EXPECT_EQ(place.trouble(), "");
}

TEST(Pruning, StopsTheStartWhenTheListIsDamaged) {
  Place place;
  fill(place);
  {
    auto recorder = later(place);
    const Draft draft = pruning(1024);
    ASSERT_TRUE(recorder->append({&draft, 1}) && recorder->publish());
  }
  for (const char* list : {"x", "1100\n", "5\n"}) {
    spill(place.root() + "/log/pruned", list);
    EXPECT_EQ(later(place).error().kind, base::ErrorKind::corrupt) << list;
    EXPECT_EQ(LogReader::open(place.root()).error().kind, base::ErrorKind::corrupt) << list;
  }
}

}  // namespace
}  // namespace tally::recorder
