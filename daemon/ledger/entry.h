// Entries: what a leaf of the log says. A leaf is canonical JSON (RFC 8785: members sorted, no spaces) and carries no
// personal data, only a salted commitment to it, so that a person can be erased and every proof stays valid.
//
//   {"pii":"hf256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc=","rule":"LVR-001","run":"r-7",
//    "subj":"s:6f1e…","ts":"2026-03-31T22:00:00Z","type":"finding_opened","v":1}
//
//   auto entry = Entry::parse(leaf);
//   if (opens(leaf, salt, personal)) ...     // the auditor's check of a disclosed value
//
// Not the list of fields of each type: docs/spec/ledger.md has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/ledger/commitment.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::ledger {

/// A bundle stores an entry's length in 16 bits (C2SP tlog-tiles).
inline constexpr std::size_t kMaxEntryBytes = 65535;
/// Deepest nesting of arrays and objects in an entry; deeper input costs stack, ours needs five.
inline constexpr int kMaxJsonDepth = 32;
inline constexpr int kEntryVersion = 1;

/// The entry types in use. The list is open: a reader keeps entries of types that it does not know.
namespace entry_type {
inline constexpr std::string_view kGenesis = "genesis";              ///< first entry: {"origin"}
inline constexpr std::string_view kTornWriteCut = "torn_write_cut";  ///< a mended write-ahead log: {"bytes"}
inline constexpr std::string_view kRunStarted = "run_started";
inline constexpr std::string_view kSourceCollected = "source_collected";
inline constexpr std::string_view kFindingOpened = "finding_opened";
inline constexpr std::string_view kFindingChanged = "finding_changed";
inline constexpr std::string_view kFindingResolved = "finding_resolved";
inline constexpr std::string_view kFindingReopened = "finding_reopened";
inline constexpr std::string_view kFindingExempted = "finding_exempted";
inline constexpr std::string_view kRunFinished = "run_finished";
}  // namespace entry_type

/// The members that every entry may have; the rest of the leaf belongs to its type.
struct Entry {
  std::string type;                      ///< [a-z][a-z0-9_]*, at most 64 characters
  base::Instant time;                    ///< "ts"
  std::string subject;                   ///< "subj": "s:" and 32 lower-case hex digits, or empty
  std::optional<Commitment> commitment;  ///< "pii"
  std::string origin;                    ///< of a genesis entry

  /// Kind `malformed` unless the leaf is canonical JSON with "v":1, "type" and "ts".
  static base::Result<Entry> parse(std::string_view leaf);
};

/// The members that the recorder adds to a draft's own.
struct Envelope {
  std::string_view type;
  base::Instant time;
  std::string_view subject;  ///< empty: none
  std::optional<Commitment> commitment;
};

/// The leaf of `fields` (canonical JSON object text without "v", "type", "ts", "subj", "pii") in its envelope.
/// Kind `malformed` with the reason, `limit` above kMaxEntryBytes.
base::Result<std::string> make_leaf(const Envelope& envelope, std::string_view fields);

/// Nothing when `text` is one JSON object in canonical form: RFC 8785 narrowed to ASCII member names, each once and
/// sorted, integers within ±(2^53−1), no fractions, no spaces, well-formed UTF-8, at most kMaxJsonDepth deep. Else why
/// not. What nlohmann's `json::dump()` writes of strings, integers, booleans, arrays and objects is in this form.
std::optional<std::string> canonical_json_fault(std::string_view text);

/// True when the leaf is an entry that commits to exactly these personal values under this salt.
bool opens(std::string_view leaf, const Salt& salt, std::string_view personal);

}  // namespace tally::ledger
