// Recorder: makes entries of what happened and has the log write them. Personal values stay beside the log.
//
//   auto recorder = Recorder::open({"/var/lib/tallystick", {.key_path = "/etc/tallystick/log.key", …}});
//   recorder->report()                              // what start-up found and mended: say it to the operator
//   auto receipt = recorder->append(drafts);        // durable when it returns
//   auto checkpoint = recorder->publish();          // tiles, checkpoint: now anybody can verify
//
// Files under `root`: log/ is public and verifiable (C2SP tlog-tiles), state/ is private (write-ahead log, lock,
// last_signed, personal values and the key that wraps theirs). Back up both, but see docs/spec/ledger.md on erasure.
// After a failed write the recorder refuses everything (fail-stop): open it again, which verifies first.
// Not thread-safe, and not a reader for many: LogReader is.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/pruning.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/personal_store.h"
#include "daemon/recorder/signed_log.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"
#include "policy/model/receipt.h"

namespace tally::recorder {

/// One entry to be. The recorder adds "v", "type", "ts", "subj" and "pii".
struct Draft {
  std::string type;    ///< ledger::entry_type or a new one: [a-z][a-z0-9_]*
  base::Instant time;  ///< when it happened, from the caller's clock
  std::string
      fields;  ///< canonical JSON object text (nlohmann's dump(); integers only); no personal data! "{}" if none
  std::string personal;     ///< the same for personal values; empty: none. Needs a subject_key
  std::string subject_key;  ///< natural key of the person or account the values are about; empty: none
};

/// What opening found of personal values, and what the log says of itself.
struct OpenReport {
  LogOpened log;
  std::uint64_t personal_rows_cut = 0;  ///< personal values whose entries were never written

  /// The same for an operator, one sentence a line; empty when there is nothing to tell.
  [[nodiscard]] std::vector<std::string> sentences() const;
};

class Recorder {
 public:
  /// A log in this process. Kinds as SignedLog::open; `corrupt` too when the personal values are missing.
  static base::Result<Recorder> open(const SignedLogOptions& options);
  /// The log of the signer that listens on `socket`; the personal values stand below `root`. Kinds as
  /// SignerClient::connect; `conflict` when another process records below `root`.
  static base::Result<Recorder> open(const std::string& socket, const std::string& root);
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  [[nodiscard]] const OpenReport& report() const;
  [[nodiscard]] const std::string& origin() const;
  /// The key that verifies this log, as text for people and for `tallystick verify --key`.
  [[nodiscard]] std::string vkey() const;
  /// Entries recorded, those of the log's own included as far as they are known, and how many are published.
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] std::uint64_t published() const;

  /// All of the drafts in their order, or none. Kind `malformed`/`limit` names the first draft at fault, and nothing
  /// was written; any other failure is fail-stop. An empty span gives an empty receipt. At most kMaxBatchBytes.
  base::Result<model::Receipt> append(std::span<const Draft> drafts);

  /// Writes tiles and signs the checkpoint of everything appended. Gives the signed checkpoint (note text and
  /// signature). With nothing new it gives the one that stands. Every failure is fail-stop.
  base::Result<std::string> publish();

  /// The personal values of an entry as canonical JSON; nothing when it has none or they were erased.
  base::Result<std::optional<std::string>> open_personal(std::uint64_t index);

  /// The opening of an entry for an auditor: salt and personal values (ledger::opens checks it).
  struct Opening {
    std::string salt;  ///< 32 bytes
    std::string personal;
  };
  base::Result<std::optional<Opening>> opening(std::uint64_t index);

  /// The handle of a natural key (Draft::subject_key); nothing when nobody is known by it.
  base::Result<std::optional<std::string>> handle_of(std::string_view subject_key);
  /// Erases personal values, as PersonalStore::erase() has it; entries and proofs stay. Any failure but `conflict` is
  /// fail-stop.
  base::Result<PersonalStore::Erased> erase(std::span<const std::string> handles,
                                            std::span<const std::uint64_t> entries);
  /// Deletes the personal values of entries before `minimum` (ledger/pruning.h); how many. As erase().
  base::Result<std::uint64_t> prune_personal(std::uint64_t minimum);
  /// As PersonalStore::rekey().
  base::Result<void> rekey();

 private:
  struct State;
  explicit Recorder(std::unique_ptr<State> state);
  static base::Result<Recorder> open(std::unique_ptr<LogWriter> log, LogOpened opened, const Layout& layout);
  std::unique_ptr<State> state_;
};

/// Reads a published log with its personal values: for rebuilding the store. Takes no lock, writes nothing.
///
///   auto reader = LogReader::open(root);
///   for (std::uint64_t i = 0; i < reader->size(); i += 10'000) store.project(*reader->read(i, i + 10'000));
///
/// Checks every entry against its hash tile, and personal values against their commitment (kind `corrupt`).
/// Not a verifier: it believes the checkpoint's size without looking at the signature (ledger/verify.h does that).
class LogReader {
 public:
  /// `root` as in RecorderOptions.
  static base::Result<LogReader> open(const std::string& root);
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;
  ~LogReader();

  /// Entries that the checkpoint covered when the reader was opened.
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] const std::string& origin() const;
  /// The newest entry that prunes the log; nothing when none does.
  [[nodiscard]] const std::optional<ledger::PrunedBy>& pruned() const;
  /// Kind `not_found`, saying by what, when the entry was pruned.
  [[nodiscard]] base::Result<void> check_there(std::uint64_t index) const;
  /// Entries [from, min(to, size())). The gap of pruned entries is stepped over: a receipt ends before it, and one
  /// asked for within it begins behind it, maybe with no entry (Receipt::pruned_from). So whoever goes on where a
  /// receipt ends sees every entry there is; whoever wants one entry asks check_there(). With a mask, it says what is
  /// to be read as an entry's personal values: for reports that do not show all.
  using Mask = std::function<std::string(const model::RecordedEntry& entry)>;
  base::Result<model::Receipt> read(std::uint64_t from, std::uint64_t to, const Mask& mask = {});
  /// Salt and personal values of an entry that was read, for an opening (ledger/disclosure.h); nothing when it has none
  /// or they were erased.
  base::Result<std::optional<Recorder::Opening>> opening(const model::RecordedEntry& entry);

 private:
  struct State;
  explicit LogReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tally::recorder
