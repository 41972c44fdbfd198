#include "policy/evaluation/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "policy/evaluation/exemptions.h"
#include "policy/evaluation/judge.h"
#include "policy/evaluation/subject.h"
#include "policy/evaluation/unseen.h"

namespace tally::evaluation {
namespace {

using model::Finding;
using model::Standing;
using model::SubjectKind;

std::string_view noun(SubjectKind kind) { return to_string(kind); }

class Comparer {
 public:
  Comparer(std::span<const Finding> open_before, const Inputs& inputs, const Evaluated& evaluated, const Earlier& known)
      : before_(open_before),
        inputs_(inputs),
        evaluated_(evaluated),
        known_(known),
        judge_(inputs),
        exemptions_(inputs) {
    std::set<SubjectKind> kinds;
    for (const Finding& finding : open_before) {
      rows_.emplace(finding.subject.key, kGone);
      kinds.insert(finding.subject.kind);
    }
    for (const SubjectKind kind : kinds) find_rows(kind);
  }

  std::vector<Comparison> run() {
    for (const Finding& finding : before_) open_.emplace(finding.fingerprint, &finding);
    std::vector<Comparison> out;
    for (const Finding& now : evaluated_.verdict.findings) out.push_back(found(take(now.fingerprint), now));
    for (const model::Exempted& now : evaluated_.verdict.exempted) {
      out.push_back(exempt(take(now.finding.fingerprint), now));
    }
    for (const Finding& finding : before_) {
      if (open_.contains(finding.fingerprint)) out.push_back(kept_exempt(no_longer_found(finding)));
    }
    std::sort(out.begin(), out.end(), [](const Comparison& a, const Comparison& b) {
      return std::tie(b.finding.severity, a.finding.rule, a.finding.subject.key) <
             std::tie(a.finding.severity, b.finding.rule, b.finding.subject.key);
    });
    return out;
  }

 private:
  static constexpr std::size_t kGone = ~std::size_t{0};

  /// The earlier finding of that fingerprint, which is then dealt with; nullptr when none was open.
  const Finding* take(const std::string& fingerprint) {
    const auto found = open_.find(fingerprint);
    if (found == open_.end()) return nullptr;
    const Finding* earlier = found->second;
    open_.erase(found);
    return earlier;
  }

  /// The exemption that the finding was under; 0 when under none.
  using Numbers = std::unordered_map<std::string, std::uint64_t>;
  static std::uint64_t number_of(const Numbers& numbers, const std::string& fingerprint) {
    const auto found = numbers.find(fingerprint);
    return found == numbers.end() ? 0 : found->second;
  }

  [[nodiscard]] Comparison found(const Finding* earlier, const Finding& now) const {
    if (earlier == nullptr) {
      if (!known_.resolved.contains(now.fingerprint)) return {now, Standing::opened, {}};
      return {now, Standing::reopened, "it was fixed, and is back"};
    }
    const std::uint64_t number =
        std::max(number_of(known_.exempt, now.fingerprint), number_of(known_.lapsed, now.fingerprint));
    return number == 0 ? still(*earlier, now) : Comparison{now, Standing::reopened, how_it_ended(number)};
  }

  [[nodiscard]] std::string how_it_ended(std::uint64_t number) const {
    for (const model::Exemption& one : inputs_.exemptions) {
      if (one.number == number && inputs_.snapshot.as_of >= one.until) {
        return fmt::format("the exemption {} ended {}", number, base::format_instant(one.until));
      }
    }
    return fmt::format("the exemption {} holds no more", number);
  }

  [[nodiscard]] Comparison exempt(const Finding* earlier, const model::Exempted& now) const {
    const std::uint64_t number = now.exemption.number;
    const std::uint64_t before = number_of(known_.exempt, now.finding.fingerprint);
    if (earlier == nullptr || before != number) {
      return {now.finding, Standing::exempted,
              fmt::format("exempt until {} by {}", base::format_instant(now.exemption.until), number), number};
    }
    Comparison difference = still(*earlier, now.finding);
    const bool same = difference.standing == Standing::still_open;
    return {now.finding, same ? Standing::still_exempt : Standing::exempted, std::move(difference.note), number};
  }

  /// What could not be checked again stays exempt as long as its exemption holds.
  [[nodiscard]] Comparison kept_exempt(Comparison comparison) const {
    const Finding& finding = comparison.finding;
    if (comparison.standing != Standing::not_rechecked || number_of(known_.exempt, finding.fingerprint) == 0) {
      return comparison;
    }
    const model::Exemption* exemption = exemptions_.covers(finding.rule, finding.subject.key);
    if (exemption == nullptr) return comparison;
    comparison.standing = Standing::exempt_not_rechecked;
    comparison.exemption = exemption->number;
    return comparison;
  }

  void find_rows(SubjectKind kind) {
    std::string key;
    for (std::size_t row = 0; row < subject_count(inputs_.snapshot, kind); ++row) {
      write_key(inputs_.snapshot, kind, row, key);
      if (const auto wanted = rows_.find(key); wanted != rows_.end()) wanted->second = row;
    }
  }

  static Comparison still(const Finding& earlier, const Finding& now) {
    if (earlier.content == now.content) return {now, Standing::still_open, {}};
    std::string note;
    if (earlier.severity != now.severity) {
      note = fmt::format("severity was {} and is {}", to_string(earlier.severity), to_string(now.severity));
    }
    for (const model::Evidence& e : now.evidence) note += difference(earlier, e.fact, e.value, !note.empty());
    if (earlier.path != now.path)
      note += fmt::format("{}the path to the privilege is another", note.empty() ? "" : "; ");
    return {now, Standing::changed, note.empty() ? "the rule reads other facts now" : note};
  }

  static std::string difference(const Finding& earlier, std::string_view fact, std::string_view value, bool more) {
    for (const model::Evidence& was : earlier.evidence) {
      if (was.fact == fact && was.value != value) {
        return fmt::format("{}{} was {} and is {}", more ? "; " : "", fact, was.value, value);
      }
    }
    return {};
  }

  Comparison no_longer_found(const Finding& earlier) {
    const auto rules = inputs_.rules.rules();
    const auto rule =
        std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.rule.id == earlier.rule; });
    if (rule == rules.end()) {
      return {earlier, Standing::not_rechecked, fmt::format("the rule {} is no longer in force", earlier.rule)};
    }
    if (rule->shadow()) {
      return {earlier, Standing::not_rechecked,
              fmt::format("the rule {} is in shadow: what it sees does not count", earlier.rule)};
    }
    const std::size_t row = rows_.find(earlier.subject.key)->second;
    if (row == kGone) return gone(earlier);
    const auto& outcomes = evaluated_.outcomes[static_cast<std::size_t>(rule - rules.begin())];
    if (rule->rule.about != earlier.subject.kind || row >= outcomes.size()) {
      return {earlier, Standing::not_rechecked, fmt::format("the rule {} asks about something else now", earlier.rule)};
    }
    if (outcomes[row] == model::Outcome::cannot_tell) return untold(earlier, *rule, row);
    return {earlier, Standing::resolved, how_cleared(earlier, *rule, row)};
  }

  /// A subject that is not there counts as gone only when its source was there and showed all it has.
  Comparison gone(const Finding& earlier) {
    const std::string& name = earlier.subject.source;
    const auto source = std::find_if(inputs_.snapshot.sources.begin(), inputs_.snapshot.sources.end(),
                                     [&](const auto& s) { return s.name == name; });
    if (source == inputs_.snapshot.sources.end()) {
      return {earlier, Standing::not_rechecked, fmt::format("the source {} is not part of this run", name)};
    }
    const SubjectKind kind = earlier.subject.kind;
    const auto at = static_cast<std::size_t>(source - inputs_.snapshot.sources.begin());
    if (const std::string why = unseen_of(kind)[at]; !why.empty()) {
      return {earlier, Standing::not_rechecked,
              fmt::format("the {} was not seen, but {} was not completely seen ({})", noun(kind), name, why)};
    }
    if (was_known_by_identifier(earlier.subject) && lacks_identifiers(kind, name)) {
      return {earlier, Standing::not_rechecked,
              fmt::format("the {} was not found, but entries of {} came without their identifier this time", noun(kind),
                          name)};
    }
    return {earlier, Standing::resolved,
            fmt::format("the {} is no longer in {}, which was completely seen", noun(kind), name)};
  }

  const std::vector<std::string>& unseen_of(SubjectKind kind) {
    const auto known = unseen_.find(kind);
    return known != unseen_.end() ? known->second : unseen_.emplace(kind, unseen(inputs_.snapshot, kind)).first->second;
  }

  /// A key ends in objectGUID or entryUUID, else in the DN, which has a "=" (subject.cpp).
  static bool was_known_by_identifier(const model::Subject& subject) {
    return subject.kind != SubjectKind::person && subject.key.find('=') == std::string::npos;
  }

  /// Then an account or group may be here under another key than before.
  [[nodiscard]] bool lacks_identifiers(SubjectKind kind, const std::string& source) const {
    const model::Snapshot& s = inputs_.snapshot;
    const auto lacks = [&](const auto& table) {
      for (std::size_t i = 0; i < table.size(); ++i) {
        if (s.view(table.native_id[i]).empty() && s.source(table.source[i]).name == source) return true;
      }
      return false;
    };
    const bool has_account = kind == SubjectKind::account || kind == SubjectKind::membership;
    const bool has_group = kind == SubjectKind::group || kind == SubjectKind::membership;
    return (has_account && lacks(s.accounts)) || (has_group && lacks(s.groups));
  }

  Comparison untold(const Finding& earlier, const rules::ActiveRule& rule, std::size_t row) {
    std::string why = judge_.quarantine(rule, row);
    if (why.empty()) {
      const cel::TruthColumn& answers = answers_of(rule);
      why = class_sentence(answers.reasons(answers.reason_set(row)));
    }
    return {earlier, Standing::not_rechecked, "cannot tell: " + why};
  }

  const cel::TruthColumn& answers_of(const rules::ActiveRule& rule) {
    const auto found = answers_.find(rule.rule.id);
    return found != answers_.end() ? found->second : answers_.emplace(rule.rule.id, judge_.ask(rule)).first->second;
  }

  std::string how_cleared(const Finding& earlier, const rules::ActiveRule& rule, std::size_t row) {
    std::string note;
    for (const std::string& fact : rule.facts) {
      note += difference(earlier, fact, judge_.facts(rule.rule.about).value(fact, row), !note.empty());
    }
    return note.empty() ? "the facts are the same; the rule, its parameters or the time decide otherwise now" : note;
  }

  std::span<const Finding> before_;
  const Inputs& inputs_;
  const Evaluated& evaluated_;
  const Earlier& known_;
  Judge judge_;
  ExemptionsInForce exemptions_;
  std::unordered_map<std::string_view, const Finding*> open_;  ///< by fingerprint; those not dealt with yet
  std::unordered_map<std::string, std::size_t> rows_;
  std::unordered_map<std::string, cel::TruthColumn> answers_;
  std::map<SubjectKind, std::vector<std::string>> unseen_;  ///< by source
};

}  // namespace

std::vector<Comparison> compare(std::span<const Finding> open_before, const Inputs& inputs, const Evaluated& evaluated,
                                const Earlier& earlier) {
  return Comparer(open_before, inputs, evaluated, earlier).run();
}

}  // namespace tally::evaluation
