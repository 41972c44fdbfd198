#include "policy/model/verdict.h"

#include "policy/base/assert.h"

namespace tally::model {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::clear: return "clear";
    case Outcome::violation: return "violation";
    case Outcome::cannot_tell: return "cannot tell";
    case Outcome::exempt: return "exempt";
  }
  TALLY_ASSERT(false && "unknown Outcome");
  return {};
}

bool Population::ties_out() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts) sum += part.second;
  return sum == total;
}

}  // namespace tally::model
