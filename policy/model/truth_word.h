// The words for a three-valued fact, as logs and reports write them.
#pragma once

#include <string_view>

#include "policy/model/fact.h"

namespace tally::model {

/// "yes", "no", "unknown".
constexpr std::string_view to_string(Truth truth) {
  return truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : "unknown";
}

}  // namespace tally::model
