#include "policy/evaluation/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <span>
#include <tuple>
#include <unordered_map>

#include "policy/evaluation/exemptions.h"
#include "policy/evaluation/judge.h"
#include "policy/evaluation/subject.h"
#include "policy/evaluation/unseen.h"

namespace tally::evaluation {
namespace {

using model::CannotTell;
using model::CoverageState;
using model::Outcome;
using model::SubjectKind;

static_assert(model::Shadow::kMaxHits == CannotTell::kMaxExamples, "both are gathered by Group");

/// The subjects of one reason; keeps the first of them by key, whatever order they come in.
class Group {
 public:
  void add(std::string_view key, std::size_t row) {
    ++count_;
    if (first_.size() == CannotTell::kMaxExamples && key >= first_.rbegin()->first) return;
    first_.emplace(key, row);
    if (first_.size() > CannotTell::kMaxExamples) first_.erase(std::prev(first_.end()));
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& first() const { return first_; }

 private:
  std::uint64_t count_ = 0;
  std::map<std::string, std::size_t, std::less<>> first_;
};

/// The first row from `row` on that is not clear, which most are: eight are passed at a time.
std::size_t next_not_clear(const std::vector<Outcome>& outcomes, std::size_t row) {
  static_assert(sizeof(Outcome) == 1 && static_cast<int>(Outcome::clear) == 0);
  std::uint64_t eight = 0;
  while (row + sizeof eight <= outcomes.size()) {
    std::memcpy(&eight, outcomes.data() + row, sizeof eight);
    if (eight != 0) break;
    row += sizeof eight;
  }
  while (row < outcomes.size() && outcomes[row] == Outcome::clear) ++row;
  return row;
}

/// The worst first, then by rule and subject. Findings are large and lie far apart: what decides is brought together,
/// and each is moved once.
template <class Value, class FindingOf>
void put_in_order(std::vector<Value>& values, FindingOf finding_of) {
  struct Place {
    model::Severity severity;
    std::string_view rule, key;
    std::size_t at;
  };
  std::vector<Place> order;
  order.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const model::Finding& finding = finding_of(values[i]);
    order.push_back({finding.severity, finding.rule, finding.subject.key, i});
  }
  std::sort(order.begin(), order.end(), [](const Place& a, const Place& b) {
    return std::tie(b.severity, a.rule, a.key) < std::tie(a.severity, b.rule, b.key);
  });
  std::vector<Value> out;
  out.reserve(values.size());
  for (const Place& place : order) out.push_back(std::move(values[place.at]));
  values = std::move(out);
}

/// So many rows before it is written a subject is asked of memory.
constexpr std::size_t kAhead = 8;

/// Stands for a source whose unseen records are meant, beside rows of the subject's own table.
constexpr std::size_t kUnseenBase = std::size_t{1} << 40;

class Evaluation {
 public:
  explicit Evaluation(const Inputs& inputs) : inputs_(inputs), judge_(inputs), exemptions_(inputs) {}

  Evaluated run() {
    out_.verdict.as_of = inputs_.snapshot.as_of;
    for (const rules::ActiveRule& rule : inputs_.rules.rules()) ask(rule);
    add_violations();
    put_in_order(out_.verdict.findings, [](const model::Finding& f) -> const model::Finding& { return f; });
    put_in_order(out_.verdict.exempted, [](const model::Exempted& e) -> const model::Finding& { return e.finding; });
    by_count(out_.verdict.cannot_tell);
    count_populations();
    out_.verdict.digest = digest_of(out_.verdict);
    return std::move(out_);
  }

 private:
  /// The violations of one rule.
  struct Found {
    const rules::ActiveRule* rule;
    std::size_t outcomes, tally;  ///< its places in Evaluated::outcomes and in Verdict::tallies
    std::vector<std::size_t> rows;
  };

  void ask(const rules::ActiveRule& rule) {
    const cel::TruthColumn answers = judge_.ask(rule);
    const std::vector<Outcome>& outcomes = out_.outcomes.emplace_back(judge_.outcomes(rule, answers));
    model::RuleTally tally{
        rule.rule.id, rule.rule.title, rule.rule.severity, rule.rule.about, answers.size(), 0, 0, 0, 0};
    std::map<std::string, Group> groups;
    std::unordered_map<cel::ReasonSetId, Group*> by_set;
    std::vector<std::size_t> violations, untold;
    for (std::size_t row = next_not_clear(outcomes, 0); row < outcomes.size();
         row = next_not_clear(outcomes, row + 1)) {
      (outcomes[row] == Outcome::violation ? violations : untold).push_back(row);
    }
    for (std::size_t i = 0; i < untold.size(); ++i) {
      if (i + kAhead < untold.size()) fetch_key(inputs_.snapshot, rule.rule.about, untold[i + kAhead]);
      write_key(inputs_.snapshot, rule.rule.about, untold[i], key_);
      group_of(rule, answers, untold[i], groups, by_set).add(key_, untold[i]);
    }
    tally.cannot_tell = untold.size();
    tally.clear = tally.asked - tally.cannot_tell - violations.size();
    add_unseen(rule, tally, groups);
    std::vector<CannotTell> reasons;
    for (const auto& [reason, group] : groups) reasons.push_back(entry_of(rule, reason, group));
    if (rule.shadow()) return keep_apart(rule, std::move(tally), std::move(reasons), violations);
    found_.push_back({&rule, out_.outcomes.size() - 1, out_.verdict.tallies.size(), std::move(violations)});
    for (CannotTell& reason : reasons) out_.verdict.cannot_tell.push_back(std::move(reason));
    out_.verdict.tallies.push_back(std::move(tally));
  }

  /// Of all rules at once: only then is it known how many there are.
  void add_violations() {
    std::size_t count = 0;
    for (const Found& one : found_) count += one.rows.size();
    out_.verdict.findings.reserve(count);
    for (const Found& one : found_) add_violations(one);
  }

  void add_violations(const Found& found) {
    const rules::ActiveRule& rule = *found.rule;
    const std::vector<std::size_t>& rows = found.rows;
    model::RuleTally& tally = out_.verdict.tallies[found.tally];
    const std::vector<model::Severity> severities = judge_.severities(rule, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i + kAhead < rows.size()) fetch_subject(inputs_, rule.rule.about, rows[i + kAhead]);
      model::Finding finding = judge_.finding(rule, rows[i], severities[i]);
      const model::Exemption* exemption = exemptions_.covers(finding.rule, finding.subject.key);
      if (exemption == nullptr) {
        ++tally.violations;
        out_.verdict.findings.push_back(std::move(finding));
      } else {
        ++tally.exempt;
        out_.outcomes[found.outcomes][rows[i]] = Outcome::exempt;
        out_.verdict.exempted.push_back({std::move(finding), *exemption});
      }
    }
  }

  void keep_apart(const rules::ActiveRule& rule, model::RuleTally tally, std::vector<CannotTell> reasons,
                  const std::vector<std::size_t>& violations) {
    tally.violations = violations.size();
    Group first;
    for (const std::size_t row : violations) {
      write_key(inputs_.snapshot, rule.rule.about, row, key_);
      first.add(key_, row);
    }
    std::vector<std::size_t> rows;
    for (const auto& hit : first.first()) rows.push_back(hit.second);
    const std::vector<model::Severity> severities = judge_.severities(rule, rows);
    model::Shadow shadow{std::move(tally), std::move(reasons), {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      shadow.hits.push_back({subject_of(inputs_, rule.rule.about, rows[i]), severities[i],
                             judge_.sentence(rule, rule.rule.message, rows[i])});
    }
    by_count(shadow.cannot_tell);
    out_.verdict.shadow.push_back(std::move(shadow));
  }

  Group& group_of(const rules::ActiveRule& rule, const cel::TruthColumn& answers, std::size_t row,
                  std::map<std::string, Group>& groups, std::unordered_map<cel::ReasonSetId, Group*>& by_set) {
    if (const std::string why = judge_.quarantine(rule, row); !why.empty()) return groups[why];
    const cel::ReasonSetId set = answers.reason_set(row);
    Group*& known = by_set[set];
    if (known == nullptr) known = &groups[class_sentence(answers.reasons(set))];
    return *known;
  }

  /// Every source that may hold subjects nobody saw is asked about as one more subject, which cannot be told.
  void add_unseen(const rules::ActiveRule& rule, model::RuleTally& tally, std::map<std::string, Group>& groups) {
    const std::vector<std::string> reasons = unseen(inputs_.snapshot, rule.rule.about);
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      if (reasons[i].empty()) continue;
      ++tally.asked;
      ++tally.cannot_tell;
      write_key(inputs_.snapshot, SubjectKind::source, i, key_);
      groups[reasons[i]].add(key_, kUnseenBase + i);
    }
  }

  CannotTell entry_of(const rules::ActiveRule& rule, const std::string& reason, const Group& group) {
    CannotTell entry{rule.rule.id, reason, group.count(), {}};
    for (const auto& example : group.first()) {
      const bool unseen = example.second >= kUnseenBase;
      entry.examples.push_back(subject_of(inputs_, unseen ? SubjectKind::source : rule.rule.about,
                                          unseen ? example.second - kUnseenBase : example.second));
    }
    return entry;
  }

  /// By rule, the most frequent reason first.
  static void by_count(std::vector<CannotTell>& reasons) {
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) {
      return std::tie(a.rule, b.count, a.reason) < std::tie(b.rule, a.count, b.reason);
    });
  }

  void count_populations() {
    const model::Snapshot& s = inputs_.snapshot;
    using correlation::Owner;
    static constexpr std::array kOwners{Owner::person, Owner::non_human, Owner::built_in,
                                        Owner::nobody, Owner::ambiguous, Owner::cannot_tell};
    for (const model::SourceRecord& source : s.sources) {
      model::Population population{source.name, 0, {}};
      if (source.kind == model::SourceKind::hr) population.parts = {{"matched", 0}, {"without account", 0}};
      for (const Owner owner : source.kind == model::SourceKind::hr ? std::span<const Owner>{} : std::span(kOwners)) {
        population.parts.emplace_back(owner == Owner::nobody ? "orphan" : to_string(owner), 0);
      }
      out_.verdict.populations.push_back(std::move(population));
    }
    for (std::size_t i = 0; i < s.people.size(); ++i) {
      model::Population& population = out_.verdict.populations[s.people.source[i].index()];
      const bool matched = i < inputs_.links.accounts_of.rows() && !inputs_.links.accounts_of.row(i).empty();
      ++population.total;
      ++population.parts[matched ? 0 : 1].second;
    }
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      model::Population& population = out_.verdict.populations[s.accounts.source[i].index()];
      const auto* place = std::find(kOwners.begin(), kOwners.end(), inputs_.links.links[i].owner);
      ++population.total;
      ++population.parts[static_cast<std::size_t>(place - kOwners.begin())].second;
    }
  }

  const Inputs& inputs_;
  Judge judge_;
  ExemptionsInForce exemptions_;
  Evaluated out_;
  std::vector<Found> found_;
  std::string key_;
};

}  // namespace

bool quarantined(const model::Coverage& coverage) {
  return coverage.state == CoverageState::doubtful || coverage.state == CoverageState::failed;
}

bool hides_records(const model::Coverage& coverage) {
  if (coverage.state == CoverageState::complete) return false;
  if (quarantined(coverage) || coverage.gaps.empty()) return true;
  // A record that was refused is a subject nobody judged; those beyond the ones kept may be such.
  if (coverage.rejects_total > coverage.rejects.size()) return true;
  if (std::any_of(coverage.rejects.begin(), coverage.rejects.end(), [](const auto& one) { return one.whole_record; })) {
    return true;
  }
  return std::any_of(coverage.gaps.begin(), coverage.gaps.end(), [](const model::Gap& gap) {
    return gap.kind != model::Gap::Kind::range_cut && gap.kind != model::Gap::Kind::missing_column;
  });
}

Evaluated evaluate(const Inputs& inputs) { return Evaluation(inputs).run(); }

}  // namespace tally::evaluation
