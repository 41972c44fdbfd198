// Control queries: asking a server of Active Directory who controls what, after everything else was read: descriptors
// of the heads of domains, of AdminSDHolder and of entries that matter (control_reading.h), and dSHeuristics.
//
//   read_controls(session, options, harvest, patience, digest);
//
// With the control LDAP_SERVER_SD_FLAGS (MS-ADTS 3.1.1.3.4.1.11) for owner, group and DACL: without it a reader who is
// no administrator gets nothing, for the SACL is not his to read. What is not delivered is said in
// SourceRecord::controls_unread and does not lower the coverage: accounts and groups were seen.
#pragma once

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/session.h"
#include "policy/base/digest.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

void read_controls(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
                   base::Sha256& digest);

}  // namespace tally::directory
