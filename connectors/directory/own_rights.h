// Own rights in Active Directory: what the account that reads may do beyond reading. The server's own word for it: the
// groups in its token (tokenGroups of the root DSE, MS-ADTS 3.1.1.3.2), and what it may write of entries that mean
// power (sDRightsEffective 3.1.1.4.5.3, allowedAttributesEffective 3.1.1.4.5.22), which are computed for whoever asks.
//
//   read_own_rights(session, options, harvest, patience);   // harvest.source.own_powers, own_powers_unread
//
// After read_controls(): rights that it holds there, such as to replicate secrets, count too.
#pragma once

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// Entries that are asked about, beside the heads of domains and AdminSDHolder: of groups of power; units and
/// containers; and of those in which accounts or groups lie, one of each class of objects that inherits from it.
inline constexpr std::size_t kMaxOwnSample = 20, kMaxOwnPlaces = 2'000, kMaxOwnOfPlaces = 500;

void read_own_rights(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience);

}  // namespace tally::directory
