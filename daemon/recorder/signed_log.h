// SignedLog: the one writer of a log, with its keys. What it acknowledged is on disk; what it signed is never unsaid.
//
//   auto log = SignedLog::open({.root = "/var/lib/tallystick", .key_path = "/etc/tallystick/log.key",
//                               .clock = Clock::system()});
//   log->opened()                                         // what start-up found and mended: say it to the operator
//
// Files under `root`: log/ is public and verifiable (C2SP tlog-tiles), state/ is private (write-ahead log, lock,
// last_signed, the epoch's secret). After a failed write it refuses everything: open it again, which checks first.
// Not thread-safe. It knows no personal values: those are the Recorder's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/epochs.h"
#include "daemon/recorder/clock.h"
#include "daemon/recorder/log_settings.h"
#include "daemon/recorder/log_writer.h"
#include "daemon/recorder/notary.h"
#include "policy/base/result.h"

namespace tally::recorder {

class FileOperations;

struct SignedLogOptions {
  std::string root;      ///< created (0700) when missing
  std::string key_path;  ///< the log's private key (key.h); its name is the log's origin
  Clock clock;
  LogSettings settings = {};
  /// Test seam: every write, fsync and rename goes through it. nullptr: the operating system. Outlives the log.
  FileOperations* files = nullptr;
  Tell tell = {};  ///< news of witnesses and of the time stamping authority
};

/// What opening found. A torn tail is normal after power loss, and never held an acknowledged entry.
struct LogOpened {
  bool created = false;                 ///< a fresh log: genesis was written and published
  std::uint64_t size = 0;               ///< entries in the log
  std::uint64_t entries_recovered = 0;  ///< acknowledged but not yet published: taken from the write-ahead log
  std::uint64_t bytes_cut = 0;          ///< torn, never acknowledged tail of the write-ahead log
  std::uint64_t epochs_closed = 0;      ///< that ended while nobody was running

  /// The same for an operator, one sentence a line; empty when there is nothing to tell.
  [[nodiscard]] std::vector<std::string> sentences() const;
};

class SignedLog final : public LogWriter {
 public:
  /// Kinds: `conflict` another writer (named by pid) holds the log; `corrupt` the log is shorter than what was signed,
  /// its hashes do not fit, an epoch's key is missing, or a witness has seen more of it; `denied` the key file is
  /// readable by others; `io`.
  static base::Result<std::unique_ptr<SignedLog>> open(const SignedLogOptions& options);
  ~SignedLog() override;

  [[nodiscard]] const LogOpened& opened() const;

  base::Result<Head> head() override;
  base::Result<void> append(std::uint64_t at, std::span<const std::string> leaves) override;
  base::Result<std::vector<std::string>> read(std::uint64_t from, std::uint64_t to) override;

 private:
  struct State;
  explicit SignedLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Largest batch: it is built in memory and written at once.
inline constexpr std::size_t kMaxBatchBytes = std::size_t{1} << 30;

}  // namespace tally::recorder
