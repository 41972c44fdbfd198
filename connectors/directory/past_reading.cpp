#include "connectors/directory/past_reading.h"

#include "connectors/directory/change_log_past.h"
#include "connectors/directory/linked_past.h"
#include "connectors/directory/logged_past.h"

namespace tally::directory {

std::unique_ptr<PastReading> past_of(const LdapOptions& options) {
  if (options.profile.dialect == Dialect::active_directory) return std::make_unique<LinkedPast>(options);
  if (options.profile.dialect == Dialect::ds389) return std::make_unique<ChangeLogPast>(options);
  return std::make_unique<LoggedPast>(options);
}

}  // namespace tally::directory
