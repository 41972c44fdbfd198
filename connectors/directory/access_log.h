// AccessLog: what the log of slapo-accesslog(5) tells of the past of accounts and groups.
//
//   AccessLog log(options);
//   for (entry of cn=accesslog that log.query() finds) log.take(entry);
//   log.reaches_back_to(first_moment);           // what it does not show since then did not happen since then
//   log.tell(builder);                           // after Profile::finish(), before TableBuilder::finish()
//
// What follows from it stands in write_history.h. Locks are values of pwdAccountLockedTime; a write of an attribute of
// disabled_when, of pwdStartTime, pwdPolicySubentry or of a policy's pwdLockout may have turned the switch too. Members
// are values of member, uniqueMember and memberUid. Who was deleted: logged_deletions.h.
// Entries are known by reqEntryUUID, by reqDN where the server does not write it (before OpenLDAP 2.5).
// KNOWN GAP: what was changed while the overlay was off, or by slapadd and slapmodify, is in no log; nor is a change of
// cn=config, such as another default policy: a lock that counts only since then is told from when it was written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/access_log_entry.h"
#include "connectors/directory/logged_deletions.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/write_history.h"

namespace tally::directory {

class AccessLog {
 public:
  explicit AccessLog(const ProfileOptions& options);

  /// The entries worth reading: successful writes of what is watched.
  [[nodiscard]] Query query() const;
  void take(const Entry& entry);
  void reaches_back_to(base::Instant first) { history_.reaches_back_to(first); }
  /// Fills Accounts::switched, what is told of members, and adds the accounts that were deleted. Once.
  void tell(TableBuilder& builder) {
    history_.tell(builder);
    deletions_.tell(builder);
  }
  /// Entries that could not be understood: nothing may be concluded then.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }

 private:
  [[nodiscard]] std::optional<WriteHistory::What> watched(std::string_view attribute) const;
  void take_modification(const LoggedModification& one, WriteHistory::Write write);

  std::vector<std::string> other_switches_;  ///< attributes
  bool by_site_;                             ///< disabled_when is set
  WriteHistory history_;
  LoggedDeletions deletions_;
  std::uint64_t taken_ = 0;
  std::uint64_t unreadable_ = 0;
};

}  // namespace tally::directory
