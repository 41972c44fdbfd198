// Who am I: as whom the server sees the session (RFC 4532); the DN of a certificate, a ticket or a socket's user may be
// another one than anybody configured.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/inquiry.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/session.h"

namespace tally::directory {

/// The DN; "" when anonymous; nothing when the server does not say, or says something else than a DN.
std::optional<std::string> who_am_i(Session& session, const Patience& patience);

/// Of Active Directory: the SIDs of the account and of all groups that it is in, as text (tokenGroups of the root DSE,
/// [MS-ADTS] 3.1.1.3.2.20). Empty when the server does not say.
std::vector<std::string> token_sids(Session& session, const Patience& patience);
std::vector<std::string> token_sids(const Inquiry& ask);

}  // namespace tally::directory
