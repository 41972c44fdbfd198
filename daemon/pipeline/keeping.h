// Keeping: the log and the store of one state folder, opened together and shared by everybody who records: the audit,
// offboarding checks, the service itself.
//
//   auto kept = open_kept({state, log_key, clock(), [](const std::string& sentence) { log(sentence); }});
//   Keeping keeping(std::move(*kept));
//   auto receipt = keeping.lock()->record(drafts);      // the lock for the moment of recording alone
//
// The recorder is a log's single writer and not thread-safe, so a process has one Keeping, and nobody reads a directory
// while holding its lock. A failed write leaves the recorder refusing everything: the process then ends, and the next
// one checks the log at its start.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "daemon/pipeline/guarded.h"
#include "daemon/recorder/recorder.h"
#include "daemon/store/store.h"
#include "policy/base/result.h"

namespace tally::pipeline {

struct Kept {
  recorder::Recorder recorder;
  store::Store store;
  std::string state;  ///< the folder of both

  /// The log first; only what it acknowledged reaches the store. All of the drafts or none.
  base::Result<model::Receipt> record(std::span<const recorder::Draft> drafts);
};

using Keeping = Guarded<Kept>;

struct KeepingOptions {
  std::string state;    ///< created (0700) when missing
  std::string log_key;  ///< file of the log's private key
  base::Instant now;
  std::function<void(const std::string& sentence)> tell;  ///< what opening found and mended; may be empty
};

/// Opens both, repairs a torn tail, brings the store up to the log, writes the public key beside them, and records runs
/// that began and never ended as abandoned. Kinds as Recorder::open; `not_found` without a key.
base::Result<Kept> open_kept(const KeepingOptions& options);

/// Records that a run will have no end. `reason` without personal data.
base::Result<void> record_abandoned(Kept& kept, const std::string& run, std::string reason, base::Instant now);
/// The same for every run without an end, published; gives their identifiers. Nobody may be auditing.
base::Result<std::vector<std::string>> abandon_unfinished(Kept& kept, const std::string& reason, base::Instant now);

}  // namespace tally::pipeline
