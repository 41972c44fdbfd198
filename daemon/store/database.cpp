#include "daemon/store/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "policy/base/assert.h"

namespace tally::store {
namespace {

tl::unexpected<base::Error> failure(sqlite3* handle, std::string_view doing) {
  const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
  base::ErrorKind kind = base::ErrorKind::io;
  if ((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED) kind = base::ErrorKind::conflict;
  if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB) kind = base::ErrorKind::corrupt;
  return base::failure(
      kind, fmt::format("store: {}: {}", doing, handle == nullptr ? "out of memory" : sqlite3_errmsg(handle)));
}

/// SQLite would create the file by the umask; ours holds personal data.
base::Result<void> create_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return base::system_failure("store: opening " + path, errno);
  ::close(descriptor);
  return {};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

void Statement::bind(int parameter, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(), text.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
  TALLY_ASSERT(code == SQLITE_OK);
}

void Statement::bind(int parameter, std::int64_t number) {
  TALLY_ASSERT(sqlite3_bind_int64(statement_.get(), parameter, number) == SQLITE_OK);
}

base::Result<bool> Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    auto error = failure(sqlite3_db_handle(statement_.get()), "running a statement");
    sqlite3_reset(statement_.get());
    return error;
  }
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  return false;
}

base::Result<void> Statement::run() {
  for (;;) {
    const auto more = next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
  }
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

base::Result<Database> Database::open(const std::string& path) {
  if (auto created = create_private(path); !created) return tl::unexpected(created.error());
  return connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW);
}

base::Result<Database> Database::in_memory() { return connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY); }

base::Result<Database> Database::connect(const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return failure(raw, "opening " + path);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  if (auto set = database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON");
      !set) {
    return tl::unexpected(set.error());
  }
  return database;
}

base::Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure(handle_.get(), "executing SQL");
  return {};
}

base::Result<void> Database::fold() {
  auto checkpoint = prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  const auto answered = checkpoint->next();
  if (!answered) return tl::unexpected(answered.error());
  if (*answered && checkpoint->number(0) == 0) return {};
  return base::failure(base::ErrorKind::conflict,
                       "store: another process reads it, so old pages could not be overwritten: try again");
}

base::Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
    return failure(handle_.get(), "preparing SQL");
  }
  return Statement(statement);
}

base::Result<Statement*> Database::kept(const char* sql) {
  auto found = kept_.find(std::string_view(sql));
  if (found == kept_.end()) {
    auto prepared = prepare(sql);
    if (!prepared) return tl::unexpected(prepared.error());
    found = kept_.emplace(sql, std::move(*prepared)).first;
  }
  return &found->second;
}

base::Result<Transaction> Transaction::begin(Database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return tl::unexpected(begun.error());
  return Transaction(database);
}

base::Result<Transaction> Transaction::reading(Database& database) {
  if (auto begun = database.execute("BEGIN DEFERRED"); !begun) return tl::unexpected(begun.error());
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // A failed ROLLBACK leaves nothing to mend: SQLite itself rolls back when the connection closes.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

base::Result<void> Transaction::commit() {
  auto committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace tally::store
