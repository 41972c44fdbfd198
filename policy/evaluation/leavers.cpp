#include "policy/evaluation/leavers.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "policy/evaluation/account_state.h"
#include "policy/evaluation/fact_table.h"
#include "policy/evaluation/subject.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using base::Instant;
using model::AccountId;
using model::Leaver;
using model::PersonId;
using model::Revocation;
using model::SubjectKind;
using model::TimeState;
using model::Truth;

Truth truth_of(std::string_view value) {
  return value == "true" ? Truth::yes : value == "false" ? Truth::no : Truth::unknown;
}

bool overlap(const Bounds& a, const Bounds& b) { return a.earliest <= b.latest && b.earliest <= a.latest; }

/// But for the moment up to which it was followed.
bool same(Revocation a, const Revocation& b) {
  a.until = b.until;
  return a == b;
}

class Follower {
 public:
  Follower(const Inputs& inputs, std::span<const Revocation> known, std::optional<Instant> run_before)
      : inputs_(inputs),
        known_(known),
        moment_{inputs.snapshot.as_of, run_before},
        people_(inputs, SubjectKind::person),
        accounts_(inputs, SubjectKind::account) {
    for (std::size_t i = 0; i < known.size(); ++i) newest_.insert_or_assign(known[i].key, i);
  }

  std::vector<Followed> run() {
    std::string key;
    for (std::size_t row = 0; row < inputs_.snapshot.people.size(); ++row) {
      const Truth left = truth_of(people_.value("person.left", row));
      if (left == Truth::unknown || (left == Truth::no && newest_.empty())) continue;
      write_key(inputs_.snapshot, SubjectKind::person, row, key);
      left == Truth::yes ? follow(PersonId::at(row), key) : recall(key);
    }
    for (const auto& [known_key, at] : newest_) {
      if (!dealt_with_.contains(known_key) && !known_[at].recalled) lose_sight(at);
    }
    std::sort(out_.begin(), out_.end(), [](const Followed& a, const Followed& b) {
      return std::tie(a.revocation.key, a.revocation.left) < std::tie(b.revocation.key, b.revocation.left);
    });
    return std::move(out_);
  }

 private:
  void follow(PersonId person, const std::string& key) {
    dealt_with_.insert(key);
    const Leaver leaver = seen(person, key);
    const auto known = newest_.find(key);
    if (known != newest_.end() && overlap(known_[known->second].left, leaver.left)) {
      return add(model::continued(known_[known->second], leaver, moment_), known->second);
    }
    if (recent(leaver.left, moment_.as_of) || leaver.access == Truth::yes) {
      out_.push_back({model::began(leaver, heard(person, leaver.left), moment_), std::nullopt});
    }
  }

  /// HR says that they work here: whether that was a mistake or is one, nobody's access is to be taken away.
  void recall(const std::string& key) {
    dealt_with_.insert(key);
    const auto known = newest_.find(key);
    if (known == newest_.end() || known_[known->second].access.there == Truth::no) return;
    Revocation recalled = known_[known->second];
    recalled.recalled = true;
    add(std::move(recalled), known->second);
  }

  /// Their row is gone, or nothing in it can be used.
  void lose_sight(std::size_t known) { add(model::lost_sight(known_[known], moment_), known); }

  void add(Revocation now, std::size_t known) {
    if (!same(now, known_[known])) out_.push_back({std::move(now), known});
  }

  static bool recent(const Bounds& left, Instant at) { return left.earliest >= at - Revocation::kFollowedFor; }

  /// Whoever was followed by the run before, had it known, was not known by it to leave.
  [[nodiscard]] Bounds heard(PersonId person, const Bounds& left) const {
    const model::Snapshot& s = inputs_.snapshot;
    const auto before = inputs_.previous.last_good_record.find(s.source(s.people.source[person.index()]).name);
    const bool would_have = before != inputs_.previous.last_good_record.end() &&
                            recent(left, before->second.finished) && before->second.finished <= s.as_of;
    return {would_have ? before->second.finished : base::kBeginningOfTime, s.as_of};
  }

  std::optional<Bounds> stamp(std::string_view fact, PersonId person) {
    const auto [state, bounds] = people_.moment(fact, person.index());
    return state == TimeState::known ? std::optional(bounds) : std::nullopt;
  }

  Leaver seen(PersonId person, const std::string& key) {
    Leaver leaver;
    leaver.key = key;
    leaver.employee_id = people_.value("person.employee_id", person.index());
    leaver.name = name_of(inputs_.snapshot, person);
    leaver.left = stamp("person.left_at", person).value_or(Bounds{base::kBeginningOfTime, moment_.as_of});
    leaver.last_working_day = stamp("person.last_working_day", person);
    leaver.entered = stamp("person.leaving_entered", person);
    leaver.access = truth_of(people_.value("person.has_usable_account", person.index()));
    look_at_accounts(person, leaver);
    return leaver;
  }

  void look_at_accounts(PersonId person, Leaver& leaver) {
    leaver.groups = people_.value("person.accounts", person.index()) == "unknown" ? Truth::unknown : Truth::no;
    Bounds ended{base::kBeginningOfTime, base::kBeginningOfTime};  // no account ends later than the last of them
    for (const AccountId account : inputs_.links.accounts_of.row(person.index())) {
      const bool works = is_usable(inputs_.snapshot, account.index()) == Truth::yes;
      if (works || leaver.access != Truth::yes) ++leaver.accounts;
      const Truth groups = truth_of(accounts_.value("account.has_groups", account.index()));
      if (groups == Truth::yes || leaver.groups == Truth::no) leaver.groups = groups;
      const Bounds end = end_of(account);
      ended = {std::max(ended.earliest, end.earliest), std::max(ended.latest, end.latest)};
    }
    const bool any = ended.latest != base::kBeginningOfTime;
    leaver.disabled = {ended.earliest, any ? std::min(ended.latest, moment_.as_of) : moment_.as_of};
  }

  /// When the account ceased to work, as its directory tells: it was disabled, or it expired, whichever was first.
  Bounds end_of(AccountId account) {
    const auto [disabled, when] = accounts_.moment("account.disabled_at", account.index());
    const model::TimeFact& expires = inputs_.snapshot.accounts.expires[account.index()];
    const bool expired = is_expired(inputs_.snapshot, account.index()) == Truth::yes;
    if (disabled != TimeState::known) return expired ? expires.bounds : Bounds{};
    if (!expired) return when;
    return {std::min(when.earliest, expires.bounds.earliest), std::min(when.latest, expires.bounds.latest)};
  }

  const Inputs& inputs_;
  std::span<const Revocation> known_;
  model::Moment moment_;
  FactTable people_, accounts_;
  std::unordered_map<std::string, std::size_t> newest_;  ///< of known_, by key
  std::unordered_set<std::string> dealt_with_;
  std::vector<Followed> out_;
};

}  // namespace

std::vector<Followed> follow_leavers(const Inputs& inputs, std::span<const Revocation> known,
                                     std::optional<Instant> run_before) {
  return Follower(inputs, known, run_before).run();
}

}  // namespace tally::evaluation
