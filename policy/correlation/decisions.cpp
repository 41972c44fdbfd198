#include "policy/correlation/decisions.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "policy/correlation/fold.h"
#include "policy/correlation/people_index.h"
#include "policy/model/account_key.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::LinkDecision;
using model::PersonId;
using model::Snapshot;

/// Only the accounts that a decision names; a key belongs to several rows only when a directory gave it twice.
std::unordered_multimap<std::string, AccountId> accounts_by_key(const Snapshot& s,
                                                                std::span<const LinkDecision> decisions) {
  std::unordered_multimap<std::string, AccountId> found;
  std::unordered_map<std::string, bool> wanted;
  for (const LinkDecision& decision : decisions) wanted[decision.account_key] = true;
  std::string key;
  for (std::size_t i = 0; i < s.accounts.size() && !wanted.empty(); ++i) {
    model::write_account_key(s, AccountId::at(i), key);
    if (wanted.contains(key)) found.emplace(key, AccountId::at(i));
  }
  return found;
}

/// A later entry of the log was decided later, whatever the clocks said.
auto age(const LinkDecision& decision) { return std::tuple(decision.log_index, decision.decided); }

}  // namespace

bool Decided::excludes(PersonId person) const { return std::binary_search(never.begin(), never.end(), person); }

Decisions::Decisions(const Snapshot& snapshot, std::span<const LinkDecision> decisions, const KeyIndex& by_number) {
  if (decisions.empty()) return;
  keep_latest(decisions);
  resolve(snapshot, decisions, by_number);
  std::sort(troubles.begin(), troubles.end(), [](const DecisionTrouble& a, const DecisionTrouble& b) {
    return std::tie(a.decision, a.kind) < std::tie(b.decision, b.kind);
  });
}

/// One for each pair of account and person; and of those that say "same", one for each account.
void Decisions::keep_latest(std::span<const LinkDecision> decisions) {
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> by_pair;
  const auto later = [&](std::size_t a, std::size_t b) {
    return std::tuple(age(decisions[a]), a) > std::tuple(age(decisions[b]), b);
  };
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    const auto pair = std::pair(std::string_view(decisions[i].account_key), trimmed(decisions[i].employee_id));
    const auto [known, added] = by_pair.emplace(pair, i);
    if (!added && later(i, known->second)) known->second = i;
  }
  std::map<std::string_view, std::size_t> owner;
  for (const auto& [pair, i] : by_pair) {
    if (!decisions[i].same) {
      in_force_.push_back(i);
      continue;
    }
    const auto [known, added] = owner.emplace(pair.first, i);
    if (added) continue;
    const std::size_t lost = later(i, known->second) ? std::exchange(known->second, i) : i;
    troubles.push_back({DecisionTrouble::superseded, lost});
  }
  for (const auto& [account, i] : owner) in_force_.push_back(i);
}

void Decisions::resolve(const Snapshot& s, std::span<const LinkDecision> decisions, const KeyIndex& by_number) {
  const auto accounts = accounts_by_key(s, decisions);
  const bool hr_unseen = !unseen_hr(s).empty();
  for (const std::size_t i : in_force_) {
    const LinkDecision& decision = decisions[i];
    const auto [begin, end] = accounts.equal_range(decision.account_key);
    if (begin == end) {
      const bool gone = account_is_gone(s, decision.account_key);
      troubles.push_back({gone ? DecisionTrouble::account_gone : DecisionTrouble::account_unseen, i});
    }
    const std::vector<PersonId> people = by_number.find(trimmed(decision.employee_id));
    if (people.empty())
      troubles.push_back({hr_unseen ? DecisionTrouble::person_unseen : DecisionTrouble::person_gone, i});
    if (people.size() > 1 && decision.same) troubles.push_back({DecisionTrouble::several_people, i});
    for (auto account = begin; account != end; ++account) {
      Decided& decided = by_account_[account->second.index()];
      auto& list = decision.same ? decided.owners : decided.never;
      list.insert(list.end(), people.begin(), people.end());
      decided.somebodys = decided.somebodys || decision.same;
    }
  }
  for (auto& [account, decided] : by_account_) std::sort(decided.never.begin(), decided.never.end());
}

bool Decisions::account_is_gone(const Snapshot& s, std::string_view key) {
  const std::string directory = model::parts_of_account_key(key).source;
  return std::any_of(s.sources.begin(), s.sources.end(), [&](const model::SourceRecord& source) {
    return source.kind == model::SourceKind::directory && source.name == directory &&
           source.coverage.state == model::CoverageState::complete;
  });
}

const Decided* Decisions::of(AccountId account) const {
  if (by_account_.empty()) return nullptr;
  const auto found = by_account_.find(account.index());
  return found == by_account_.end() ? nullptr : &found->second;
}

}  // namespace tally::correlation
