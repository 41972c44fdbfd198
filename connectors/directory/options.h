// Settings of a directory, live (LDAP) or exported (LDIF). Filled by daemon/config, described in docs/settings.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/secret.h"
#include "policy/base/time.h"
#include "policy/model/account.h"

namespace tally::directory {

enum class Dialect : std::uint8_t { openldap, active_directory, ds389, generic };
enum class Security : std::uint8_t {
  starttls,  ///< StartTLS before the bind; refused when the server cannot
  ldaps,     ///< TLS from the first byte
  sasl,      ///< signing and sealing by the SASL mechanism (GSSAPI)
  local,     ///< ldapi://, a Unix socket
  none,      ///< nothing: allowed only without a password, or to loopback with allow_plaintext
};
enum class Bind : std::uint8_t { anonymous, simple, external, gssapi };

/// Ids are 30 bits wide. What entries_at_most says is more sensible.
inline constexpr std::uint64_t kMaxEntries = 1'000'000'000;
/// Over which one directory is read at the same time: more help no server of some processors, and take from others what
/// it can give.
inline constexpr std::uint32_t kMaxConnections = 16;

/// default_password_policy of a slapo-ppolicy without a default.
inline constexpr std::string_view kNoDefaultPolicy = "none";

/// A group that means power, beyond those that the dialect knows by SID.
struct PrivilegedGroup {
  std::string group;  ///< its DN, or its name (cn, sAMAccountName)
  model::Tier tier = model::Tier::tier0;
};

/// The generic dialect alone: what this site's directory writes where. Empty: it tells no such thing.
struct GenericAttributes {
  /// "attribute=value" (without case): an account whose attribute has that value is enabled, one with another is not.
  std::vector<std::string> enabled_when;
  std::string id = "entryUUID";
  std::string mail = "mail";
  std::string expires;                                                         ///< GeneralizedTime, or shadowExpire
  std::string password_changed;                                                ///< GeneralizedTime
  std::vector<std::string> members = {"member", "uniqueMember", "memberUid"};  ///< DNs; what is none is a login
};

/// What is read and how it is understood; the same for a server and for an LDIF file of it.
struct ProfileOptions {
  std::string name;  ///< of the source: "corp-ad"
  Dialect dialect = Dialect::openldap;
  std::vector<std::string> bases;  ///< naming contexts or subtrees; at least one
  std::string account_filter;      ///< empty: the dialect's own
  std::string group_filter;        ///< empty: the dialect's own
  std::string employee_number_attribute = "employeeNumber";
  std::string login_attribute;  ///< empty: uid, or sAMAccountName
  /// Extra "disabled" predicates of this site, each "attribute=value" (value compared without case; "*" means present).
  std::vector<std::string> disabled_when;
  /// OpenLDAP, where cn=config may not be read: the DN of olcPPolicyDefault, or kNoDefaultPolicy when slapo-ppolicy has
  /// none. Says at once that the overlay is on the databases of the bases (ppolicy.h).
  std::string default_password_policy;
  /// Where sign-ins are recorded, the latest counts. Empty: the dialect's own (OpenLDAP: pwdLastSuccess, authTimestamp;
  /// 389 Directory Server and FreeIPA: lastLoginTime, krbLastSuccessfulAuth; generic: none). Not for AD.
  std::vector<std::string> sign_in_attributes;
  GenericAttributes generic;
  /// Since when the directory records sign-ins; without it an account with none recorded is "unknown", not "never".
  std::optional<base::Instant> sign_ins_recorded_since;
  /// AD: msDS-LogonTimeSyncInterval in days; lastLogonTimestamp may lag that much. 0: it is not written any more.
  int logon_time_sync_days = 14;
  std::vector<PrivilegedGroup> privileged_groups;
  /// Read who may change entries that mean power: access control lists, or access rules.
  bool access_control_lists = true;
  /// AD: further groups whose access control lists are read, by name, SID, or the end of it ("-1104"): those that rule
  /// packs call privileged. That one is missing is no mistake.
  std::vector<std::string> watched_groups;
  /// Entries that must be among those read; one that is missing means that something is hidden.
  std::vector<std::string> canaries;
  std::optional<std::uint64_t> accounts_at_least;
};

struct LdapOptions {
  ProfileOptions profile;
  std::string uri;                         ///< ldap://host[:port], ldaps://…, ldapi://%2Fpath
  std::vector<std::string> failover_uris;  ///< other servers of the same directory, tried in this order
  /// AD: all domain controllers of the domain, each asked for lastLogon, which they keep for themselves.
  std::vector<std::string> domain_controllers;
  Security security = Security::starttls;
  Bind bind = Bind::simple;
  std::string bind_dn;
  base::Secret password;                 ///< from a file or a credential, never from the configuration itself
  std::string keytab, credential_cache;  ///< GSSAPI; a keytab, or a cache that somebody else keeps fresh
  std::string ca_file;                   ///< PEM; empty: the system's
  std::string client_certificate, client_key;
  bool allow_plaintext = false;                        ///< a simple bind without TLS, to a loopback address only
  std::uint32_t page_size = 1000;                      ///< 0: unpaged
  std::uint32_t connections = 1;                       ///< on which the entries are read (split_search.h)
  std::uint64_t entries_at_most = 20'000'000;          ///< of one search; more make the source partial
  std::vector<std::string> referral_hosts;             ///< hosts that may be followed; others make the coverage partial
  std::chrono::milliseconds connect_deadline{10'000};  ///< connect, TLS handshake and bind together
  std::chrono::milliseconds request_deadline{60'000};  ///< each request, from sending to its last byte
  std::chrono::milliseconds total_deadline{3'600'000};  ///< the whole collection
  /// File of what was read, to which later runs add what changed (followed_reading.h); empty: everything is read.
  std::string replica;
  bool changes = false;                                                ///< whether daemon/config gives it one
  std::chrono::milliseconds full_read_every = std::chrono::hours{24};  ///< everything is read at least so often
};

/// The same options for another server. By name, because it duplicates the password.
LdapOptions options_for_server(const LdapOptions& options, std::string uri);

struct LdifOptions {
  ProfileOptions profile;
  std::string path;
  std::uint64_t max_bytes = 16ULL << 30;
  std::optional<base::Instant>
      exported_at;  ///< when the export was made; absent: facts are judged as of the collection
  /// An export made longer ago than this (by exported_at, else by the file's last change) is doubtful; zero: however
  /// old.
  std::chrono::milliseconds max_age = std::chrono::hours{24} * 180;
};

}  // namespace tally::directory
