// Reading: what the store's queries share. Inside this folder only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "daemon/ledger/event.h"
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

}  // namespace tally::store
