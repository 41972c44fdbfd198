#include "policy/model/offboarding.h"

#include "policy/base/assert.h"

namespace tally::model {

std::string_view to_string(OffboardingAnswer answer) {
  switch (answer) {
    case OffboardingAnswer::clear: return "clear";
    case OffboardingAnswer::action_needed: return "action-needed";
    case OffboardingAnswer::waiting: return "waiting";
    case OffboardingAnswer::cannot_tell: return "cannot-tell";
  }
  TALLY_ASSERT(false && "unknown OffboardingAnswer");
  return {};
}

std::string_view to_string(OffboardingLink link) {
  switch (link) {
    case OffboardingLink::theirs: return "theirs";
    case OffboardingLink::possible: return "possible";
    case OffboardingLink::formerly: return "formerly";
    case OffboardingLink::looked_after: return "looked-after";
  }
  TALLY_ASSERT(false && "unknown OffboardingLink");
  return {};
}

}  // namespace tally::model
