// Receipt: the proof that entries are durably in the log. Store and sinks take one, so nothing can be stored,
// shown or sent that was not recorded first.
//
//   base::Result<model::Receipt> receipt = recorder.append(drafts);
//   if (receipt) store.project(*receipt);
//
// Only what has the log in hand can make one: the recorder when it appends, and the reader of a recorded log.
// Not a promise to third parties: that is the signed checkpoint with an inclusion proof (daemon/ledger/proof.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tally::recorder {
class Recorder;
class LogReader;
}  // namespace tally::recorder

namespace tally::model {

struct RecordedEntry {
  std::uint64_t index = 0;  ///< position in the log, from 0
  std::string leaf;         ///< the entry's bytes: canonical JSON, UTF-8 (docs/spec/ledger.md)
  std::string
      personal;  ///< canonical JSON object with the personal values; empty when there are none or they were erased
};

class Receipt {
 public:
  /// Index of the first entry; entries are contiguous.
  [[nodiscard]] std::uint64_t first_index() const { return first_index_; }
  /// The entries from this one to the first are gone: the log was pruned. first_index() when none are.
  [[nodiscard]] std::uint64_t pruned_from() const { return pruned_from_; }
  /// Where the next receipt goes on.
  [[nodiscard]] std::uint64_t end() const { return first_index_ + entries_.size(); }
  [[nodiscard]] std::uint64_t count() const { return entries_.size(); }
  [[nodiscard]] std::span<const RecordedEntry> entries() const { return entries_; }

 private:
  friend class tally::recorder::Recorder;
  friend class tally::recorder::LogReader;
  Receipt(std::uint64_t first_index, std::vector<RecordedEntry> entries)
      : Receipt(first_index, first_index, std::move(entries)) {}
  Receipt(std::uint64_t pruned_from, std::uint64_t first_index, std::vector<RecordedEntry> entries)
      : pruned_from_(pruned_from), first_index_(first_index), entries_(std::move(entries)) {}

  std::uint64_t pruned_from_, first_index_;
  std::vector<RecordedEntry> entries_;
};

}  // namespace tally::model
