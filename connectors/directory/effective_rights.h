// Effective rights: what 389 Directory Server itself says that somebody may do with one entry (Get Effective Rights
// control, 1.3.6.1.4.1.42.2.27.9.5.2; Red Hat Directory Server, Administration Guide, "Checking access rights on
// entries"). Asked of oneself it needs no right but to see the entry; of others it needs `aci` to be readable.
//
//   auto rights = effective_rights(session, "uid=anna,…", {"userPassword"}, own_dn, patience);
//   if (rights && rights->write("userPassword") == MayWrite::yes) …
//
// The server's word holds for this connection: its address, its encryption, this time of day.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "policy/base/result.h"

namespace tally::directory {

enum class MayWrite : std::uint8_t { no, own_name, yes };

/// The letters of the pseudo attributes entryLevelRights and attributeLevelRights.
class EffectiveRights {
 public:
  /// Values such as "vadn" (view, add, delete, rename) and "member:rscwo, userPassword:none" (read, search, compare,
  /// write, obliterate; W and O: one's own DN alone). Errors (malformed): what is not of that form, with the place.
  static base::Result<EffectiveRights> parse(std::string_view entry_level, std::string_view attribute_level);

  [[nodiscard]] bool may_add() const { return entry_.find('a') != std::string::npos; }
  [[nodiscard]] bool may_delete() const { return entry_.find('d') != std::string::npos; }
  /// False: the answer says nothing of that attribute.
  [[nodiscard]] bool tells(std::string_view attribute) const;
  /// Of an attribute of which nothing is said: no.
  [[nodiscard]] bool may_read(std::string_view attribute) const;
  [[nodiscard]] MayWrite write(std::string_view attribute) const;

 private:
  [[nodiscard]] std::string_view letters(std::string_view attribute) const;

  std::string entry_;                              ///< letters
  std::map<std::string, std::string> attributes_;  ///< name in small letters → letters
};

/// Asks about one entry. Errors: denied, unsupported, not_found (the entry is not shown), unavailable and timed_out,
/// malformed.
base::Result<EffectiveRights> effective_rights(Session& session, const std::string& entry,
                                               const std::vector<std::string>& attributes, const std::string& of_dn,
                                               const Patience& patience);

}  // namespace tally::directory
