// LogSettings: what an administrator says about the log itself ([log] of the configuration).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tally::recorder {

struct LogSettings {
  /// Epochs of a fresh log; an existing one keeps what its genesis entry says. 0: one key for ever.
  std::uint64_t epochs = 0;
  std::chrono::milliseconds epoch_length = std::chrono::hours(1);  ///< whole seconds count
  /// Socket of the process that holds the keys and writes the log; empty: this process does both itself.
  std::string signer = {};
  std::string signer_log = {};  ///< the public folder of that log, which this process may read
  /// C2SP tlog-policy file: who witnesses the log, and how many are enough; empty: nobody.
  std::string witness_policy = {};
  std::string timestamp_url = {};  ///< RFC 3161 authority for the ends of epochs; empty: none
  std::string timestamp_ca = {};   ///< file with its certificates in PEM
  /// File of a checkpoint of the log that a fresh one follows, because it cannot go on; empty: none.
  std::string previous = {};
  /// How old an entry must be before it may be pruned; zero: none ever.
  std::chrono::milliseconds prune_after{0};
  std::string certificate = {};  ///< file of the log certificate, signed by the offline root; empty: none yet
};

}  // namespace tally::recorder
