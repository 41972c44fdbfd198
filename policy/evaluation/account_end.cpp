#include "policy/evaluation/account_end.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using base::Instant;
using model::TimeState;

Instant latest_of(const model::TimeFact& fact) {
  return fact.state == TimeState::known ? fact.bounds.latest : base::kEndOfTime;
}

/// The switch: it was on just before. Since the account was made it may not have been on at all.
Bounds switched_off(const model::Accounts& accounts, std::size_t row) {
  const model::TimeFact& switched = accounts.switched[row];
  Bounds off{base::kBeginningOfTime, std::min(latest_of(switched), latest_of(accounts.modified[row]))};
  const bool told = switched.state == TimeState::known && accounts.created[row].state == TimeState::known;
  if (told && switched.bounds.earliest > accounts.created[row].bounds.latest) off.earliest = switched.bounds.earliest;
  return off;
}

}  // namespace

Bounds account_ended(const model::Snapshot& snapshot, model::AccountId account, bool expired) {
  const model::Accounts& accounts = snapshot.accounts;
  const std::size_t row = account.index();
  const bool off = accounts.enabled[row].value == model::Truth::no;
  if (off && accounts.switched[row].state == TimeState::never)
    return {base::kBeginningOfTime, latest_of(accounts.created[row])};
  Bounds end = off ? switched_off(accounts, row) : kAnyTime;
  if (expired) {
    // The date may have been written long after it, or before the switch was turned.
    const Instant by = std::max(latest_of(accounts.modified[row]), accounts.expires[row].bounds.latest);
    end = {base::kBeginningOfTime, std::min(end.latest, by)};
  }
  if (const model::TimeFact& signed_in = accounts.last_sign_in[row]; signed_in.state == TimeState::known) {
    end.earliest = std::max(end.earliest, signed_in.bounds.earliest);
  }
  return end.earliest <= end.latest ? end : kAnyTime;
}

}  // namespace tally::evaluation
