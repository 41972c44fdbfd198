// What kind of server answers, by what its root DSE says (RFC 4512 §5.1), and whether that is what the configuration
// says.
//
//   if (const auto server = recognise(root_dse)) …                // Dialect::ds389
//   if (const auto why = misread(options.dialect, server)) …      // "the server is …, but …"
//
// An unknown kind is no trouble: what is configured counts. Not a proof: a server may say of itself what it likes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/directory/entry.h"
#include "connectors/directory/options.h"

namespace tally::directory {

/// Of objectClass, supportedCapabilities and vendorName: Active Directory by its capability (MS-ADTS 3.1.1.3.4.3; Samba
/// announces it too), 389 Directory Server by vendorName, OpenLDAP by its object class. Nothing: none of these.
std::optional<Dialect> recognise(const Entry& root_dse);
/// "Active Directory", "389 Directory Server" …
std::string_view name_of(Dialect dialect);
/// Why the configured kind is plainly another one than the server's, and what to configure instead. Never for generic,
/// which fits every server.
std::optional<std::string> misread(Dialect configured, std::optional<Dialect> server);

}  // namespace tally::directory
