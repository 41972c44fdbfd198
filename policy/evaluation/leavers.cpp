#include "policy/evaluation/leavers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "policy/correlation/fold.h"
#include "policy/correlation/rows_by_text.h"
#include "policy/evaluation/account_end.h"
#include "policy/evaluation/account_state.h"
#include "policy/evaluation/fact_table.h"
#include "policy/evaluation/subject.h"
#include "policy/evaluation/unseen.h"
#include "policy/model/account_key.h"
#include "policy/model/looked_at.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using base::Instant;
using model::AccountId;
using model::DeletedId;
using model::Leaver;
using model::PersonId;
using model::Revocation;
using model::SubjectKind;
using model::TimeState;
using model::Truth;

Truth truth_of(std::string_view value) {
  return value == "true" ? Truth::yes : value == "false" ? Truth::no : Truth::unknown;
}

/// But for the moments up to which it was followed.
bool same(Revocation a, const Revocation& b) {
  a.until = b.until;
  a.looked = b.looked;
  return a == b;
}

bool overlap(const Bounds& a, const Bounds& b) { return a.earliest <= b.latest && b.earliest <= a.latest; }

bool recent(const Bounds& left, Instant at) { return left.earliest >= at - Revocation::kFollowedFor; }

/// The accounts by their keys, and what can be said of one that was seen to work once.
class OnceWorking {
 public:
  explicit OnceWorking(const Inputs& inputs)
      : snapshot_(inputs.snapshot), unseen_(unseen(inputs.snapshot, SubjectKind::account)) {}

  /// The row; nothing when there is none of that key.
  std::optional<AccountId> find(const std::string& key) {
    if (rows_.empty()) {
      std::string of_row;
      for (std::size_t row = 0; row < snapshot_.accounts.size(); ++row) {
        model::write_account_key(snapshot_, AccountId::at(row), of_row);
        rows_.emplace(of_row, row);
      }
    }
    const auto found = rows_.find(key);
    return found == rows_.end() ? std::nullopt : std::optional(AccountId::at(found->second));
  }

  /// Its directory's word counts.
  [[nodiscard]] bool believed(AccountId account) const {
    return !quarantined(snapshot_.source(snapshot_.accounts.source[account.index()]).coverage);
  }

  [[nodiscard]] Truth works(AccountId account) const {
    return believed(account) ? is_usable(snapshot_, account.index()) : Truth::unknown;
  }

  /// No when it is gone from a directory that was completely seen.
  Truth works(const std::string& key) {
    if (const auto account = find(key)) return works(*account);
    const std::string source = model::parts_of_account_key(key).source;
    for (std::size_t i = 0; i < snapshot_.sources.size(); ++i) {
      if (snapshot_.sources[i].name == source) return unseen_[i].empty() ? Truth::no : Truth::unknown;
    }
    return Truth::unknown;
  }

  /// When an account that does not work ceased to.
  [[nodiscard]] Bounds end_of(AccountId account) const {
    return account_ended(snapshot_, account, is_expired(snapshot_, account.index()) == Truth::yes);
  }
  /// Of one that is no more, where its directory still knows of it.
  Bounds end_of_deleted(const std::string& key) {
    if (deleted_.empty()) {
      for (std::size_t row = 0; row < snapshot_.deleted.size(); ++row) deleted_.emplace(key_of_deleted(row), row);
    }
    const auto found = deleted_.find(key);
    return found == deleted_.end() ? kAnyTime : deleted_account_ended(snapshot_, DeletedId::at(found->second));
  }
  /// Deleting it took it out of them at the latest.
  [[nodiscard]] Bounds groups_ended(DeletedId account) const {
    const model::TimeFact& deleted = snapshot_.deleted.deleted[account.index()];
    return {base::kBeginningOfTime, deleted.state == TimeState::known ? deleted.bounds.latest : base::kEndOfTime};
  }
  /// When an account that is in no group any more ceased to be.
  [[nodiscard]] Bounds groups_ended(AccountId account) const {
    const model::TimeFact& removed = snapshot_.accounts.removed[account.index()];
    return removed.state == TimeState::known ? removed.bounds : kAnyTime;
  }

 private:
  /// As it was while it was there (model::write_account_key); empty for one without an id.
  [[nodiscard]] std::string key_of_deleted(std::size_t row) const {
    const std::string_view id = snapshot_.view(snapshot_.deleted.native_id[row]);
    const std::string& source = snapshot_.source(snapshot_.deleted.source[row]).name;
    return id.empty() ? std::string() : fmt::format("account/{}/{}", source, id);
  }

  const model::Snapshot& snapshot_;
  std::vector<std::string> unseen_;
  std::unordered_map<std::string, std::size_t> rows_, deleted_;
};

/// By the memory of earlier runs: when HR said last that somebody works here.
class LastEmployed {
 public:
  LastEmployed(const Inputs& inputs, const correlation::PreviousLinks* before)
      : snapshot_(inputs.snapshot), names_(inputs.links.names), before_(before) {
    if (before_ == nullptr) return;
    by_number_.emplace(before_->text, before_->people.size());
    for (const auto& person : before_->people) by_number_->add(person.employee_id);
  }

  /// The beginning of time when that is not known.
  Instant of(PersonId person) {
    Instant newest = base::kBeginningOfTime;
    if (before_ == nullptr) return newest;
    const auto number = correlation::trimmed(snapshot_.view(snapshot_.people.employee_id[person.index()]));
    by_number_->each(number, [&](std::size_t row) {
      const correlation::PreviousLinks::Person& then = before_->people[row];
      // Another name may be another human; a moment to come is of a clock that went wrong.
      if (then.name == names_[person.index()] && then.worked <= snapshot_.as_of) newest = std::max(newest, then.worked);
    });
    return newest;
  }

 private:
  const model::Snapshot& snapshot_;
  const std::vector<correlation::NameDigest>& names_;
  const correlation::PreviousLinks* before_;
  std::optional<correlation::RowsByText> by_number_;
};

class Follower {
 public:
  Follower(const Inputs& inputs, const FollowedBefore& before)
      : inputs_(inputs),
        known_(before.known),
        moment_{inputs.snapshot.as_of, model::looked_at(inputs.snapshot.sources, inputs.snapshot.as_of), before.looked},
        once_(inputs),
        employed_(inputs, before.links),
        people_(inputs, SubjectKind::person),
        accounts_(inputs, SubjectKind::account) {
    for (std::size_t i = 0; i < known_.size(); ++i) newest_.insert_or_assign(known_[i].key, i);
  }

  std::vector<Followed> run() {
    std::string key;
    for (std::size_t row = 0; row < inputs_.snapshot.people.size(); ++row) {
      const Truth left = truth_of(people_.value("person.left", row));
      if (left == Truth::unknown || (left == Truth::no && newest_.empty())) continue;
      write_key(inputs_.snapshot, SubjectKind::person, row, key);
      dealt_with_.insert(key);
      const auto known = newest_.find(key);
      const bool goes_on = known != newest_.end() && !known_[known->second].recalled;
      if (left == Truth::no) {
        if (goes_on) recall(known->second);
      } else if (goes_on) {
        add(model::continued(known_[known->second], seen(PersonId::at(row), key, &known_[known->second]), moment_),
            known->second);
      } else {
        begin(PersonId::at(row), key);
      }
    }
    for (const auto& [lost, at] : newest_) {
      if (!dealt_with_.contains(lost) && !known_[at].recalled) follow_accounts(at);
    }
    std::sort(out_.begin(), out_.end(), [](const Followed& a, const Followed& b) {
      return std::tie(a.revocation.key, a.revocation.left) < std::tie(b.revocation.key, b.revocation.left);
    });
    return std::move(out_);
  }

 private:
  void begin(PersonId person, const std::string& key) {
    const Leaver leaver = seen(person, key, nullptr);
    if (!recent(leaver.left, moment_.as_of) && leaver.access != Truth::yes) return;
    const auto known = newest_.find(key);
    const bool told_before = known != newest_.end() && overlap(known_[known->second].left, leaver.left);
    const Bounds heard = told_before ? known_[known->second].seen : Bounds{employed_.of(person), moment_.as_of};
    out_.push_back({model::began(leaver, heard, moment_), std::nullopt});
  }

  /// HR says that they work here, again or after all: from now on access is nobody's delay.
  void recall(std::size_t known) {
    Revocation recalled = known_[known];
    recalled.recalled = true;
    add(std::move(recalled), known);
  }

  void add(Revocation now, std::size_t known) {
    if (!same(now, known_[known])) out_.push_back({std::move(now), known});
  }

  std::optional<Bounds> stamp(std::string_view fact, PersonId person) {
    const auto [state, bounds] = people_.moment(fact, person.index());
    return state == TimeState::known ? std::optional(bounds) : std::nullopt;
  }

  Leaver seen(PersonId person, const std::string& key, const Revocation* known) {
    Leaver leaver;
    leaver.key = key;
    leaver.employee_id = people_.value("person.employee_id", person.index());
    leaver.name = name_of(inputs_.snapshot, person);
    leaver.left = stamp("person.left_at", person).value_or(Bounds{base::kBeginningOfTime, moment_.as_of});
    leaver.last_working_day = stamp("person.last_working_day", person);
    leaver.entered = stamp("person.leaving_entered", person);
    look_at_accounts(person, leaver);
    if (known != nullptr) look_at_once_working(*known, leaver);
    return leaver;
  }

  void look_at_accounts(PersonId person, Leaver& leaver) {
    const auto theirs = inputs_.links.accounts_of.row(person.index());
    leaver.groups = people_.value("person.accounts", person.index()) == "unknown" ? Truth::unknown : Truth::no;
    for (const AccountId account : theirs) {
      const Truth groups =
          once_.believed(account) ? truth_of(accounts_.value("account.has_groups", account.index())) : Truth::unknown;
      if (groups == Truth::yes || leaver.groups == Truth::no) leaver.groups = groups;
      if (once_.works(account) != Truth::yes) continue;
      model::write_account_key(inputs_.snapshot, account, leaver.worked.emplace_back());
    }
    // What the fact calls certain may be an account of a directory that is not believed.
    const Truth any = truth_of(people_.value("person.has_usable_account", person.index()));
    leaver.access = !leaver.worked.empty() ? Truth::yes : any == Truth::yes ? Truth::unknown : any;
    const auto deleted = deleted_of(person);
    leaver.accounts = leaver.access == Truth::yes ? leaver.worked.size() : theirs.size() + deleted.size();
    look_back(theirs, deleted, leaver);
  }

  /// Accounts of theirs that their directories still know to have been.
  [[nodiscard]] std::span<const DeletedId> deleted_of(PersonId person) const {
    const auto& rows = inputs_.links.deleted_of;
    return person.index() < rows.rows() ? rows.row(person.index()) : std::span<const DeletedId>();
  }

  /// What the directories tell of when it ended. With no account, and none that is known to have been, nothing is told.
  void look_back(std::span<const AccountId> theirs, std::span<const DeletedId> deleted, Leaver& leaver) const {
    if (theirs.empty() && deleted.empty()) return;
    leaver.access_ended = leaver.groups_ended = {base::kBeginningOfTime, base::kBeginningOfTime};
    for (const AccountId account : theirs) {
      leaver.access_ended = later(leaver.access_ended, once_.end_of(account));
      leaver.groups_ended = later(leaver.groups_ended, once_.groups_ended(account));
    }
    for (const DeletedId account : deleted) {
      const Bounds end = deleted_account_ended(inputs_.snapshot, account);
      if (end.latest > leaver.access_ended.latest && end.latest < base::kEndOfTime) {
        leaver.access_told = told_by(account, end);
      }
      leaver.access_ended = later(leaver.access_ended, end);
      leaver.groups_ended = later(leaver.groups_ended, once_.groups_ended(account));
    }
  }

  [[nodiscard]] std::string told_by(DeletedId account, const Bounds& end) const {
    const model::Snapshot& s = inputs_.snapshot;
    const model::TimeFact& deleted = s.deleted.deleted[account.index()];
    const std::string_view log = s.view(deleted.basis);
    return fmt::format("{}; source: {} of {}", end == deleted.bounds ? "by deletion" : "by deletion at the latest",
                       log.starts_with("cn=") ? log : "deleted objects",
                       s.source(s.deleted.source[account.index()]).name);
  }

  /// An account that worked and still does is not gone because it is linked to nobody now, or its directory not read.
  void look_at_once_working(const Revocation& known, Leaver& leaver) {
    if (leaver.groups == Truth::no && any_groups(known.worked) != Truth::no) leaver.groups = Truth::unknown;
    if (leaver.access != Truth::no) return;
    if (any_works(known.worked) != Truth::no) leaver.access = Truth::unknown;
    const Bounds others = ended(known.worked);
    if (others.latest > leaver.access_ended.latest) leaver.access_told.clear();
    leaver.access_ended = later(leaver.access_ended, others);
  }

  [[nodiscard]] bool is_unclaimed(AccountId account) const {
    const correlation::Owner owner = inputs_.links.of(account).owner;
    return owner == correlation::Owner::nobody || owner == correlation::Owner::cannot_tell;
  }

  Truth any_groups(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
      const auto account = once_.find(key);
      if (!account && once_.works(key) == Truth::no) continue;  // deleted
      if (!account || !once_.believed(*account)) return Truth::unknown;
      const Truth groups = truth_of(accounts_.value("account.has_groups", account->index()));
      if (groups != Truth::no) return groups;
    }
    return Truth::no;
  }

  /// One that is somebody else's now, or may be, or is no human's, may be open to both.
  Truth any_works(const std::vector<std::string>& keys) {
    Truth any = Truth::no;
    for (const std::string& key : keys) {
      const Truth works = once_.works(key);
      if (works == Truth::no) continue;
      if (works == Truth::yes && is_unclaimed(*once_.find(key))) return works;
      any = Truth::unknown;
    }
    return any;
  }

  /// Told only when all of them are there to tell it, or their directory still knows of them: a deleted one may have
  /// been the last.
  Bounds ended(const std::vector<std::string>& keys) {
    Bounds last{base::kBeginningOfTime, base::kBeginningOfTime};
    for (const std::string& key : keys) {
      const auto account = once_.find(key);
      last = later(last, account ? once_.end_of(*account) : once_.end_of_deleted(key));
    }
    return last;
  }

  /// Their row is gone, or nothing in it can be used: what is left are the accounts that were seen to work. One that
  /// still does is there; that none does is not enough, since others may be theirs that nobody can link any more.
  void follow_accounts(std::size_t at) {
    const Revocation& known = known_[at];
    Leaver leaver;
    leaver.name = known.name;
    leaver.left = known.left;
    leaver.access = any_works(known.worked) == Truth::yes ? Truth::yes : Truth::unknown;
    leaver.accounts = known.accounts;
    add(model::continued(known, leaver, moment_), at);
  }

  const Inputs& inputs_;
  std::span<const Revocation> known_;
  model::Moment moment_;
  OnceWorking once_;
  LastEmployed employed_;
  FactTable people_, accounts_;
  std::unordered_map<std::string, std::size_t> newest_;  ///< of known_, by key
  std::unordered_set<std::string> dealt_with_;
  std::vector<Followed> out_;
};

}  // namespace

std::vector<Followed> follow_leavers(const Inputs& inputs, const FollowedBefore& before) {
  if (before.not_before && inputs.snapshot.as_of < *before.not_before) return {};
  return Follower(inputs, before).run();
}

}  // namespace tally::evaluation
