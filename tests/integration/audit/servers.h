// Servers: the company of company.h in a real OpenLDAP and a real Active Directory, and the configuration that reads
// them. The OpenLDAP one runs inside the other's network, so that one audit reaches both. Needs root (Samba).
//
//   Servers servers;
//   desk.write("hr.csv", servers.company.hr_csv());
//   desk.configure(hr_section() + servers.unix_section(desk) + servers.ad_section(desk) + correlation_section());
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "policy/base/result.h"
#include "tests/integration/audit/company.h"
#include "tests/integration/audit/desk.h"
#include "tests/support/ds389.h"
#include "tests/support/samba_ad.h"
#include "tests/support/slapd.h"

namespace tally::integration {

/// The value, or the end of the test.
template <class T>
T value_of(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

struct Servers {
  Company company;
  support::SambaAd ad = value_of(support::SambaAd::start({.ldif = company.ad_ldif()}));
  support::InsideNamespace inside = ad.enter();
  support::Slapd unix_ldap = value_of(support::Slapd::start({.data = {company.unix_ldif()}}));

  /// With kai locked out, as an attacker or a forgetful owner does it.
  Servers();

  /// [[directory]] "unix" and "corp-ad", read live; `more` are lines added. An empty `uri`: the server's own.
  [[nodiscard]] std::string unix_section(Desk& desk, const std::string& uri = "") const;
  [[nodiscard]] std::string ad_section(Desk& desk, const std::string& more = "") const;
  /// [[directory]] "ldap389": the same people in a 389 Directory Server, read live.
  [[nodiscard]] std::string ds389_section(Desk& desk, const support::Ds389& server) const;
  /// A server with them, and kai locked out in it too.
  [[nodiscard]] support::Ds389 start_ds389() const;
  /// What every way of reading "unix" has to know: bases, since when sign-ins are recorded, privileged groups.
  [[nodiscard]] std::string unix_facts() const;
  /// And in front of that, where it is OpenLDAP of which cn=config is not read.
  static constexpr const char* kUnixPolicy =
      "default_password_policy = \"cn=default,ou=policies,dc=example,dc=test\"\n";
};

}  // namespace tally::integration
