#include "connectors/directory/server_kind.h"

#include <fmt/format.h>

#include "connectors/directory/profile.h"
#include "policy/base/assert.h"

namespace tally::directory {
namespace {

constexpr std::string_view kActiveDirectory = "1.2.840.113556.1.4.800";  // LDAP_CAP_ACTIVE_DIRECTORY_OID
constexpr std::string_view kLightweight = "1.2.840.113556.1.4.1851";     // LDAP_CAP_ACTIVE_DIRECTORY_ADAM_OID

}  // namespace

std::optional<Dialect> recognise(const Entry& root_dse) {
  if (root_dse.has_value("supportedCapabilities", kActiveDirectory) ||
      root_dse.has_value("supportedCapabilities", kLightweight))
    return Dialect::active_directory;
  const std::string_view vendor = root_dse.first("vendorName").value_or("");
  if (vendor.starts_with("389 Project")) return Dialect::ds389;
  if (root_dse.has_value("objectClass", "OpenLDAProotDSE")) return Dialect::openldap;
  return std::nullopt;
}

std::string_view name_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::openldap: return "OpenLDAP";
    case Dialect::active_directory: return "Active Directory";
    case Dialect::ds389: return "389 Directory Server";
    case Dialect::generic: return "another directory";
  }
  TALLY_ASSERT(false && "unknown Dialect");
  return {};
}

std::optional<std::string> misread(Dialect configured, std::optional<Dialect> server) {
  if (!server || *server == configured || configured == Dialect::generic) return std::nullopt;
  return fmt::format(
      "the server says that it is {}, but it is read as {}, whose attributes mean something else: set type = \"{}\"",
      name_of(*server), name_of(configured), to_string(*server));
}

}  // namespace tally::directory
