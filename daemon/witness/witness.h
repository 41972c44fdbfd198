// Witness: remembers the newest tree of each log, and cosigns a tree only when it has grown out of that one.
//
//   auto witness = Witness::open({.state = "/var/lib/tallystick-witness", .logs = keys, .key = std::move(key)});
//   Answer answer = (*witness)->add_checkpoint(body, now);      // 200 with a cosignature, or why not
//   Answer newest = (*witness)->latest("0f3a…");                // what monitors read
//
// What it promises: of one origin it never signs two roots of one size, and never a tree that does not hold each that
// it signed before, whatever is killed when. The state is durable before a signature leaves (one file an origin). A
// witness that lost its state, or went back to an old copy, cannot keep the promise: it needs another key. Not an HTTP
// server (http_server.h). Safe from every thread; requests about one origin wait for each other.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/staging.h"
#include "daemon/witness/answer.h"
#include "daemon/witness/submission.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::witness {

struct WitnessOptions {
  std::string state;                          ///< folder of its own, on a disk that keeps what was synced
  std::vector<ledger::VerifierKey> logs;      ///< whose checkpoints it cosigns; one origin may have several keys
  recorder::SigningKey key;                   ///< of type cosignature_v1
  recorder::FileOperations* files = nullptr;  ///< nullptr: the operating system's
};

/// What a request came to, for the operator's journal.
struct Outcome {
  Answer answer;
  std::string origin = {};  ///< of a log that is known and whose signature was right
  std::uint64_t size = 0;   ///< of the tree that was submitted
  Suspicion suspicion = Suspicion::none;
  std::optional<base::Error> broken = {};  ///< the state could not be made durable: the program has to end
};

class Witness {
 public:
  /// Kinds: `conflict` another process has this state; `corrupt` the state is not what was written; `malformed` no
  /// logs.
  static base::Result<std::unique_ptr<Witness>> open(WitnessOptions options);

  [[nodiscard]] const ledger::VerifierKey& key() const { return options_.key.verifier(); }
  Outcome add_checkpoint(std::string_view body, base::Instant now);
  /// The newest cosigned checkpoint of the origin with this hash (hexadecimal SHA-256); 404 when there is none.
  Answer latest(std::string_view origin_hash);

 private:
  struct Log {
    std::string file;  ///< its place in the state folder
    recorder::Staging staging;
    std::mutex mutex;  ///< of all below
    bool broken = false;
    std::optional<ledger::Checkpoint> tree;
    std::uint64_t time = 0;  ///< of the last cosignature
    std::string note;        ///< as cosigned
    Log(recorder::FileOperations& files, std::string path, std::string staging_folder)
        : file(std::move(path)), staging(files, std::move(staging_folder)) {}
  };

  Witness(WitnessOptions options, recorder::Descriptor lock) : options_(std::move(options)), lock_(std::move(lock)) {}
  base::Result<void> load();
  base::Result<void> load(Log& log, const std::string& origin) const;
  Outcome cosign(Log& log, Submission submission, base::Instant now);

  WitnessOptions options_;
  recorder::Descriptor lock_;
  std::map<std::string, Log, std::less<>> logs_;  ///< by the hash of their origin; which there are does not change
};

}  // namespace tally::witness
