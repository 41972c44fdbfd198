#include "daemon/report/sentence.h"

#include <gtest/gtest.h>

#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using model::Severity;
using sample::account;
using sample::all_clear;
using sample::finding;
using sample::tie_out;

TEST(PlainSentence, IsAnAllClearOnlyWhenNothingWasFoundAndEverythingWasSeen) {
  EXPECT_EQ(plain_sentence(all_clear()), "Nothing was found, and everything was seen.");
  EXPECT_TRUE(unseen(all_clear()).empty());
}

TEST(PlainSentence, SaysWhatWasFoundAndWhatCouldNotBeChecked) {
  model::RunReport report = all_clear();
  report.open = {finding("LVR-001", Severity::critical, account("a", "1", "A"), "."),
                 finding("LVR-001", Severity::critical, account("b", "2", "B"), "."),
                 finding("LVR-001", Severity::critical, account("c", "3", "C"), "."),
                 finding("ORP-001", Severity::high, account("d"), "."),
                 finding("ORP-001", Severity::high, account("e"), ".")};
  report.cannot_tell = {{"DOR-001", "the last sign-in is not known", 1, {account("f")}}};
  tie_out(report);
  EXPECT_EQ(plain_sentence(report),
            "3 leavers can still sign in; 2 accounts belong to nobody; 1 check could not be answered.");
}

TEST(PlainSentence, CountsALeaverWithTwoAccountsOnce) {
  model::RunReport report = all_clear();
  report.open = {finding("LVR-001", Severity::critical, account("ann", "1", "Ann"), "."),
                 finding("LVR-005", Severity::critical, account("admin-ann", "1", "Ann"), ".")};
  tie_out(report);
  EXPECT_EQ(plain_sentence(report), "1 leaver can still sign in.");
}

TEST(PlainSentence, NamesAFailedSourceWhenNothingWasFound) {
  model::RunReport report = all_clear();
  report.sources[1].coverage.lower(model::CoverageState::failed, model::Gap::Kind::unreachable, "no connection");
  EXPECT_EQ(plain_sentence(report),
            "Nothing was found in what could be seen, but the source corp-ldap could not be read.");
}

TEST(PlainSentence, NamesEverythingThatWasMissing) {
  model::RunReport report = all_clear();
  report.cannot_tell = {{"LVR-001", "no last day", 1000, {}}};
  tie_out(report);
  report.sources[0].coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::envelope, "half the rows");
  report.sources[1].coverage.lower(model::CoverageState::partial, model::Gap::Kind::size_limit, "stopped after 500");
  report.populations[1].total = 1001;
  EXPECT_EQ(plain_sentence(report),
            "Nothing was found in what could be seen, but 1,000 checks could not be answered, the source hr is not "
            "believable, the source corp-ldap was not fully seen and the counts of corp-ldap do not add up.");
}

TEST(PlainSentence, KeepsFindingsThatCouldNotBeCheckedAgain) {
  model::RunReport report = all_clear();
  report.open = {finding("LVR-001", Severity::critical, account("a"), ".", model::Standing::not_rechecked)};
  tie_out(report);
  EXPECT_EQ(plain_sentence(report), "1 earlier finding could not be checked again.");
}

TEST(PlainSentence, CountsTheRestWhenThereAreManyKindsOfFindings) {
  model::RunReport report = all_clear();
  report.open = {finding("CRD-001", Severity::low, account("a"), "."),
                 finding("DOR-001", Severity::low, account("b"), "."),
                 finding("LVR-001", Severity::critical, account("c"), "."),
                 finding("PRV-001", Severity::high, account("d"), "."),
                 finding("ORP-001", Severity::medium, account("e"), "."),
                 finding("ZZZ-999", Severity::critical, account("f"), ".")};
  tie_out(report);
  EXPECT_EQ(plain_sentence(report),
            "1 leaver can still sign in; 1 account has more power than it should; 1 account belongs to nobody; "
            "3 other findings are open.");
}

TEST(Unseen, IsNeverEmptyWhenACountDisagrees) {
  const auto altered = [](auto change) {
    model::RunReport report = all_clear();
    change(report);
    return !unseen(report).empty();
  };
  EXPECT_TRUE(altered([](auto& r) { r.sources.clear(); }));
  EXPECT_TRUE(altered([](auto& r) { r.tallies.clear(); }));
  EXPECT_TRUE(altered([](auto& r) { r.summary.complete = false; }));
  EXPECT_TRUE(altered([](auto& r) { r.summary.cannot_tell = 1; }));
  EXPECT_TRUE(altered([](auto& r) { r.summary.open[0] = 1; }));
  EXPECT_TRUE(altered([](auto& r) { r.tallies[0].clear -= 1; }));
  EXPECT_TRUE(altered([](auto& r) { r.sources[0].coverage.records_counted = 901; }));
  EXPECT_TRUE(altered([](auto& r) { r.sources[0].coverage.rejects_total = 1; }));
  EXPECT_TRUE(altered([](auto& r) { r.sources[0].coverage.state = model::CoverageState::partial; }));
  EXPECT_TRUE(altered([](auto& r) { r.populations[0].parts.pop_back(); }));
}

TEST(Unseen, SaysThatViolationsAreMissingFromTheReport) {
  model::RunReport report = all_clear();
  report.tallies[0].clear = 998;
  report.tallies[0].violations = 2;
  EXPECT_EQ(plain_sentence(report),
            "Nothing was found in what could be seen, but 2 findings are counted but not listed here.");
}

TEST(Unseen, TellsWhichRulesAFailedSourceTouchesButNotByPartsOfWords) {
  model::RunReport report = all_clear();
  report.cannot_tell = {{"DOR-001", "the source hr could not be read", 1, {}}, {"ORP-001", "three candidates", 1, {}}};
  tie_out(report);
  report.sources[0].coverage.lower(model::CoverageState::failed, model::Gap::Kind::unreachable, "no such file");
  EXPECT_EQ(unseen(report).front().meaning,
            "Nothing is known from this source. Rules that need it give no answer. Rules with unanswered checks there: "
            "DOR-001.");
}

}  // namespace
}  // namespace tally::report
