// Three-valued truth as somebody would write it by hand: "and" is the smaller, "or" the larger. For by_hand.h alone.
#pragma once

#include <algorithm>
#include <cstdint>

#include "policy/base/time.h"
#include "policy/model/fact.h"

namespace tally::bench {

enum Answer : std::int8_t { kNo = 0, kUnknown = 1, kYes = 2 };

inline Answer truth(bool value) { return value ? kYes : kNo; }
inline Answer both(Answer a, Answer b) { return std::min(a, b); }
template <class... More>
Answer both(Answer a, Answer b, More... more) {
  return both(both(a, b), more...);
}
inline Answer either(Answer a, Answer b) { return std::max(a, b); }
inline Answer no(Answer a) { return static_cast<Answer>(kYes - a); }
inline Answer truth(const model::BoolFact& fact) {
  return fact.value == model::Truth::unknown ? kUnknown : truth(fact.value == model::Truth::yes);
}

inline Answer is_never(const model::TimeFact& fact) {
  return fact.state == model::TimeState::unknown ? kUnknown : truth(fact.state == model::TimeState::never);
}
inline Answer before(const base::Bounds& a, const base::Bounds& b) {
  return a.latest < b.earliest ? kYes : a.earliest >= b.latest ? kNo : kUnknown;
}
/// The moment and so much later is not after `now`.
inline Answer over(const model::TimeFact& fact, base::Duration later, base::Instant now) {
  if (fact.state != model::TimeState::known) return kUnknown;
  return no(before(base::Bounds::exactly(now), base::add(fact.bounds, later)));
}
/// never, or so long ago; the same for "not never, and after …".
inline Answer never_or_over(const model::TimeFact& fact, base::Duration later, base::Instant now) {
  return fact.state == model::TimeState::never ? kYes : over(fact, later, now);
}
inline Answer after(const model::TimeFact& fact, const model::TimeFact& limit, base::Duration slack) {
  if (fact.state == model::TimeState::never) return kNo;
  if (fact.state == model::TimeState::unknown || limit.state != model::TimeState::known) return kUnknown;
  return before(base::add(limit.bounds, slack), fact.bounds);
}

}  // namespace tally::bench
