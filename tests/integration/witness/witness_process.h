// WitnessProcess: the built tallystick-witness on a loopback port, with a key, a state and a list of logs of its own.
//
//   WitnessProcess witness;
//   witness.start();
//   ledger::TrustPolicy policy = witness.policy();
//   witness.kill();  witness.start();                 // the same state, the same port
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/trust_policy.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::integration {

class WitnessProcess {
 public:
  explicit WitnessProcess(const std::string& name = "w1");
  /// Waits until it listens.
  void start();
  /// As a socket unit of systemd has it (systemd-socket-activate(1)): the socket listens, and the witness begins with
  /// the first connection.
  void start_by_socket();
  /// SIGKILL, and its end.
  void kill();
  /// SIGTERM; its exit code.
  int stop();

  [[nodiscard]] const ledger::VerifierKey& key() const { return key_; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// "witness w1 VKEY URL\n"
  [[nodiscard]] std::string policy_line() const;
  /// This witness is the quorum.
  [[nodiscard]] ledger::TrustPolicy policy() const;
  [[nodiscard]] std::string journal() const { return process_.err(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  [[nodiscard]] std::vector<std::string> command() const;
  /// False when it ends before it says so, within 40 seconds.
  bool says(std::string_view text);

  std::string name_;
  support::WorkFolder folder_;
  ledger::VerifierKey key_;
  int port_ = 0;
  support::Process process_;
};

/// The policy; a wrong one ends the test.
ledger::TrustPolicy policy_of(const std::string& text);

}  // namespace tally::integration
