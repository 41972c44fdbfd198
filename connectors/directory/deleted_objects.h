// Deleted objects: what Active Directory still keeps of accounts that were deleted, and when that was: rows of
// model::DeletedAccounts, which are no accounts.
//
//   for (const std::string& line : read_deleted_objects(session, options, harvest, patience)) note(line);
//
// They lie in CN=Deleted Objects (MS-ADTS 3.1.1.5.5), which is shown to nobody who does not ask for it (the controls
// LDAP_SERVER_SHOW_DELETED and SHOW_RECYCLED, MS-ADTS 3.1.1.3.4.1.14 and .26) and by default to administrators alone. A
// container that is not shown says nothing of whether anybody was deleted.
//
// deleted      when isDeleted was written (replPropertyMetaData); where that is not told, not after whenChanged.
// the rest     with the recycle bin on as it was; else, and once an object is "recycled", login, SID,
// userAccountControl
//              and little more: the others are empty or unknown. Computers and what derives from them are left out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/session.h"
#include "connectors/directory/table_builder.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// Of one domain; what is more is not read, and the notes say so.
inline constexpr std::uint64_t kMaxDeletedObjects = 200'000;

/// The entries of deleted accounts, understood as those of accounts are.
class DeletedObjects {
 public:
  DeletedObjects(const ProfileOptions& options, base::Instant collected_at);

  /// "(…)" and the attributes to ask for. Not isDeleted: what shows it is no account (active_directory.h).
  [[nodiscard]] Query query() const;
  void take(const Entry& entry);
  /// Adds a row for each; once.
  void tell(model::Harvest& harvest) const;
  [[nodiscard]] std::size_t size() const { return deleted_.size(); }

 private:
  ProfileOptions options_;
  base::Instant collected_at_;
  model::Harvest kept_;
  TableBuilder builder_;
  std::unique_ptr<Profile> profile_;
  std::vector<model::TimeFact> deleted_;  ///< by account of kept_
};

/// Asks for those of every domain of the bases. What could be read, and why not all could: "deleted objects: …".
std::vector<std::string> read_deleted_objects(Session& session, const LdapOptions& options, model::Harvest& harvest,
                                              const Patience& patience);

/// Why it cannot be told who was deleted from the domain with that head, as far as a look at the container tells; empty
/// when it is shown.
std::string deleted_objects_hidden(Session& session, const std::string& head, const Patience& patience);

}  // namespace tally::directory
