// Commands through the log: what is recorded, by whom, and what the next audit makes of it.
#include "daemon/pipeline/carry_out.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/replay.h"
#include "tests/unit/daemon/pipeline/deciders.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using decisions::AnswerExemption;
using model::Author;
using model::Standing;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Answer = AnswerExemption::Answer;
/// "LVR-001 account/ad/guid-ada reopened".
std::vector<std::string> standings(const std::vector<model::FindingRecord>& records) {
  std::vector<std::string> out;
  for (const auto& one : records)
    out.push_back(fmt::format("{} {} {}", one.finding.rule, one.finding.subject.key, to_string(one.standing)));
  return out;
}

class CarryOut : public testing::Test {
 protected:
  CarryOut() : keeping_(*stage_.open()) {}

  model::RunReport audit(model::Harvest directory = accounts()) {
    auto report = stage_.audit(keeping_, people(), std::move(directory));
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(model::RunReport{});
  }
  base::Result<model::RecordedCommand> command(const decisions::Command& command, const Author& author,
                                               model::Harvest directory = {}) {
    return stage_.command(keeping_, command, author, std::move(directory));
  }
  std::uint64_t done(const decisions::Command& c, const Author& author, model::Harvest directory = {}) {
    const auto recorded = command(c, author, std::move(directory));
    EXPECT_TRUE(recorded) << recorded.error().message;
    return recorded ? recorded->log_index : 0;
  }
  ErrorKind refused(const decisions::Command& c, const Author& author, model::Harvest directory = {}) {
    const std::uint64_t before = keeping_.lock()->recorder.size();
    const auto recorded = command(c, author, std::move(directory));
    EXPECT_FALSE(recorded) << recorded->sentence;
    EXPECT_EQ(keeping_.lock()->recorder.size(), before) << "what is refused leaves no entry";
    said_ = recorded ? "" : recorded.error().message;
    return recorded ? ErrorKind::io : recorded.error().kind;
  }
  decisions::RequestExemption request(const std::string& rule, const std::string& key, std::chrono::hours term) const {
    return {{}, rule, key, stage_.now() + term, "accepted"};
  }
  model::Decisions decisions() { return *decisions_so_far(keeping_); }

  Stage stage_;
  Keeping keeping_;
  std::string said_;
};

TEST_F(CarryOut, TakesAnExemptionFromTheRequestToItsEnd) {
  const auto first = audit();
  const auto* open = about(first.open, kAda);
  ASSERT_NE(open, nullptr);
  const std::string fingerprint = open->finding.fingerprint;

  const std::uint64_t number = done(
      decisions::RequestExemption{fingerprint.substr(0, 8), {}, {}, stage_.now() + 30 * kDay, "hands over"}, kAnna);
  EXPECT_NE(about(audit().open, kAda), nullptr) << "a request covers nothing";
  EXPECT_EQ(refused(AnswerExemption{Answer::approve, number, {}}, kAnna), ErrorKind::denied);
  EXPECT_THAT(said_, HasSubstr("somebody else"));
  done(AnswerExemption{Answer::approve, number, {}}, kBela);

  const auto exempt = audit();
  EXPECT_EQ(about(exempt.open, kAda), nullptr);
  const auto* covered = about(exempt.exempt, kAda);
  ASSERT_NE(covered, nullptr);
  EXPECT_EQ(covered->standing, Standing::exempted);
  EXPECT_EQ(covered->exemption->number, number);
  EXPECT_EQ(covered->exemption->reason, "hands over");
  EXPECT_EQ(covered->exemption->asked_by, "anna");
  EXPECT_EQ(covered->exemption->approved_by, "bela");
  EXPECT_EQ(exempt.summary.exempt, 1u);
  EXPECT_EQ(exempt.summary.open[static_cast<int>(model::Severity::critical)], 0u);

  EXPECT_EQ(about(audit().exempt, kAda)->standing, Standing::still_exempt);
  stage_.pass(31 * kDay);
  const auto over = audit();
  EXPECT_THAT(over.exempt, IsEmpty());
  const auto* back = about(over.open, kAda);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(back->standing, Standing::reopened);
  EXPECT_EQ(back->times_reopened, 1u);
  EXPECT_EQ(back->opened_index, open->opened_index) << "its history stays";
  EXPECT_EQ(over.summary.reopened, 1u);
  // Beside it: robot as ever, and DQ-002, since this feed has been the same byte for byte for more than 30 days.
  EXPECT_THAT(standings(over.open), UnorderedElementsAre("LVR-001 " + kAda + " reopened",
                                                         "ORP-001 " + kRobot + " still open", "DQ-002 source/hr new"));
}

TEST_F(CarryOut, EndsAnExemptionThatEitherWithdraws) {
  audit();
  const std::uint64_t number = done(request("LVR-001", kAda, 30 * kDay), kAnna);
  done(AnswerExemption{Answer::approve, number, {}}, kBela);
  ASSERT_NE(about(audit().exempt, kAda), nullptr);
  EXPECT_EQ(refused(AnswerExemption{Answer::withdraw, number, {}}, kCarl), ErrorKind::denied);
  done(AnswerExemption{Answer::withdraw, number, "no longer"}, kBela);
  const auto report = audit();
  ASSERT_NE(about(report.open, kAda), nullptr);
  EXPECT_EQ(about(report.open, kAda)->standing, Standing::reopened);
  EXPECT_THAT(about(report.open, kAda)->note, HasSubstr("holds no more"));
}

TEST_F(CarryOut, DoesNotGiveAnExemptionToAnotherRuleOfTheSameAccount) {
  const std::uint64_t number = done(request("ORP-001", kAda, 30 * kDay), kAnna);
  done(AnswerExemption{Answer::approve, number, {}}, kBela);
  const auto report = audit();
  EXPECT_THAT(report.exempt, IsEmpty());
  EXPECT_NE(about(report.open, kAda), nullptr);
}

TEST_F(CarryOut, RefusesARuleThatIsNotInForceAndNamesTheNearest) {
  EXPECT_EQ(refused(request("LVR-01", kAda, kDay), kAnna), ErrorKind::not_found);
  EXPECT_THAT(said_, HasSubstr("did you mean LVR-001?"));
  EXPECT_EQ(refused(request("LVR-001", "person/hr/1", kDay), kAnna), ErrorKind::not_found) << "no directory person";
  EXPECT_EQ(refused(request("LVR-001", "account/elsewhere/x", kDay), kAnna), ErrorKind::not_found);
}

TEST_F(CarryOut, AcknowledgesUntilTheFindingChangesOrCloses) {
  const auto first = audit();
  const std::string fingerprint = about(first.open, kAda)->finding.fingerprint;
  const std::uint64_t entry = done(decisions::Acknowledge{fingerprint, "ticket 17"}, kAnna);
  const auto report = audit();
  ASSERT_TRUE(about(report.open, kAda)->acknowledged.has_value());
  EXPECT_EQ(about(report.open, kAda)->acknowledged->by, "anna");
  EXPECT_EQ(about(report.open, kAda)->acknowledged->reason, "ticket 17");
  EXPECT_EQ(about(report.open, kAda)->acknowledged->log_index, entry);
  EXPECT_FALSE(about(report.open, kRobot)->acknowledged.has_value());
  audit(accounts(false));
  EXPECT_EQ(refused(decisions::Acknowledge{fingerprint, "again"}, kAnna), ErrorKind::conflict) << "it is fixed";
  const auto back = audit();
  ASSERT_NE(about(back.open, kAda), nullptr);
  EXPECT_EQ(about(back.open, kAda)->standing, Standing::reopened);
  EXPECT_FALSE(about(back.open, kAda)->acknowledged.has_value()) << "nobody has seen that it is back";
}

/// What TRN-002, in shadow, says in a run that was kept and is asked again.
std::uint64_t promises_not_kept(const archive::KeptRun& kept) {
  const rules::RuleSet rules = *rules::RuleSet::build(support::shipped_rules());
  for (const model::Shadow& shadow : ask_again(kept, rules, {}).verdict.shadow) {
    if (shadow.tally.rule == "TRN-002") return shadow.tally.violations;
  }
  return 99;
}

TEST_F(CarryOut, AnAcknowledgementThatWasNotFollowedIsKeptWithTheRunAndFoundOnceItIsOld) {
  stage_.keep_snapshots = 9;
  const auto first = audit();
  const base::Instant then = stage_.now();
  done(decisions::Acknowledge{about(first.open, kAda)->finding.fingerprint, "ticket 17"}, kAnna);
  audit();
  stage_.pass(31 * kDay);
  audit();
  const std::string folder = snapshots_path(stage_.state());
  const auto runs = archive::kept_runs(folder);
  ASSERT_EQ(runs.size(), 3u);
  const auto before = archive::open_kept_run(folder, runs[0]), soon = archive::open_kept_run(folder, runs[1]),
             late = archive::open_kept_run(folder, runs[2]);
  ASSERT_TRUE(before && soon && late);
  EXPECT_THAT(before->circumstances.acknowledged, IsEmpty());
  ASSERT_EQ(late->circumstances.acknowledged.size(), 1u);
  EXPECT_EQ(late->circumstances.acknowledged[0].rule, "LVR-001");
  EXPECT_EQ(late->circumstances.acknowledged[0].subject_key, kAda);
  EXPECT_EQ(late->circumstances.acknowledged[0].at, then);
  EXPECT_EQ(promises_not_kept(*before), 0u);
  EXPECT_EQ(promises_not_kept(*soon), 0u);
  EXPECT_EQ(promises_not_kept(*late), 1u);
}

TEST_F(CarryOut, RecordsWhoAndWhyButNotInPublic) {
  audit();
  done(request("LVR-001", kAda, 30 * kDay), kAnna);
  const auto leaves = stage_.leaves();
  EXPECT_THAT(leaves.back(), AllOf(HasSubstr(R"("type":"exemption_requested")"), HasSubstr(R"("uid":1001)")));
  for (const std::string& leaf : leaves) EXPECT_THAT(leaf, testing::Not(HasSubstr("anna")));
}

TEST_F(CarryOut, FindsAnAccountByItsLoginAndRefusesTwoOfThem) {
  const std::uint64_t number = done(decisions::DecideLink{"ad/ADA", "1", true, "she said so"}, kAnna, accounts());
  ASSERT_EQ(decisions().links.size(), 1u);
  EXPECT_EQ(decisions().links[0].decision.account_key, kAda);
  EXPECT_EQ(decisions().links[0].decision.log_index, number);
  EXPECT_EQ(decisions().links[0].decision.author, "anna");
  EXPECT_EQ(refused(decisions::DecideLink{"ad/nobody", "1", true, "x"}, kAnna, accounts()), ErrorKind::not_found);
  EXPECT_EQ(refused(decisions::DecideLink{"da/ada", "1", true, "x"}, kAnna, accounts()), ErrorKind::not_found);
  EXPECT_EQ(refused(decisions::DecideLink{"ada", "1", true, "x"}, kAnna, accounts()), ErrorKind::malformed);
  model::Harvest two = directory({{"ada", "1"}, {"ada", "2"}});
  two.accounts.native_id[1] = two.text.add("guid-second");
  EXPECT_EQ(refused(decisions::DecideLink{"ad/ada", "1", true, "x"}, kAnna, std::move(two)), ErrorKind::conflict);
  EXPECT_THAT(said_, AllOf(HasSubstr(kAda), HasSubstr("account/ad/guid-second")));
  model::Harvest cut = accounts();
  cut.source.coverage.lower(model::CoverageState::partial, model::Gap::Kind::size_limit, "cut");
  EXPECT_EQ(refused(decisions::DecideLink{"ad/robot", "1", true, "x"}, kAnna, std::move(cut)), ErrorKind::unavailable)
      << "there may be another";
}

TEST_F(CarryOut, UndoesADecisionOnce) {
  const std::uint64_t number = done(decisions::DecideLink{kAda, "1", false, "not hers"}, kAnna);
  EXPECT_EQ(refused(decisions::DecideLink{kAda, "1", true, "hers"}, kBela), ErrorKind::conflict);
  EXPECT_THAT(said_, HasSubstr(fmt::format("tallystick account undecide {}", number)));
  done(decisions::RevokeLink{number, {}}, kBela);
  EXPECT_EQ(refused(decisions::RevokeLink{number, {}}, kBela), ErrorKind::conflict);
  EXPECT_THAT(model::links_in_force(decisions()), IsEmpty());
  done(decisions::DecideLink{kAda, "1", true, "hers"}, kBela);
}

TEST_F(CarryOut, LinksAsDecidedInEveryLaterAudit) {
  ASSERT_NE(about(audit().open, kAda), nullptr) << "her number is on it";
  const std::uint64_t number = done(decisions::DecideLink{kAda, "1", false, "a namesake"}, kAnna);
  for (int run = 0; run < 2; ++run) {
    const auto report = audit();
    EXPECT_EQ(about(report.open, kAda), nullptr);
    EXPECT_TRUE(std::any_of(report.open.begin(), report.open.end(), [](const auto& one) {
      return one.finding.rule == "ORP-001" && one.finding.subject.key == kAda;
    })) << "it is nobody's now";
  }
  done(decisions::RevokeLink{number, {}}, kBela);
  EXPECT_NE(about(audit().open, kAda), nullptr) << "matching speaks again";
}

model::Harvest many(std::size_t count) {
  std::vector<Employee> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back({std::to_string(i), "P", std::nullopt});
  return hr(all);
}

TEST_F(CarryOut, ReleasesAFeedByTwoPeopleAndTheNextAuditBelievesIt) {
  const auto run = [&](std::size_t people) {
    auto report = stage_.audit(keeping_, many(people), accounts());
    EXPECT_TRUE(report);
    return report->sources.at(0).coverage.state == model::CoverageState::complete;
  };
  EXPECT_TRUE(run(100));
  EXPECT_EQ(refused(decisions::RequestRelease{"hr", "x"}, kAnna), ErrorKind::conflict) << "nothing is held back";
  EXPECT_FALSE(run(50));
  EXPECT_EQ(refused(decisions::RequestRelease{"rh", "x"}, kAnna), ErrorKind::not_found);
  const std::uint64_t stale = done(decisions::RequestRelease{"hr", "half was sold"}, kAnna);
  EXPECT_FALSE(run(50)) << "one person alone releases nothing";
  EXPECT_EQ(refused(decisions::ApproveRelease{stale}, kBela), ErrorKind::conflict) << "it was read again since";
  const std::uint64_t number = done(decisions::RequestRelease{"hr", "half was sold"}, kAnna);
  EXPECT_EQ(refused(decisions::ApproveRelease{number}, kAnna), ErrorKind::denied);
  done(decisions::ApproveRelease{number}, kBela);
  EXPECT_TRUE(run(50));
  EXPECT_FALSE(run(25)) << "what was released is the measure now";
}

TEST_F(CarryOut, RefusesBeforeTheFirstAudit) {
  EXPECT_EQ(refused(decisions::RequestRelease{"hr", "x"}, kAnna), ErrorKind::not_found);
  EXPECT_EQ(refused(decisions::Acknowledge{"0123456789abcdef", "x"}, kAnna), ErrorKind::not_found);
  EXPECT_EQ(refused(AnswerExemption{Answer::approve, 1, {}}, kAnna), ErrorKind::not_found);
}

}  // namespace
}  // namespace tally::pipeline
