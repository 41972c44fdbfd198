// Sudo roles: whom the directory lets become root on Unix hosts (sudoers.ldap(5), class sudoRole).
//
//   if (roles.read(entry)) …                  // for each entry
//   roles.finish(harvest);                    // once all accounts and groups are known: rows of harvest.controls
//
// A role gives root when it allows sudoCommand ALL (nothing takes back: "!ALL") as root: sudoRunAsUser (or sudoRunAs)
// absent, root, #0 or ALL. On every host with sudoHost ALL, else on those it names. sudoUser: a login, #uid, %group,
// %#gid, ALL; "!" before any takes it away. A netgroup (+name) or another kind of group (%:name) is not read and makes
// a doubt. sudoNotBefore and sudoNotAfter count only on hosts with SUDOERS_TIMED, so a role that is over counts still;
// its text says so. KNOWN GAP: commands that are as good as root (a shell, an editor) are not recognised by their
// names; a later role (sudoOrder) that takes the right back is not looked at: both alarm or miss as said in
// docs/spec/privilege.md.
#pragma once

#include <string>
#include <vector>

#include "connectors/directory/entry.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

struct SudoRole {
  std::string dn;
  std::vector<std::string> users;
  std::string hosts;  ///< "every Unix host", or which
  std::string text;   ///< "sudoUser=%wheel sudoHost=ALL sudoCommand=ALL sudoOption=!authenticate"
};

class SudoRoles {
 public:
  /// What decode() needs.
  static const std::vector<std::string>& attributes();
  /// True when the entry is a role, whether or not it gives root.
  bool read(const Entry& entry);
  void finish(model::Harvest& harvest) const;

 private:
  std::vector<SudoRole> roles_;  ///< those that give root
};

}  // namespace tally::directory
