// SyncPass: the changes of one run, out of the answers of a server into a replica (sync_feed.h says what they hide).
// Inner to sync_feed.cpp.
//
//   SyncPass pass(context, feed, query, replica);
//   pass.read_base(base, cookie);       // for each base; the cookie becomes the new one
//   pass.settle();                      // what only all of them together tell
#pragma once

#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "connectors/directory/change_feed.h"
#include "connectors/directory/sequence_numbers.h"
#include "connectors/directory/sync_search.h"

namespace tally::directory {

class SyncPass {
 public:
  /// Entries that are asked for one by one, by their keys.
  static constexpr std::size_t kMaxLookedUp = 20'000;

  /// All must outlive it.
  SyncPass(const FeedContext& context, ChangeFeed& feed, Query query, Replica& replica);

  base::Result<void> read_base(const std::string& base, std::string& cookie);
  base::Result<void> settle();
  /// An entry that the query of the profile finds, whole; attributes that it does not ask for are left out.
  base::Result<void> put(const Entry& entry);
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  base::Result<void> take(const EntryKey& key, const Entry& entry);
  void take_container(const EntryKey& key, const Entry& entry);
  void rename_container(const EntryKey& key, const Entry& entry);
  void take_removals(const std::string& base, const SyncAnswer& answer);
  base::Result<void> remove_unnamed(const std::string& base, const SyncAnswer& answer);
  void remove(const EntryKey& key);
  base::Result<void> look_up_all();
  base::Result<void> look_up(std::span<const EntryKey> keys);
  base::Result<void> read_below(const std::string& dn);
  base::Result<void> put_if_found(const EntryKey& key, const std::string& dn);
  [[nodiscard]] bool wanted(std::string_view attribute) const;

  const FeedContext& c_;
  ChangeFeed& feed_;
  Query query_;
  Replica& replica_;
  bool is_389_;
  SequenceNumbers covered_;                               ///< by the cookie of this base (OpenLDAP)
  std::unordered_set<EntryKey, EntryKeyHash> named_;      ///< new or changed, of this base
  std::vector<EntryKey> to_look_up_;                      ///< of which the answer does not tell enough
  std::vector<std::string> left_;                         ///< DNs that containers no longer have
  std::vector<std::string> to_read_;                      ///< DNs below which everything is read
  std::vector<std::pair<EntryKey, std::string>> to_ask_;  ///< containers that may be entries of the query
  Entry kept_;
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
