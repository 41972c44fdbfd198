#include "connectors/directory/change_feed.h"

#include "connectors/directory/sync_feed.h"
#include "connectors/directory/usn_feed.h"

namespace tally::directory {

std::unique_ptr<ChangeFeed> ChangeFeed::create(const LdapOptions& options) {
  switch (options.profile.dialect) {
    case Dialect::openldap:
    case Dialect::ds389: return std::make_unique<SyncFeed>(options);
    case Dialect::active_directory: return std::make_unique<UsnFeed>(options);
    case Dialect::generic: return nullptr;
  }
  return nullptr;
}

}  // namespace tally::directory
