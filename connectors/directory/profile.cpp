#include "connectors/directory/profile.h"

#include <algorithm>
#include <vector>

#include "connectors/directory/active_directory.h"
#include "connectors/directory/ds389.h"
#include "connectors/directory/generic.h"
#include "connectors/directory/openldap.h"
#include "policy/base/assert.h"

namespace tally::directory {

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::openldap: return "openldap";
    case Dialect::active_directory: return "active-directory";
    case Dialect::ds389: return "389ds";
    case Dialect::generic: return "generic";
  }
  TALLY_ASSERT(false && "unknown Dialect");
  return {};
}

base::Result<std::unique_ptr<Profile>> Profile::create(const ProfileOptions& options, base::Instant collected_at) {
  switch (options.dialect) {
    case Dialect::openldap: return OpenLdap::create(options, collected_at);
    case Dialect::active_directory: return ActiveDirectory::create(options, collected_at);
    case Dialect::ds389: return Ds389::create(options, collected_at);
    case Dialect::generic: return Generic::create(options, collected_at);
  }
  TALLY_ASSERT(false && "unknown Dialect");
  return {};
}

void Profile::settle(model::Harvest& harvest) {
  std::vector<model::TimeFact>& expires = harvest.accounts.password_expires;
  const base::TextId why = harvest.text.intern("when passwords expire is read of Active Directory alone");
  std::fill(expires.begin(), expires.end(), model::TimeFact::unknown(why));
}

}  // namespace tally::directory
