#include "policy/model/run_report.h"

#include "policy/base/assert.h"

namespace tally::model {

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::opened: return "new";
    case Standing::still_open: return "still open";
    case Standing::changed: return "changed";
    case Standing::not_rechecked: return "open, not re-checked";
    case Standing::resolved: return "fixed";
  }
  TALLY_ASSERT(false && "unknown Standing");
  return {};
}

}  // namespace tally::model
