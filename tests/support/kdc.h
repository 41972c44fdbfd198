// Kdc: a real MIT Kerberos KDC of a test's own on 127.0.0.1, realm EXAMPLE.TEST, for GSSAPI binds to Slapd.
//
//   Result<Kdc> kdc = Kdc::start();
//   Result<Slapd> server = Slapd::start({.environment = kdc->server_environment()});
//   // the client: environment kdc->client_environment(), then SASL GSSAPI at server->uri()
//
// Principals: reader@EXAMPLE.TEST (Slapd takes it for cn=reader) and ldap/ services for 127.0.0.1, localhost and this
// host's name. The KDC ends with the object.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "policy/base/result.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::support {

class Kdc {
 public:
  static base::Result<Kdc> start();

  [[nodiscard]] std::filesystem::path config_file() const { return folder_.path() / "krb5.conf"; }
  /// Keys of reader@EXAMPLE.TEST: for KRB5_CLIENT_KTNAME, or kinit -k -t.
  [[nodiscard]] std::filesystem::path reader_keytab() const { return folder_.path() / "reader.keytab"; }
  [[nodiscard]] std::string reader_principal() const { return "reader@EXAMPLE.TEST"; }
  /// KRB5_CONFIG and KRB5_KTNAME for Slapd.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> server_environment() const;
  /// KRB5_CONFIG, KRB5_CLIENT_KTNAME and a credential cache of its own (KRB5CCNAME): enough to bind without kinit.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> client_environment() const;

  [[nodiscard]] std::string log() const { return process_.err(); }
  void stop() { process_.stop(); }

 private:
  Kdc(WorkFolder folder, Process process) : folder_(std::move(folder)), process_(std::move(process)) {}

  WorkFolder folder_;
  Process process_;
};

}  // namespace tally::support
