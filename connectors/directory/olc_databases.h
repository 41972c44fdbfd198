// The databases of an OpenLDAP server and the overlays on them, as its own configuration tells it: cn=config, see
// slapd-config(5).
//
//   const OlcDatabases databases = OlcDatabases::read(ask);
//   const OlcDatabase* hers = databases.of(normal_dn(dn));           // nullptr: why() says why it is not known
//   for (const OlcOverlay& one : overlays_on(ask, *hers, "olcPPolicyConfig", "olcPPolicyDefault")) …
//
// Only what is shown counts, and nothing follows from what is not: an overlay that is not among the answers may be
// hidden. An overlay is told only when it is seen not to be switched off (olcDisabled, OpenLDAP 2.5), and its setting
// only when it is shown, or seen not to be there: a filter about an attribute that we may not search finds nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/inquiry.h"

namespace tally::directory {

struct OlcDatabase {
  std::string entry;                  ///< its DN in cn=config
  std::string name;                   ///< "{1}mdb"
  std::vector<std::string> suffixes;  ///< normal_dn()
  std::string root;                   ///< normal_dn() of olcRootDN; empty: none is shown
};

struct OlcOverlay {
  std::string entry;                ///< its DN in cn=config
  std::vector<std::string> values;  ///< of the setting, as written; empty: it is seen not to be set
};

class OlcDatabases {
 public:
  static OlcDatabases read(const Inquiry& ask);

  /// The one with the longest suffix that the normal DN lies in.
  [[nodiscard]] const OlcDatabase* of(std::string_view dn) const;
  /// Those that hold something of the bases (normal_dn()).
  [[nodiscard]] std::vector<const OlcDatabase*> holding(const std::vector<std::string>& bases) const;
  /// Why neither can tell; empty when all databases are shown.
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  [[nodiscard]] bool numbers_are_whole() const;

  std::vector<OlcDatabase> databases_;
  std::string why_;
};

/// The overlays of that class (olcPPolicyConfig …) that are seen to be at work on the database, with one setting.
std::vector<OlcOverlay> overlays_on(const Inquiry& ask, const OlcDatabase& database, std::string_view overlay_class,
                                    std::string_view setting);
/// An overlay of that class is shown that is not seen to be switched off.
bool may_have_overlay(const Inquiry& ask, const OlcDatabase& database, std::string_view overlay_class);

}  // namespace tally::directory
