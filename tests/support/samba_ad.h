// SambaAd: a real Samba Active Directory domain controller of a test's own, in a network namespace where only it lives
// (ports 389, 636, 3268, 88 … on that namespace's 127.0.0.1). Needs root.
//
//   Result<SambaAd> dc = SambaAd::start({.ldif_files = {people_ldif}});
//   ASSERT_TRUE(dc) << dc.error().message;
//   auto inside = dc->enter();   // this thread, and those it starts, now see the server
//   connect("ldaps://127.0.0.1", dc->ca_file(), dc->reader_dn(), dc->reader_password());
//   dc->run({.argv = {program("tallystick"), "audit", ...}}, 60s);   // or a program inside
//
// Domain LAB, DC=ad,DC=lab,DC=test, host dc1.ad.lab.test. Beside what provisioning makes there is one account of ours:
// `reader`, a plain domain user. The first start of a build provisions (about 8 s) and caches; later ones take about 2
// s.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "policy/base/result.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::support {

struct SambaAdOptions {
  /// LDIF texts (entries and change records), applied to the database before the start, in order. Attributes that a
  /// server refuses over LDAP may be given: pwdLastSet, lastLogonTimestamp, lockoutTime, badPwdCount. A password is
  /// given as clearTextPassword (base64 of UTF-16LE, unquoted); accounts without one get userAccountControl 514.
  std::vector<std::string> ldif = {};
  /// LDIF files, applied after `ldif` in the same way.
  std::vector<std::filesystem::path> ldif_files = {};
  /// Lines for the [global] section of smb.conf, such as "ldap server require strong auth = allow_sasl_over_tls".
  std::vector<std::string> smb_conf = {};
  /// Becomes the second domain controller of that one's domain instead of a domain of its own: dc2 at 127.0.0.2 of the
  /// same network. That one was started with kReplicates among its smb_conf. `ldif` goes into this one's database.
  const class SambaAd* joins = nullptr;
  /// Becomes the domain controller of a domain of its own beside that one's: PARTNER, DC=partner,DC=test,
  /// dc1.partner.test at 127.0.0.3 of the same network. Another forest; neither knows the other.
  const class SambaAd* beside = nullptr;
};

/// A line for smb_conf: the services by which domain controllers replicate.
inline constexpr const char* kReplicates = "server services = s3fs, rpc, ldap, cldap, kdc, drepl, winbindd, kcc, dns";

/// While it lives, the thread that made it (and threads started meanwhile) uses the server's network namespace.
class InsideNamespace {
 public:
  explicit InsideNamespace(pid_t server);
  InsideNamespace(const InsideNamespace&) = delete;
  InsideNamespace& operator=(const InsideNamespace&) = delete;
  ~InsideNamespace();

 private:
  int outside_ = -1;
};

class SambaAd {
 public:
  /// Returns when the server answers. Fails (denied) when not run as root.
  static base::Result<SambaAd> start(const SambaAdOptions& options = {});

  [[nodiscard]] InsideNamespace enter() const { return InsideNamespace(process_.pid()); }
  /// For an InsideNamespace that somebody keeps elsewhere.
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  /// Runs a program inside the network namespace, where dc1.ad.lab.test resolves, with client_environment().
  base::Result<Outcome> run(Command command, std::chrono::milliseconds deadline) const;

  [[nodiscard]] std::string uri() const { return "ldap://" + place_.address; }
  [[nodiscard]] std::string tls_uri() const { return "ldaps://" + place_.address; }
  [[nodiscard]] std::string host_name() const { return place_.host + "." + place_.dns_domain; }
  [[nodiscard]] std::filesystem::path ca_file() const { return folder_.path() / "tls/ca.crt"; }
  [[nodiscard]] std::string base_dn() const { return place_.base_dn; }
  [[nodiscard]] std::string reader_dn() const { return "CN=reader,CN=Users," + base_dn(); }
  [[nodiscard]] std::string reader_upn() const { return "reader@" + place_.dns_domain; }
  [[nodiscard]] std::string reader_password() const { return "Reader-passw0rd"; }
  [[nodiscard]] std::string admin_upn() const { return "Administrator@" + place_.dns_domain; }
  [[nodiscard]] std::string admin_password() const { return "Passw0rd!23"; }
  /// The database that the server runs on, for ldbsearch and samba-tool.
  [[nodiscard]] std::filesystem::path database() const { return folder_.path() / "private/sam.ldb"; }
  /// Keys of reader@AD.LAB.TEST.
  [[nodiscard]] std::filesystem::path reader_keytab() const { return folder_.path() / "reader.keytab"; }
  /// KRB5_CONFIG, KRB5_CLIENT_KTNAME and KRB5CCNAME: enough for a GSSAPI bind as the reader, without kinit.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> client_environment() const;

  /// Applies LDIF to the running server's database, as `SambaAdOptions::ldif`.
  base::Result<std::string> apply(const std::string& ldif);
  [[nodiscard]] std::string log() const;
  void stop() { process_.stop(); }
  /// Ends and starts again on the same data, in a new network namespace: whoever was inside has to enter() again.
  base::Result<void> restart();

 private:
  /// Who it is, and where.
  struct Place {
    std::string host, domain, dns_domain, base_dn, address;

    /// As the script is told.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> environment() const {
      return {{"SAMBA_DOMAIN", domain}, {"SAMBA_DNS_DOMAIN", dns_domain}, {"SAMBA_ADDRESS", address}};
    }
  };
  static Place place_of(const SambaAdOptions& options);
  static base::Result<std::string> lay_out(const std::filesystem::path& folder, const Place& place,
                                           const SambaAdOptions& options);

  SambaAd(WorkFolder folder, Process process, Place place, bool guest)
      : folder_(std::move(folder)), process_(std::move(process)), place_(std::move(place)), guest_(guest) {}
  base::Result<void> wait_until_it_answers();

  WorkFolder folder_;
  Process process_;
  Place place_;
  bool guest_ = false;  ///< in the network of another one
};

}  // namespace tally::support
