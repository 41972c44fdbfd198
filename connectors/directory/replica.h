// Replica: the entries of one directory as they were last read, in one file, to which every later run adds what changed
// (docs/spec/replica.md). Personal data: mode 0600, in a folder of mode 0700.
//
//   auto replica = Replica::open(path);                       // not_found: there is none; malformed: it is not used
//   if (replica->identity() != identity) …                    // of another server or another query: not used
//   replica->put(key, flags, entry); replica->remove(key);    // in memory
//   replica->commit(state);                                   // all of it, at the end of the file
//   replica->each([&](const StoredEntry& stored, const Entry& entry) { … });
//
// A batch counts when it is whole: a tail that a crash tore is cut back to the batch before. Every batch closes with a
// digest over itself and all before it; one that does not fit makes the whole file malformed. Reading maps the file and
// copies nothing. Holds a lock on the file (flock) from open() to its end: one run at a time. Not for concurrent use.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "connectors/directory/entry.h"
#include "connectors/directory/replica_record.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::directory {

/// What closes a batch.
struct ReplicaState {
  base::Instant read_in_full;  ///< when the full read began that the replica comes from
  std::uint64_t counted = 0;   ///< entries that read gave, by its second count
  base::Instant followed;      ///< when the reading began that this batch comes from
  std::string feed;            ///< the feed's own: cookies and whatever else it needs to go on (change_feed.h)

  /// A cookie is some hundred bytes; nothing longer is kept or believed.
  static constexpr std::size_t kMaxFeedBytes = 1U << 20U;
};

/// Where one entry of a replica lies.
struct StoredEntry {
  EntryKey key;
  std::uint8_t flags = 0;
  std::uint8_t proofs = 0;  ///< bits: which absences are proven (Profile::absences_to_prove)
  std::string_view body;    ///< read_record()
};

class Replica {
 public:
  static base::Result<Replica> open(const std::string& path);
  /// From bytes in memory, for tests: what open() does once it has mapped a file. The bytes must outlive it. commit()
  /// fails.
  static base::Result<Replica> parse(std::string_view bytes);

  Replica(Replica&&) noexcept;
  Replica& operator=(Replica&&) noexcept;
  ~Replica();

  [[nodiscard]] std::string_view identity() const { return identity_; }
  [[nodiscard]] const ReplicaState& state() const { return state_; }
  /// SHA-256 over everything committed.
  [[nodiscard]] const base::Digest& digest() const { return chain_; }
  /// Bytes of the first batch, and of all after it: a replica that grew as much again is due to be made anew.
  [[nodiscard]] std::uint64_t first_bytes() const { return first_bytes_; }
  [[nodiscard]] std::uint64_t later_bytes() const { return end_ - header_ - first_bytes_; }

  [[nodiscard]] std::size_t size() const { return index_.size(); }
  /// In order of first appearance. Stops early and returns false when a record cannot be read.
  bool each(const std::function<void(const StoredEntry&, const Entry&)>& what) const;
  /// Without reading the records: for those that are looked for by key or flag.
  void each_stored(const std::function<void(const StoredEntry&)>& what) const;
  [[nodiscard]] const StoredEntry* find(const EntryKey& key) const;
  /// False when it is not there or cannot be read.
  bool read(const EntryKey& key, Entry& entry) const;

  /// Entries that have others below them, with their DNs: a change of name there renames what lies below, without a
  /// word about it. They may be entries of the replica too.
  [[nodiscard]] const std::unordered_map<EntryKey, std::string_view, EntryKeyHash>& containers() const {
    return containers_;
  }

  /// Takes the place of what was known of the entry; its proofs are forgotten. What says the same as before
  /// (same_content) changes nothing but flags. False: too many attribute names, the entry is not kept.
  bool put(const EntryKey& key, std::uint8_t flags, const Entry& entry);
  void remove(const EntryKey& key);
  void prove(const EntryKey& key, std::uint8_t proofs);
  void put_container(const EntryKey& key, std::string_view dn);
  void remove_container(const EntryKey& key);
  /// Every key that was put or removed since open(), whether that changed anything or not.
  [[nodiscard]] const std::unordered_set<EntryKey, EntryKeyHash>& touched() const { return touched_; }
  /// Entries put that were new or said something else, and entries removed, since open().
  [[nodiscard]] std::uint64_t changed() const { return changed_; }
  [[nodiscard]] std::uint64_t removed() const { return removed_; }

  /// Writes everything since open() or the last commit as one batch. After an error the next open() finds what was
  /// before.
  base::Result<void> commit(const ReplicaState& state);

 private:
  Replica() = default;
  base::Result<void> load(std::string_view bytes);
  bool take_batch(std::string_view records);
  bool take_record(char tag, std::string_view body);
  void set(const RecordHead& head, std::string_view body);
  void drop(const EntryKey& key);
  std::string_view add(char tag, std::string body);
  void close();

  int fd_ = -1;
  std::string_view mapped_;  ///< the whole file, to be unmapped; empty when it is somebody else's memory
  std::uint64_t header_ = 0, first_bytes_ = 0, end_ = 0;
  std::string_view identity_;
  ReplicaState state_;
  base::Digest chain_;
  AttributeNames names_;
  std::vector<StoredEntry> rows_;  ///< in order; one that was removed has no body
  std::unordered_map<EntryKey, std::uint32_t, EntryKeyHash> index_;
  std::unordered_map<EntryKey, std::string_view, EntryKeyHash> containers_;
  std::deque<std::string> later_;  ///< records made since open(), which rows point into
  std::string batch_;              ///< the same, as they go into the file
  std::unordered_set<EntryKey, EntryKeyHash> touched_;
  std::uint64_t changed_ = 0, removed_ = 0;
};

}  // namespace tally::directory
