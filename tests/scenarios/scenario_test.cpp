// Every *.toml of this folder: read, judged, and compared with what it expects of every rule about everybody.
#include "tests/scenarios/scenario.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "policy/evaluation/explain.h"
#include "policy/evaluation/subject.h"
#include "tests/support/shipped_rules.h"

namespace tally::scenarios {
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(TALLY_SOURCE_DIR "/tests/scenarios")) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Scenario scenario_in(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  auto scenario = read_scenario(text.str(), file);
  if (scenario) return std::move(*scenario);
  std::string troubles;
  for (const auto& trouble : scenario.error()) troubles += to_string(trouble) + "\n";
  throw std::runtime_error(troubles);
}

const Expectation* expectation(const Scenario& scenario, const std::string& rule, const std::string& about) {
  for (const Expectation& e : scenario.expected) {
    if (e.rule == rule && e.about == about) return &e;
  }
  return nullptr;
}

/// Violations, exempt or not: severity and path as expected.
void expect_finding(const Judged& judged, const Expectation& expected, const std::string& key) {
  std::vector<model::Finding> findings = judged.evaluated.verdict.findings;
  if (expected.answer == model::Outcome::exempt) {
    findings.clear();
    for (const model::Exempted& one : judged.evaluated.verdict.exempted) findings.push_back(one.finding);
  }
  for (const model::Finding& f : findings) {
    if (f.rule != expected.rule || f.subject.key != key) continue;
    EXPECT_EQ(to_string(f.severity), expected.severity.value_or(std::string(to_string(f.severity)))) << f.what;
    EXPECT_EQ(expected.path.empty() ? f.path : expected.path, f.path);
    return;
  }
  ADD_FAILURE() << expected.rule << " has no finding about " << expected.about;
}

/// Of an account: who looks like its owner, most likely first.
void expect_suggestions(const Judged& judged, const Expectation& expected, std::size_t account) {
  if (!expected.suggests) return;
  std::vector<std::string> numbers;
  for (const correlation::Suggestion& one : judged.links.suggestions.row(account))
    numbers.emplace_back(judged.snapshot.view(judged.snapshot.people.employee_id[one.person.index()]));
  EXPECT_EQ(numbers, *expected.suggests) << "suggested for " << expected.about;
}

/// A rule in shadow counts for nothing, so a file that does not speak of it need not know what it reads.
bool expects(const Scenario& scenario, std::string_view rule) {
  return std::any_of(scenario.expected.begin(), scenario.expected.end(),
                     [&](const Expectation& one) { return one.rule == rule; });
}

class EveryScenario : public testing::TestWithParam<std::string> {};

TEST_P(EveryScenario, GetsTheVerdictsThatItsFileExpects) {
  const Scenario scenario = scenario_in(GetParam());
  const Judged judged = judge(scenario);
  std::size_t used = 0;
  for (std::size_t r = 0; r < judged.rules.rules().size(); ++r) {
    const rules::Rule& rule = judged.rules.rules()[r].rule;
    const auto& focus = scenario.judged;
    const bool named = std::find(focus.begin(), focus.end(), rule.id) != focus.end();
    if (!focus.empty() && !named) continue;
    if (judged.rules.rules()[r].shadow() && !named && !expects(scenario, rule.id)) continue;
    for (std::size_t row = 0; row < judged.evaluated.outcomes[r].size(); ++row) {
      const model::Subject subject = evaluation::subject_of(judged.inputs(), rule.about, row);
      const Expectation* expected = expectation(scenario, rule.id, subject.label);
      const auto why = evaluation::explain(judged.inputs(), rule.id, subject.key);
      const std::string reasons = testing::PrintToString(why->reasons);
      EXPECT_EQ(to_string(judged.evaluated.outcomes[r][row]),
                to_string(expected ? expected->answer : model::Outcome::clear))
          << rule.id << " about " << subject.label << " " << reasons;
      if (expected == nullptr) continue;
      ++used;
      const bool found = expected->answer == model::Outcome::violation || expected->answer == model::Outcome::exempt;
      if (found) expect_finding(judged, *expected, subject.key);
      if (rule.about == model::SubjectKind::account) expect_suggestions(judged, *expected, row);
      EXPECT_THAT(reasons, testing::HasSubstr(expected->because)) << rule.id << " about " << subject.label;
    }
  }
  EXPECT_EQ(used, scenario.expected.size()) << "an expectation names a rule or subject that is not there";
}

TEST_P(EveryScenario, StandsBesideTheRunBeforeAsItsFileExpects) {
  const Scenario scenario = scenario_in(GetParam());
  const auto all = compared(scenario, judge(scenario));
  for (const Expectation& expected : scenario.expected) {
    if (expected.standing.empty()) continue;
    const auto found = std::find_if(all.begin(), all.end(), [&](const evaluation::Comparison& c) {
      return c.finding.rule == expected.rule && c.finding.subject.label == expected.about;
    });
    ASSERT_NE(found, all.end()) << expected.rule << " about " << expected.about;
    EXPECT_EQ(to_string(found->standing), expected.standing) << expected.rule << " about " << expected.about;
  }
}

TEST_P(EveryScenario, TiesOut) {
  const Judged judged = judge(scenario_in(GetParam()));
  for (const model::RuleTally& t : judged.evaluated.verdict.tallies) {
    EXPECT_EQ(t.asked, t.clear + t.violations + t.cannot_tell + t.exempt) << t.rule;
    std::uint64_t grouped = 0;
    for (const auto& group : judged.evaluated.verdict.cannot_tell) grouped += group.rule == t.rule ? group.count : 0;
    EXPECT_EQ(grouped, t.cannot_tell) << t.rule;
  }
  for (const model::Population& p : judged.evaluated.verdict.populations) EXPECT_TRUE(p.ties_out()) << p.source;
}

/// The rules that some file expects to answer so of somebody.
std::set<std::string> rules_that_answer(model::Outcome answer) {
  std::set<std::string> rules;
  for (const std::string& file : scenario_files()) {
    for (const Expectation& e : scenario_in(file).expected) {
      if (e.answer == answer) rules.insert(e.rule);
    }
  }
  return rules;
}

/// A rule that comes in shadow is made active by the file, or looked at all the same.
TEST(EveryRuleThatIsAsked, HasAScenarioInWhichItFiresAndOneInWhichItCannotTell) {
  const auto fires = rules_that_answer(model::Outcome::violation),
             doubts = rules_that_answer(model::Outcome::cannot_tell);
  const auto rules = rules::RuleSet::build(support::shipped_rules());
  ASSERT_TRUE(rules);
  for (const rules::ActiveRule& active : rules->rules()) {
    EXPECT_TRUE(fires.contains(active.rule.id)) << active.rule.id;
    EXPECT_TRUE(doubts.contains(active.rule.id) || !active.rule.always_tells.empty()) << active.rule.id;
  }
}

/// README.md sorts them by what goes wrong elsewhere.
TEST(EveryScenarioFile, StandsInTheReadmeAndHasATitle) {
  std::ifstream in(TALLY_SOURCE_DIR "/tests/scenarios/README.md");
  std::stringstream readme;
  readme << in.rdbuf();
  std::set<std::string> files;
  for (const std::string& file : scenario_files()) {
    const std::string name = std::filesystem::path(file).stem();
    EXPECT_THAT(readme.str(), testing::HasSubstr("`" + name + "`"));
    EXPECT_FALSE(scenario_in(file).title.empty()) << name;
    files.insert(name);
  }
  static const std::regex kName("`([a-z_0-9]+)`");
  const std::string text = readme.str();
  for (std::sregex_iterator it(text.begin(), text.end(), kName), end; it != end; ++it) {
    EXPECT_TRUE(files.contains((*it)[1])) << "no scenario is called " << (*it)[1];
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryScenario, testing::ValuesIn(scenario_files()),
                         [](const auto& file) { return std::filesystem::path(file.param).stem().string(); });

}  // namespace
}  // namespace tally::scenarios
