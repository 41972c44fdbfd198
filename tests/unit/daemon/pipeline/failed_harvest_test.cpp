#include "daemon/pipeline/failed_harvest.h"

#include <gmock/gmock.h>

#include <new>

#include "tests/unit/daemon/pipeline/stage.h"

namespace tally::pipeline {
namespace {

/// Runs out of memory, as a feed that is larger than the machine does.
class HugeSource final : public connectors::Source {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] model::SourceKind kind() const override { return model::SourceKind::directory; }
  [[nodiscard]] model::Harvest collect(const connectors::Collection&) override { throw std::bad_alloc(); }

 private:
  std::string name_ = "huge";
};

TEST(FailedHarvest, StandsForASourceThatThrew) {
  HugeSource source;
  const auto clock = [] { return at("2026-04-02T00:00:00Z"); };
  const model::Harvest harvest = harvest_or_failure(source, clock, [&] { return source.collect({clock, {}, {}}); });
  EXPECT_EQ(harvest.source.name, "huge");
  EXPECT_EQ(harvest.source.kind, model::SourceKind::directory);
  EXPECT_EQ(harvest.source.coverage.state, model::CoverageState::failed);
  EXPECT_THAT(harvest.source.coverage.in_words(), testing::HasSubstr("the collection was given up: "));
}

TEST(FailedHarvest, LetsAnAuditGoOnWithoutTheSourceThatThrew) {
  Stage stage;
  auto kept = stage.open();
  ASSERT_TRUE(kept) << kept.error().message;
  Keeping keeping(std::move(*kept));
  const auto report =
      stage.audit(keeping, std::make_unique<FakeSource>(hr({{"1", "Ada", {}}})), std::make_unique<HugeSource>());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->summary.complete);
}

}  // namespace
}  // namespace tally::pipeline
