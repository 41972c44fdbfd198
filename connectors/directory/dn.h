// Distinguished names as keys: the string form of RFC 4514 brought to one spelling.
//
//   std::string key;
//   normalise_dn("CN=Smith\\2C John , OU=Sales,dc=Corp", key);   // cn=smith\, john,ou=sales,dc=corp
//   DnScope scope({"dc=corp,dc=example"});
//   if (scope.contains(entry.dn())) …
//
// Equal for: ASCII case of types and values; long names and OIDs of the RFC 4514 types (commonName, 2.5.4.3); spaces
// around separators and runs of spaces; any way of escaping; the order inside a multi-valued RDN. KNOWN GAP: letters
// outside ASCII compare by their bytes. Servers give DN-valued attributes in the spelling of the entry's own DN, so it
// matters only for names typed by hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tally::directory {

/// Writes the normal form of `dn` into `out` (replaced). False when malformed; `out` is then unspecified.
/// The empty DN is well-formed. One pass over the bytes when the DN is written plainly.
bool normalise_dn(std::string_view dn, std::string& out);
/// The same, or "" when malformed.
std::string normal_dn(std::string_view dn);

/// What follows the first RDN, as written; empty when there is nothing above. Asks for a DN that is well-formed.
std::string_view parent_dn(std::string_view dn);

/// Whether DNs lie at or below one of some bases.
class DnScope {
 public:
  /// Bases that are malformed contain nothing; configuration checks them before.
  explicit DnScope(const std::vector<std::string>& bases);
  /// At or below a base. A malformed DN lies nowhere, unless it ends as a base is written: missing there counts as
  /// missing.
  [[nodiscard]] bool contains(std::string_view dn) const;
  /// The bases that lie below no other base, in the order given and as written: those worth a search.
  [[nodiscard]] static std::vector<std::string> outermost(const std::vector<std::string>& bases);

 private:
  std::vector<std::string> written_;
  std::vector<std::string> normal_;
};

}  // namespace tally::directory
