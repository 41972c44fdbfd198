#include "policy/model/run_report.h"

#include "policy/base/assert.h"

namespace tally::model {

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::opened: return "new";
    case Standing::still_open: return "still open";
    case Standing::changed: return "changed";
    case Standing::reopened: return "reopened";
    case Standing::not_rechecked: return "open, not re-checked";
    case Standing::resolved: return "fixed";
    case Standing::exempted: return "exempt";
    case Standing::still_exempt: return "still exempt";
    case Standing::exempt_not_rechecked: return "exempt, not re-checked";
  }
  TALLY_ASSERT(false && "unknown Standing");
  return {};
}

bool is_exempt(Standing standing) {
  return standing == Standing::exempted || standing == Standing::still_exempt ||
         standing == Standing::exempt_not_rechecked;
}

}  // namespace tally::model
