// Database and Statement: SQLite behind RAII and Result. Raw SQL stays in store*.cpp.
//
//   Result<Database> db = Database::open(path);
//   Result<Statement> insert = db->prepare("INSERT INTO runs VALUES (?, ?)");
//   insert->bind(1, run); insert->bind(2, 7); auto done = insert->run();
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "policy/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tally::store {

class Statement {
 public:
  /// Parameters count from 1. The text is copied.
  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  /// Executes to the end; then the statement is ready to be bound again.
  base::Result<void> run();
  /// Steps to the next row: false at the end (and ready to be bound again).
  base::Result<bool> next();
  /// Columns of the current row count from 0. The view lasts until the next step.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  /// Opens or creates the file (mode 0600), with SQLite's defences on: DEFENSIVE, trusted_schema off.
  /// Waits at most kBusyMilliseconds for another process.
  static base::Result<Database> open(const std::string& path);
  /// An empty one that is nowhere but in memory.
  static base::Result<Database> in_memory();

  base::Result<void> execute(const char* sql);
  base::Result<Statement> prepare(const char* sql);
  /// The same, prepared at the first call and kept as long as the database: for what is run again and again. One user
  /// at a time, who runs it to its end: a statement half-way through its rows keeps the database busy.
  base::Result<Statement*> kept(const char* sql);

  /// Folds SQLite's write-ahead file in and cuts it to nothing: it holds old pages. Kind `conflict` when a reader holds
  /// on to them.
  base::Result<void> fold();

  static constexpr int kBusyMilliseconds = 5000;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  static base::Result<Database> connect(const std::string& path, int flags);
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Statement, std::less<>> kept_;  ///< by their SQL
};

/// Everything between begin and commit, or nothing: rolled back when not committed.
///
///   auto moment = Transaction::reading(database);   // what follows reads one moment, whoever writes meanwhile
class Transaction {
 public:
  /// To write: waits for whoever else does.
  static base::Result<Transaction> begin(Database& database);
  /// To read: several statements see the same moment. Waits for nobody and holds nobody up.
  static base::Result<Transaction> reading(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace tally::store
