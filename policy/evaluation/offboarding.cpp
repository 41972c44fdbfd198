#include "policy/evaluation/offboarding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "policy/base/assert.h"
#include "policy/correlation/fold.h"
#include "policy/evaluation/explain.h"
#include "policy/evaluation/fact_table.h"
#include "policy/evaluation/subject.h"

namespace tally::evaluation {
namespace {

using correlation::Owner;
using model::OffboardingAccount;
using model::OffboardingAnswer;
using model::OffboardingLink;
using model::Outcome;
using model::SubjectKind;
using model::Truth;

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_about_leavers(const rules::ActiveRule& rule) {
  return contains(rule.facts, "person.left_at") || contains(rule.facts, "account.owner_left");
}

Truth truth_of(std::string_view value) {
  return value == "true" ? Truth::yes : value == "false" ? Truth::no : Truth::unknown;
}

/// Hides accounts from a look-up as much as from an audit, and does not pass by itself as a stopped server does.
bool is_lasting(model::Gap::Kind kind) {
  return kind == model::Gap::Kind::hidden || kind == model::Gap::Kind::count_mismatch ||
         kind == model::Gap::Kind::envelope;
}

constexpr std::chrono::milliseconds kTimerSlack{50};

/// "42 s": how long it was waited for, in whole seconds that have certainly passed; a timer may be early by a few
/// milliseconds.
std::string seconds_of(const model::SourceRecord& source) {
  const auto span = std::chrono::floor<std::chrono::seconds>(source.finished - source.started + kTimerSlack);
  return fmt::format("{} s", std::max<std::int64_t>(1, span.count()));
}

class Judging {
 public:
  Judging(const Inputs& inputs, const Evaluated& evaluated, const Offboarding& whom)
      : inputs_(inputs),
        s_(inputs.snapshot),
        evaluated_(evaluated),
        whom_(whom),
        people_(inputs, SubjectKind::person),
        accounts_(inputs, SubjectKind::account) {}

  model::OffboardingCheck run() {
    out_.as_of = s_.as_of;
    out_.employee_id = whom_.employee_id;
    out_.sources = s_.sources;
    find_people();
    judge_sources();
    judge_departure();
    for (std::size_t row = 0; row < s_.accounts.size(); ++row) judge_account(row);
    judge_rules_about_people();
    std::sort(out_.accounts.begin(), out_.accounts.end(),
              [](const auto& a, const auto& b) { return a.subject.key < b.subject.key; });
    conclude();
    return std::move(out_);
  }

 private:
  void find_people() {
    const std::string_view number = correlation::trimmed(whom_.employee_id);
    for (std::size_t i = 0; i < s_.people.size(); ++i) {
      if (correlation::trimmed(s_.view(s_.people.employee_id[i])) == number) rows_.push_back(i);
    }
    out_.person_key = fmt::format("person//{}", number);
    if (rows_.empty()) {
      cannot(fmt::format("HR does not know an employee {}", whom_.employee_id));
      return;
    }
    const model::Subject person = subject_of(inputs_, SubjectKind::person, rows_.front());
    out_.person_key = person.key;
    out_.name = person.person_name;
    if (rows_.size() > 1) {
      cannot(fmt::format("HR has {} people with the number {}, and nobody can say which one is meant", rows_.size(),
                         whom_.employee_id));
    }
  }

  [[nodiscard]] bool is_the_person(model::PersonId person) const {
    return person.valid() && std::find(rows_.begin(), rows_.end(), person.index()) != rows_.end();
  }

  void judge_sources() {
    for (const auto kind : {model::SourceKind::hr, model::SourceKind::directory}) {
      const bool hr = kind == model::SourceKind::hr;
      if (std::none_of(s_.sources.begin(), s_.sources.end(), [&](const auto& one) { return one.kind == kind; }))
        cannot(hr ? "no HR feed is configured" : "no directory is configured");
      for (const model::SourceRecord& source : s_.sources) {
        const bool unseen =
            hr ? source.coverage.state != model::CoverageState::complete : hides_records(source.coverage);
        if (source.kind != kind) continue;
        if (!hr) recall_hidden(source.name);
        if (!unseen) continue;
        hr_unseen_ = hr_unseen_ || hr;
        cannot(unseen_in_words(source));
      }
    }
  }

  /// An account in what the last audit was not shown is not shown to this look-up either.
  void recall_hidden(const std::string& directory) {
    for (const model::SourceRecord& before : whom_.last_audit) {
      if (before.name != directory) continue;
      for (const model::Gap& gap : before.coverage.gaps) {
        if (!is_lasting(gap.kind)) continue;
        cannot(fmt::format("the audit of {} did not see all of {} ({})", base::format_instant(before.finished),
                           directory, gap.sentence));
      }
    }
  }

  static std::string unseen_in_words(const model::SourceRecord& source) {
    const auto& gaps = source.coverage.gaps;
    const bool late = std::any_of(gaps.begin(), gaps.end(),
                                  [](const model::Gap& gap) { return gap.kind == model::Gap::Kind::timed_out; });
    const std::string what =
        late ? fmt::format("did not answer within {}", seconds_of(source)) : std::string("was not completely seen");
    return fmt::format("{}{} {} ({})", source.kind == model::SourceKind::hr ? "the HR feed " : "", source.name, what,
                       source.coverage.in_words());
  }

  void judge_departure() {
    if (rows_.size() != 1) return;
    const std::size_t row = rows_.front();
    out_.left = truth_of(people_.value("person.left", row));
    const auto [state, bounds] = people_.moment("person.left_at", row);
    out_.left_at_state = state;
    out_.left_at = bounds;
    if (out_.left == Truth::unknown) {
      const model::Evidence why = people_.evidence("person.left", row);
      cannot(fmt::format("it is not certain that the last day is over ({})",
                         why.basis.empty() ? std::string("HR does not say") : why.basis));
    }
    if (out_.left != Truth::no) return;
    const std::string status(to_string(s_.people.status[row]));
    waiting_.push_back(state == model::TimeState::never
                           ? fmt::format("HR says {} and knows no last day", status)
                           : fmt::format("HR says {}; the last day ends {}", status, base::format_bounds(bounds)));
  }

  /// Nothing when the account has nothing to do with her.
  [[nodiscard]] std::optional<OffboardingLink> link_of(std::size_t row, const std::string& key) const {
    const correlation::Link& link = inputs_.links.links[row];
    const bool not_human = link.owner == Owner::non_human || link.owner == Owner::built_in;
    if (is_the_person(link.person)) return not_human ? OffboardingLink::looked_after : OffboardingLink::theirs;
    const auto candidates = inputs_.links.candidates.row(row);
    if (std::any_of(candidates.begin(), candidates.end(), [&](model::PersonId one) { return is_the_person(one); }))
      return OffboardingLink::possible;
    const bool carries_number = has_number(row);
    if (not_human) return carries_number ? std::optional(OffboardingLink::looked_after) : std::nullopt;
    if (carries_number) return OffboardingLink::possible;
    const bool open = link.owner == Owner::ambiguous || link.owner == Owner::cannot_tell;
    if (open && has_a_key(row)) return OffboardingLink::possible;
    if (contains(whom_.once, key)) return OffboardingLink::formerly;
    return std::nullopt;
  }

  [[nodiscard]] bool has_number(std::size_t row) const {
    const std::string_view number = correlation::trimmed(s_.view(s_.accounts.employee_number[row]));
    return !number.empty() && number == whom_.keys.employee_number;
  }

  /// More people fit than correlation names, or it could not tell: then one of her keys is enough.
  [[nodiscard]] bool has_a_key(std::size_t row) const {
    const model::Accounts& a = s_.accounts;
    const std::string_view principal = s_.view(a.principal[row]);
    return contains(whom_.keys.mails, correlation::mail_key(s_.view(a.mail[row]))) ||
           contains(whom_.keys.logins, correlation::fold(s_.view(a.login[row]))) ||
           contains(whom_.keys.principals, correlation::fold(principal.substr(0, principal.find('@'))));
  }

  void judge_account(std::size_t row) {
    std::string key;
    write_key(s_, SubjectKind::account, row, key);
    const auto link = link_of(row, key);
    if (!link) return;
    OffboardingAccount account;
    account.subject = subject_of(inputs_, SubjectKind::account, row);
    account.link = *link;
    account.why = inputs_.links.text.view(inputs_.links.links[row].reason);
    account.works = truth_of(accounts_.value("account.usable", row));
    account.basis = accounts_.evidence("account.usable", row).basis;
    if (*link == OffboardingLink::theirs) {
      judge_theirs(row, account);
    } else {
      judge_doubtful(account);
    }
    out_.accounts.push_back(std::move(account));
  }

  void judge_theirs(std::size_t row, const OffboardingAccount& account) {
    bool spoken_of = false;
    for (std::size_t r = 0; r < inputs_.rules.rules().size(); ++r) {
      const rules::ActiveRule& rule = inputs_.rules.rules()[r];
      if (!rule.shadow() && rule.rule.about == SubjectKind::account && is_about_leavers(rule))
        spoken_of = judge_rule(rule, evaluated_.outcomes[r][row], account.subject) || spoken_of;
    }
    const std::string who = fmt::format("{} in {}", account.subject.label, account.subject.source);
    if (spoken_of || out_.left != Truth::yes || account.works == Truth::no) return;
    if (account.works == Truth::unknown) return cannot(fmt::format("{}: {}", who, account.basis));
    waiting_.push_back(fmt::format(
        "{} still works, and no rule about leavers objects yet (a grace period, or rules switched off)", who));
  }

  /// True when the rule has said something about whether the account works, or is violated.
  bool judge_rule(const rules::ActiveRule& rule, Outcome outcome, const model::Subject& subject) {
    if (outcome == Outcome::clear) return false;
    // A rule that asks who left in order to leave them out has nothing to say about whether somebody is out.
    if (outcome == Outcome::violation && out_.left == Truth::no) return false;
    if (outcome == Outcome::violation) {
      for (const model::Finding& finding : evaluated_.verdict.findings) {
        if (finding.rule == rule.rule.id && finding.subject.key == subject.key) out_.findings.push_back(finding);
      }
      name_exemptions(rule.rule.id, subject);
      return contains(rule.facts, "account.usable");
    }
    const auto explained = explain(inputs_, rule.rule.id, subject.key);
    const std::string reasons = explained ? fmt::format("{}", fmt::join(explained->reasons, "; ")) : std::string();
    const std::string sentence =
        fmt::format("{} in {}: {} cannot be told ({})", subject.label, subject.source, rule.rule.id, reasons);
    if (!contains(rule.facts, "account.usable")) {
      out_.notes.push_back(sentence);
      return false;
    }
    // Before the last day is known to be over, that is said already.
    if (out_.left == Truth::yes) cannot(sentence);
    return true;
  }

  /// Whoever accepted it may have forgotten that the last day would come.
  void name_exemptions(const std::string& rule, const model::Subject& subject) {
    for (const model::Exemption& one : whom_.exemptions) {
      if (one.rule != rule || one.subject_key != subject.key || !one.holds(s_.as_of)) continue;
      out_.notes.push_back(fmt::format(
          "{} of {} in {} is exempt until {} by {} and {} ({}; exemption {}): for this answer it counts all the same",
          rule, subject.label, subject.source, base::format_instant(one.until), one.asked_by, one.approved_by,
          one.reason, one.number));
    }
  }

  void judge_doubtful(const OffboardingAccount& account) {
    const std::string who = fmt::format("{} in {}", account.subject.label, account.subject.source);
    if (account.link == OffboardingLink::looked_after) {
      if (out_.left == Truth::no) return;
      out_.notes.push_back(
          fmt::format("{} is no person's account but hangs on this one ({}): name somebody else who "
                      "answers for it",
                      who, account.why));
      return;
    }
    if (account.works == Truth::no) return;
    const char* works = account.works == Truth::yes ? "works" : "may work";
    cannot(
        account.link == OffboardingLink::formerly
            ? fmt::format("{} {}; an earlier run knew it as this person's, now it is not ({})", who, works, account.why)
            : fmt::format("{} {} and could be this person's ({})", who, works, account.why));
  }

  void judge_rules_about_people() {
    for (std::size_t r = 0; r < inputs_.rules.rules().size() && rows_.size() == 1; ++r) {
      const rules::ActiveRule& rule = inputs_.rules.rules()[r];
      if (rule.shadow() || rule.rule.about != SubjectKind::person || !is_about_leavers(rule)) continue;
      judge_rule(rule, evaluated_.outcomes[r][rows_.front()], subject_of(inputs_, SubjectKind::person, rows_.front()));
    }
  }

  void conclude() {
    std::stable_sort(out_.findings.begin(), out_.findings.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    const bool works_here = out_.left == Truth::no && !hr_unseen_;
    if (!out_.findings.empty()) {
      out_.answer = OffboardingAnswer::action_needed;
    } else if (!cannot_.empty() && !works_here) {
      out_.answer = OffboardingAnswer::cannot_tell;
    } else {
      out_.answer = waiting_.empty() ? OffboardingAnswer::clear : OffboardingAnswer::waiting;
    }
    const bool waits = out_.answer == OffboardingAnswer::waiting;
    out_.reasons = waits ? waiting_ : cannot_;
    const auto& rest = waits ? cannot_ : waiting_;
    out_.reasons.insert(out_.reasons.end(), rest.begin(), rest.end());
  }

  void cannot(std::string why) { cannot_.push_back(std::move(why)); }

  const Inputs& inputs_;
  const model::Snapshot& s_;
  const Evaluated& evaluated_;
  const Offboarding& whom_;
  FactTable people_, accounts_;
  std::vector<std::size_t> rows_;  ///< of people with that number
  bool hr_unseen_ = false;
  std::vector<std::string> cannot_, waiting_;
  model::OffboardingCheck out_;
};

}  // namespace

model::OffboardingCheck judge_offboarding(const Inputs& inputs, const Evaluated& evaluated, const Offboarding& whom) {
  TALLY_ASSERT(inputs.exemptions.empty());
  return Judging(inputs, evaluated, whom).run();
}

}  // namespace tally::evaluation
