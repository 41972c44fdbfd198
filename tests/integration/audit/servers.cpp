#include "tests/integration/audit/servers.h"

#include <fmt/format.h>

#include <chrono>

namespace tally::integration {

using namespace std::chrono_literals;

Servers::Servers() {
  // The policy allows three attempts.
  for (int i = 0; i < 3; ++i) {
    value_of(support::run_command({.argv = {"ldapwhoami", "-x", "-ZZ", "-H", unix_ldap.uri(), "-D",
                                            "uid=kai,ou=people,dc=example,dc=test", "-w", "wrong"},
                                   .environment = {{"LDAPTLS_CACERT", unix_ldap.ca_file()}}},
                                  20s));
  }
}

std::string Servers::unix_facts() const {
  return fmt::format(
      "bases = [\"dc=example,dc=test\"]\nsign_ins_recorded_since = {}T00:00:00Z\n"
      "privileged_groups = [{{ group = \"cn=admins,ou=groups,dc=example,dc=test\" }}, "
      "{{ group = \"cn=wheel,ou=groups,dc=example,dc=test\" }}]\n\n",
      company.day(-300));
}

std::string Servers::unix_section(Desk& desk, const std::string& uri) const {
  const support::Slapd& s = unix_ldap;
  return fmt::format(
             "[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nuri = \"{}\"\nbind_dn = \"{}\"\n"
             "password_file = \"{}\"\nca_file = \"{}\"\n",
             uri.empty() ? s.uri() : uri, s.reader_dn(), desk.write("unix.password", s.reader_password() + "\n"),
             s.ca_file().string()) +
         kUnixPolicy + unix_facts();
}

support::Ds389 Servers::start_ds389() const {
  auto server = value_of(support::Ds389::start({.import = company.ds389_ldif()}));
  constexpr int kInvalidCredentials = 49;
  for (int i = 0; i < 3; ++i) {
    if (server.bind("uid=kai,ou=people,dc=example,dc=test", "wrong") != kInvalidCredentials)
      throw std::runtime_error("389 Directory Server does not look at kai's password");
  }
  return server;
}

std::string Servers::ds389_section(Desk& desk, const support::Ds389& server) const {
  return fmt::format(
             "[[directory]]\nname = \"ldap389\"\ntype = \"389ds\"\nuri = \"{}\"\nbind_dn = \"{}\"\n"
             "password_file = \"{}\"\nsecurity = \"none\"\nallow_plaintext = true\n",
             server.uri(), server.reader_dn(), desk.write("ldap389.password", server.reader_password() + "\n")) +
         unix_facts();
}

std::string Servers::ad_section(Desk& desk, const std::string& more) const {
  return fmt::format(
      "[[directory]]\nname = \"corp-ad\"\ntype = \"active-directory\"\nuri = \"{}\"\nsecurity = \"ldaps\"\n"
      "bind_dn = \"{}\"\npassword_file = \"{}\"\nca_file = \"{}\"\nbases = [\"{}\"]\n{}\n",
      ad.tls_uri(), ad.reader_upn(), desk.write("ad.password", ad.reader_password() + "\n"), ad.ca_file().string(),
      ad.base_dn(), more);
}

}  // namespace tally::integration
