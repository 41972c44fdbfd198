// Which password policy is in force for an account of OpenLDAP (slapo-ppolicy(5)), and whether any is.
//
//   const PpolicyOverlays overlays = PpolicyOverlays::read(ask, options);     // a server
//   const PpolicyOverlays overlays = PpolicyOverlays::configured(options);    // an export
//   const auto over = overlays.over(normal_dn(dn));
//   if (over.there == Truth::yes) …        // its own pwdPolicySubentry, else over.default_policy; else none
//
// slapd looks at pwdAccountLockedTime, pwdStartTime and pwdEndTime only where the overlay is on the database that holds
// the entry and a policy is in force; the rootDN of a database is above all policies. All that stands in cn=config. An
// administrator who does not show it says it in default_password_policy; what is read comes before what is said, and a
// database that shows no overlay has none, whatever is said.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/olc_databases.h"
#include "connectors/directory/options.h"
#include "policy/model/fact.h"

namespace tally::directory {

class PpolicyOverlays {
 public:
  struct Over {
    model::Truth there = model::Truth::unknown;  ///< whether the overlay looks at the entry's sign-ins
    std::string default_policy;                  ///< normal_dn(); empty: there is none
    std::string why;                             ///< of unknown and of no
  };

  /// What default_password_policy says; unknown without it.
  static PpolicyOverlays configured(const ProfileOptions& options);
  /// What cn=config shows. Where it does not, as configured().
  static PpolicyOverlays read(const Inquiry& ask, const ProfileOptions& options);

  [[nodiscard]] Over over(std::string_view normal_dn) const;
  /// "password-policies: …", for SourceRecord::notes.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// For the bases: why it cannot be told which policy is in force; empty when it can.
  [[nodiscard]] std::string doubt() const;

 private:
  explicit PpolicyOverlays(const ProfileOptions& options);
  void look_at(const Inquiry& ask, const OlcDatabase& database);

  std::vector<std::string> bases_;   ///< normal
  std::optional<std::string> said_;  ///< default_password_policy, normal; empty: "none"
  OlcDatabases databases_;
  std::string why_not_;                       ///< cn=config was not read
  std::map<std::string, std::string> known_;  ///< default policy by database; empty: none
  std::set<std::string> without_;             ///< databases that show no overlay, or more than one
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
