#include "daemon/store/reading.h"

#include <fmt/format.h>

namespace tally::store {

base::Result<std::string> single_text(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto found = statement->next();
  if (!found) return tl::unexpected(found.error());
  return *found ? std::string(statement->text(0)) : std::string();
}

base::Result<std::uint64_t> pruned_minimum(Database& database) {
  const auto text = single_text(database, "SELECT minimum FROM meta");
  if (!text) return tl::unexpected(text.error());
  return std::stoull(text->empty() ? "0" : *text);
}

std::string pruned_hint(Database& database) {
  const auto minimum = pruned_minimum(database);
  if (!minimum || *minimum == 0) return {};
  return fmt::format("; entries of the log were pruned, and what began before entry {} is not known any more",
                     *minimum);
}

}  // namespace tally::store
