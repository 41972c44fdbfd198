// Powers in 389 Directory Server: who stands above the access rules (the Directory Manager, nsslapd-rootdn), whom the
// access control instructions let write what means power or act as others, and what of that the account that reads has.
//
//   read_ds389_powers(session, options, harvest, patience, digest);
//
// Needs to read `aci` at and above every entry that matters, and of cn=config aci and nsslapd-rootdn; where it may not,
// SourceRecord::controls_unread says so, and nobody is cleared. An aci that is not shown is proven to be absent
// (absence.h) before that counts.
#pragma once

#include <string>

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "policy/base/digest.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// Begins the note that says whether our own rights were compared with the server's word (own_rights_check.h).
inline const std::string kEffectiveRights = "effective-rights: ";

/// After TableBuilder::finish(). Fills harvest.controls, controls_unread, own_powers, own_powers_unread and notes.
void read_ds389_powers(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
                       base::Sha256& digest);

}  // namespace tally::directory
