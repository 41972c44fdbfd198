// What is older than the settings keep it goes as an audit begins; what is in force stays.
#include "daemon/pipeline/retention.h"

#include <gmock/gmock.h>

#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/erasure.h"
#include "daemon/pipeline/erasure_plan.h"
#include "tests/unit/daemon/pipeline/deciders.h"

namespace tally::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class RetentionTest : public testing::Test {
 protected:
  RetentionTest() : keeping_(*stage_.open()) { stage_.keep_snapshots = 5; }
  model::RunReport audit(bool ada_works, bool robot_works = true) {
    auto report = stage_.audit(keeping_, hr({{"004711", "Ada Lovelace", at("2026-03-31T00:00:00Z")}}),
                               directory({{"ada", "004711", ada_works}, {"robot", "", robot_works}}));
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(model::RunReport{});
  }
  std::vector<std::string> applied() {
    std::vector<std::string> out;
    for (const std::string& leaf : stage_.leaves()) {
      if (leaf.find("retention_applied") != std::string::npos) out.push_back(leaf);
    }
    return out;
  }

  Stage stage_;
  Keeping keeping_;
};

constexpr std::chrono::hours kYear{365 * 24};

/// The entry that opened the finding of that rule about that account.
std::uint64_t opened(const model::RunReport& report, const std::string& key) {
  const auto* found = about(report.open, key);
  return found == nullptr ? 0 : found->opened_index;
}

TEST_F(RetentionTest, KeepsEverythingWithoutSettings) {
  audit(true);
  audit(false);
  stage_.pass(20 * kYear);
  audit(false);
  EXPECT_THAT(applied(), IsEmpty());
  EXPECT_THAT(archive::kept_runs(snapshots_path(stage_.state())), SizeIs(3));
}

TEST_F(RetentionTest, TakesWhatIsOldAndOver) {
  const model::RunReport first = audit(true);
  const std::uint64_t ada = opened(first, kAda), robot = opened(first, kRobot);
  ASSERT_NE(ada, 0u);
  ASSERT_NE(robot, 0u);
  audit(false);  // hers is fixed, the robot's is not
  stage_.retention.findings = kYear;
  audit(false);
  EXPECT_THAT(applied(), IsEmpty()) << "too young";

  stage_.pass(kYear + kDay);
  const model::RunReport later = audit(false);
  EXPECT_EQ(*keeping_.lock()->recorder.opening(ada), std::nullopt);
  EXPECT_NE(*keeping_.lock()->recorder.opening(robot), std::nullopt) << "it is still open";
  EXPECT_EQ(opened(later, kRobot), robot);
  EXPECT_THAT(applied(), ElementsAre(testing::AllOf(HasSubstr("\"findings\":"), Not(HasSubstr("\"runs\":{")))));
  EXPECT_FALSE(keeping_.lock()->store.finding(model::fingerprint_of("LVR-001", kAda))) << "the store forgot it, too";
  audit(false);
  EXPECT_THAT(applied(), SizeIs(1)) << "nothing is left to take";
}

TEST_F(RetentionTest, TakesOldKeptRuns) {
  audit(true);
  audit(true);
  stage_.retention.kept_runs = kYear;
  stage_.pass(kYear + kDay);
  const auto before = archive::kept_runs(snapshots_path(stage_.state()));
  ASSERT_THAT(before, SizeIs(2));
  audit(true);
  EXPECT_THAT(archive::kept_runs(snapshots_path(stage_.state())), SizeIs(1)) << "the one of now";
  EXPECT_THAT(applied(), ElementsAre(HasSubstr("\"" + before[0] + "\"")));
}

TEST_F(RetentionTest, LeavesWhoeverIsUnderAHold) {
  const std::uint64_t ada = opened(audit(true), kAda);
  audit(false);
  ASSERT_TRUE(stage_.command(keeping_, decisions::SetHold{"004711", stage_.now() + 2 * kYear, "lawsuit"}, kAnna));
  stage_.retention.findings = stage_.retention.decisions = kYear;
  stage_.pass(kYear + kDay);
  audit(false);
  EXPECT_NE(*keeping_.lock()->recorder.opening(ada), std::nullopt);
  const std::uint64_t number = keeping_.lock()->store.decisions()->holds[0].number;
  ASSERT_TRUE(stage_.command(keeping_, decisions::ReleaseHold{number, ""}, kAnna));
  audit(false);
  EXPECT_EQ(*keeping_.lock()->recorder.opening(ada), std::nullopt);
}

TEST_F(RetentionTest, IsEndedByTheNextStartWhenACrashCutItShort) {
  const std::uint64_t ada = opened(audit(true), kAda);
  ErasurePlan plan;
  plan.entries = {ada};
  plan.by_class = {{"findings", 1}};
  ASSERT_TRUE(save(plan, stage_.state()));
  const auto ended = finish_erasure(*keeping_.lock(), stage_.now());
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_THAT(ended->value_or(""), HasSubstr("Retention was cut short"));
  EXPECT_EQ(*keeping_.lock()->recorder.opening(ada), std::nullopt);
  EXPECT_THAT(applied(), SizeIs(1));
  EXPECT_EQ(*finish_erasure(*keeping_.lock(), stage_.now()), std::nullopt);
}

TEST(RetentionClasses, HaveAPlaceForEveryEntryWithPersonalValues) {
  using decisions::class_of;
  for (const char* type : {"finding_opened", "finding_resolved", "finding_exempted", "leaver_followed"}) {
    EXPECT_EQ(class_of(type), "findings") << type;
  }
  for (const char* type : {"run_started", "source_collected", "rule_tallied", "shadow_tallied"}) {
    EXPECT_EQ(class_of(type), "runs") << type;
  }
  for (const char* type : {"finding_acknowledged", "exemption_requested", "link_decided", "hold_set", "of_tomorrow"}) {
    EXPECT_EQ(class_of(type), "decisions") << type;
  }
  EXPECT_EQ(class_of("offboarding_checked"), "offboarding");
}

}  // namespace
}  // namespace tally::pipeline
