// Exhibit: one entry of the log for somebody who does not have the log: the entry, as much of its personal values as is
// to be shown, and the proof that the signed tree holds it. A .tlog-proof whose `extra` is
// {"entry":{…},"opening":{…}}; the opening is left out when nothing is shown.
//
//   auto exhibit = make_exhibit(log, 5, leaf, opening);      // a Proof: exhibit->format() is the file
//   auto shown = read_exhibit(*Proof::parse(file), keys);    // what was proven, or why nothing is
//
// The extra is not authenticated by the format. The entry is, by the proof, and the opening by the entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/ledger/disclosure.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/proof.h"
#include "policy/base/result.h"

namespace tally::ledger {

/// Longest exhibit that is read: personal values of 8 MiB, in base64 and with their salts, stay below.
inline constexpr std::size_t kMaxExhibitBytes = std::size_t{32} * 1024 * 1024;

/// What an exhibit proves.
struct Exhibit {
  SignedCheckpoint tree;  ///< the tree that holds the entry, and who signed it
  std::uint64_t index = 0;
  std::string leaf;  ///< the entry's bytes
  Entry entry;
  std::optional<Disclosure> disclosure;  ///< nothing: no opening was given
};

/// The proof of entry `index`, whose bytes are `leaf`, out of the log as it stands; with an opening of its personal
/// values (make_opening) unless that is empty. Kinds as prove().
base::Result<Proof> make_exhibit(TileReader& log, std::uint64_t index, std::string_view leaf, std::string_view opening);
/// Kind `malformed` when the extra has no entry, `untrusted` when the checkpoint is not signed by all of `keys`, the
/// tree does not hold the entry, or the entry does not commit to what the opening shows. keys[0] is the log's own.
base::Result<Exhibit> read_exhibit(const Proof& proof, std::span<const VerifierKey> keys);

}  // namespace tally::ledger
