// Facts have three states: known, imprecise (a moment between two bounds), or unknown with a reason.
//
//   accounts.enabled[i] = BoolFact::known(false, text.intern("userAccountControl=514"));
//   accounts.last_sign_in[i] = TimeFact::unknown(text.intern("this directory does not record sign-ins"));
//
// `basis` is evidence: the attribute or column and its value for a known fact, the reason for an unknown one.
// A fact is never defaulted: what nobody read is unknown.
#pragma once

#include <cstdint>

#include "policy/base/text.h"
#include "policy/base/time.h"

namespace tally::model {

enum class Truth : std::uint8_t { no, yes, unknown };

struct BoolFact {
  Truth value = Truth::unknown;
  base::TextId basis;

  static constexpr BoolFact known(bool value, base::TextId evidence) {
    return {value ? Truth::yes : Truth::no, evidence};
  }
  static constexpr BoolFact unknown(base::TextId reason) { return {Truth::unknown, reason}; }
};

enum class TimeState : std::uint8_t {
  unknown,  ///< basis says why
  never,    ///< known not to have happened, or known to have no such date
  known,    ///< happened (or will) within `bounds`
};

struct TimeFact {
  base::Bounds bounds;
  TimeState state = TimeState::unknown;
  base::TextId basis;

  static constexpr TimeFact known(base::Bounds bounds, base::TextId evidence) {
    return {bounds, TimeState::known, evidence};
  }
  static constexpr TimeFact never(base::TextId evidence) { return {{}, TimeState::never, evidence}; }
  static constexpr TimeFact unknown(base::TextId reason) { return {{}, TimeState::unknown, reason}; }
};

}  // namespace tally::model
