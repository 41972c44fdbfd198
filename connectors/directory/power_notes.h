// What readings of powers have in common, whatever the server: as whom we read, the sudo roles that rules are asked
// about, and what an auditor is told of holders that are no entries.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/power_reading.h"

namespace tally::directory {

/// Sentences about our own powers; a reader needs no more to act.
inline constexpr std::size_t kMaxOwnPowers = 10;
/// Sudo roles of one base of which the access rules are looked at.
inline constexpr std::uint32_t kMaxSudoRoles = 500;

/// The DN as which the server sees us; "" when anonymous; nothing when it cannot be told.
std::optional<std::string> own_dn(Session& session, const LdapOptions& options, const Patience& patience);

/// Below our bases; at most kMaxNaming of each attribute.
NamingEntries entries_naming(Session& session, const LdapOptions& options, const std::string& dn,
                             const std::vector<std::string>& attributes, const Patience& patience);
inline constexpr std::uint32_t kMaxNaming = 20;

/// Into own_powers and own_powers_unread: what we may write anywhere, but for rules that are told already.
void tell_reach(model::SourceRecord& source, const PowerReading& reading, const Requester& ourselves,
                const NamingEntries& naming);

void for_each_sudo_role(Session& session, const LdapOptions& options, const Patience& patience,
                        const std::function<void(const std::string& dn)>& each);

/// Notes: how many rules were asked, and whoever holds power without being an entry that was read.
void tell_powers(model::SourceRecord& source, const PowerReading& reading);

}  // namespace tally::directory
