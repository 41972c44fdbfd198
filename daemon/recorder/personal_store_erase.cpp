// Forgetting: values and keys deleted, and the wrapping key exchanged. Each step can be repeated after a crash.
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/personal_store_state.h"
#include "daemon/recorder/staging.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// A statement for one use.
class Prepared {
 public:
  ~Prepared() { sqlite3_finalize(statement_); }
  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  sqlite3_stmt*& get() { return statement_; }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

Result<std::optional<std::string>> PersonalStore::handle_of(std::string_view natural_key) {
  const std::string lookup = state_->lookup_of(natural_key);
  Query find(state_->find_subject);
  const int status = find.blob(lookup).step();
  if (status == SQLITE_DONE) return std::optional<std::string>();
  if (status != SQLITE_ROW) return state_->trouble();
  return std::optional(find.bytes_at(1));
}

Result<PersonalStore::Erased> PersonalStore::erase(std::span<const std::string> handles,
                                                   std::span<const std::uint64_t> entries) {
  Prepared of_subject, of_entry, subject;
  for (const auto& [sql, one] :
       {std::pair("DELETE FROM personal WHERE subject = (SELECT id FROM subjects WHERE handle = ?)", &of_subject),
        std::pair("DELETE FROM personal WHERE entry = ?", &of_entry),
        std::pair("DELETE FROM subjects WHERE handle = ?", &subject)}) {
    if (auto ready = state_->prepare(sql, one->get()); !ready) return tl::unexpected(ready.error());
  }
  if (auto begun = begin(); !begun) return tl::unexpected(begun.error());
  Erased erased;
  bool done = true;
  const auto changed = [&] { return static_cast<std::uint64_t>(sqlite3_changes64(state_->database)); };
  for (const std::string& handle : handles) {
    done = done && Query(of_subject.get()).text(handle).step() == SQLITE_DONE;
    erased.rows += changed();
    done = done && Query(subject.get()).text(handle).step() == SQLITE_DONE;
    erased.subjects += changed();
  }
  for (const std::uint64_t entry : entries) {
    done = done && Query(of_entry.get()).integer(static_cast<std::int64_t>(entry)).step() == SQLITE_DONE;
    erased.rows += changed();
  }
  if (!done) {
    const auto trouble = state_->trouble();
    rollback();
    return trouble;
  }
  if (auto committed = commit(); !committed) return tl::unexpected(committed.error());
  if (auto folded = state_->fold(); !folded) return tl::unexpected(folded.error());
  return erased;
}

Result<std::uint64_t> PersonalStore::prune(std::uint64_t minimum) {
  Prepared rows;
  if (auto ready = state_->prepare("DELETE FROM personal WHERE entry < ?", rows.get()); !ready) {
    return tl::unexpected(ready.error());
  }
  Query query(rows.get());
  query.integer(static_cast<std::int64_t>(minimum));
  if (query.step() != SQLITE_DONE) return state_->trouble();
  const auto deleted = static_cast<std::uint64_t>(sqlite3_changes64(state_->database));
  if (deleted == 0) return 0;
  if (auto folded = state_->fold(); !folded) return tl::unexpected(folded.error());
  return deleted;
}

Result<void> PersonalStore::State::fold() {
  Prepared checkpoint;
  if (auto ready = prepare("PRAGMA wal_checkpoint(TRUNCATE)", checkpoint.get()); !ready) return ready;
  Query query(checkpoint.get());
  if (query.step() != SQLITE_ROW) return trouble();
  if (query.integer_at(0) == 0) return {};
  return failure(ErrorKind::conflict,
                 path + ": another process reads it, so the old pages could not be overwritten: try again");
}

Result<void> PersonalStore::rekey() {
  State& state = *state_;
  const base::Secret next(state.keys.next_file());
  Staging staging(FileOperations::system(), folder_of(state.key_path) + "/staging");
  if (auto ready = staging.prepare(); !ready) return ready;
  if (auto saved = staging.save(state.next_key_path(), next.reveal(), 0600); !saved) return saved;
  auto keys = PersonalKeys::load(state.next_key_path(), false);
  if (!keys) return tl::unexpected(keys.error());
  if (auto begun = begin(); !begun) return begun;
  if (auto wrapped = state.wrap_all(keys->wrap); !wrapped) {
    rollback();
    return wrapped;
  }
  if (auto committed = commit(); !committed) return committed;
  state.keys = std::move(*keys);
  if (auto installed = state.install_next_key(); !installed) return installed;
  return state.fold();
}

Result<void> PersonalStore::State::wrap_all(const base::Secret& wrap) {
  Prepared all, update;
  if (auto ready = prepare("SELECT id, lookup, wrapped_key FROM subjects", all.get()); !ready) return ready;
  if (auto ready = prepare("UPDATE subjects SET wrapped_key = ? WHERE id = ?", update.get()); !ready) return ready;
  Query query(all.get());
  int status = query.step();
  for (; status == SQLITE_ROW; status = query.step()) {
    const std::string lookup = query.bytes_at(1);
    auto key = unseal(keys.wrap, query.bytes_at(2), lookup);
    if (!key) return failure(ErrorKind::corrupt, path + ": a subject's key does not open: another key file?");
    const base::Secret opened(std::move(*key));
    const std::string wrapped = seal(wrap, opened.reveal(), lookup);
    if (Query(update.get()).blob(wrapped).integer(query.integer_at(0)).step() != SQLITE_DONE) return trouble();
  }
  if (status != SQLITE_DONE) return trouble();
  return {};
}

/// The old key's bytes are overwritten where they lie, as far as the file system lets them be.
Result<void> PersonalStore::State::install_next_key() const {
  FileOperations& files = FileOperations::system();
  const auto old = open_file(key_path, O_WRONLY);
  if (!old) return tl::unexpected(old.error());
  const auto size = read_file(key_path);
  if (!size) return tl::unexpected(size.error());
  int error = files.write(old->get(), std::string(size->size(), '\0'));
  if (error == 0) error = files.sync(old->get());
  if (error == 0) error = files.rename(next_key_path(), key_path);
  if (error != 0) return base::system_failure("replacing " + key_path, error);
  const auto folder = open_file(folder_of(key_path), O_RDONLY | O_DIRECTORY);
  if (!folder) return tl::unexpected(folder.error());
  if (error = files.sync(folder->get()); error != 0) return base::system_failure("replacing " + key_path, error);
  return {};
}

Result<std::optional<bool>> PersonalStore::State::opens_under(const base::Secret& wrap) {
  Prepared one;
  if (auto ready = prepare("SELECT lookup, wrapped_key FROM subjects LIMIT 1", one.get()); !ready) {
    return tl::unexpected(ready.error());
  }
  Query query(one.get());
  const int status = query.step();
  if (status == SQLITE_DONE) return std::optional<bool>();
  if (status != SQLITE_ROW) return trouble();
  return std::optional(unseal(wrap, query.bytes_at(1), query.bytes_at(0)).has_value());
}

Result<void> PersonalStore::State::settle_keys(Mode mode) {
  if (!exists(next_key_path())) return {};
  const auto old_opens = opens_under(keys.wrap);
  if (!old_opens) return tl::unexpected(old_opens.error());
  if (old_opens->value_or(false)) {  // stopped before the new key was in force
    if (mode != Mode::read && ::unlink(next_key_path().c_str()) != 0) {
      return base::system_failure("removing " + next_key_path(), errno);
    }
    return {};
  }
  auto next = PersonalKeys::load(next_key_path(), false);
  if (!next) return tl::unexpected(next.error());
  keys = std::move(*next);
  return mode != Mode::read ? install_next_key() : Result<void>();
}

}  // namespace tally::recorder
