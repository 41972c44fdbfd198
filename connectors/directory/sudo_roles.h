// Sudo roles: whom the directory lets become root on Unix hosts (sudoers.ldap(5), class sudoRole).
//
//   if (roles.read(entry, live)) …            // for each entry
//   roles.finish(harvest);                    // once all accounts and groups are known: rows of harvest.controls
//
// A role gives root when it allows sudoCommand ALL (nothing takes back: "!ALL") as root: sudoRunAsUser (or sudoRunAs)
// absent, root, #0 or ALL. On every host with sudoHost ALL, else on those it names. sudoUser: a login, #uid, %group,
// %#gid, ALL; "!" before any takes it away. A netgroup (+name) or another kind of group (%:name) is not read and makes
// a doubt. sudoNotBefore and sudoNotAfter count only on hosts with SUDOERS_TIMED, so a role that is over counts still;
// its text says so. A group that was not read, and an attribute that a server may hide (absence.h), make a doubt. KNOWN
// GAP: commands that are as good as root (a shell, an editor) are not recognised by their names; a later role
// (sudoOrder) that takes the right back is not looked at: both alarm or miss as said in docs/spec/privilege.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/entry.h"
#include "connectors/directory/unshown.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// One that gives root, if what it does not show is not there.
struct SudoRole {
  std::string dn;
  std::vector<std::string> users;
  std::string hosts;          ///< "every Unix host", or which
  std::string text;           ///< "sudoUser=%wheel sudoHost=ALL sudoCommand=ALL sudoOption=!authenticate"
  bool gives_root = false;    ///< as it is shown
  Unshown::Set rests_on = 0;  ///< what decides that, and is not shown
};

class SudoRoles {
 public:
  SudoRoles();
  /// What decode() needs.
  static const std::vector<std::string>& attributes();
  /// True when the entry is a role, whether or not it gives root. `live`: what it does not show has to be proven.
  bool read(const Entry& entry, bool live);
  /// What roles do not show, by row_of() their DNs.
  [[nodiscard]] Unshown& unshown() { return unshown_; }
  [[nodiscard]] std::optional<std::size_t> row_of(std::string_view dn) const;
  [[nodiscard]] const std::string& dn_of(std::size_t row) const { return roles_.at(row).dn; }
  void finish(model::Harvest& harvest) const;

 private:
  std::vector<SudoRole> roles_;              ///< those that give root, or may
  std::map<std::string, std::size_t> rows_;  ///< by normal DN
  Unshown unshown_;
};

}  // namespace tally::directory
