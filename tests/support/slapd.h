// Slapd: a real OpenLDAP server of a test's own: its own folder, free ports on 127.0.0.1, its own CA and certificates
// (for localhost, this host's name and IP 127.0.0.1), an ldapi socket.
//
//   Result<Slapd> server = Slapd::start({.data = {ldif_text}});
//   ASSERT_TRUE(server) << server.error().message;
//   connect(server->uri(), server->ca_file(), server->reader_dn(), server->reader_password());
//
// Before your data the tree holds two entries: the suffix (dcObject, organization) and cn=reader below it
// (organizationalRole, simpleSecurityObject). Overlays: memberof (not for entries in `data`, which slapadd loads) and
// ppolicy (default policy: cn=default,ou=policies,SUFFIX, if your data has it). The root DN is bound by no limit and no
// access rule; the reader is. Runs as root or as any user. The server ends with the object.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "policy/base/result.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::support {

struct SlapdOptions {
  std::string suffix = "dc=example,dc=test";
  /// LDIF texts of entries below the suffix, loaded in this order by slapadd before the start. Operational attributes
  /// (createTimestamp, pwdAccountLockedTime, pwdChangedTime …) may be given; clear-text userPassword works.
  std::vector<std::string> data = {};
  /// LDIF files, loaded after `data` in the same way.
  std::vector<std::filesystem::path> data_files = {};
  /// slapd.conf(5) limits, one clause each: "dn.exact=cn=reader,dc=example,dc=test size.soft=500 size.pr=1000".
  /// {reader} stands for the reader's DN, {suffix} for the suffix. Empty: no limits at all.
  std::vector<std::string> limits = {};
  /// slapd.access(5) rules, in order, with the same stand-ins: "to dn.subtree=ou=hidden,{suffix} by * none". Empty:
  /// everybody who has bound reads everything but userPassword, anonymous may only bind.
  std::vector<std::string> access = {};
  /// LDIF change records for cn=config (more overlays, other settings), applied as cn=config after the start.
  /// The database is olcDatabase={1}mdb,cn=config; modules loaded: memberof ppolicy syncprov dynlist refint.
  std::vector<std::string> config_changes = {};
  /// Added to the server's environment, such as KRB5_KTNAME and KRB5_CONFIG (see Kdc::server_environment).
  std::vector<std::pair<std::string, std::string>> environment = {};
};

class Slapd {
 public:
  /// Returns when the server answers. Failure texts quote the tools' and the server's own words.
  static base::Result<Slapd> start(const SlapdOptions& options = {});

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int tls_port() const { return tls_port_; }
  /// ldap://127.0.0.1:PORT, for StartTLS and for what is in clear.
  [[nodiscard]] std::string uri() const;
  /// ldaps://127.0.0.1:PORT
  [[nodiscard]] std::string tls_uri() const;
  /// ldapi://%2F…; EXTERNAL over it is the reader when the client runs as the user that runs the test.
  [[nodiscard]] std::string local_uri() const;

  [[nodiscard]] std::filesystem::path ca_file() const { return folder_.path() / "tls/ca.crt"; }
  /// A client certificate whose EXTERNAL identity is the reader, and its key.
  [[nodiscard]] std::filesystem::path client_certificate() const { return folder_.path() / "tls/client.crt"; }
  [[nodiscard]] std::filesystem::path client_key() const { return folder_.path() / "tls/client.key"; }
  /// The server's own certificate, but expired yesterday: for olcTLSCertificateFile.
  [[nodiscard]] std::filesystem::path expired_certificate() const { return folder_.path() / "tls/expired.crt"; }
  /// A CA that did not sign the server's certificate.
  [[nodiscard]] std::filesystem::path other_ca_file() const { return folder_.path() / "tls/other-ca.crt"; }

  [[nodiscard]] const std::string& suffix() const { return suffix_; }
  [[nodiscard]] std::string reader_dn() const { return "cn=reader," + suffix_; }
  [[nodiscard]] std::string reader_password() const { return "reader-password"; }
  [[nodiscard]] std::string root_dn() const { return "cn=admin," + suffix_; }
  [[nodiscard]] std::string root_password() const { return "root-password"; }

  /// Adds entries or applies change records while the server runs, as the root DN, so that overlays see them.
  base::Result<std::string> apply(const std::string& ldif);
  /// Applies change records to cn=config while the server runs.
  base::Result<std::string> configure(const std::string& ldif);
  /// The server's log so far ("stats" level: connections, operations, results).
  [[nodiscard]] std::string log() const { return process_.err(); }
  /// Ends the server, adds the entries with slapadd, which writes no contextCSN, and starts it again on the same ports.
  /// An entry brings the entryCSN that it gives itself.
  base::Result<void> load_offline(const std::string& ldif);
  /// Ends the server; the destructor does so too.
  void stop() { process_.stop(); }

 private:
  Slapd(WorkFolder folder, WorkFolder sockets);
  base::Result<void> listen(const SlapdOptions& options);
  base::Result<void> serve();
  base::Result<std::string> modify(const std::string& ldif, const std::string& dn);
  base::Result<void> wait_until_it_answers();

  WorkFolder folder_;
  WorkFolder sockets_;
  Process process_;
  std::string suffix_;
  std::vector<std::pair<std::string, std::string>> environment_;
  int port_ = 0;
  int tls_port_ = 0;
};

}  // namespace tally::support
