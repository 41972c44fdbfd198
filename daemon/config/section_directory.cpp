#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "connectors/directory/dn.h"
#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {
namespace {

using directory::Bind;
using directory::Dialect;
using directory::LdapOptions;
using directory::LdifOptions;
using directory::PrivilegedGroup;
using directory::ProfileOptions;
using directory::Security;
using S = DirectorySection;
using L = LdapOptions;
using P = ProfileOptions;
using G = directory::GenericAttributes;

constexpr std::size_t kMaxPasswordBytes = 1024;

/// A setting of the profile, which servers and files share.
Form<S> profile(Form<P> inner) { return form::in(&S::ldap, form::in(&L::profile, std::move(inner))); }
Form<S> server(Form<L> inner) { return form::in(&S::ldap, std::move(inner)); }
Form<S> file(Form<LdifOptions> inner) { return form::in(&S::file, std::move(inner)); }

Form<P> privileged_groups() {
  return form::sections(&P::privileged_groups, privileged_group_fields(), "privileged_groups");
}

/// Reads the first line of a small private file. The bytes pass through one buffer, which is wiped.
bool read_secret(const std::string& path, base::Secret& secret, std::string& trouble) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe must not stall us
  if (descriptor < 0) {
    trouble = std::string("cannot open the password file ") + path + ": " + std::strerror(errno);
    return false;
  }
  struct stat status {};
  std::string bytes(kMaxPasswordBytes, '\0');
  ssize_t length = -1;
  if (::fstat(descriptor, &status) == 0 && (status.st_mode & 077) == 0)
    length = ::read(descriptor, bytes.data(), bytes.size());
  ::close(descriptor);
  if ((status.st_mode & 077) != 0) {
    trouble = "the password file " + path + " can be read by others: chmod 600 it";
    return false;
  }
  const std::size_t end = length <= 0 ? 0 : std::min(bytes.find_first_of("\r\n"), static_cast<std::size_t>(length));
  const bool too_long = length == static_cast<ssize_t>(bytes.size()) && end == bytes.size();
  std::string line = bytes.substr(0, end);
  explicit_bzero(bytes.data(), bytes.size());
  if (line.empty()) {
    trouble = "the password file " + path + " is empty";
    return false;
  }
  if (too_long) {
    trouble = "the first line of the password file " + path + " is longer than " +
              std::to_string(kMaxPasswordBytes - 1) + " bytes";
    explicit_bzero(line.data(), line.size());
    return false;
  }
  secret = base::Secret(std::move(line));
  return true;
}

/// Where the directory is.
Fields<S> place_fields() {
  return {{"name", profile(form::text(&P::name)), "required", "Name of the source in reports and in the log."},
          {"type",
           profile(form::one_of(&P::dialect, {{"openldap", Dialect::openldap},
                                              {"active-directory", Dialect::active_directory},
                                              {"389ds", Dialect::ds389},
                                              {"generic", Dialect::generic}})),
           "required",
           "Kind of directory. 389ds: 389 Directory Server, FreeIPA, Red Hat Directory Server; generic: any other, of "
           "which the settings below say what its attributes mean."},
          {"uri", server(form::text(&L::uri)), "",
           "The server: ldap://host, ldaps://host or ldapi://%2Fpath. Either this, ldif or bloodhound."},
          {"failover_uris", server(form::texts(&L::failover_uris)), "",
           "Other servers of the same directory, tried in this order when one fails; each is read from nothing."},
          {"domain_controllers", server(form::texts(&L::domain_controllers)), "",
           "AD: all domain controllers of the domain, as ldap:// or ldaps://; each is asked for lastLogon, which it "
           "tells no other. When all answer, last sign-ins are exact."},
          {"ldif", file(form::path(&LdifOptions::path)), "", "An export (RFC 2849) instead of a server."},
          {"bloodhound", form::path(&S::collection), "",
           "What a BloodHound collector (SharpHound 2) left, instead of a server: the .zip, or a folder of its .json "
           "files. For active-directory."},
          {"exported_at", file(form::instant(&LdifOptions::exported_at)), "",
           "When the export was made; without it its facts count as of the audit."},
          {"max_age", file(form::span(&LdifOptions::max_age)), "180d",
           "An export made longer ago (by exported_at, else by the file's last change) is not believed."},
          {"bases", profile(form::texts(&P::bases)), "required", "DNs below which everything is read."}};
}

/// How a server is reached, and by when.
Fields<S> connection_fields() {
  return {
      {"security",
       server(form::one_of(&L::security, {{"starttls", Security::starttls},
                                          {"ldaps", Security::ldaps},
                                          {"sasl", Security::sasl},
                                          {"local", Security::local},
                                          {"none", Security::none}})),
       "starttls", "How the connection is protected. sasl: signed and sealed by GSSAPI; local: a Unix socket."},
      {"bind",
       server(form::one_of(&L::bind, {{"simple", Bind::simple},
                                      {"external", Bind::external},
                                      {"gssapi", Bind::gssapi},
                                      {"anonymous", Bind::anonymous}})),
       "simple", "How Tallystick signs in."},
      {"bind_dn", server(form::text(&L::bind_dn)), "", "Name for a simple bind."},
      {"password_file", form::path(&S::password_file), "",
       "File with the password in its first line, readable by its owner alone."},
      {"password_credential", form::text(&S::password_credential), "",
       "Name of the systemd credential with the password."},
      {"keytab", server(form::path(&L::keytab)), "", "Kerberos keytab for gssapi."},
      {"credential_cache", server(form::path(&L::credential_cache)), "",
       "Kerberos credential cache that somebody else keeps fresh."},
      {"ca_file", server(form::path(&L::ca_file)), "",
       "PEM file of the certificate authorities; without it the system's."},
      {"client_certificate", server(form::path(&L::client_certificate)), "",
       "PEM certificate for an external bind over TLS."},
      {"client_key", server(form::path(&L::client_key)), "", "PEM key of the client certificate."},
      {"allow_plaintext", server(form::flag(&L::allow_plaintext)), "false",
       "Allows a simple bind without TLS to a loopback address."},
      {"page_size", server(form::whole_number(&L::page_size, 0, 100'000)), "1000",
       "Entries a page; 0 asks without paging."},
      {"connections", server(form::whole_number(&L::connections, 1, directory::kMaxConnections)), "1",
       "OpenLDAP and Active Directory: connections over which the entries are read at the same time, each taking "
       "ranges "
       "of entryUUID or objectGUID. OpenLDAP needs an index of entryUUID for it. More are faster where the server is "
       "far away or has processors to spare, and cost it more."},
      {"entries_at_most",
       server(form::whole_number(&L::entries_at_most, 1, static_cast<std::int64_t>(directory::kMaxEntries))),
       "20000000",
       "Entries below one base; reading stops there, and the source is partial. Each takes some 500 bytes of memory: a "
       "server gone wrong takes no more than this allows."},
      {"referral_hosts", server(form::texts(&L::referral_hosts)), "",
       "Hosts that a referral may lead to; others make the source partial."},
      {"connect_deadline", server(form::span(&L::connect_deadline)), "10s",
       "For connecting, the TLS handshake and the bind together."},
      {"request_deadline", server(form::span(&L::request_deadline)), "60s", "For each request until its last byte."},
      {"total_deadline", server(form::span(&L::total_deadline)), "1h", "For reading the whole directory."},
      {"changes", server(form::flag(&L::changes)), "false",
       "After a full read, later runs ask what changed; not for generic. Keeps what was read in the state folder."},
      {"full_read_every", server(form::span(&L::full_read_every)), "24h",
       "With changes: everything is read at least so often, and compared with what the changes told."}};
}

Form<S> generic(Form<G> inner) { return profile(form::in(&P::generic, std::move(inner))); }

/// What a directory without a profile of its own writes where.
Fields<S> generic_fields() {
  return {
      {"enabled_when", generic(form::texts(&G::enabled_when)), "",
       "generic: signs of an enabled account, each attribute=value. With another value it is disabled, without the "
       "attribute unknown."},
      {"id_attribute", generic(form::text(&G::id)), "entryUUID",
       "generic: attribute that stays the same when an entry is renamed."},
      {"mail_attribute", generic(form::text(&G::mail)), "mail", "generic: attribute with the mail address."},
      {"expires_attribute", generic(form::text(&G::expires)), "",
       "generic: attribute with the moment from which an account does not work, a GeneralizedTime, or shadowExpire."},
      {"password_changed_attribute", generic(form::text(&G::password_changed)), "",
       "generic: attribute with the moment at which the password was set, a GeneralizedTime."},
      {"member_attributes", generic(form::texts(&G::members)), "member, uniqueMember, memberUid",
       "generic: attributes of a group with its members, DNs or logins."}};
}

/// What is read, and how it is understood.
Fields<S> meaning_fields() {
  return {
      {"account_filter", profile(form::text(&P::account_filter)), "",
       "LDAP filter of accounts; without it that of the kind of directory."},
      {"group_filter", profile(form::text(&P::group_filter)), "",
       "LDAP filter of groups; without it that of the kind of directory."},
      {"employee_number_attribute", profile(form::text(&P::employee_number_attribute)), "employeeNumber",
       "Attribute with the employee number."},
      {"employee_number_digits", form::whole_number(&S::employee_number_digits, 0, 20), "0",
       "bloodhound: how many digits employee numbers have. Collectors write them without the zeros in front, which "
       "this "
       "puts back; without it numbers of digits alone are not used."},
      {"login_attribute", profile(form::text(&P::login_attribute)), "",
       "Attribute with the login; without it uid or sAMAccountName."},
      {"disabled_when", profile(form::texts(&P::disabled_when)), "",
       "Signs of a disabled account used at this site, each attribute=value, or attribute=* for any value."},
      {"default_password_policy", profile(form::text(&P::default_password_policy)), "",
       "OpenLDAP, where cn=config may not be read, and exports: the DN of ppolicy's olcPPolicyDefault, or \"none\". "
       "Says "
       "that the overlay is on. Without it a lock is \"cannot tell\"."},
      {"sign_in_attributes", profile(form::texts(&P::sign_in_attributes)), "",
       "Attributes with the last sign-in; the latest counts. Without it OpenLDAP: pwdLastSuccess, authTimestamp; "
       "389ds: "
       "lastLoginTime, krbLastSuccessfulAuth; generic: none. Not for active-directory."},
      {"sign_ins_recorded_since", profile(form::instant(&P::sign_ins_recorded_since)), "",
       "Since when the directory records sign-ins. Without it an account with none recorded is \"cannot tell\", not "
       "\"never\"."},
      {"logon_time_sync_days", profile(form::whole_number(&P::logon_time_sync_days, 0, 100'000)), "14",
       "AD: msDS-LogonTimeSyncInterval; lastLogonTimestamp may lag that many days. 0: it is written no more, and only "
       "says "
       "that somebody signed in then or later."},
      {"privileged_groups", profile(privileged_groups()), "",
       "Groups that mean power, beyond those that Active Directory names by SID."},
      {"access_control_lists", profile(form::flag(&P::access_control_lists)), "true",
       "Reads who may change entries that mean power: access control lists (AD), access rules (OpenLDAP, 389)."},
      {"canaries", profile(form::texts(&P::canaries)), "",
       "DNs that must be among the entries read; a missing one means that something is hidden."},
      {"accounts_at_least", profile(form::whole_number(&P::accounts_at_least, 1, 1'000'000'000)), "",
       "With fewer accounts the directory counts as partly seen."}};
}

}  // namespace

const Fields<PrivilegedGroup>& privileged_group_fields() {
  static const Fields<PrivilegedGroup> fields = {
      {"group", form::text(&PrivilegedGroup::group), "required", "DN or name of the group."},
      {"tier", form::one_of(&PrivilegedGroup::tier, {{"0", model::Tier::tier0}, {"1", model::Tier::tier1}}), "\"0\"",
       "0: controls the directory itself; 1: controls servers and their data."}};
  return fields;
}

const Fields<DirectorySection>& directory_fields() {
  static const Fields<S> fields = [] {
    Fields<S> all = place_fields();
    for (Fields<S>& more : std::array{connection_fields(), meaning_fields(), generic_fields()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return fields;
}

void read_password(DirectorySection& section, const toml::node& at, const Context& context) {
  std::string path = section.password_file;
  if (!section.password_credential.empty()) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
      return context.trouble(at, "password_credential is set, but systemd gave this program no credentials",
                             "LoadCredential=" + section.password_credential + ":… in the unit, or use password_file");
    }
    path = std::string(folder) + "/" + section.password_credential;
  }
  std::string trouble;
  if (!path.empty() && !read_secret(path, section.ldap.password, trouble)) context.trouble(at, std::move(trouble));
}

void check_directory(DirectorySection& section, const toml::node& at, const Context& context) {
  const LdapOptions& ldap = section.ldap;
  const std::string who = "directory \"" + ldap.profile.name + "\"";
  const int places = !ldap.uri.empty() + !section.file.path.empty() + !section.collection.empty();
  if (places != 1) {
    context.trouble(at, who + " needs exactly one of uri (a server), ldif (an export) and bloodhound (a collection)");
  }
  if (!section.collection.empty() && ldap.profile.dialect != Dialect::active_directory)
    context.trouble(at, who + ": a collection is of an Active Directory", "type = \"active-directory\"");
  const std::string& policy = ldap.profile.default_password_policy;
  if (!policy.empty() && policy != directory::kNoDefaultPolicy && directory::normal_dn(policy).empty())
    context.trouble(at, who + ": default_password_policy is no DN: " + policy,
                    "\"cn=default,ou=policies,dc=example,dc=com\", or \"none\" where ppolicy has no default");
  if (!policy.empty() && ldap.profile.dialect != Dialect::openldap)
    context.trouble(at, who + ": default_password_policy is for OpenLDAP alone");
  if (ldap.profile.bases.empty()) context.trouble(at, who + " has no bases to read");
  if (ldap.uri.empty()) return;
  if (ldap.changes && ldap.profile.dialect == Dialect::generic) {
    context.trouble(at, who + " asks for changes, which directories of type \"generic\" are not followed by",
                    "leave changes out: everything is read");
  }
  if (ldap.bind == Bind::simple && section.password_file.empty() && section.password_credential.empty()) {
    context.trouble(at, who + " binds with a password but has none", "set password_file or password_credential");
  }
  if (ldap.bind == Bind::simple && ldap.bind_dn.empty())
    context.trouble(at, who + " binds with a password but has no bind_dn");
  std::vector<std::string> uris = ldap.failover_uris;
  uris.push_back(ldap.uri);
  uris.insert(uris.end(), ldap.domain_controllers.begin(), ldap.domain_controllers.end());
  if (!ldap.domain_controllers.empty() && ldap.profile.dialect != Dialect::active_directory)
    context.trouble(at, who + ": domain_controllers is for type = \"active-directory\" alone");
  const auto disagrees = [&](const std::string& uri) {
    return uri.starts_with("ldaps://") != (ldap.security == Security::ldaps);
  };
  if (std::any_of(uris.begin(), uris.end(), disagrees)) {
    context.trouble(at,
                    who + ": uri and security disagree: ldaps:// goes with security = \"ldaps\" and with nothing else");
  }
}

}  // namespace tally::config
