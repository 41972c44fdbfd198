// Pack: one finished run as a folder for an auditor who trusts neither us nor the operator: the reports, the manifest,
// and for every entry behind them a proof that stock tools check offline, as VERIFY.txt in it says.
//
//   auto written = write_pack({.state = "/var/lib/tallystick", .run = "run-7", .folder = "pack", .log_key = vkey});
//
//   manifest.json   the run's own entries, what is in the pack (with its SHA-256), what is missing and why
//   report.html report.csv report.json ocsf.jsonl findings.json
//   proofs/<entry>.tlog-proof      of the run's own entries and of each finding (ledger/exhibit.h)
//   log/checkpoint                 and certificate, epoch keys, the epoch that closed over the run and its timestamp
//   keys/log.vkey, policy          VERIFY.txt, SHA256SUMS
//   sign-off/preparer.txt, reviewer.txt      what an officer signs with a key of her own
//
// Reads log and personal store, writes nothing there and takes no lock. The same log, run and choices give the same
// bytes. What is redacted is nowhere in the pack.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/evidence/redaction.h"
#include "policy/base/result.h"

namespace tally::evidence {

struct PackOptions {
  std::string state;   ///< the folder with log/ and state/
  std::string run;     ///< empty: the newest finished one
  std::string folder;  ///< made; must not exist, or be empty
  Redaction redaction = {};
  std::optional<std::uint64_t> sample = {};  ///< prove only so many findings, drawn by the checkpoint's root
  std::string log_key = {};                  ///< the log's vkey
  std::string policy = {};                   ///< the text of a trust policy file; empty: none
};

struct PackReport {
  std::string run;
  std::uint64_t files = 0;
  std::uint64_t findings = 0;        ///< open, exempt and fixed ones of the run
  std::uint64_t proven = 0;          ///< of these
  std::uint64_t pruned = 0;          ///< findings that the run had and the reports have not: their entries are gone
  std::vector<std::string> missing;  ///< a sentence each, as in the manifest
};

/// Kinds: `not_found` without that run, `conflict` when the folder has something in it, `malformed` when a chosen field
/// is in nothing of the log, `untrusted` when the checkpoint is not signed by the key; those of LogReader; `io`.
base::Result<PackReport> write_pack(PackOptions options);

}  // namespace tally::evidence
