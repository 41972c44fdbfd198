#include "connectors/directory/profile.h"

#include "connectors/directory/active_directory.h"
#include "connectors/directory/openldap.h"
#include "policy/base/assert.h"

namespace tally::directory {

base::Result<std::unique_ptr<Profile>> Profile::create(const ProfileOptions& options, base::Instant collected_at) {
  switch (options.dialect) {
    case Dialect::openldap: return OpenLdap::create(options, collected_at);
    case Dialect::active_directory: return ActiveDirectory::create(options, collected_at);
  }
  TALLY_ASSERT(false && "unknown Dialect");
  return {};
}

}  // namespace tally::directory
