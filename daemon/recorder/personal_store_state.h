// The inside of the personal store: the open database, and what seals and opens. For personal_store*.cpp alone.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <string_view>

#include "daemon/recorder/personal_key.h"
#include "daemon/recorder/personal_store.h"

namespace tally::recorder {

/// One run of a prepared statement; it is reset for the next when this dies.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Query& integer(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Query& blob(std::string_view value) {
    sqlite3_bind_blob64(statement_, ++bound_, value.data(), value.size(), SQLITE_STATIC);
    return *this;
  }
  Query& text(std::string_view value) {
    sqlite3_bind_text64(statement_, ++bound_, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }
  [[nodiscard]] std::int64_t integer_at(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] std::string bytes_at(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? "" : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

/// nonce || XChaCha20-Poly1305. A random nonce of 24 bytes never meets itself.
std::string seal(const base::Secret& key, std::string_view plain, std::string_view context);
std::optional<std::string> unseal(const base::Secret& key, std::string_view sealed, std::string_view context);

struct PersonalStore::State {
  sqlite3* database = nullptr;
  std::string path;
  std::string key_path;
  [[nodiscard]] std::string next_key_path() const { return key_path + ".next"; }
  PersonalKeys keys;
  sqlite3_stmt *find_subject = nullptr, *add_subject = nullptr, *add_row = nullptr, *read_row = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (sqlite3_stmt* statement : {find_subject, add_subject, add_row, read_row}) sqlite3_finalize(statement);
    sqlite3_close(database);
  }
  [[nodiscard]] tl::unexpected<base::Error> trouble() const;
  base::Result<void> run(const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return trouble();
    return {};
  }
  base::Result<void> prepare(const char* sql, sqlite3_stmt*& statement) {
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
      return trouble();
    return {};
  }
  base::Result<void> connect(Mode mode, bool fresh);
  /// An exchange of the wrapping key that a crash cut short is ended, or taken back.
  base::Result<void> settle_keys(Mode mode);
  /// Whether some subject's key opens under that wrapping key; nothing when there is no subject.
  base::Result<std::optional<bool>> opens_under(const base::Secret& wrap);
  base::Result<void> wrap_all(const base::Secret& wrap);
  base::Result<void> install_next_key() const;
  /// Folds the write-ahead file of SQLite in and cuts it to nothing: it holds old pages.
  base::Result<void> fold();
  base::Result<void> prepare_all();
  /// By what a subject is found: a keyed hash.
  [[nodiscard]] std::string lookup_of(std::string_view natural_key) const;
  base::Result<Subject> make_subject(const std::string& lookup);
};

}  // namespace tally::recorder
