// UsnFeed: changes of Active Directory. What changed: entries with a higher uSNChanged (MS-ADTS 3.1.1.1.9), read whole.
// What went, moved or was hidden: DirSync (dirsync_search.h) tells it to who has the right; else the keys of all
// entries are read, and compared with the replica.
//
// Traps:
//
// numbers     are of one database of one domain controller (invocationId): another one, or one from a backup, and
//             everything is read. They are good only where uSNChanged is shown, of every entry.
// DirSync     with the attributes of the query tells nothing of others, which move whenChanged and replPropertyMetaData
//             too; with all attributes it sends what we have no business with (passwords of local administrators,
//             photographs). So it is asked for names, deletions and access control lists alone.
//             A change of name or of a list, of anything that may have others below it, and the keys are compared.
// names       member, manager and managedBy show the name of an object as it is now. It may be renamed, deleted or
//             restored, and the entry that names it does not count as changed. So entries that name what is no entry
//             here are read again each time, and whoever names an entry that is new is looked for.
// computed    msDS-User-Account-Control-Computed may only be set where lockoutTime is: those are read each time. So is
//             who signed in at this server (lastLogon does not replicate and changes no number), an hour more than
//             that. Any other attribute of the query that is computed, a back link (memberOf) or does not replicate:
//             everything is read. With filters of the site's own, which may ask for such, keys are always compared.
// ranges      The members of a big group come 1,500 at a time: an entry that changed is kept with all of them
//             (range_reading.h), so that they are asked for when it changes, and not each time.
// descriptors are not kept: they are read live, as a full read does (control_queries.h).
//
// KNOWN GAP: a server that was set back without a new invocationId, and has counted on since, does not know what it
// forgot. DirSync does not tell of objects whose tombstone is gone (60 or 180 days after they were deleted). With
// DirSync, what the reader's own rights begin or cease to show by a change elsewhere (his groups) is not told. Which
// entries there are is found by their keys in each run (replica_count.h), the rest by the periodic full read
// (full_read_every).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/answering_controller.h"
#include "connectors/directory/change_feed.h"

namespace tally::directory {

/// What a UsnFeed keeps between runs; the text is its own.
struct UsnFeedState {
  std::uint64_t usn = 0;
  std::int64_t latest_sign_in = 0;   ///< FILETIME, the latest lastLogon seen; 0: none
  std::vector<std::string> cookies;  ///< of DirSync, one a naming context; none: keys are compared

  [[nodiscard]] std::string text() const;
  static std::optional<UsnFeedState> parse(std::string_view text);
};

class UsnFeed final : public ChangeFeed {
 public:
  explicit UsnFeed(const LdapOptions& options) : own_filters_(has_own_filters(options.profile)) {}

  [[nodiscard]] std::string_view name() const override { return "uSNChanged"; }
  [[nodiscard]] std::string_view key_attribute() const override { return "objectGUID"; }
  base::Result<std::string> identity(const FeedContext& context) override;
  [[nodiscard]] std::optional<EntryKey> key_of(const Entry& entry) const override;
  std::uint8_t flags_of(const Entry& entry) override;
  base::Result<std::string> begin(const FeedContext& context) override;
  base::Result<void> complete(const FeedContext& context, Replica& replica, std::uint64_t accounts) override;
  base::Result<std::string> read(const FeedContext& context, const std::string& from, Replica& replica) override;
  [[nodiscard]] std::optional<std::uint64_t> counted() const override { return counted_; }
  [[nodiscard]] std::vector<std::string> notes() const override;
  std::string settled(std::string state) override;
  [[nodiscard]] std::vector<std::string> restless() const override;

 private:
  static bool has_own_filters(const ProfileOptions& options) {
    return !options.account_filter.empty() || !options.group_filter.empty();
  }
  /// The one that identity() saw, through this session too; how the attributes change.
  base::Result<AnsweringController> same_controller(const FeedContext& context);
  base::Result<void> begin_dirsync(const FeedContext& context, const AnsweringController& dc, UsnFeedState& state);
  base::Result<void> read_changes(const FeedContext& context, const AnsweringController& dc, UsnFeedState& state,
                                  Replica& replica);

  bool own_filters_;
  std::optional<EntryKey> invocation_;
  std::vector<std::string> dn_attributes_;
  std::int64_t latest_sign_in_ = 0;
  std::optional<std::uint64_t> counted_;
  std::string no_dirsync_;  ///< why begin() did without it
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
