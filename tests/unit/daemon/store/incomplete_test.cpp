// Since when a source has not been completely seen.
#include <gtest/gtest.h>

#include "tests/unit/daemon/store/journal.h"

namespace tally::store {
namespace {

TEST(IncompleteSource, IsKnownSinceWhenItIs) {
  Journal journal;
  const auto incomplete = [&journal] {
    Store store = *Store::in_memory();
    EXPECT_TRUE(store.project(journal.entries()));
    return (*store.report())->incomplete;
  };
  journal.run(1, {}, 10, model::CoverageState::partial);
  ASSERT_EQ(incomplete().size(), 1u);
  EXPECT_EQ(incomplete().at("ad").runs, 1u);
  EXPECT_FALSE(incomplete().at("ad").last_complete) << "no run was before";
  journal.run(2, {});
  EXPECT_TRUE(incomplete().empty()) << "seen completely";
  journal.run(3, {}, 10, model::CoverageState::failed);
  journal.run(4, {}, 10, model::CoverageState::partial);
  EXPECT_EQ(incomplete().at("ad").runs, 2u);
  EXPECT_EQ(incomplete().at("ad").since, day(3));
  EXPECT_EQ(incomplete().at("ad").last_complete, day(2) + std::chrono::minutes(5));
  journal.start(5);  // a run that never finished says nothing
  journal.run(6, {}, 10, model::CoverageState::partial);
  EXPECT_EQ(incomplete().at("ad").runs, 3u);
}

}  // namespace
}  // namespace tally::store
