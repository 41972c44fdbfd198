// SyncFeed: changes of OpenLDAP and 389 Directory Server by RFC 4533, refreshOnly, and what it does not tell.
//
// Traps, all seen on OpenLDAP 2.5.13 and 389-ds 2.3.1:
//
// paging        together with this control silently truncates: never both, so the server's size limit has to allow the
//               changes of one run; else everything is read.
// no changes    OpenLDAP with the dynlist overlay ends by an assertion when it is asked and nothing changed: it is
// asked
//               only when contextCSN differs from the cookie.
// cookies       Garbage makes OpenLDAP send everything, as if it had changed, and tell no removal: an entry with an
//               entryCSN that the cookie covers is not a change, and everything is read. One that is newer than the
//               server is refused (53), and 389-ds refuses what it does not know (4096).
// present phase OpenLDAP without its session log (after a restart) names all that is unchanged, and what is not named
// is
//               gone. 389-ds ends every answer as if it had done so (refreshDeletes FALSE) and never does: there only
//               what is named is removed.
// names         An entry with others below it that is renamed or moved renames all of them, without a word: such
// entries
//               are asked for too, and what lies below one that is new or has another name is read.
// the rest      389-ds does not tell that an entry stopped to match the filter, and ignores the list of attributes on
//               resumption: it is asked for every change of any entry, and those are read by their keys.
// untold        untold_changes.h.
// roles         389-ds computes nsRole, and nsAccountLock out of it: with roles or classes of service everything is
// read.
//
// KNOWN GAP: a server that was set back to a backup and then changed again does not know what it forgot; a provider
// with olcSpNoPresent tells no removal after a restart; access rules that change show and hide entries and attributes
// untold. Which entries there are is found by their keys in each run (replica_count.h), the rest by the periodic full
// read (full_read_every).
#pragma once

#include <string>
#include <vector>

#include "connectors/directory/change_feed.h"
#include "connectors/directory/sync_search.h"
#include "connectors/directory/untold_changes.h"

namespace tally::directory {

/// What a SyncFeed keeps between runs; the text is its own.
struct SyncFeedState {
  std::vector<std::string> cookies;  ///< one a base
  base::Instant began;               ///< by our clock
  std::optional<base::Instant> latest_sign_in;

  [[nodiscard]] std::string text() const;
  static std::optional<SyncFeedState> parse(std::string_view text);
};

class SyncFeed final : public ChangeFeed {
 public:
  explicit SyncFeed(const LdapOptions& options);

  [[nodiscard]] std::string_view name() const override { return "RFC 4533"; }
  [[nodiscard]] std::string_view key_attribute() const override;
  base::Result<std::string> identity(const FeedContext& context) override;
  [[nodiscard]] std::optional<EntryKey> key_of(const Entry& entry) const override;
  std::uint8_t flags_of(const Entry& entry) override { return untold_.look_at(entry); }
  base::Result<std::string> begin(const FeedContext& context) override;
  base::Result<void> complete(const FeedContext& context, Replica& replica, std::uint64_t accounts) override;
  base::Result<std::string> read(const FeedContext& context, const std::string& from, Replica& replica) override;
  [[nodiscard]] std::vector<std::string> notes() const override { return notes_; }
  std::string settled(std::string state) override;
  [[nodiscard]] std::vector<std::string> restless() const override { return untold_.attributes(); }

 private:
  class Pass;
  [[nodiscard]] bool is_389() const { return dialect_ == Dialect::ds389; }
  [[nodiscard]] Query sync_query(const Profile& profile) const;
  base::Result<void> refuse_computed(const FeedContext& context) const;

  Dialect dialect_;
  UntoldChanges untold_;
  std::vector<std::string> notes_;
};

}  // namespace tally::directory
