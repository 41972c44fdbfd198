#include "connectors/directory/write_history.h"

#include <algorithm>
#include <unordered_set>

#include "connectors/directory/dn.h"

namespace tally::directory {

using base::Bounds;
using base::Instant;
using model::TimeFact;
using model::TimeState;
using model::Truth;

namespace {

constexpr std::string_view kOtherwise = ": what disables it is not an attribute that is watched there";
constexpr std::string_view kDiffers =
    " shows another state than the account: it changed meanwhile, or its policy ignores the lock";
constexpr std::string_view kUntold = " does not tell how far back it reaches";
constexpr std::string_view kNever = ", from before the account was made, shows no change of the switch";

}  // namespace

void WriteHistory::wrote(const Write& write) {
  Event event{write.at, write.request, names_.intern(write.entry), write.what, write.op, {}};
  if (write.value) event.value = names_.intern(*write.value);
  events_.push_back(event);
}

void WriteHistory::forget_before(Instant first) {
  std::erase_if(events_, [&](const Event& event) { return event.at <= first; });
  if (oldest_) oldest_ = std::max(*oldest_, first);
}

void WriteHistory::find_entries(TableBuilder& builder) {
  std::unordered_set<std::string_view> wanted;
  for (const Event& event : events_) {
    const std::string_view name = names_.view(event.entry);
    if (!wanted.insert(name).second) continue;
    if (const auto node = builder.find(name)) entries_.emplace(name, *node);  // by DN
  }
  const auto by_id = [&](const std::vector<base::TextId>& ids, NodeKind kind) {
    for (std::uint32_t row = 0; row < ids.size(); ++row) {
      const auto found = wanted.find(builder.text().view(ids[row]));
      if (found != wanted.end() && !found->empty()) entries_.insert_or_assign(*found, Node{kind, row});
    }
  };
  by_id(builder.accounts().native_id, NodeKind::account);
  by_id(builder.groups().native_id, NodeKind::group);
}

void WriteHistory::follow(TableBuilder& builder) {
  std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
  find_entries(builder);
  for (const Event& event : events_) {
    const auto found = entries_.find(names_.view(event.entry));
    if (found == entries_.end()) continue;  // gone since
    const auto [kind, row] = found->second;
    if (kind == NodeKind::account) follow_account(event, row);
    if (kind == NodeKind::group) follow_group(event, row);
  }
}

void WriteHistory::follow_account(const Event& event, std::uint32_t row) {
  if (event.what == What::lock) follow_lock(event, locks_[row]);
  if (event.what == What::other_switch || event.what == What::unclear) other_switched_[row] = event.at;
  if (event.what != What::made) return;
  locks_[row] = {is_off(event), Bounds::exactly(event.at), std::nullopt, {}, event.request, true};
  other_switched_.erase(row);
}

void WriteHistory::follow_group(const Event& event, std::uint32_t row) {
  if (event.what == What::member || event.what == What::member_uid) follow_member(event, row);
  if (event.what == What::unclear) all_unclear(row, event.at);
}

bool WriteHistory::is_off(const Event& event) const {
  return event.value.valid() && switch_.off(names_.view(event.value));
}

/// A value that was added was not there before, one that was removed was. Of a replaced or wholly removed one that is
/// not told, unless the log said so before.
void WriteHistory::follow_lock(const Event& event, Lock& lock) const {
  if (event.request != lock.request) {
    lock.request = event.request;
    lock.off_before = lock.off;
    lock.since_before = lock.since;
  }
  const bool for_good = is_off(event);
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
    lock.untouched = false;
  }
  lock.off = off;
}

/// All that the log knows of are out, and others may be.
void WriteHistory::all_out(std::uint32_t group, const Event& event) {
  for (auto it = members_.lower_bound({group, ""}); it != members_.end() && it->first.first == group; ++it) {
    if (it->second.in) {
      it->second.left = event.at;
      it->second.left_in = event.request;
    }
    it->second.in = false;
  }
  emptied_[group] = event.request;
  removal_unclear(event.at);
}

/// Any of them may have gone and come back then.
void WriteHistory::all_unclear(std::uint32_t group, Instant at) {
  for (auto it = members_.lower_bound({group, ""}); it != members_.end() && it->first.first == group; ++it) {
    it->second.since.latest = std::max(it->second.since.latest, at);
  }
  removal_unclear(at);
  renamed(at);
}

void WriteHistory::follow_member(const Event& event, std::uint32_t group) {
  if (!event.value.valid()) return all_out(group, event);
  const auto emptied_in = emptied_.find(group);
  const bool emptied = emptied_in != emptied_.end() && emptied_in->second == event.request;
  if (event.op == LogOp::replaced && !emptied) {
    all_out(group, event);
  }
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
    member.left_in = event.request;
    return;
  }
  const bool stayed = member.left > base::kBeginningOfTime && member.left_in == event.request;
  // Of one that is written anew, whether it was in before is told only when the log says so.
  const bool anew = emptied || event.op == LogOp::replaced;
  if (!stayed) member.since = {anew ? base::kBeginningOfTime : event.at, event.at};
  if (stayed) member.left = base::kBeginningOfTime;
  member.in = true;
}

Instant WriteHistory::unclear_until(std::uint32_t row, bool off) const {
  const auto other = other_switched_.find(row);
  const Instant own = other == other_switched_.end() ? base::kBeginningOfTime : other->second;
  return std::max({policy_changed_, own, off ? base::kBeginningOfTime : lock_gone_});
}

/// A lock that is written on the entry itself keeps out since then at the latest, whatever else does.
TimeFact WriteHistory::as_computed(TableBuilder& builder, std::uint32_t row) const {
  const bool off = builder.accounts().enabled[row].value == Truth::no;
  const auto lock = locks_.find(row);
  if (!off || lock == locks_.end() || lock->second.off != true)
    return TimeFact::unknown(builder.text().intern(computed_));
  return TimeFact::known({base::kBeginningOfTime, lock->second.since.latest}, builder.text().intern(switch_.log));
}

TimeFact WriteHistory::switched(TableBuilder& builder, std::uint32_t row) const {
  base::TextPool& text = builder.text();
  const model::Accounts& accounts = builder.accounts();
  const model::BoolFact& enabled = accounts.enabled[row];
  if (enabled.value == Truth::unknown) return TimeFact::unknown(enabled.basis);
  const bool off = enabled.value == Truth::no;
  if (off && !switch_.by_site && !text.view(enabled.basis).starts_with(switch_.attribute))
    return TimeFact::unknown(text.intern(said(kOtherwise)));
  if (!computed_.empty()) return as_computed(builder, row);
  const TimeFact& created = accounts.created[row];
  const auto lock = locks_.find(row);
  const Instant unclear = unclear_until(row, off);
  Bounds when;
  if (lock != locks_.end()) {
    if (lock->second.off != off) return TimeFact::unknown(text.intern(said(kDiffers)));
    when = lock->second.since;
    const bool as_made = lock->second.untouched && !off && unclear < when.earliest;
    if (as_made) return TimeFact::never(text.intern(said(kNever)));
  } else if (!oldest_) {
    return TimeFact::unknown(text.intern(said(kUntold)));
  } else {
    const bool younger = created.state == TimeState::known && created.bounds.earliest >= *oldest_;
    if (younger && unclear < created.bounds.earliest) return TimeFact::never(text.intern(said(kNever)));
    when = {base::kBeginningOfTime, *oldest_};
  }
  if (unclear > base::kBeginningOfTime) when = {base::kBeginningOfTime, std::max(when.latest, unclear)};
  if (created.state == TimeState::known)
    when.earliest = std::min(std::max(when.earliest, created.bounds.earliest), when.latest);
  return TimeFact::known(when, text.intern(switch_.log));
}

void WriteHistory::tell_members(TableBuilder& builder) const {
  MembershipPast& past = builder.past();
  for (const auto& [key, member] : members_) {
    const model::GroupId group(key.first);
    // Out by the log, and yet read: it came in meanwhile, at a time that is not told.
    const Bounds since = member.in ? member.since : Bounds{base::kBeginningOfTime, base::kEndOfTime};
    if (member.by_uid) {
      past.joined_by_uid(member.written, group, since, switch_.log);
    } else {
      past.joined(member.written, group, since, switch_.log);
    }
    if (member.left == base::kBeginningOfTime) continue;
    const Bounds left{member.left, std::max(member.left, removal_unclear_)};
    if (member.by_uid) {
      past.left_by_uid(member.written, left, switch_.log);
    } else {
      past.left(member.written, left, switch_.log);
    }
  }
  if (!oldest_) return;
  // A member that was renamed stands in the list by its new name, and in the log by its old one.
  past.reaches_back_to(std::max(*oldest_, renamed_), std::max(*oldest_, removal_unclear_), switch_.log);
}

void WriteHistory::tell(TableBuilder& builder) {
  follow(builder);
  for (std::uint32_t row = 0; row < builder.accounts().size(); ++row) {
    builder.accounts().switched[row] = switched(builder, row);
  }
  tell_members(builder);
}

}  // namespace tally::directory
