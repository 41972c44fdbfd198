#include "daemon/store/reading.h"

namespace tally::store {

base::Result<std::string> single_text(Database& database, const char* sql) {
  auto statement = database.prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  const auto found = statement->next();
  if (!found) return tl::unexpected(found.error());
  return *found ? std::string(statement->text(0)) : std::string();
}

}  // namespace tally::store
