// The company whose rights active_directory_control_test.cpp looks at, as LDIF: people, units with group policies, and
// a public key infrastructure.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace tally::directory {

inline constexpr const char* kBase = "DC=ad,DC=lab,DC=test";
inline constexpr const char* kAdmins = "CN=Domain Admins,CN=Users,DC=ad,DC=lab,DC=test";
inline constexpr const char* kTemplate = "CN=AdminSDHolder,CN=System,DC=ad,DC=lab,DC=test";

inline std::string corp(std::string_view name) { return fmt::format("CN={},OU=Corp,{}", name, kBase); }

inline std::string in_vault(std::string_view name) { return fmt::format("CN={},OU=Vault,OU=Units,{}", name, kBase); }
inline std::string in_sealed(std::string_view name) { return fmt::format("CN={},OU=Sealed,OU=Units,{}", name, kBase); }
inline std::string in_box(std::string_view name) { return fmt::format("CN={},CN=Box,{}", name, kBase); }
inline std::string policy(int number) {
  return fmt::format("CN={{00000000-0000-0000-0000-{:012}}},CN=Policies,CN=System,{}", number, kBase);
}
inline std::string link(int number, int options) { return fmt::format("[LDAP://{};{}]", policy(number), options); }

inline std::string entry(const std::string& dn, std::string_view of, std::string_view more = "") {
  return fmt::format("dn: {}\nobjectClass: {}\n{}\n", dn, of, more);
}
inline std::string user(const std::string& dn, std::string_view login) {
  return entry(dn, "user", fmt::format("sAMAccountName: {}\nuserAccountControl: 514\n", login));
}

/// OU=Units holds OU=Vault with adm-vera and OU=Sealed, which blocks policies, with adm-willi. Policy 1 is linked to
/// OU=Vault; to OU=Sealed's unit above 2, enforced 3, and disabled 4. CN=Box holds a group of administrators.
inline std::string units() {
  std::string out;
  for (int i = 1; i <= 4; ++i)
    out += entry(policy(i), "groupPolicyContainer", fmt::format("displayName: Policy {}\n", i));
  out += entry(fmt::format("OU=Units,{}", kBase), "organizationalUnit",
               fmt::format("gPLink: {}\n", link(2, 0) + link(3, 2) + link(4, 1)));
  out += entry(fmt::format("OU=Vault,OU=Units,{}", kBase), "organizationalUnit",
               fmt::format("gPLink: {}\ngPOptions: 1\n", link(1, 0)));
  out += entry(fmt::format("OU=Sealed,OU=Units,{}", kBase), "organizationalUnit", "gPOptions: 1\n");
  out += user(in_vault("adm-vera"), "adm-vera") + user(in_sealed("adm-willi"), "adm-willi");
  out += entry(fmt::format("CN=Box,{}", kBase), "container");
  return out + entry(in_box("Boxed"), "group", "sAMAccountName: Boxed\ngroupType: -2147483646\n");
}

inline std::string in_services(std::string_view name) {
  return fmt::format("CN={},CN=Public Key Services,CN=Services,CN=Configuration,{}", name, kBase);
}
inline std::string in_templates(std::string_view name) {
  return in_services(fmt::format("{},CN=Certificate Templates", name));
}

/// An authority that issues two templates: Vpn, where the applicant says who he is, and Plain, where he does not. Spare
/// is like Vpn, and nobody issues it.
inline std::string infrastructure() {
  std::string out = entry(in_services("NTAuthCertificates"), "certificationAuthority",
                          "cACertificate: AA\nauthorityRevocationList: AA\ncertificateRevocationList: AA\n");
  for (const auto& [name, flag] : {std::pair("Vpn", 1), {"Plain", -2113929216}, {"Spare", 1}})
    out += entry(in_templates(name), "pKICertificateTemplate",
                 fmt::format("msPKI-Certificate-Name-Flag: {}\nmsPKI-Enrollment-Flag: 0\nmsPKI-RA-Signature: 0\n"
                             "pKIExtendedKeyUsage: 1.3.6.1.5.5.7.3.2\n",
                             flag));
  return out + entry(in_services("Lab CA,CN=Enrollment Services"), "pKIEnrollmentService",
                     "certificateTemplates: Vpn\ncertificateTemplates: Plain\n");
}

/// adm-mueller and adm-otto are administrators; anna and bert are the help desk; nobody else is in anything that
/// matters.
inline std::string company() {
  std::string out = entry(fmt::format("OU=Corp,{}", kBase), "organizationalUnit");
  for (const char* login : {"adm-mueller", "adm-otto", "anna",  "bert", "carl", "dora", "emil", "frida",
                            "gustav",      "hanna",    "jonas", "kira", "lars", "mona", "nora", "olaf",
                            "paula",       "quirin",   "rita",  "sven", "tina", "ulf",  "vito"})
    out += user(corp(login), login);
  out += units();
  const auto group = [&](std::string_view name, std::initializer_list<const char*> members) {
    out += fmt::format("dn: {}\nobjectClass: group\nsAMAccountName: {}\ngroupType: -2147483646\n", corp(name), name);
    for (const char* member : members) out += fmt::format("member: {}\n", corp(member));
    out += "\n";
  };
  group("Helpdesk", {"anna", "bert"});
  group("Synchronisation", {"dora"});
  return out + fmt::format(
                   "dn: {}\nchangetype: modify\nadd: member\nmember: {}\nmember: {}\n"
                   "member: {}\nmember: {}\nmember: {}\n\n",
                   kAdmins, corp("adm-mueller"), corp("adm-otto"), in_vault("adm-vera"), in_sealed("adm-willi"),
                   in_box("Boxed"));
}

}  // namespace tally::directory
