// Powers in OpenLDAP: who stands above the access rules (olcRootDN), whom they let write what means power (olcAccess),
// who may act as others (olcAuthzPolicy with authzTo and authzFrom), and what of that the account that reads has.
//
//   read_openldap_powers(session, options, harvest, patience, digest);
//
// Needs to read cn=config; where it may not, SourceRecord::controls_unread says so, and nobody is cleared.
// An attribute that is not shown is proven to be absent (absence.h) before that counts.
#pragma once

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "policy/base/digest.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// After TableBuilder::finish(). Fills harvest.controls, controls_unread, own_powers, own_powers_unread and notes.
void read_openldap_powers(Session& session, const LdapOptions& options, model::Harvest& harvest,
                          const Patience& patience, base::Sha256& digest);

}  // namespace tally::directory
