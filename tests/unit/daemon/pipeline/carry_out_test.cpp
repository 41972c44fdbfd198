// Commands through the log: what is recorded, by whom, and what the next audit makes of it.
#include "daemon/pipeline/carry_out.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "daemon/pipeline/catch_up.h"
#include "tests/unit/daemon/pipeline/stage.h"

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
using Answer = AnswerExemption::Answer;
const Author kAnna{1001, "anna"}, kBela{1002, "bela"}, kCarl{1003, "carl"};
const std::string kAda = "account/ad/guid-ada", kRobot = "account/ad/guid-robot";
constexpr std::chrono::hours kDay{24};
/// After the last sign-in of stage.h: she used nothing since.
model::Harvest people() { return hr({{"1", "Ada", at("2026-03-31T00:00:00Z")}}); }
/// ada left and still works (LVR-001), robot belongs to nobody (ORP-001).
model::Harvest accounts(bool ada = true, bool robot = true) {
  return directory({{"ada", "1", ada}, {"robot", "", robot}});
}

/// Of LVR-001 about ada, of ORP-001 about robot.
const model::FindingRecord* about(const std::vector<model::FindingRecord>& records, const std::string& key) {
  const std::string_view rule = key == kAda ? "LVR-001" : "ORP-001";
  const auto found = std::find_if(records.begin(), records.end(), [&](const auto& one) {
    return one.finding.subject.key == key && one.finding.rule == rule;
  });
  return found == records.end() ? nullptr : &*found;
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

// Random people deciding at random between random audits.

/// What the store says, as text.
std::string dump(store::Store& store) {
  std::string out;
  const auto report = store.report();
  EXPECT_TRUE(report);
  if (!report || !*report) return out;
  for (const auto* list : {&(**report).open, &(**report).exempt, &(**report).resolved}) {
    for (const model::FindingRecord& one : *list) {
      out += fmt::format("{} {} {} {} {} {} {} {} {} {}\n", one.finding.fingerprint, to_string(one.standing), one.note,
                         base::format_instant(one.first_seen), base::format_instant(one.open_since), one.times_reopened,
                         one.opened_index, one.log_index,
                         one.exemption ? one.exemption->approved_by + one.exemption->reason : "-",
                         one.acknowledged ? one.acknowledged->by + one.acknowledged->reason : "-");
    }
    out += "--\n";
  }
  const auto decisions = store.decisions();
  EXPECT_TRUE(decisions);
  for (const auto& one : decisions->exemptions) {
    out += fmt::format("{} {} {} {} {}\n", one.exemption.number, to_string(one.state), one.subject.key,
                       base::format_instant(one.ended), one.ended_reason);
  }
  for (const auto& one : decisions->links) out += fmt::format("{} {}\n", one.decision.log_index, one.revoked);
  return out;
}

/// The exemptions as a clerk would keep them: on a list.
struct Clerk {
  struct Line {
    std::string rule, key;
    base::Instant until, approved;
    bool in_force = false;
  };
  std::map<std::uint64_t, Line> lines;

  [[nodiscard]] bool exempt(const std::string& rule, const std::string& key, base::Instant now) const {
    return std::any_of(lines.begin(), lines.end(), [&](const auto& one) {
      const Line& line = one.second;
      return line.in_force && line.rule == rule && line.key == key && line.approved <= now && now < line.until;
    });
  }
};

/// People who decide at random, and audits of a company whose accounts come and go.
class RandomWalk {
 public:
  explicit RandomWalk(unsigned seed) : random_(seed), keeping_(*stage_.open()) {}

  void step() {
    const Author& author = people_[pick(people_.size())];
    const std::size_t what = pick(6);
    if (what == 0) return ask(author);
    if (what <= 2) return answer(author);
    if (what == 3) return acknowledge(author);
    audit(pick(4) != 0, pick(4) != 0);
  }

  [[nodiscard]] bool got_somewhere() const { return exempted_ + reopened_ > 0; }

  void expect_the_same_after_a_rebuild() {
    auto rebuilt = store::Store::open(stage_.file("rebuilt.db"));
    ASSERT_TRUE(rebuilt);
    ASSERT_TRUE(keeping_.lock()->recorder.publish());
    ASSERT_TRUE(project_from_log(*rebuilt, stage_.state()));
    EXPECT_EQ(dump(*rebuilt), dump(keeping_.lock()->store));
  }

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  void ask(const Author& author) {
    const bool ada = pick(2) == 0;
    const decisions::RequestExemption asked{
        {}, ada ? "LVR-001" : "ORP-001", ada ? kAda : kRobot, stage_.now() + kDay * (1 + pick(5)), "r"};
    const auto done = stage_.command(keeping_, asked, author);
    if (done) clerk_.lines[done->log_index] = {asked.rule, asked.subject, asked.until, {}, false};
  }

  void answer(const Author& author) {
    if (clerk_.lines.empty()) return;
    auto line = std::next(clerk_.lines.begin(), static_cast<std::ptrdiff_t>(pick(clerk_.lines.size())));
    const Answer answer = pick(3) == 0 ? Answer::withdraw : Answer::approve;
    const base::Instant now = stage_.now();
    if (!stage_.command(keeping_, AnswerExemption{answer, line->first, {}}, author)) return;
    line->second.in_force = answer == Answer::approve;
    line->second.approved = now;
  }

  void acknowledge(const Author& author) {
    if (fingerprints_.empty()) return;
    static_cast<void>(stage_.command(keeping_, decisions::Acknowledge{fingerprints_.begin()->second, "seen"}, author));
  }

  void audit(bool ada, bool robot) {
    const base::Instant now = stage_.now();
    const auto report = stage_.audit(keeping_, people(), accounts(ada, robot));
    ASSERT_TRUE(report) << report.error().message;
    expect_as_the_clerk_says(*report, "LVR-001", kAda, ada, now);
    expect_as_the_clerk_says(*report, "ORP-001", kRobot, robot, now);
    for (const model::RuleTally& t : report->tallies) {
      EXPECT_EQ(t.asked, t.clear + t.violations + t.cannot_tell + t.exempt) << t.rule;
    }
    EXPECT_EQ(report->summary.exempt, report->exempt.size());
    const auto& by_severity = report->summary.open;
    EXPECT_EQ(by_severity[0] + by_severity[1] + by_severity[2] + by_severity[3], report->open.size());
    stage_.pass(kDay * pick(2));
  }

  void expect_as_the_clerk_says(const model::RunReport& report, const std::string& rule, const std::string& key,
                                bool there, base::Instant now) {
    const auto* open = about(report.open, key);
    const auto* exempt = about(report.exempt, key);
    EXPECT_EQ(open != nullptr, there && !clerk_.exempt(rule, key, now)) << key;
    EXPECT_EQ(exempt != nullptr, there && clerk_.exempt(rule, key, now)) << key;
    if (open != nullptr) {
      EXPECT_EQ(open->standing == Standing::opened, !ever_.contains(key)) << "only the first time is new";
      const bool came_back = ever_.contains(key) && !was_open_.contains(key);
      EXPECT_EQ(open->standing == Standing::reopened, came_back) << key;
      reopened_ += came_back;
      fingerprints_[key] = open->finding.fingerprint;
      was_open_.insert(key);
    } else {
      was_open_.erase(key);
    }
    exempted_ += exempt != nullptr;
    if (there) ever_.insert(key);
  }

  const std::array<Author, 3> people_ = {kAnna, kBela, kCarl};
  std::mt19937 random_;
  Stage stage_;
  Keeping keeping_;
  Clerk clerk_;
  std::set<std::string> ever_, was_open_;
  std::map<std::string, std::string> fingerprints_;
  std::size_t exempted_ = 0, reopened_ = 0;
};

class RandomDecisions : public testing::TestWithParam<unsigned> {};

TEST_P(RandomDecisions, TieOutAndSurviveARebuild) {
  RandomWalk walk(GetParam());
  for (int step = 0; step < 60; ++step) walk.step();
  EXPECT_TRUE(walk.got_somewhere());
  walk.expect_the_same_after_a_rebuild();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDecisions, testing::Range(0U, 12U));

}  // namespace
}  // namespace tally::pipeline
