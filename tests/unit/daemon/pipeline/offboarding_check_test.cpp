// Offboarding checks of made-up sources: the deadline holds against a source that does not keep it, and what earlier
// runs knew is asked for.
#include "daemon/pipeline/offboarding_check.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "tests/unit/daemon/pipeline/stage.h"

namespace tally::pipeline {
namespace {

using namespace std::chrono_literals;
using model::OffboardingAnswer;
using testing::HasSubstr;

const auto kGone = at("2026-03-31T00:00:00Z");  // after the last sign-in of stage.h

/// Answers only when the test lets it.
class SilentSource final : public connectors::Source {
 public:
  ~SilentSource() override { *gone_ = true; }
  explicit SilentSource(std::shared_ptr<std::atomic<bool>> gone) : gone_(std::move(gone)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] model::SourceKind kind() const override { return model::SourceKind::directory; }
  [[nodiscard]] model::Harvest collect(const connectors::Collection&) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return released_; });
    return {};
  }
  void release() {
    const std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

 private:
  std::string name_ = "silent";
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  std::shared_ptr<std::atomic<bool>> gone_;
};

/// Remembers what it was asked for.
class AskedSource final : public connectors::Source {
 public:
  AskedSource(model::Harvest harvest, model::PersonKeys& keys) : inner_(std::move(harvest)), keys_(keys) {}
  [[nodiscard]] const std::string& name() const override { return inner_.name(); }
  [[nodiscard]] model::SourceKind kind() const override { return inner_.kind(); }
  [[nodiscard]] model::Harvest collect(const connectors::Collection& c) override { return inner_.collect(c); }
  [[nodiscard]] model::Harvest look_up(const connectors::Collection& c, const model::PersonKeys& keys) override {
    keys_ = keys;
    return inner_.collect(c);
  }

 private:
  FakeSource inner_;
  model::PersonKeys& keys_;
};

using Sources = std::vector<std::unique_ptr<connectors::Source>>;

base::Result<model::OffboardingCheck> check(const Stage& stage, std::shared_ptr<Sources> sources,
                                            std::chrono::milliseconds deadline = 5s) {
  auto kept = open_kept({stage.state(), stage.key(), recorder::Clock::fixed(at("2026-04-02T00:00:00Z")), {}, {}});
  if (!kept) return tl::unexpected(kept.error());
  Keeping keeping(std::move(*kept));
  const auto rules = rules::RuleSet::build(support::shipped_rules());
  const correlation::Settings settings;
  return offboarding_check({.sources = *sources,
                            .owner = sources,
                            .rules = *rules,
                            .correlation = settings,
                            .keeping = keeping,
                            .clock = [] { return at("2026-04-02T00:00:00Z"); },
                            .employee_id = "1",
                            .asked_by = "anna",
                            .deadline = deadline});
}

TEST(OffboardingCheck, IsRecordedWithItsPlaceInTheLog) {
  const Stage stage;
  auto sources = std::make_shared<Sources>();
  sources->push_back(std::make_unique<FakeSource>(hr({{"1", "Ada", kGone}})));
  sources->push_back(std::make_unique<FakeSource>(directory({{"ada", "1", false}})));
  const auto answer = check(stage, sources);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answer, OffboardingAnswer::clear);
  EXPECT_EQ(answer->log_index, 1U) << "behind the genesis entry";
  EXPECT_EQ(answer->log_size, 2U);
  EXPECT_THAT(stage.leaves().back(), HasSubstr("\"type\":\"offboarding_checked\""));
}

TEST(OffboardingCheck, DoesNotWaitForASourceThatDoesNotKeepTheDeadline) {
  const Stage stage;
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  auto sources = std::make_shared<Sources>();
  sources->push_back(std::make_unique<FakeSource>(hr({{"1", "Ada", kGone}})));
  sources->push_back(std::make_unique<SilentSource>(gone));
  auto& silent = static_cast<SilentSource&>(*sources->back());
  const auto began = std::chrono::steady_clock::now();
  const auto answer = check(stage, sources, 200ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(answer->reasons.front(), HasSubstr("silent did not answer within"));
  std::weak_ptr<Sources> left = sources;
  sources.reset();
  EXPECT_FALSE(*gone) << "the thread that was left behind keeps its source alive";
  silent.release();
  for (int i = 0; i < 500 && !*gone; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(*gone);
}

TEST(OffboardingCheck, AsksForAccountsThatAnEarlierAuditKnew) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr({{"1", "Ada", kGone}}), directory({{"ada", "1"}, {"bob", "2"}})));
  model::PersonKeys keys;
  auto sources = std::make_shared<Sources>();
  sources->push_back(std::make_unique<FakeSource>(hr({{"1", "Ada", kGone}})));
  sources->push_back(std::make_unique<AskedSource>(directory({{"ada", "9"}}), keys));
  const auto answer = check(stage, sources);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(keys.known.size(), 1U);
  EXPECT_EQ(keys.known[0].native_id, "guid-ada");
  EXPECT_EQ(keys.known[0].source, "ad");
  EXPECT_EQ(answer->answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(answer->reasons.front(), HasSubstr("an earlier run knew it"));
}

TEST(OffboardingCheck, RemembersWhatTheLastAuditWasNotShown) {
  Stage stage;
  model::Harvest hidden = directory({{"ada", "1", false}});
  hidden.source.coverage.lower(model::CoverageState::partial, model::Gap::Kind::hidden, "ou=x shows no children");
  ASSERT_TRUE(stage.audit(hr({{"1", "Ada", kGone}}), std::move(hidden)));
  auto sources = std::make_shared<Sources>();
  sources->push_back(std::make_unique<FakeSource>(hr({{"1", "Ada", kGone}})));
  sources->push_back(std::make_unique<FakeSource>(directory({{"ada", "1", false}})));
  const auto answer = check(stage, sources);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->answer, OffboardingAnswer::cannot_tell);
  EXPECT_THAT(answer->reasons.front(), HasSubstr("did not see all of ad (ou=x shows no children)"));
}

}  // namespace
}  // namespace tally::pipeline
