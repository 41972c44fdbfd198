// Ds389: a real 389 Directory Server of a test's own, on a free port of 127.0.0.1, in a mount namespace where it finds
// its files where the package wants them. Needs root.
//
//   Result<Ds389> server = Ds389::start({.data = {ldif_text}});
//   ASSERT_TRUE(server) << server.error().message;
//   connect(server->uri(), server->reader_dn(), server->reader_password());     // in clear, on loopback
//
// Before your data the tree holds the suffix and uid=reader below it (account, simpleSecurityObject), who may read all
// that ds389_reader_aci() says. Plug-ins on: memberOf, Account Policy (records all sign-ins), referential integrity,
// USN, Content Synchronization with its Retro Changelog; three wrong passwords lock an account for an hour. The first
// start of a build creates an instance (15 s) and caches it; later ones take 2 s.
#pragma once

#include <string>
#include <vector>

#include "policy/base/result.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::support {

struct Ds389Options {
  /// LDIF texts: entries and change records, applied by ldapmodify as Directory Manager after the start, in order.
  std::vector<std::string> data = {};
  /// LDIF of entries below the suffix, imported before the start: operational attributes (createTimestamp,
  /// lastLoginTime …) and classes that the schema does not have may be given.
  std::string import = {};
  /// Values of `aci` on the suffix. Empty: the reader reads, searches and compares every attribute but userPassword.
  std::vector<std::string> access = {};
};

/// What the reader may do unless a test says otherwise.
std::string ds389_reader_aci();

class Ds389 {
 public:
  /// Returns when the server answers and has the data. Fails (denied) when not run as root.
  static base::Result<Ds389> start(const Ds389Options& options = {});

  [[nodiscard]] std::string uri() const;
  [[nodiscard]] std::string suffix() const { return "dc=example,dc=test"; }
  [[nodiscard]] std::string reader_dn() const { return "uid=reader," + suffix(); }
  [[nodiscard]] std::string reader_password() const { return "reader-password"; }

  /// Adds entries or applies change records, of cn=config too, as Directory Manager.
  base::Result<std::string> apply(const std::string& ldif) const;
  /// The exit code of ldapwhoami with that name and password: the LDAP result of the bind.
  [[nodiscard]] int bind(const std::string& dn, const std::string& password) const;
  /// The whole suffix as LDIF, as db2ldif writes it: what is stored, nothing of what is computed.
  [[nodiscard]] base::Result<std::string> exported() const;
  [[nodiscard]] std::string log() const;
  /// Ends the server; the destructor does so too.
  void stop() { process_.stop(); }

 private:
  explicit Ds389(WorkFolder folder) : folder_(std::move(folder)) {}
  base::Result<void> listen();
  base::Result<void> wait_until_it_answers();

  WorkFolder folder_;
  Process process_;
  int port_ = 0;
};

}  // namespace tally::support
