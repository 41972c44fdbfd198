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

Bounds deleted_account_ended(const model::Snapshot& snapshot, model::DeletedId account) {
  const model::DeletedAccounts& d = snapshot.deleted;
  const std::size_t row = account.index();
  if (d.deleted[row].state != TimeState::known) return kAnyTime;
  const Bounds& deleted = d.deleted[row].bounds;
  const bool on = d.enabled[row].value == model::Truth::yes, off = d.enabled[row].value == model::Truth::no;
  const model::TimeFact& expires = d.expires[row];
  const bool never_expired = expires.state == TimeState::never ||
                             (expires.state == TimeState::known && expires.bounds.earliest >= deleted.latest);
  if (on && never_expired) return deleted;
  Bounds end{base::kBeginningOfTime, deleted.latest};
  if (off && d.switched[row].state == TimeState::never) {
    end.latest = std::min(end.latest, latest_of(d.created[row]));
  } else if (off) {
    end.latest = std::min(end.latest, latest_of(d.switched[row]));
    // It was on just before the switch was turned, and worked if nothing else ended it.
    const bool told = d.switched[row].state == TimeState::known && d.created[row].state == TimeState::known &&
                      d.switched[row].bounds.earliest > d.created[row].bounds.latest;
    if (told && never_expired) end.earliest = d.switched[row].bounds.earliest;
  }
  if (const model::TimeFact& signed_in = d.last_sign_in[row]; signed_in.state == TimeState::known) {
    end.earliest = std::max(end.earliest, signed_in.bounds.earliest);
  }
  return end.earliest <= end.latest ? end : Bounds{base::kBeginningOfTime, deleted.latest};
}

}  // namespace tally::evaluation
