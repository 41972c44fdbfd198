// UsnPass: the changes of one run of Active Directory, into a replica (usn_feed.h says what they hide). Inner to
// usn_feed.cpp.
//
//   UsnPass pass(context, feed, replica, dn_attributes);
//   pass.hear(entry);                     // each that DirSync tells
//   pass.read_changed(first_usn, told);   // what changed, and what went
//   pass.settle(latest_sign_in);          // what nobody tells
//
// Nothing is removed from the replica on anybody's word: what may have gone is asked for by its key.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "connectors/directory/change_feed.h"
#include "connectors/directory/range_reading.h"

namespace tally::directory {

class UsnPass {
 public:
  /// Entries of one run that are asked for by their keys.
  static constexpr std::size_t kMaxReadAgain = 50'000;
  /// Sign-ins this much older than the last one known are asked for again: clocks are set.
  static constexpr std::chrono::minutes kMargin{60};

  /// All must outlive it. `dn_attributes`: whose values are names of objects.
  UsnPass(const FeedContext& context, ChangeFeed& feed, Replica& replica,
          const std::vector<std::string>& dn_attributes);

  void hear(const Entry& entry);
  /// `told`: DirSync was heard to the end before. Else the keys of all entries are compared.
  base::Result<void> read_changed(std::uint64_t first_usn, bool told);
  base::Result<void> settle(std::int64_t latest_sign_in);
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// Keys of all entries of the query, when they were compared.
  [[nodiscard]] std::optional<std::uint64_t> counted() const { return counted_; }

 private:
  /// An entry that the query of the profile finds, whole.
  base::Result<void> put(const Entry& entry);
  base::Result<void> keep(const EntryKey& key, const Entry& entry);
  /// The rest of the members of groups that came in part.
  base::Result<void> read_ranges();
  base::Result<std::uint64_t> read_into_replica(const std::string& filter);
  /// Entries of a base in pages, with their keys.
  using EachKey = std::function<void(const EntryKey&, const Entry&)>;
  base::Result<void> each_key(const std::string& filter, const EachKey& each);
  base::Result<void> find_unmatched(std::uint64_t first_usn);
  base::Result<void> compare_keys();
  base::Result<void> read_namers_of_new();
  base::Result<void> look_for_strange_names();
  base::Result<void> read_doubtful();
  base::Result<void> read_by_key(std::span<const EntryKey> keys);

  using Keys = std::unordered_set<EntryKey, EntryKeyHash>;
  const FeedContext& c_;
  ChangeFeed& feed_;
  Replica& replica_;
  const std::vector<std::string>& dn_attributes_;
  std::uint64_t told_ = 0;
  Keys renamed_;                  ///< by DirSync: with a new name, or another list of rights
  Keys found_;                    ///< put, in this run
  Keys doubtful_;                 ///< to be asked for by their keys
  std::vector<std::string> new_;  ///< names of entries that were not there
  std::optional<std::uint64_t> counted_;
  std::vector<std::pair<EntryKey, RangedEntry>> ranged_;
  std::uint64_t range_requests_ = 0;
  Entry kept_;
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
