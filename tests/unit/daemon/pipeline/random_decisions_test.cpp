// Random people deciding at random between random audits.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "daemon/pipeline/carry_out.h"
#include "daemon/pipeline/catch_up.h"
#include "tests/unit/daemon/pipeline/deciders.h"

namespace tally::pipeline {
namespace {

using decisions::AnswerExemption;
using model::Author;
using model::Standing;
using Answer = AnswerExemption::Answer;

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
