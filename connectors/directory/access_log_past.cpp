// AccessLog: what follows from the writes it holds, one after the other (access_log.h).
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "connectors/directory/access_log.h"
#include "connectors/directory/dn.h"

namespace tally::directory {
namespace {

using base::Bounds;
using base::Instant;
using model::TimeFact;
using model::TimeState;
using model::Truth;

constexpr std::string_view kSource = "cn=accesslog";
constexpr std::string_view kLockedForGood = "000001010000Z";  // draft-behera-ldap-password-policy §5.3.3
constexpr std::string_view kByLock = "pwdAccountLockedTime";
constexpr std::string_view kOtherwise = "cn=accesslog: what disables it is not an attribute that is watched there";
constexpr std::string_view kDiffers =
    "cn=accesslog shows another state than the account: it changed meanwhile, or its policy ignores the lock";
constexpr std::string_view kUntold = "cn=accesslog does not tell how far back it reaches";
constexpr std::string_view kNever = "cn=accesslog, from before the account was made, shows no change of the switch";

}  // namespace

void AccessLog::find_entries(TableBuilder& builder) {
  std::unordered_set<std::string_view> wanted;
  for (const Event& event : events_) {
    const std::string_view name = names_.view(event.entry);
    if (!wanted.insert(name).second) continue;
    if (const auto node = builder.find(name)) entries_.emplace(name, *node);  // by DN
  }
  const auto by_uuid = [&](const std::vector<base::TextId>& ids, NodeKind kind) {
    for (std::uint32_t row = 0; row < ids.size(); ++row) {
      const auto found = wanted.find(builder.text().view(ids[row]));
      if (found != wanted.end() && !found->empty()) entries_.insert_or_assign(*found, Node{kind, row});
    }
  };
  by_uuid(builder.accounts().native_id, NodeKind::account);
  by_uuid(builder.groups().native_id, NodeKind::group);
}

void AccessLog::follow(TableBuilder& builder) {
  std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
  find_entries(builder);
  for (const Event& event : events_) {
    const auto found = entries_.find(names_.view(event.entry));
    if (found == entries_.end()) continue;  // gone since
    const auto [kind, row] = found->second;
    if (kind == NodeKind::account && event.what == What::lock) follow_lock(event, locks_[row]);
    if (kind == NodeKind::account && event.what == What::other_switch) other_switched_[row] = event.at;
    const bool member = event.what == What::member || event.what == What::member_uid;
    if (kind == NodeKind::group && member) follow_member(event, row);
  }
}

/// A value that was added was not there before, one that was removed was. Of a replaced or wholly removed one that is
/// not told, unless the log said so before.
void AccessLog::follow_lock(const Event& event, Lock& lock) const {
  if (event.at != lock.at) {
    lock.at = event.at;
    lock.off_before = lock.off;
    lock.since_before = lock.since;
  }
  const bool for_good = event.value.valid() && names_.view(event.value) == kLockedForGood;
  const bool off = event.op != LogOp::removed && for_good;
  const bool of_value = event.value.valid() && event.op != LogOp::replaced;
  const bool turned = lock.off ? *lock.off != off : of_value && for_good;
  const bool first_of_request = lock.off == lock.off_before;
  if (!lock.off && !turned) {
    lock.since = of_value ? Bounds{base::kBeginningOfTime, oldest_.value_or(event.at)}
                          : Bounds{base::kBeginningOfTime, event.at};
  } else if (turned) {
    const bool same_again = lock.off_before && *lock.off_before == off;
    const Bounds unclear{base::kBeginningOfTime, event.at};
    lock.since = same_again                            ? lock.since_before
                 : lock.off_before || first_of_request ? Bounds::exactly(event.at)
                                                       : unclear;
  }
  lock.off = off;
}

/// All that the log knows of are out, and others may be.
void AccessLog::all_out(std::uint32_t group, Instant at) {
  for (auto it = members_.lower_bound({group, ""}); it != members_.end() && it->first.first == group; ++it) {
    if (it->second.in) it->second.left = at;
    it->second.in = false;
  }
  emptied_[group] = at;
  removal_unclear_ = std::max(removal_unclear_, at);
}

void AccessLog::follow_member(const Event& event, std::uint32_t group) {
  if (!event.value.valid()) return all_out(group, event.at);
  if (event.op == LogOp::replaced && emptied_[group] != event.at) all_out(group, event.at);
  const std::string_view written = names_.view(event.value);
  const bool by_uid = event.what == What::member_uid;
  std::string key = by_uid ? "uid " + std::string(written) : normal_dn(written);
  Member& member = members_[{group, key.empty() ? std::string(written) : std::move(key)}];
  member.written = written;
  member.by_uid = by_uid;
  if (event.op == LogOp::removed) {
    if (!member.in) member.since = {base::kBeginningOfTime, oldest_.value_or(event.at)};
    member.in = false;
    member.left = event.at;
    return;
  }
  const bool emptied = emptied_.contains(group) && emptied_[group] == event.at;
  const bool stayed = member.left == event.at;
  // Of one that is written anew, whether it was in before is told only when the log says so.
  if (!stayed) member.since = {emptied ? base::kBeginningOfTime : event.at, event.at};
  if (stayed) member.left = base::kBeginningOfTime;
  member.in = true;
}

TimeFact AccessLog::switched(TableBuilder& builder, std::uint32_t row) const {
  base::TextPool& text = builder.text();
  const model::Accounts& accounts = builder.accounts();
  const model::BoolFact& enabled = accounts.enabled[row];
  if (enabled.value == Truth::unknown) return TimeFact::unknown(enabled.basis);
  const bool off = enabled.value == Truth::no;
  if (off && !by_site_ && !text.view(enabled.basis).starts_with(kByLock))
    return TimeFact::unknown(text.intern(kOtherwise));
  const TimeFact& created = accounts.created[row];
  const auto lock = locks_.find(row);
  const auto other = other_switched_.find(row);
  const Instant unclear = std::max(policy_changed_, other == other_switched_.end() ? policy_changed_ : other->second);
  Bounds when;
  if (lock != locks_.end()) {
    if (lock->second.off != off) return TimeFact::unknown(text.intern(kDiffers));
    when = lock->second.since;
  } else if (!oldest_) {
    return TimeFact::unknown(text.intern(kUntold));
  } else {
    const bool younger = created.state == TimeState::known && created.bounds.earliest >= *oldest_;
    if (younger && unclear < created.bounds.earliest) return TimeFact::never(text.intern(kNever));
    when = {base::kBeginningOfTime, *oldest_};
  }
  if (unclear > base::kBeginningOfTime) when = {base::kBeginningOfTime, std::max(when.latest, unclear)};
  if (created.state == TimeState::known)
    when.earliest = std::min(std::max(when.earliest, created.bounds.earliest), when.latest);
  return TimeFact::known(when, text.intern(kSource));
}

void AccessLog::tell_members(TableBuilder& builder) const {
  MembershipPast& past = builder.past();
  for (const auto& [key, member] : members_) {
    const model::GroupId group(key.first);
    // Out by the log, and yet read: it came in meanwhile, at a time that is not told.
    const Bounds since = member.in ? member.since : Bounds{base::kBeginningOfTime, base::kEndOfTime};
    if (member.by_uid) {
      past.joined_by_uid(member.written, group, since, kSource);
    } else {
      past.joined(member.written, group, since, kSource);
    }
    if (member.left == base::kBeginningOfTime) continue;
    const Bounds left{member.left, std::max(member.left, removal_unclear_)};
    if (member.by_uid) {
      past.left_by_uid(member.written, left, kSource);
    } else {
      past.left(member.written, left, kSource);
    }
  }
  if (!oldest_) return;
  // A member that was renamed stands in the list by its new name, and in the log by its old one.
  past.reaches_back_to(std::max(*oldest_, renamed_), std::max(*oldest_, removal_unclear_), kSource);
}

void AccessLog::tell(TableBuilder& builder) {
  follow(builder);
  for (std::uint32_t row = 0; row < builder.accounts().size(); ++row) {
    builder.accounts().switched[row] = switched(builder, row);
  }
  tell_members(builder);
}

}  // namespace tally::directory
