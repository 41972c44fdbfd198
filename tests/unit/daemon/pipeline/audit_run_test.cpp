#include "daemon/pipeline/audit_run.h"
#include "daemon/archive/run_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "daemon/ledger/entry.h"
#include "tests/unit/daemon/pipeline/stage.h"

namespace tally::pipeline {
namespace {

using model::CoverageState;
using model::Standing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<Employee> kPeople = {{"001001", "Ada Keller", {}},
                                       {"001004", "Dana Weiss", at("2026-02-01T00:00:00Z")}};

model::Harvest both(bool dana_enabled = true) {
  return directory({{"akeller", "001001"}, {"dweiss", "001004", dana_enabled}});
}

std::string why_not(const model::RunReport& report) {
  std::string out;
  for (const model::CannotTell& item : report.cannot_tell) out += item.rule + ": " + item.reason + "\n";
  return out;
}

/// "RULE login standing" of each.
std::vector<std::string> lines(const std::vector<model::FindingRecord>& records) {
  std::vector<std::string> out;
  for (const model::FindingRecord& r : records) {
    out.push_back(fmt::format("{} {} {}", r.finding.rule, r.finding.subject.label, to_string(r.standing)));
  }
  return out;
}

TEST(AuditRun, TellsWhoLeftAndRecordsItFirst) {
  Stage stage;
  const auto report = stage.audit(hr(kPeople), both());
  ASSERT_TRUE(report) << report.error().message;
  // Signed in on 30 March, two months after she left: LVR-002 too.
  EXPECT_THAT(lines(report->open), ElementsAre("LVR-001 dweiss new", "LVR-002 dweiss new"));
  EXPECT_EQ(report->organisation, "ACME");
  EXPECT_EQ(report->summary.run, "run-1");
  EXPECT_EQ(report->summary.people, 2u);
  EXPECT_EQ(report->summary.accounts, 2u);
  EXPECT_EQ(report->summary.opened, 2u);
  EXPECT_EQ(report->summary.open[3], 2u);
  EXPECT_TRUE(report->summary.complete) << why_not(*report);
  EXPECT_THAT(report->log_key, HasSubstr("audit.example.com/test+"));
  ASSERT_EQ(report->populations.size(), 2u);
  for (const model::Population& population : report->populations) {
    EXPECT_EQ(population.total, 2u) << population.source;
    EXPECT_TRUE(population.ties_out()) << population.source;
  }
  std::vector<std::string> types;
  for (const std::string& leaf : stage.leaves()) types.push_back(ledger::Entry::parse(leaf)->type);
  std::vector<std::string> expected = {"genesis",        "run_started",    "source_collected", "source_collected",
                                       "finding_opened", "finding_opened", "leaver_followed"};
  expected.insert(expected.end(), report->tallies.size(), "rule_tallied");
  expected.insert(expected.end(), report->shadow.size(), "shadow_tallied");
  expected.emplace_back("run_finished");
  EXPECT_EQ(types, expected);
  EXPECT_EQ(report->log_index, types.size() - 1);
}

TEST(AuditRun, KeepsNamesAndNumbersOutOfThePublicLog) {
  Stage stage;
  model::Harvest people = hr(kPeople);
  people.source.coverage.reject({3, "mail", "Dana.Weiss@example.com", "no address", false});
  model::Harvest accounts = directory({{"akeller", "001001"}, {"dweiss", "001004"}, {"stranger", ""}});
  accounts.accounts.last_sign_in[2] = model::TimeFact::unknown(accounts.text.intern("not recorded"));
  ASSERT_TRUE(stage.audit(std::move(people), std::move(accounts)));
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(stage.state() + "/log")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  EXPECT_THAT(all, HasSubstr("finding_opened"));
  for (const char* secret :
       {"Ada", "Dana", "Weiss", "dweiss", "akeller", "stranger", "0010", "@example.com", "CN=", "guid-"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  }
}

TEST(AuditRun, FollowsAFindingUntilItIsFixed) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  const auto second = stage.audit(hr(kPeople), both());
  ASSERT_TRUE(second);
  EXPECT_THAT(lines(second->open), ElementsAre("LVR-001 dweiss still open", "LVR-002 dweiss still open"));
  EXPECT_EQ(second->summary.opened, 0u);
  const auto third = stage.audit(hr(kPeople), both(false));
  ASSERT_TRUE(third);
  EXPECT_THAT(lines(third->resolved), ElementsAre("LVR-001 dweiss fixed"));
  EXPECT_EQ(third->summary.resolved, 1u);
  ASSERT_EQ(third->history.size(), 2u);
  const std::set<std::string> ids = {third->history[0].run, third->history[1].run, third->summary.run};
  EXPECT_EQ(ids.size(), 3u);
}

TEST(AuditRun, IsIncompleteWhenASourceIsAndResolvesNothingUnseen) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  model::Harvest nothing = directory({});
  nothing.source.coverage.lower(CoverageState::failed, model::Gap::Kind::unreachable, "no connection");
  const auto report = stage.audit(hr(kPeople), std::move(nothing));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->summary.complete);
  EXPECT_GT(report->summary.cannot_tell, 0u);
  EXPECT_THAT(report->resolved, ::testing::IsEmpty());
  std::size_t about_accounts = 0;
  for (const model::FindingRecord& record : report->open) {
    if (record.finding.subject.kind != model::SubjectKind::account) continue;
    ++about_accounts;
    EXPECT_EQ(record.standing, Standing::not_rechecked) << record.finding.rule;
    EXPECT_THAT(record.note, Not(::testing::IsEmpty()));
  }
  EXPECT_EQ(about_accounts, 2u);
  EXPECT_THAT(lines(report->open), ::testing::Contains("DQ-005 ad new"))
      << "that the source failed is a finding itself";
}

TEST(AuditRun, DoesNotBelieveAFeedThatShrankFromTheSecondRunOn) {
  Stage stage;
  std::vector<Employee> many;
  std::vector<Login> logins;
  for (int i = 0; i < 100; ++i) {
    many.push_back({fmt::format("{:06}", i), fmt::format("Person {}", i), {}});
    logins.push_back({fmt::format("p{}", i), fmt::format("{:06}", i)});
  }
  std::vector<Employee> half(many.begin(), many.begin() + 50);
  const auto first = stage.audit(hr(many), directory(logins));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->summary.complete) << why_not(*first);
  const auto second = stage.audit(hr(half), directory(logins));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->sources[0].coverage.state, CoverageState::doubtful);
  EXPECT_FALSE(second->summary.complete);
  for (const model::FindingRecord& record : second->open) {
    EXPECT_EQ(record.finding.subject.kind, model::SubjectKind::source)
        << "no leaver and no orphan: " << record.finding.rule;
  }
  const auto third = stage.audit(hr(half), directory(logins));
  EXPECT_EQ(third->sources[0].coverage.state, CoverageState::doubtful) << "the doubtful run is no new measure";
}

TEST(AuditRun, MeasuresHowLongALeaverKeptAccess) {
  Stage stage;  // the runs are at 0, 1 and 2 o'clock on 1 April
  stage.keep_snapshots = 1;
  std::vector<Employee> people = kPeople;
  people[1].left = at("2026-03-31T23:00:00Z");
  std::vector<Employee> before = kPeople;
  before[1].left.reset();
  ASSERT_TRUE(stage.audit(hr(before), both()));
  const auto works = stage.audit(hr(people), both());
  ASSERT_TRUE(works);
  ASSERT_EQ(works->revocations.size(), 1u);
  EXPECT_EQ(works->revocations[0].access.there, model::Truth::yes);
  const auto gone = stage.audit(hr(people), both(false));
  ASSERT_TRUE(gone);
  ASSERT_EQ(gone->revocations.size(), 1u);
  const model::Revocation& dana = gone->revocations[0];
  EXPECT_EQ(dana.employee_id, "001004");
  EXPECT_EQ(dana.name, "Dana Weiss");
  EXPECT_EQ(dana.seen, (base::Bounds{at("2026-04-01T00:00:00Z"), at("2026-04-01T01:00:00Z")}));
  EXPECT_EQ(dana.access.gone, (base::Bounds{at("2026-04-01T01:00:00Z"), at("2026-04-01T02:00:00Z")}));
  EXPECT_EQ(dana.hr_delay(), (model::Span{std::chrono::hours(1), std::chrono::hours(2)}));
  EXPECT_EQ(dana.it_delay(), (model::Span{std::chrono::hours(0), std::chrono::hours(2)}));
}

model::Harvest out_of_reach() {
  model::Harvest nothing = directory({});
  nothing.source.coverage.lower(CoverageState::failed, model::Gap::Kind::unreachable, "no connection");
  return nothing;
}

TEST(AuditRun, RefusesAMomentThatIsToCome) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  const std::size_t before = stage.leaves().size();
  stage.as_of = stage.now() + std::chrono::seconds(1);
  const auto report = stage.audit(hr(kPeople), both());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, base::ErrorKind::malformed);
  EXPECT_THAT(report.error().message, HasSubstr("is to come"));
  EXPECT_EQ(stage.leaves().size(), before);
}

TEST(AuditRun, DoesNotBlameHrWhenItDoesNotRememberWhatHrSaid) {
  Stage stage;
  std::vector<Employee> before = kPeople;
  before[1].left.reset();
  ASSERT_TRUE(stage.audit(hr(before), both()));
  const auto report = stage.audit(hr(kPeople), both());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->revocations.size(), 1u);
  EXPECT_EQ(report->revocations[0].hr_delay().least, base::Duration{0}) << "keep_snapshots is 0";
}

TEST(AuditRun, BlamesNobodyForTheTimeInWhichItCouldNotLook) {
  Stage stage;
  stage.keep_snapshots = 1;
  std::vector<Employee> before = kPeople;
  before[1].left.reset();
  ASSERT_TRUE(stage.audit(hr(before), both()));
  std::vector<Employee> people = kPeople;
  people[1].left = at("2026-03-31T23:00:00Z");
  const auto blind = stage.audit(hr(people), out_of_reach());
  ASSERT_TRUE(blind);
  ASSERT_EQ(blind->revocations.size(), 1u);
  EXPECT_EQ(blind->revocations[0].access.there, model::Truth::unknown);
  for (int run = 0; run < 2; ++run) ASSERT_TRUE(stage.audit(hr(people), out_of_reach()));
  const auto works = stage.audit(hr(people), both());
  ASSERT_TRUE(works);
  ASSERT_EQ(works->revocations.size(), 1u);
  const model::Revocation& dana = works->revocations[0];
  EXPECT_EQ(dana.access.there, model::Truth::yes);
  EXPECT_EQ(dana.seen, (base::Bounds{at("2026-04-01T00:00:00Z"), at("2026-04-01T01:00:00Z")}))
      << "HR told it to the second run, not to the fifth";
}

/// Dana's account is disabled, and was used last on the day before her end.
model::Harvest out_in_time() {
  model::Harvest h = both(false);
  h.accounts.last_sign_in[1] = model::TimeFact::known(base::Bounds::exactly(at("2026-01-31T00:00:00Z")), {});
  return h;
}

TEST(AuditRun, TellsInItsFirstRunThatALeaverHadAccessAfterTheEnd) {
  Stage stage;
  const model::Revocation dana = stage.audit(hr(kPeople), both(false)).value().revocations.at(0);
  EXPECT_TRUE(dana.kept_access()) << "she signed in two months after she left";
  EXPECT_EQ(dana.outlived(), (model::Span{std::chrono::days(57), std::chrono::days(59)}));
}

TEST(AuditRun, FollowsWhoWasOutInTimeAndRecordsThatOnce) {
  Stage stage;
  const auto followed = [&] {
    const std::vector<std::string> leaves = stage.leaves();
    return std::count_if(leaves.begin(), leaves.end(),
                         [](const std::string& leaf) { return ledger::Entry::parse(leaf)->type == "leaver_followed"; });
  };
  for (int run = 0; run < 3; ++run) {
    const auto report = stage.audit(hr(kPeople), out_in_time());
    ASSERT_TRUE(report);
    ASSERT_EQ(report->revocations.size(), 1u);
    EXPECT_FALSE(report->revocations[0].kept_access());
    EXPECT_EQ(report->revocations[0].access.gone,
              (base::Bounds{at("2026-01-31T00:00:00Z"), at("2026-04-01T00:00:00Z")}));
    EXPECT_EQ(followed(), 1);
  }
  ASSERT_TRUE(stage.audit(hr(kPeople), both(true)));
  EXPECT_EQ(followed(), 2) << "it works again";
}

TEST(AuditRun, ForgetsALeaverWhomHrTakesBack) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  std::vector<Employee> stays = kPeople;
  stays[1].left.reset();
  for (int run = 0; run < 2; ++run) {
    const auto report = stage.audit(hr(stays), both());
    ASSERT_TRUE(report);
    EXPECT_THAT(report->revocations, ::testing::IsEmpty());
  }
}

TEST(AuditRun, TakesNoNewsOfLeaversFromThePast) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  std::vector<Employee> then = kPeople;
  then[1].left.reset();
  stage.as_of = at("2026-01-15T00:00:00Z");
  ASSERT_TRUE(stage.audit(hr(then), both()));
  stage.as_of = at("2026-01-16T00:00:00Z");
  ASSERT_TRUE(stage.audit(hr(then), both()));
  stage.as_of.reset();
  const auto report = stage.audit(hr(kPeople), both());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->revocations.size(), 1u);
  EXPECT_EQ(report->revocations[0].access.last_seen, at("2026-04-01T00:00:00Z")) << "followed since the first run";
}

TEST(AuditRun, ListsALeavingOnceThatHrTookBackByMistake) {
  Stage stage;
  std::vector<Employee> stays = kPeople;
  stays[1].left.reset();
  ASSERT_TRUE(stage.audit(hr(kPeople), both(false)));
  const auto back = stage.audit(hr(stays), both(false));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->revocations.size(), 1u) << "access was gone: that stays true";
  const auto again = stage.audit(hr(kPeople), both(false));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->revocations.size(), 1u);
}

/// Twenty people; Dana, the first, left in February where that is said.
std::vector<Employee> twenty(bool dana_left) {
  std::vector<Employee> all = {{"001000", "Dana Weiss", {}}};
  if (dana_left) all[0].left = at("2026-02-01T00:00:00Z");
  for (int i = 1; i < 20; ++i) all.push_back({fmt::format("0010{:02}", i), fmt::format("Person {}", i), {}});
  return all;
}

model::Harvest accounts_of_twenty() {
  std::vector<Login> logins;
  for (const Employee& e : twenty(false)) logins.push_back({"u" + e.number, e.number});
  return directory(logins);
}

TEST(AuditRun, KeepsTheLastAcceptedFeedInForceWhileTodaysIsQuarantined) {
  Stage stage;
  stage.keep_snapshots = 1;
  ASSERT_TRUE(stage.audit(hr(twenty(true)), accounts_of_twenty()));
  // Eight rows of twenty: Dana is not even among them.
  std::vector<Employee> cut = twenty(true);
  cut.erase(cut.begin());
  cut.resize(8);
  for (int day = 0; day < 2; ++day) {
    const auto report = stage.audit(hr(cut), accounts_of_twenty());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_THAT(lines(report->open),
                ElementsAre(HasSubstr("DQ-001 hr"), "LVR-001 u001000 still open", "LVR-002 u001000 still open"));
    const model::SourceRecord& source = report->sources[0];
    EXPECT_EQ(source.coverage.state, CoverageState::partial);
    EXPECT_EQ(source.in_force_since, at("2026-04-01T00:00:00Z"));
    EXPECT_THAT(source.coverage.in_words(), HasSubstr("8 records, 12 fewer than the 20"));
    EXPECT_THAT(source.coverage.in_words(), HasSubstr("the records read at 2026-04-01T00:00:00Z stay in force"));
    EXPECT_THAT(why_not(*report), HasSubstr("the newest feed of hr is quarantined"));
    EXPECT_FALSE(report->summary.complete);
  }
}

TEST(AuditRun, ClearsNobodyByAnEarlierFeed) {
  Stage stage;
  stage.keep_snapshots = 1;
  ASSERT_TRUE(stage.audit(hr(twenty(false)), accounts_of_twenty()));
  model::Harvest none = hr({});
  none.source.coverage.state = CoverageState::failed;
  none.source.coverage.gaps = {{model::Gap::Kind::unreachable, "the file is not there"}};
  const auto report = stage.audit(std::move(none), accounts_of_twenty());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(lines(report->open), ElementsAre("DQ-001 hr new")) << "nobody is a leaver or an orphan by it";
  const auto leavers = std::find_if(report->tallies.begin(), report->tallies.end(),
                                    [](const model::RuleTally& tally) { return tally.rule == "LVR-001"; });
  ASSERT_NE(leavers, report->tallies.end());
  EXPECT_EQ(leavers->clear, 0u) << "they may have left since";
  EXPECT_EQ(leavers->cannot_tell, 20u);
}

TEST(AuditRun, BringsAStoreUpToDateThatLagsBehindTheLog) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  std::filesystem::copy_file(stage.store_file(), stage.file("older.db"));
  ASSERT_TRUE(stage.audit(hr(kPeople), both(false)));
  std::filesystem::remove(stage.store_file());
  std::filesystem::copy_file(stage.file("older.db"), stage.store_file());
  const auto third = stage.audit(hr(kPeople), both(false));
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(third->history.size(), 2u);
  EXPECT_THAT(lines(third->open), ElementsAre("LVR-002 dweiss still open")) << "the second run had resolved LVR-001";
  EXPECT_EQ(third->log_index + 1, stage.leaves().size());
}

TEST(AuditRun, RefusesAStoreThatKnowsMoreThanTheLog) {
  Stage stage;
  ASSERT_TRUE(stage.audit(hr(kPeople), both()));
  for (const char* part : {"/log", "/state"}) std::filesystem::remove_all(stage.state() + part);
  const auto report = stage.audit(hr(kPeople), both());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, base::ErrorKind::corrupt);
}

TEST(AuditRun, RemembersWhoseALoginWas) {
  Stage stage;
  stage.keep_snapshots = 2;
  ASSERT_TRUE(stage.audit(hr({{"1", "Ada Weber", {}}}), directory({{"ada", "1"}})));
  ASSERT_TRUE(stage.audit(hr({{"2", "Bob Stone", {}}}), directory({})));
  const auto third = stage.audit(hr({{"2", "Bob Stone", {}}}), directory({{"ada", "2"}}));
  ASSERT_TRUE(third) << third.error().message;
  const auto kept =
      archive::open_kept_run(snapshots_path(stage.state()), archive::kept_runs(snapshots_path(stage.state())).back());
  ASSERT_TRUE(kept) << kept.error().message;
  const auto links = correlation::correlate_since(kept->circumstances.links, kept->snapshot, {}, {});
  ASSERT_TRUE(links.reuse);
  EXPECT_EQ(links.reuse->account.at(0).value, model::Truth::yes);
}

}  // namespace
}  // namespace tally::pipeline
