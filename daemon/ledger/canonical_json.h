// Canonical JSON as values: the check of a text and the value that it spells, in one reading, so that nobody who has
// checked a text has to read it again.
//
//   base::Result<Json> fields = parse_leaf(leaf);
//   base::Result<Entry> entry = entry_from(*fields);
//
// For entry.cpp and event_*.cpp alone: others ask canonical_json_fault() and Entry::parse() of entry.h.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "daemon/ledger/entry.h"
#include "policy/base/result.h"

namespace tally::ledger {

using Json = nlohmann::json;

/// The object that `text` is the canonical form of (entry.h, canonical_json_fault). Kind `malformed` says why not.
base::Result<Json> parse_canonical(std::string_view text);
/// The same for a leaf, of at most kMaxEntryBytes.
base::Result<Json> parse_leaf(std::string_view leaf);
/// What every entry says, of a leaf that was read: Entry::parse() is parse_leaf() and this.
base::Result<Entry> entry_from(const Json& leaf);

}  // namespace tally::ledger
