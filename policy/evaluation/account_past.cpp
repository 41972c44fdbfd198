// account.*: when the account was enabled and disabled, as far as the directory tells of its past.
#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using base::Instant;
using model::TimeFact;
using model::TimeState;
using model::Truth;

constexpr std::string_view kOffNow = "the account is disabled, and when it was enabled is not kept";

Instant bound(const TimeFact& fact, Instant Bounds::*side, Instant otherwise) {
  return fact.state == TimeState::known ? fact.bounds.*side : otherwise;
}

/// Disabling is a change of the entry: it was not before the entry was made, and not after the entry last changed; nor
/// outside of what the directory tells of its switch. `read`: when it was seen to be disabled.
Bounds disabled_since(const model::Accounts& accounts, std::size_t i, Instant read) {
  const TimeFact &created = accounts.created[i], &switched = accounts.switched[i];
  const Instant made = bound(created, &Bounds::earliest, base::kBeginningOfTime);
  Instant latest = std::min(read, bound(accounts.modified[i], &Bounds::latest, read));
  if (switched.state == TimeState::never) latest = std::min(latest, bound(created, &Bounds::latest, latest));
  latest = std::min(latest, bound(switched, &Bounds::latest, latest));
  return {std::min(std::max(made, bound(switched, &Bounds::earliest, made)), latest), latest};
}

}  // namespace

FactRows<AccountFacts> AccountFacts::past_rows() {
  using F = AccountFacts;
  static constexpr FactRow<F> kRows[] = {
      {"account.disabled_at", [](F& f) { return f.disabled_at(); },
       [](const F& f, std::size_t i) {
         const TimeFact& switched = f.accounts().switched[i];
         const TimeFact& shown = switched.state == TimeState::unknown ? f.accounts().modified[i] : switched;
         return fmt::format("{}; {}", f.shown(f.accounts().enabled[i].basis), f.shown(shown.basis));
       }},
      {"account.switched_on_at", [](F& f) { return f.switched_on_at(); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().switched[i].basis); }},
  };
  return kRows;
}

cel::FactColumn AccountFacts::disabled_at() {
  std::vector<TimeFact>& out = moments_.emplace_back(accounts().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const model::BoolFact& enabled = accounts().enabled[i];
    if (enabled.value == Truth::yes) {
      out[i] = TimeFact::never({});
    } else if (enabled.value == Truth::unknown) {
      out[i] = TimeFact::unknown(text_.intern(inputs_.snapshot.view(enabled.basis)));
    } else {
      const Instant read = inputs_.snapshot.source(accounts().source[i]).finished;
      out[i] = TimeFact::known(disabled_since(accounts(), i, read), {});
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::switched_on_at() {
  std::vector<TimeFact>& out = moments_.emplace_back(accounts().size());
  const base::TextId off = text_.intern(kOffNow);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const model::BoolFact& enabled = accounts().enabled[i];
    const TimeFact& switched = accounts().switched[i];
    const bool told = enabled.value == Truth::yes && switched.state != TimeState::unknown;
    if (told) {
      out[i] = {switched.bounds, switched.state, {}};
    } else {
      const base::TextId why = enabled.value == Truth::unknown ? enabled.basis : switched.basis;
      out[i] = TimeFact::unknown(enabled.value == Truth::no ? off : text_.intern(inputs_.snapshot.view(why)));
    }
  }
  return view(out, text_);
}

}  // namespace tally::evaluation
