// Keeping: the log and the store of one state folder, opened together and shared by everybody who records: the audit,
// offboarding checks, the service itself.
//
//   auto kept = open_kept({state, log_key, Clock::system(), {}, {}, [](const std::string& sentence) { log(sentence);
//   }}); Keeping keeping(std::move(*kept)); auto receipt = keeping.lock()->record(drafts);      // the lock for the
//   moment of recording alone
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
  std::string state;      ///< the folder of both
  bool auditing = false;  ///< an audit is under way in this process: nobody is erased meanwhile

  /// The log first; only what it acknowledged reaches the store. All of the drafts or none. An error may come after
  /// the log took them, when the store could not follow: catch_up() brings it up to them.
  base::Result<model::Receipt> record(std::span<const recorder::Draft> drafts);
};

using Keeping = Guarded<Kept>;

struct KeepingOptions {
  std::string state;    ///< created (0700) when missing
  std::string log_key;  ///< file of the log's private key
  recorder::Clock clock;
  recorder::LogSettings log;
  std::function<void(const std::string& sentence)> tell;  ///< what opening found and mended; may be empty
  recorder::Tell news = {};                               ///< of witnesses, from another thread; may be empty
};

/// Kind `denied` when the folder exists and belongs to another user, whom the error names: what anybody else, root
/// included, writes there the owner could not read or replace again.
base::Result<void> check_owner(const std::string& state);

/// Opens both, repairs a torn tail, writes the public key beside them, and leaves no run without an end
/// (abandon_unfinished). Kinds as check_owner and Recorder::open; `not_found` without a key.
base::Result<Kept> open_kept(const KeepingOptions& options);

/// Brings the store up to the log and records every run that the log says began and neither finished nor was abandoned
/// as abandoned, published; gives their identifiers. `reason` without personal data. Nobody may be auditing: this is
/// for what another process left, and for an audit of this one that has just failed, even one that the log took to its
/// end.
base::Result<std::vector<std::string>> abandon_unfinished(Kept& kept, const std::string& reason, base::Instant now);

}  // namespace tally::pipeline
