// Entries about the auditing itself: abandoned runs, missed due times, configurations taken up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"

namespace tally::ledger {
namespace {

using ::testing::HasSubstr;

const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");

std::string leaf_of(const EventText& text) {
  const auto leaf = make_leaf({text.type, kTime, {}, std::nullopt}, text.fields);
  EXPECT_TRUE(leaf) << leaf.error().message;
  return leaf.value_or("");
}

template <class Event>
Event again(const EventText& text) {
  const auto event = decode(leaf_of(text), text.personal);
  EXPECT_TRUE(event) << event.error().message;
  return event ? std::get<Event>(*event) : Event{};
}

TEST(RunAbandoned, IsWrittenAsTheSpecificationSays) {
  EXPECT_EQ(leaf_of(encode(RunAbandoned{"run-7", "it failed"})),
            R"({"reason":"it failed","run":"run-7","ts":"2026-03-31T22:00:00Z","type":"run_abandoned","v":1})");
  EXPECT_EQ(again<RunAbandoned>(encode(RunAbandoned{"run-7", "x"})).run, "run-7");
}

TEST(ScheduleMissed, ComesBackAsItWasWritten) {
  const ScheduleMissed event{70,
                             kTime,
                             kTime + std::chrono::hours(69),
                             {kTime, kTime + std::chrono::hours(69)},
                             "the service was not running",
                             true};
  const auto read = again<ScheduleMissed>(encode(event));
  EXPECT_EQ(read.count, 70u);
  EXPECT_EQ(read.first, event.first);
  EXPECT_EQ(read.last, event.last);
  EXPECT_EQ(read.due, event.due);
  EXPECT_EQ(read.reason, event.reason);
  EXPECT_TRUE(read.made_up);
}

TEST(ScheduleMissed, WithAsManyTimesAsAreListedFitsIntoAnEntry) {
  ScheduleMissed event{
      kMaxDue, kTime, kTime, std::vector<base::Instant>(kMaxDue, kTime + base::Duration(1)), std::string(10'000, 'x'),
      false};
  EXPECT_LT(leaf_of(encode(event)).size(), kMaxEntryBytes);
}

TEST(ScheduleMissed, NamesTheMemberAtFault) {
  const auto bad = decode(R"({"count":1,"due":["noon"],"first":"2026-03-31T22:00:00Z","last":"2026-03-31T22:00:00Z",)"
                          R"("made_up":false,"reason":"","ts":"2026-03-31T22:00:00Z","type":"schedule_missed","v":1})",
                          "");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, base::ErrorKind::malformed);
  EXPECT_THAT(bad.error().message, HasSubstr("due"));
}

TEST(ConfigurationAccepted, ComesBackAsItWasWritten) {
  const auto read = again<ConfigurationAccepted>(encode(ConfigurationAccepted{"aa", "bb", "daily at 05:00 (UTC)"}));
  EXPECT_EQ(read.config_digest, "aa");
  EXPECT_EQ(read.rules_digest, "bb");
  EXPECT_EQ(read.schedule, "daily at 05:00 (UTC)");
}

TEST(RunStarted, KeepsTheLoginOfWhoAskedOutOfTheLeafAndForgetsItWhenErased) {
  const RunStarted event{"run-7", "asked by uid 1000", kTime, "0", "aa", "bb", "", "dweiss"};
  const EventText text = encode(event);
  EXPECT_EQ(leaf_of(text).find("dweiss"), std::string::npos);
  EXPECT_EQ(text.subject_key, "operator/dweiss");
  EXPECT_EQ(again<RunStarted>(text).asked_by, "dweiss");
  const auto erased = decode(leaf_of(text), "");
  ASSERT_TRUE(erased);
  EXPECT_EQ(std::get<RunStarted>(*erased).asked_by, "");
  EXPECT_EQ(encode(RunStarted{"run-7", "command line", kTime, "0", "aa", "bb", "", ""}).personal, "");
}

}  // namespace
}  // namespace tally::ledger
