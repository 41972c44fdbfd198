#include "daemon/recorder/personal_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sqlite3.h>

#include <cstring>
#include <utility>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/personal_store_state.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using base::Secret;

constexpr int kSchemaVersion = 1;
constexpr int kBusyMilliseconds = 5000;  ///< a reader's snapshot can hold a checkpoint up, briefly
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
static_assert(kKeyBytes == crypto_kdf_KEYBYTES && kKeyBytes == crypto_auth_hmacsha256_KEYBYTES);

constexpr const char* kSchema = R"(
CREATE TABLE subjects(
  id INTEGER PRIMARY KEY, lookup BLOB NOT NULL UNIQUE, handle TEXT NOT NULL UNIQUE, wrapped_key BLOB NOT NULL) STRICT;
CREATE TABLE personal(
  entry INTEGER PRIMARY KEY, subject INTEGER NOT NULL REFERENCES subjects(id) ON DELETE CASCADE,
  sealed BLOB NOT NULL) STRICT;
CREATE INDEX personal_of_subject ON personal(subject);
PRAGMA user_version = 1;
)";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// Binds a sealed value to its entry: a row moved elsewhere does not open.
std::string row_context(std::uint64_t entry, const ledger::Commitment& commitment) {
  return fmt::format("tallystick personal/v1 {} {}", entry, commitment.digest.hex());
}

/// SQLite has made its files by now, but it does not look whether the sync of their names succeeded.
Result<void> sync_folder_of(const std::string& path) {
  const std::string name = path.substr(0, path.rfind('/'));
  const auto folder = open_file(name, O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  const int error = FileOperations::system().sync(folder->get());
  if (error != 0) return base::system_failure(name, error);
  return {};
}

}  // namespace

/// nonce || XChaCha20-Poly1305. A random nonce of 24 bytes never meets itself.
std::string seal(const Secret& key, std::string_view plain, std::string_view context) {
  std::string out(kNonceBytes + plain.size() + kTagBytes, '\0');
  randombytes_buf(out.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(out) + kNonceBytes, nullptr, bytes_of(plain), plain.size(),
                                             bytes_of(context), context.size(), nullptr, bytes_of(out),
                                             bytes_of(key.reveal()));
  return out;
}

std::optional<std::string> unseal(const Secret& key, std::string_view sealed, std::string_view context) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  std::string plain(sealed.size() - kNonceBytes - kTagBytes, '\0');
  const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes_of(plain), nullptr, nullptr, bytes_of(sealed) + kNonceBytes, sealed.size() - kNonceBytes, bytes_of(context),
      context.size(), bytes_of(sealed), bytes_of(key.reveal()));
  if (status != 0) return std::nullopt;
  return plain;
}

tl::unexpected<base::Error> PersonalStore::State::trouble() const {
  const ErrorKind kind = sqlite3_errcode(database) == SQLITE_CORRUPT ? ErrorKind::corrupt : ErrorKind::io;
  return failure(kind, fmt::format("{}: {}", path, sqlite3_errmsg(database)));
}

Result<void> PersonalStore::State::connect(Mode mode, bool fresh) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | (fresh ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(path.c_str(), &database, flags, nullptr) != SQLITE_OK) return trouble();
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_busy_timeout(database, kBusyMilliseconds);
  const char* settings =
      "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;"
      "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;";  // 64 MiB: a large batch does not spill
  if (auto done = run(settings); !done) return done;
  sqlite3_stmt* statement = nullptr;
  if (auto ready = prepare("PRAGMA user_version", statement); !ready) return ready;
  sqlite3_step(statement);
  const int version = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  if (version == 0 && mode == Mode::create) {  // new, or its maker was stopped before the first commit
    return run((std::string("BEGIN IMMEDIATE;") + kSchema + "COMMIT;").c_str());
  }
  if (version != kSchemaVersion) {
    return failure(ErrorKind::corrupt,
                   fmt::format("{}: schema version {}, expected {}", path, version, kSchemaVersion));
  }
  if (mode == Mode::read) return run("PRAGMA query_only=ON");
  // Pages of a commit whose sync failed can be read until the power goes: they are written again, in another file. A
  // reader may keep some back, for as long as it reads.
  return run("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<void> PersonalStore::State::prepare_all() {
  for (const auto& [sql, statement] :
       {std::pair("SELECT id, handle, wrapped_key FROM subjects WHERE lookup = ?", &find_subject),
        std::pair("INSERT INTO subjects(lookup, handle, wrapped_key) VALUES(?, ?, ?)", &add_subject),
        std::pair("INSERT INTO personal(entry, subject, sealed) VALUES(?, ?, ?)", &add_row),
        std::pair(
            "SELECT sealed, lookup, wrapped_key FROM personal JOIN subjects ON subjects.id = subject WHERE entry = ?",
            &read_row)}) {
    if (auto ready = prepare(sql, *statement); !ready) return ready;
  }
  return {};
}

PersonalStore::PersonalStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
PersonalStore::PersonalStore(PersonalStore&&) noexcept = default;
PersonalStore& PersonalStore::operator=(PersonalStore&&) noexcept = default;
PersonalStore::~PersonalStore() = default;

Result<PersonalStore> PersonalStore::open(const std::string& database, const std::string& key_file, Mode mode) {
  if (sodium_init() < 0) return failure(ErrorKind::unavailable, "no source of random numbers");
  // The key comes first: a database is only made under a key that is on disk already.
  const bool fresh = mode == Mode::create && !exists(database);
  auto keys = PersonalKeys::load(key_file, fresh);
  if (!keys && keys.error().kind == ErrorKind::not_found && exists(database)) {
    return failure(ErrorKind::corrupt, key_file + ": missing, so no personal value of " + database + " can be opened");
  }
  if (!keys) return tl::unexpected(keys.error());
  auto state = std::make_unique<State>();
  state->path = database;
  state->key_path = key_file;
  state->keys = std::move(*keys);
  if (auto connected = state->connect(mode, fresh); !connected) return tl::unexpected(connected.error());
  if (auto settled = state->settle_keys(mode); !settled) return tl::unexpected(settled.error());
  if (auto ready = state->prepare_all(); !ready) return tl::unexpected(ready.error());
  if (mode != Mode::read) {
    if (auto synced = sync_folder_of(database); !synced) return tl::unexpected(synced.error());
  }
  return PersonalStore(std::move(state));
}

Result<void> PersonalStore::begin() { return state_->run("BEGIN IMMEDIATE"); }
Result<void> PersonalStore::commit() { return state_->run("COMMIT"); }
void PersonalStore::rollback() {
  if (sqlite3_get_autocommit(state_->database) == 0)
    sqlite3_exec(state_->database, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<PersonalStore::Subject> PersonalStore::subject(std::string_view natural_key) {
  const std::string lookup = state_->lookup_of(natural_key);
  Query find(state_->find_subject);
  const int status = find.blob(lookup).step();
  if (status == SQLITE_DONE) return state_->make_subject(lookup);
  if (status != SQLITE_ROW) return state_->trouble();
  auto key = unseal(state_->keys.wrap, find.bytes_at(2), lookup);
  if (!key) return failure(ErrorKind::corrupt, state_->path + ": a subject's key does not open: another key file?");
  return Subject{find.integer_at(0), find.bytes_at(1), Secret(std::move(*key))};
}

std::string PersonalStore::State::lookup_of(std::string_view natural_key) const {
  std::string lookup(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256(bytes_of(lookup), bytes_of(natural_key), natural_key.size(), bytes_of(keys.lookup.reveal()));
  return lookup;
}

Result<PersonalStore::Subject> PersonalStore::State::make_subject(const std::string& lookup) {
  unsigned char handle[16];
  randombytes_buf(handle, sizeof handle);
  char hex[2 * sizeof handle + 1];
  sodium_bin2hex(hex, sizeof hex, handle, sizeof handle);
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  Subject subject{0, std::string("s:") + hex, Secret(std::move(key))};
  const std::string wrapped = seal(keys.wrap, subject.key.reveal(), lookup);
  Query add(add_subject);
  if (add.blob(lookup).text(subject.handle).blob(wrapped).step() != SQLITE_DONE) return trouble();
  subject.row = sqlite3_last_insert_rowid(database);
  return subject;
}

Result<void> PersonalStore::add(std::uint64_t entry, const Subject& subject, const ledger::Salt& salt,
                                const ledger::Commitment& commitment, std::string_view personal) {
  std::string plain(reinterpret_cast<const char*>(salt.data()), salt.size());
  plain += personal;
  const std::string sealed = seal(subject.key, plain, row_context(entry, commitment));
  sodium_memzero(plain.data(), plain.size());
  Query add(state_->add_row);
  const int status = add.integer(static_cast<std::int64_t>(entry)).integer(subject.row).blob(sealed).step();
  if (status != SQLITE_DONE) return state_->trouble();
  return {};
}

Result<std::optional<PersonalStore::Opening>> PersonalStore::read(std::uint64_t entry,
                                                                  const ledger::Commitment& commitment) {
  Query query(state_->read_row);
  const int status = query.integer(static_cast<std::int64_t>(entry)).step();
  if (status == SQLITE_DONE) return std::optional<Opening>();
  if (status != SQLITE_ROW) return state_->trouble();
  const auto damaged = [&] {
    return failure(ErrorKind::corrupt,
                   fmt::format("{}: the personal values of entry {} do not open", state_->path, entry));
  };
  auto key = unseal(state_->keys.wrap, query.bytes_at(2), query.bytes_at(1));
  if (!key) return damaged();
  auto plain = unseal(Secret(std::move(*key)), query.bytes_at(0), row_context(entry, commitment));
  if (!plain || plain->size() < 32) return damaged();
  Opening opening;
  std::memcpy(opening.salt.data(), plain->data(), opening.salt.size());
  opening.personal = plain->substr(opening.salt.size());
  if (!ledger::opens(commitment, opening.salt, opening.personal)) return damaged();
  return std::optional(std::move(opening));
}

Result<std::uint64_t> PersonalStore::cut(std::uint64_t size) {
  sqlite3_stmt* statement = nullptr;
  if (auto ready = state_->prepare("DELETE FROM personal WHERE entry >= ?", statement); !ready) {
    return tl::unexpected(ready.error());
  }
  const int status = Query(statement).integer(static_cast<std::int64_t>(size)).step();
  sqlite3_finalize(statement);
  if (status != SQLITE_DONE) return state_->trouble();
  return static_cast<std::uint64_t>(sqlite3_changes64(state_->database));
}

}  // namespace tally::recorder
