// source.* and run.*: contents, shapes and ages beside earlier runs, and how many accounts have power.
#include "policy/evaluation/source_facts.h"

#include <gmock/gmock.h>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::CoverageState;
using model::Gap;
using testing::ElementsAre;
using testing::IsEmpty;

base::Digest digest(const char* text) { return base::sha256(text); }

/// The HR feed holds `now`; earlier runs held the contents given, newest first, a day apart.
Company fed(const char* now, const std::vector<const char*>& before) {
  Company c;
  c.hr().source.content = digest(now);
  base::Instant read = Company::kNow;
  for (const char* content : before) {
    read -= std::chrono::hours{24};
    c.previous().contents["hr"].push_back({digest(content), read});
  }
  return c;
}

TEST(Unchanged, IsSinceTheFirstOfTheRunsThatReadTheSame) {
  EXPECT_EQ(fed("A", {"A", "A", "B"}).source_fact("source.unchanged_since", 0), "2026-10-30T00:00:00Z");
  EXPECT_EQ(fed("A", {"B", "A"}).source_fact("source.unchanged_since", 0), "never");
  EXPECT_EQ(fed("A", {}).source_fact("source.unchanged_since", 0), "never");
}

TEST(Replayed, IsAnOlderContentAfterAnotherOneCame) {
  EXPECT_EQ(fed("A", {"B", "A"}).source_fact("source.replayed", 0), "true");
  EXPECT_EQ(fed("A", {"A", "B", "A"}).source_fact("source.replayed", 0), "true");
  EXPECT_EQ(fed("A", {"A", "B"}).source_fact("source.replayed", 0), "false");
  EXPECT_EQ(fed("A", {}).source_fact("source.replayed", 0), "false");
}

TEST(Contents, OfASourceThatCouldNotBeReadAreUnknown) {
  Company c = fed("", {""});
  c.hr().source.coverage.lower(CoverageState::failed, Gap::Kind::unreachable, "no such file");
  for (const char* fact : {"source.unchanged_since", "source.replayed", "source.produced"}) {
    EXPECT_EQ(c.source_fact(fact, 0), "unknown") << fact;
  }
}

TEST(SchemaChanges, AreWhatDiffersFromTheLastGoodRunByName) {
  model::SourceRecord then, now;
  then.shape = {{"columns", "13"}, {"delimiter", ","}, {"leading zeros", "yes"}};
  now.shape = {{"columns", "13"}, {"delimiter", ";"}, {"mojibake", "no"}};
  EXPECT_THAT(schema_changes(then, now), ElementsAre("delimiter", "leading zeros", "mojibake"));
  EXPECT_THAT(schema_changes(then, then), IsEmpty());
}

TEST(SchemaChanges, AreUnknownBeforeThereIsARunToCompareWith) {
  Company c;
  EXPECT_EQ(c.source_fact("source.schema_changes", 0), "unknown");
  Company again;
  again.previous().last_good_record["hr"] = {};
  EXPECT_EQ(again.source_fact("source.schema_changes", 0), "");
}

TEST(Produced, IsTheFilesOwnTimeOrTheReading) {
  Company c;
  c.hr().source.produced = at("2025-11-01T00:00:00Z");
  EXPECT_EQ(c.source_fact("source.produced", 0), "2025-11-01T00:00:00Z");
  EXPECT_EQ(c.source_fact("source.produced", 1), "2026-11-01T00:00:00Z");
}

TEST(ClockSkew, IsWithoutSignAndUnknownWhereTheServerDoesNotTell) {
  Company c;
  c.directory().source.clock_skew = -std::chrono::minutes{7};
  EXPECT_EQ(c.source_fact("source.clock_skew_seconds", 1), "420");
  EXPECT_EQ(c.source_fact("source.clock_skew_seconds", 0), "unknown");
}

/// An administrator who works, one who is off, and somebody else.
Company three() {
  Company c;
  const auto admins = c.group("Admins", model::Tier::tier0);
  c.member(c.account("ada"), admins);
  c.member(c.account("off"), admins);
  c.account("bob");
  c.accounts().enabled[1] = model::BoolFact::known(false, base::TextId(0));
  return c;
}

TEST(PrivilegedAccounts, AreThoseThatWork) {
  Company c = three();
  EXPECT_EQ(c.source_fact("source.accounts_usable", 1), "2");
  EXPECT_EQ(c.source_fact("source.privileged_accounts", 1), "1");
  EXPECT_EQ(c.source_fact("source.privileged_accounts_seen", 1), "1");
}

TEST(PrivilegedAccounts, MayBeMoreThanWereSeen) {
  Company hidden = three();
  hidden.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(hidden.source_fact("source.privileged_accounts", 1), "unknown");
  EXPECT_EQ(hidden.source_fact("source.accounts_usable", 1), "unknown");
  EXPECT_EQ(hidden.source_fact("source.privileged_accounts_seen", 1), "1");
  Company open = three();
  open.accounts().enabled[1] = model::BoolFact::unknown(open.directory().text.intern("not delivered"));
  EXPECT_EQ(open.source_fact("source.privileged_accounts", 1), "unknown");
  EXPECT_EQ(open.source_fact("source.privileged_accounts_seen", 1), "1");
}

TEST(Run, NamesTheSourcesThatWereNotCompletelySeen) {
  Company c = three();
  c.hr().source.coverage.lower(CoverageState::partial, Gap::Kind::rejected, "3 of 9 rows were refused");
  FactTable& run = c.facts(model::SubjectKind::run);
  EXPECT_EQ(run.value("run.complete", 0), "false");
  EXPECT_EQ(run.value("run.incomplete_sources", 0), "hr");
  EXPECT_EQ(run.value("run.memberships", 0), "2");
  EXPECT_EQ(run.value("run.last_finished", 0), "never");
  EXPECT_EQ(run.evidence("run.complete", 0).basis, "hr: 3 of 9 rows were refused");
}

}  // namespace
}  // namespace tally::evaluation
