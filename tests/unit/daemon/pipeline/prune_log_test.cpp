// Entries that are older than the settings keep them are pruned up to the first that is still needed; what is left
// reads as if it had always been so, and says what went.
#include "daemon/pipeline/prune_log.h"

#include <gmock/gmock.h>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/pruning.h"
#include "daemon/ledger/verify.h"
#include "daemon/pipeline/catch_up.h"
#include "tests/unit/daemon/pipeline/deciders.h"

namespace tally::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::hours kYear{365 * 24};

class PruneLogTest : public testing::Test {
 protected:
  PruneLogTest() { stage_.retention.policy = base::sha256("the policy"); }

  /// Room between what is old and what is young, which nobody needs.
  void fill(std::size_t entries) const {
    auto kept = stage_.open();
    const std::vector<recorder::Draft> drafts(entries, {"of_tomorrow", stage_.now(), "{}", "", ""});
    ASSERT_TRUE(kept->record(drafts));
  }
  model::RunReport audit(bool works) {
    auto report = stage_.audit(hr({{"004711", "Ada Lovelace", at("2026-03-31T00:00:00Z")}}),
                               directory({{"ada", "004711", works}, {"robot", "", works}}));
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(model::RunReport{});
  }
  void record(Kept& kept, ledger::EventText text) {
    const recorder::Draft draft{text.type, stage_.now(), text.fields, text.personal, text.subject_key};
    const auto recorded = kept.record({&draft, 1});
    ASSERT_TRUE(recorded) << recorded.error().message;
  }
  /// Two years ago: findings opened and fixed, and much else. Today: one audit.
  void live() {
    fill(300);
    audit(true);
    audit(false);
    fill(800);
    stage_.pass(2 * kYear);
    audit(false);
    EXPECT_THAT(stage_.told, IsEmpty());
  }
  [[nodiscard]] ledger::VerifyReport verify() const {
    auto log = ledger::LogDirectory::open(stage_.state() + "/log");
    return ledger::verify(**log, {{*ledger::VerifierKey::parse(stage_.open()->recorder.vkey())}, {}});
  }
  [[nodiscard]] std::optional<ledger::PrunedBy> pruned() const {
    return recorder::LogReader::open(stage_.state())->pruned();
  }

  Stage stage_;
};

TEST_F(PruneLogTest, PrunesWhatIsOldAndNotNeeded) {
  live();
  stage_.retention.entries = kYear;
  const model::RunReport report = audit(false);
  ASSERT_THAT(stage_.told, ElementsAre(HasSubstr("Pruned: entries 256 to ")));
  ASSERT_TRUE(pruned());
  EXPECT_EQ(pruned()->what.policy, base::sha256("the policy"));
  EXPECT_GE(pruned()->what.minimum, 1024u);
  const ledger::VerifyReport verified = verify();
  EXPECT_TRUE(verified.ok()) << verified.problems[0].message;
  EXPECT_EQ(verified.pruned->entries, pruned()->what.minimum - 256);

  {
    auto kept = stage_.open();
    EXPECT_EQ(*kept->store.minimum(), pruned()->what.minimum);
    EXPECT_EQ(*kept->store.last_run(), report.summary.run);
    const auto gone = kept->store.finding(model::fingerprint_of("LVR-001", kAda));
    ASSERT_FALSE(gone);
    EXPECT_THAT(gone.error().message, HasSubstr("were pruned")) << "it is not as if it had never been";
  }
  stage_.told.clear();
  audit(false);
  EXPECT_THAT(stage_.told, IsEmpty()) << "nothing else is old enough";
}

/// The first bundle stays, and with it the beginning of what ended in a bundle that is gone.
TEST_F(PruneLogTest, ForgetsWhatTheFirstBundleBegan) {
  const model::RunReport first = audit(true);
  ASSERT_LT(about(first.open, kAda)->opened_index, 256u);
  const std::uint64_t size = stage_.open()->recorder.size();
  ASSERT_LT(size, 250u);
  fill(250 - size);
  audit(false);  // begins in the first bundle and ends behind it
  fill(800);
  stage_.pass(2 * kYear);
  audit(false);
  stage_.retention.entries = kYear;
  audit(false);
  ASSERT_TRUE(pruned());
  auto kept = stage_.open();
  const auto open = *kept->store.unresolved_findings();
  for (const auto& one : open) EXPECT_GT(one.opened_index, pruned()->what.minimum) << one.finding.rule;
  EXPECT_EQ(about(open, kAda), nullptr);
  EXPECT_EQ(about(open, kRobot), nullptr);
  EXPECT_THAT(*kept->store.unfinished_runs(), IsEmpty());
  for (const std::string& leaf : stage_.leaves()) EXPECT_THAT(leaf, testing::Not(HasSubstr("run_abandoned")));
}

TEST_F(PruneLogTest, StopsAtAnOpenFindingOfTheFirstBundle) {
  ASSERT_LT(about(audit(true).open, kRobot)->opened_index, 256u);
  fill(800);
  stage_.pass(2 * kYear);
  audit(true);
  stage_.retention.entries = kYear;
  audit(true);
  EXPECT_THAT(stage_.told, ElementsAre(HasSubstr("Nothing was pruned. Entry")));
  EXPECT_FALSE(pruned());
}

TEST_F(PruneLogTest, FindsAnewWhatComesBackAfterItWasPruned) {
  live();
  stage_.retention.entries = kYear;
  audit(false);
  const model::RunReport report = audit(true);
  const auto* found = about(report.open, kAda);
  ASSERT_NE(found, nullptr);
  EXPECT_GT(found->opened_index, pruned()->entry);
}

TEST_F(PruneLogTest, GivesTheSameStoreWhenItIsRebuilt) {
  live();
  stage_.retention.entries = kYear;
  audit(false);
  auto kept = stage_.open();
  auto again = store::Store::in_memory();
  ASSERT_TRUE(project_from_log(*again, stage_.state()));
  EXPECT_EQ(*again->next_index(), *kept->store.next_index());
  EXPECT_EQ(*again->minimum(), *kept->store.minimum());
  EXPECT_EQ(*again->last_run(), *kept->store.last_run());
  EXPECT_EQ((*again->report())->summary.run, (*kept->store.report())->summary.run);
}

TEST_F(PruneLogTest, StopsAtAnOpenFinding) {
  fill(300);
  const std::uint64_t robot = about(audit(true).open, kRobot)->opened_index;
  fill(800);
  stage_.pass(2 * kYear);
  audit(true);
  stage_.retention.entries = kYear;
  const model::RunReport report = audit(true);
  EXPECT_THAT(stage_.told, ElementsAre(HasSubstr("(finding_opened) is still needed")));
  EXPECT_EQ(about(report.open, kRobot)->opened_index, robot);
  EXPECT_LT(pruned() ? pruned()->what.minimum : 0, robot);
}

TEST_F(PruneLogTest, StopsAtAKeptRun) {
  fill(300);
  stage_.keep_snapshots = 5;
  const std::string run = audit(false).summary.run;
  fill(800);
  stage_.pass(2 * kYear);
  audit(false);
  stage_.retention.entries = kYear;
  audit(false);
  EXPECT_THAT(stage_.told, ElementsAre(HasSubstr(fmt::format("Entry {} (run_started)", run.substr(4)))));
}

/// What is left speaks of what went.
TEST_F(PruneLogTest, PassesOverAnswersToWhatWasPruned) {
  std::uint64_t first = 0, hold = 0, finding = 0;
  fill(300);
  {
    auto kept = stage_.open();
    first = kept->recorder.size();
    ledger::HoldSet set;
    set.subject_key = kAda, set.employee_id = "004711", set.reason = "lawsuit", set.until = stage_.now() + kDay;
    hold = first;
    record(*kept, ledger::encode(set));
  }
  finding = about(audit(true).open, kAda)->opened_index;
  audit(false);
  fill(800);
  stage_.pass(2 * kYear);
  {
    auto kept = stage_.open();
    record(*kept, ledger::encode(ledger::HoldReleased{hold, std::string(kAda), "over", {1000, "anna"}}));
    record(*kept, ledger::encode(ledger::FindingsNotRechecked{"run-1", "why", {finding}, false}));
  }
  audit(false);
  stage_.retention.entries = kYear;
  audit(false);
  ASSERT_TRUE(pruned());
  ASSERT_TRUE(pruned()->what.covers(hold) && pruned()->what.covers(finding));
  auto kept = stage_.open();
  ASSERT_TRUE(kept) << kept.error().message;
  const auto decisions = kept->store.decisions();
  ASSERT_TRUE(decisions) << decisions.error().message;
  EXPECT_THAT(decisions->holds, IsEmpty());
  auto again = store::Store::in_memory();
  const auto projected = project_from_log(*again, stage_.state());
  EXPECT_TRUE(projected) << projected.error().message;
}

TEST_F(PruneLogTest, IsEndedByTheNextStartWhenACrashCutItShort) {
  live();
  stage_.retention.entries = kYear;
  std::uint64_t ada = 0;
  {
    auto kept = stage_.open();
    ada = kept->store.finding(model::fingerprint_of("LVR-001", kAda))->opened_index;
    ASSERT_TRUE(kept->recorder.opening(ada)->has_value());
    const ledger::Pruned what{1024, 0, stage_.retention.policy, {}};
    const recorder::Draft draft{"log_pruned", stage_.now(), what.fields(), "", ""};
    ASSERT_TRUE(kept->recorder.append({&draft, 1})) << "the log has it, the store does not";
    ASSERT_TRUE(kept->recorder.publish());
    EXPECT_EQ(*kept->store.minimum(), 0u);
  }
  auto kept = stage_.open();
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept->store.minimum(), 1024u);
  EXPECT_FALSE(kept->store.finding(model::fingerprint_of("LVR-001", kAda)));
  EXPECT_EQ(*kept->recorder.prune_personal(1024), 0u) << "they are gone already";
}

TEST_F(PruneLogTest, TellsWhenTheWriterOfTheLogRefuses) {
  live();
  auto kept = stage_.open();
  Keeping keeping(std::move(*kept));  // whose writer prunes nothing
  stage_.retention.entries = kYear;
  const auto report = stage_.audit(keeping, hr({}), directory({}));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(stage_.told, ElementsAre(HasSubstr("whoever writes the log refuses")));
  EXPECT_FALSE(pruned());
}

TEST_F(PruneLogTest, RefusesAStoreThatWasAwayMeanwhile) {
  live();
  stage_.retention.entries = kYear;
  auto store = store::Store::in_memory();
  auto reader = recorder::LogReader::open(stage_.state());
  ASSERT_TRUE(store->project(*reader->read(0, 400)));
  audit(false);
  const auto projected = project_from_log(*store, stage_.state());
  ASSERT_FALSE(projected);
  EXPECT_EQ(projected.error().kind, base::ErrorKind::conflict);
  EXPECT_THAT(projected.error().message, HasSubstr("tallystick rebuild"));
}

}  // namespace
}  // namespace tally::pipeline
