// PersonalStore: the personal values that the log only commits to, each sealed under its subject's own key, so that
// deleting that key erases the person from every copy of this file while the log keeps all its proofs.
//
//   auto store = PersonalStore::open(state + "/personal.db", state + "/personal.key", PersonalStore::Mode::write);
//   store->begin();
//   auto subject = store->subject("E1042");                 // handle for the log, made at first sight
//   store->add(index, *subject, salt, commitment, personal);
//   store->commit();                                        // durable
//
// A small key file (KEK) wraps the subjects' keys (DEK); subjects are found by a keyed hash, never by name.
// An erasure ends with rekey(): a copy of this file from before then opens with a copy of the old KEK alone. Keep those
// few and short-lived. Not the log: nothing here is needed to verify it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/ledger/entry.h"
#include "policy/base/result.h"
#include "policy/base/secret.h"

namespace tally::recorder {

class PersonalStore {
 public:
  enum class Mode { create, write, read };  ///< `create`: write, and nothing was ever recorded here
  struct Subject {
    std::int64_t row = 0;
    std::string handle;  ///< "s:" and 32 hex digits: random, says nothing about the person
    base::Secret key;    ///< DEK
  };
  struct Opening {
    ledger::Salt salt{};
    std::string personal;
  };

  /// Mode `create` makes both files when both are missing; one without the other is kind `corrupt`, and so is a file
  /// without tables in mode `write`.
  static base::Result<PersonalStore> open(const std::string& database, const std::string& key_file, Mode mode);
  PersonalStore(PersonalStore&&) noexcept;
  PersonalStore& operator=(PersonalStore&&) noexcept;
  ~PersonalStore();

  base::Result<void> begin();
  base::Result<void> commit();
  /// Takes back what was done since begin().
  void rollback();

  /// The subject of that natural key; made when it is new. Within begin() and commit().
  base::Result<Subject> subject(std::string_view natural_key);
  base::Result<void> add(std::uint64_t entry, const Subject& subject, const ledger::Salt& salt,
                         const ledger::Commitment& commitment, std::string_view personal);
  /// Nothing when there is no row: never any values, or erased. Kind `corrupt` when it does not open.
  base::Result<std::optional<Opening>> read(std::uint64_t entry, const ledger::Commitment& commitment);
  /// Removes rows of entries from `size` on, which were never written to the log; how many.
  base::Result<std::uint64_t> cut(std::uint64_t size);

  /// Deletes the rows of entries before `minimum`, which count no more (ledger/pruning.h), overwritten as by erase();
  /// how many.
  base::Result<std::uint64_t> prune(std::uint64_t minimum);

  /// The handle of that natural key; nothing when there is no such subject.
  base::Result<std::optional<std::string>> handle_of(std::string_view natural_key);
  struct Erased {
    std::uint64_t subjects = 0, rows = 0;
  };
  /// Deletes the keys and rows of these subjects, and the rows of these entries whoever they are about; durably, and
  /// overwritten in this file. What is not there is passed over. Kind `conflict` when another process kept the old
  /// pages from being overwritten: to be done again.
  base::Result<Erased> erase(std::span<const std::string> handles, std::span<const std::uint64_t> entries);
  /// Another wrapping key: no copy of this file from before opens with the key file from now on. A crash in between is
  /// mended by open().
  base::Result<void> rekey();

 private:
  struct State;
  explicit PersonalStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::recorder
