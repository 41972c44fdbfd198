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

/// Both are true; where they contradict each other, `a`.
Bounds both(const Bounds& a, const Bounds& b) {
  const Bounds common{std::max(a.earliest, b.earliest), std::min(a.latest, b.latest)};
  return common.earliest <= common.latest ? common : a;
}

/// `told`: when it ended, as the directories say it.
Holding continued(const Holding& before, Truth now, const Bounds& told, const Moment& moment) {
  if (now == before.there) return before;
  if (now == Truth::yes) return {Truth::yes, moment.as_of, std::nullopt};
  const auto seen = before.there == Truth::yes ? moment.run_before : before.last_seen;
  if (now == Truth::no) {
    return {Truth::no, seen, both({seen.value_or(base::kBeginningOfTime), moment.as_of}, told)};
  }
  return before.there == Truth::yes ? Holding{Truth::unknown, seen, std::nullopt} : before;
}

}  // namespace

Instant Revocation::ended() const { return access.gone ? std::max(left.latest, access.gone->latest) : left.latest; }

bool Revocation::kept_access() const {
  return access.last_seen.has_value() || (access.gone && access.gone->earliest > left.latest);
}

Span Revocation::hr_delay() const { return between(left, entered.value_or(seen)); }

std::optional<Span> Revocation::feed_delay() const {
  if (!entered) return std::nullopt;
  return between(later(left, *entered), seen);
}

Span Revocation::it_delay() const {
  const Bounds began = later(left, seen);
  if (access.gone) return between(began, *access.gone);
  if (access.there == Truth::yes) return {after(began.latest, until), after(began.earliest, until)};
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
  r.left = both(r.left, leaver.left);
  if (leaver.last_working_day) r.last_working_day = leaver.last_working_day;
  if (leaver.entered) r.entered = leaver.entered;
  r.access = continued(r.access, leaver.access, leaver.disabled, moment);
  r.groups = continued(r.groups, leaver.groups, {}, moment);
  // Accounts that are deleted long after they ceased to work are no news.
  if (leaver.access == Truth::yes || leaver.access != was) r.accounts = leaver.accounts;
  r.recalled = false;
  r.until = moment.as_of;
  return r;
}

Revocation lost_sight(Revocation before, const Moment& moment) {
  before.access = continued(before.access, Truth::unknown, {}, moment);
  before.groups = continued(before.groups, Truth::unknown, {}, moment);
  before.until = moment.as_of;
  return before;
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
