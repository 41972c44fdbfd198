// Reading: what the store's queries share. Inside this folder only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "daemon/ledger/event.h"
#include "daemon/ledger/pruning.h"
#include "daemon/store/database.h"
#include "policy/base/result.h"

namespace tally::store {

/// The event of a stored leaf, which has to be of that type.
template <class Event>
base::Result<Event> decode_as(std::string_view leaf, std::string_view personal) {
  auto event = ledger::decode(leaf, personal);
  if (!event) return tl::unexpected(event.error());
  if (Event* wanted = std::get_if<Event>(&*event)) return std::move(*wanted);
  return base::failure(base::ErrorKind::corrupt, "store: an entry of the wrong type; rebuild the store");
}

/// The first column of the first row; empty when there is no row or it is NULL.
base::Result<std::string> single_text(Database& database, const char* sql);

/// Store::minimum().
base::Result<std::uint64_t> pruned_minimum(Database& database);
/// True when that entry counts no more: what later entries say of it is passed over.
inline bool is_pruned(std::uint64_t entry, std::uint64_t minimum) { return entry != 0 && entry < minimum; }

/// What to say behind "there is no such …" when it may have been pruned; else empty.
std::string pruned_hint(Database& database);

}  // namespace tally::store
