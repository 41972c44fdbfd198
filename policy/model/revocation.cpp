#include "policy/model/revocation.h"

#include <algorithm>
#include <map>

namespace tally::model {
namespace {

using base::Bounds;
using base::Duration;
using base::Instant;

const Evidence* evidence_of(const Finding& finding, std::string_view fact) {
  const auto found =
      std::find_if(finding.evidence.begin(), finding.evidence.end(), [&](const Evidence& e) { return e.fact == fact; });
  return found == finding.evidence.end() ? nullptr : &*found;
}

/// What a rule looked at says what it is about, whatever it is called.
bool about_entitlements(const Finding& finding) {
  return evidence_of(finding, "person.left_at") != nullptr && evidence_of(finding, "account.has_groups") != nullptr;
}
bool about_access(const Finding& finding) {
  return evidence_of(finding, "person.left_at") != nullptr && evidence_of(finding, "account.usable") != nullptr &&
         !about_entitlements(finding);
}

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

/// When the trouble of all these findings was over; nothing while one is open. `none`: there is no such finding.
struct End {
  bool none = true, open = false;
  Bounds at{base::kBeginningOfTime, base::kBeginningOfTime};

  void add(const LeaverFinding& f) {
    none = false;
    if (!f.resolved) {
      open = true;
    } else {
      at = later(at, {f.last_seen, *f.resolved});
    }
  }
  [[nodiscard]] std::optional<Bounds> when() const { return open ? std::nullopt : std::optional(at); }
};

struct Person {
  Revocation revocation;
  End access, entitlements;
};

/// A moment that HR gave; "never" and "unknown" are none.
std::optional<Bounds> stamp(const Finding& finding, std::string_view fact) {
  const Evidence* said = evidence_of(finding, fact);
  return said == nullptr ? std::nullopt : base::parse_bounds(said->value);
}

void add(Person& person, const LeaverFinding& f) {
  if (about_entitlements(f.finding)) return person.entitlements.add(f);
  const auto left = base::parse_bounds(evidence_of(f.finding, "person.left_at")->value);
  if (!left) return;
  Revocation& r = person.revocation;
  const Bounds seen{f.before_first, f.first_seen};
  r.name = f.finding.subject.person_name;
  r.left = *left;
  if (const auto day = stamp(f.finding, "person.last_working_day")) r.last_working_day = day;
  if (const auto entered = stamp(f.finding, "person.leaving_entered")) r.entered = entered;
  r.seen = person.access.none ? seen
                              : Bounds{std::min(r.seen.earliest, seen.earliest), std::min(r.seen.latest, seen.latest)};
  ++r.accounts;
  person.access.add(f);
}

}  // namespace

Span Revocation::hr_delay() const { return between(left, entered.value_or(seen)); }

std::optional<Span> Revocation::feed_delay() const {
  if (!entered) return std::nullopt;
  return between(later(left, *entered), seen);
}

Span Revocation::it_delay() const {
  const Bounds began = later(left, seen);
  if (access_gone) return between(began, *access_gone);
  return {after(began.latest, until), after(began.earliest, until)};
}

std::vector<Revocation> revocations(std::span<const LeaverFinding> findings, Instant until) {
  std::map<std::string, Person> people;
  for (const LeaverFinding& f : findings) {
    const bool counts = about_access(f.finding) || about_entitlements(f.finding);
    if (counts && !f.finding.subject.person.empty()) add(people[f.finding.subject.person], f);
  }
  std::vector<Revocation> all;
  for (auto& [id, person] : people) {
    if (person.access.none) continue;
    Revocation& r = person.revocation;
    r.employee_id = id;
    r.until = until;
    r.access_gone = person.access.when();
    if (!person.entitlements.none) r.entitlements_gone = person.entitlements.when();
    all.push_back(std::move(r));
  }
  std::stable_sort(all.begin(), all.end(), [](const Revocation& a, const Revocation& b) {
    return a.hr_delay().most + a.it_delay().least > b.hr_delay().most + b.it_delay().least;
  });
  return all;
}

}  // namespace tally::model
