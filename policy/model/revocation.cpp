#include "policy/model/revocation.h"

#include <algorithm>
#include <tuple>

namespace tally::model {
namespace {

using base::Bounds;
using base::Duration;
using base::Instant;

/// `to - from`, at least zero; the whole of time stays finite.
Duration after(Instant from, Instant to) {
  if (to <= from) return Duration{0};
  if (from == base::kBeginningOfTime || to == base::kEndOfTime) return Span::kUnbounded;
  return std::min<Duration>(to - from, Span::kUnbounded);
}

Span between(const Bounds& from, const Bounds& to) {
  return {after(from.latest, to.earliest), after(from.earliest, to.latest)};
}

Bounds later(const Bounds& a, const Bounds& b) {
  return {std::max(a.earliest, b.earliest), std::max(a.latest, b.latest)};
}

/// The narrower where it is the same said better; else `b`, which was said last.
Bounds narrowed(const Bounds& a, const Bounds& b) {
  const bool a_in_b = b.earliest <= a.earliest && a.latest <= b.latest;
  return a_in_b ? a : b;
}

/// The newest moment at which what was there up to the run before is known to have been there.
std::optional<Instant> last_sight(const Holding& before, const Moment& moment) {
  if (before.there != Truth::yes) return before.last_seen;
  return std::max(before.last_seen, moment.looked_before);
}

/// Without a lower bound when they are out of order: a clock was set back.
Bounds in_order(Instant earliest, Instant latest) {
  return {earliest <= latest ? earliest : base::kBeginningOfTime, latest};
}

/// `ended`: when it ended, as the directories tell it.
Holding continued(const Holding& before, Truth now, const Bounds& ended, const Moment& moment) {
  if (now == before.there) return before;
  if (now == Truth::yes) {
    Holding there{Truth::yes, moment.looked, std::nullopt, before.back};
    if (before.gone) there.back = in_order(before.gone->latest, moment.as_of);
    return there;
  }
  auto seen = last_sight(before, moment);
  if (now == Truth::no) {
    // The directory's own word of when it was there last is as good as a run that saw it.
    const bool told_of = ended.earliest != base::kBeginningOfTime && ended.earliest < moment.as_of;
    if (told_of) seen = std::max(seen, std::optional(ended.earliest));
    const Instant since = seen.value_or(base::kBeginningOfTime);
    const bool told = ended.latest >= since && ended.latest < moment.as_of;
    return {Truth::no, seen, in_order(since, told ? ended.latest : moment.as_of), before.back};
  }
  return before.there == Truth::yes ? Holding{Truth::unknown, seen, std::nullopt, before.back} : before;
}

void add_keys(std::vector<std::string>& keys, const std::vector<std::string>& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

Instant Revocation::ended() const { return access.gone ? std::max(left.latest, access.gone->latest) : left.latest; }

bool Revocation::kept_access() const {
  const auto last = access.there == Truth::yes ? std::optional(looked) : access.last_seen;
  return last && *last > left.latest;
}

Span Revocation::outlived() const {
  if (access.gone) return between(left, *access.gone);
  if (access.there == Truth::yes) return {after(left.latest, looked), after(left.earliest, until)};
  return {access.last_seen ? after(left.latest, *access.last_seen) : Duration{0}, Span::kUnbounded};
}

Span Revocation::hr_delay() const { return between(left, entered.value_or(seen)); }

std::optional<Span> Revocation::feed_delay() const {
  if (!entered) return std::nullopt;
  return between(later(left, *entered), seen);
}

Span Revocation::it_delay() const {
  Bounds began = later(left, seen);
  if (access.back) began = later(began, *access.back);
  if (access.gone) return between(began, *access.gone);
  if (access.there == Truth::yes) return {after(began.latest, looked), after(began.earliest, until)};
  return {access.last_seen ? after(began.latest, *access.last_seen) : Duration{0}, Span::kUnbounded};
}

Revocation began(const Leaver& leaver, const Bounds& heard, const Moment& moment) {
  Revocation r;
  r.key = leaver.key;
  r.employee_id = leaver.employee_id;
  r.left = leaver.left;
  r.seen = heard;
  return continued(std::move(r), leaver, moment);
}

Revocation continued(Revocation before, const Leaver& leaver, const Moment& moment) {
  Revocation r = std::move(before);
  const Truth was = r.access.there;
  r.name = leaver.name;
  r.left = narrowed(r.left, leaver.left);
  if (leaver.last_working_day) r.last_working_day = leaver.last_working_day;
  if (leaver.entered && !r.entered && leaver.entered->earliest <= r.seen.latest) {
    r.entered = {leaver.entered->earliest, std::min(leaver.entered->latest, r.seen.latest)};
  }
  r.access = continued(r.access, leaver.access, leaver.access_ended, moment);
  r.groups = continued(r.groups, leaver.groups, leaver.groups_ended, moment);
  if (r.access.there != was) {
    const bool told = r.access.gone && r.access.gone->latest == leaver.access_ended.latest;
    r.access_told = told ? leaver.access_told : std::string();
  }
  // Accounts that are deleted long after they ceased to work are no news.
  if (r.access.there == Truth::yes || r.access.there != was) r.accounts = leaver.accounts;
  add_keys(r.worked, leaver.worked);
  r.until = moment.as_of;
  r.looked = moment.looked;
  return r;
}

void sort_by_urgency(std::vector<Revocation>& all) {
  const auto rank = [](const Revocation& r) {
    return r.access.there == Truth::yes ? 0 : r.access.there == Truth::unknown ? 1 : 2;
  };
  const auto length = [](const Revocation& r) { return r.hr_delay().most + r.it_delay().least; };
  std::sort(all.begin(), all.end(), [&](const Revocation& a, const Revocation& b) {
    const int rank_a = rank(a), rank_b = rank(b);
    const Duration length_a = length(a), length_b = length(b);
    return std::tie(rank_a, length_b, a.employee_id, a.key) < std::tie(rank_b, length_a, b.employee_id, b.key);
  });
}

}  // namespace tally::model
