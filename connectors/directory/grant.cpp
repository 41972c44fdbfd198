#include "connectors/directory/grant.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/directory/change_log_past.h"
#include "connectors/directory/control_rows.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/schema.h"

namespace tally::directory {
namespace {

/// All that is asked for, as far as the server knows it; hasSubordinates and contextCSN are what probes look at.
std::vector<std::string> attributes_of(const Profile& profile, const std::vector<std::string>& schema) {
  std::vector<std::string> all = profile.query().attributes, out;
  all.insert(all.end(), profile.base_query().attributes.begin(), profile.base_query().attributes.end());
  all.insert(all.end(), {"hasSubordinates", "contextCSN"});
  for (const std::string& name : all) {
    if (!knows(out, name) && (schema.empty() || knows(schema, name))) out.push_back(name);
  }
  return out;
}

std::string who(const LdapOptions& options) {
  return options.bind_dn.empty() ? "<the DN of the account>" : options.bind_dn;
}

/// "entry" is the pseudo-attribute without which no entry is shown (slapd.access(5)).
std::string of_openldap(const LdapOptions& options, const std::vector<std::string>& attributes,
                        const std::string& base) {
  return fmt::format(
      "# in front of the rules of that database that would answer first (slapd.access(5))\n"
      "olcAccess: to dn.subtree=\"{0}\" attrs=entry,{1}\n"
      "  by dn.exact=\"{2}\" read\n  by * break\n"
      "olcLimits: dn.exact=\"{2}\" size=unlimited time=unlimited\n",
      base, fmt::join(attributes, ","), who(options));
}

/// Without it nobody can be told who may write what, nor which password policy is in force. slapd refuses a rule with
/// names that no module brought.
std::string of_openldap_configuration(const LdapOptions& options, const std::vector<std::string>& schema) {
  std::string overlays;
  for (const char* name :
       {"olcOverlay", "olcDisabled", "olcPPolicyDefault", "olcAccessLogDB", "olcAccessLogOps", "olcAccessLogSuccess"}) {
    if (schema.empty() || knows(schema, name)) overlays += fmt::format(",{}", name);
  }
  return fmt::format(
      "# on olcDatabase={{0}}config,cn=config, so that it can be told who may change the directory, which password\n"
      "# policy is in force, and of what cn=accesslog is the log; no password is in it\n"
      "olcAccess: to dn.subtree=\"cn=config\" "
      "attrs=entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy{}\n"
      "  by dn.exact=\"{}\" read\n  by * break\n",
      overlays, who(options));
}

std::string of_ds389(const LdapOptions& options, const std::vector<std::string>& attributes, const std::string& base) {
  return fmt::format(
      "dn: {0}\nchangetype: modify\nadd: aci\n"
      "aci: (targetattr=\"{1}\")(version 3.0; acl \"Tallystick reads\"; allow (read, search, "
      "compare) "
      "userdn=\"ldap:///{2}\";)\n"
      "# paged reads are not cut by the size limit of 2000, unless nsslapd-pagedsizelimit says so\n",
      base, fmt::join(attributes, " || "), who(options));
}

/// Without it nobody can be told who may write what. `aci` is operational: "*" of a right does not give it.
std::string of_ds389_rules(const LdapOptions& options, const std::string& base) {
  return fmt::format(
      "# so that it can be told who may change the directory; no password is in it\n"
      "dn: {0}\nchangetype: modify\nadd: aci\n"
      "aci: (targetattr=\"aci\")(version 3.0; acl \"Tallystick reads access rules\"; allow (read, search, compare) "
      "userdn=\"ldap:///{1}\";)\n",
      base, who(options));
}

std::string of_ds389_configuration(const LdapOptions& options) {
  return fmt::format(
      "dn: cn=config\nchangetype: modify\nadd: aci\n"
      "aci: (target=\"ldap:///cn=config\")(targetattr=\"objectClass || aci || "
      "nsslapd-rootdn\")"
      "(version 3.0; acl \"Tallystick reads who is above all rules\"; allow (read, search, compare) "
      "userdn=\"ldap:///{}\";)\n",
      who(options));
}

/// The log, and the settings that say what it leaves out. Names of attributes that are in no schema are refused in an
/// aci, and targetUniqueId and the settings are in none.
std::string of_ds389_past(const LdapOptions& options) {
  std::string out =
      "# may be left out: when accounts were locked and members came, from before the first audit. The log holds the\n"
      "# hashes of passwords that were set, unless nsslapd-exclude-attrs of the plug-in leaves them out. It is "
      "switched\n"
      "# on with: dsconf INSTANCE plugin retro-changelog enable. nsslapd-attribute: nsuniqueid:targetUniqueId follows\n"
      "# entries that are renamed; nsslapd-changelogmaxage, such as 400d, says how far back it reaches.\n";
  for (const char* dn : {"cn=changelog", kChangeLogPlugin}) {
    out += fmt::format(
        "dn: {}\nchangetype: modify\nadd: aci\n"
        "aci: (targetattr=\"*\")(version 3.0; acl \"Tallystick reads the past\"; allow (read, search, compare) "
        "userdn=\"ldap:///{}\";)\n\n",
        dn, who(options));
  }
  return out;
}

std::string of_active_directory(const std::vector<std::string>& attributes, const std::string& base) {
  return fmt::format(
      "# {}: an ordinary user, in no group but Domain Users: Authenticated Users may read all this in a fresh domain.\n"
      "# In a hardened one grant \"Read all properties\" on the domain, on this object and all descendants, or these:\n"
      "# {}\n",
      base, fmt::join(attributes, " "));
}

/// By default these containers are shown to administrators alone.
std::string of_containers(const LdapOptions& options, const std::string& head) {
  return fmt::format(
      "# so that it can be told when the accounts of leavers were deleted; once, by a domain administrator:\n"
      "#   dsacls \"CN=Deleted Objects,{0}\" /takeownership\n"
      "#   dsacls \"CN=Deleted Objects,{0}\" /G \"{1}:LCRP\"\n"
      "# so that it can be told when passwords expire, where there are fine-grained password policies:\n"
      "#   dsacls \"CN=Password Settings Container,CN=System,{0}\" /I:T /G \"{1}:LCRP\"\n",
      head, options.bind_dn.empty() ? "<DOMAIN\\account>" : options.bind_dn);
}

}  // namespace

base::Result<std::string> least_grant(const LdapOptions& options, const std::vector<std::string>& schema) {
  const auto profile = Profile::create(options.profile, base::Instant{});
  if (!profile) return tl::unexpected(profile.error());
  const std::vector<std::string> attributes = attributes_of(**profile, schema);
  std::string out;
  for (const std::string& base : DnScope::outermost(options.profile.bases)) {
    switch (options.profile.dialect) {
      case Dialect::openldap: out += of_openldap(options, attributes, base); break;
      case Dialect::ds389: out += of_ds389(options, attributes, base) + of_ds389_rules(options, base); break;
      case Dialect::active_directory: out += of_active_directory(attributes, base); break;
      case Dialect::generic:
        out += fmt::format("# {}: to read, search and compare, on the base and all below it, of every entry:\n# {}\n",
                           base, fmt::join(attributes, " "));
        break;
    }
  }
  if (options.profile.dialect == Dialect::openldap) out += of_openldap_configuration(options, schema);
  if (options.profile.dialect == Dialect::ds389) out += of_ds389_configuration(options) + "\n" + of_ds389_past(options);
  if (options.profile.dialect == Dialect::active_directory) {
    for (const std::string& head : domain_heads(options.profile.bases)) out += of_containers(options, head);
  }
  return out;
}

}  // namespace tally::directory
