// ChangeLog: what the Retro Changelog of 389 Directory Server tells of the past of accounts and groups.
//
//   ChangeLog log(options);
//   for (entry of cn=changelog, by ascending changeNumber) log.take(entry);
//   log.tell(builder);                           // after Profile::finish(), before TableBuilder::finish()
//
// Entries are of class changeLogEntry (draft-good-ldap-changelog-04). What follows from them stands in write_history.h.
// Locks are values of nsAccountLock that are "true"; a write of an attribute of disabled_when may have turned
// the switch too. Members are values of member, uniqueMember and memberUid. How an entry was made is in the log, so
// that of one that is younger than the log everything is told. Entries are known by targetUniqueId, which the plug-in
// writes when nsslapd-attribute says "nsuniqueid:targetUniqueId"; else by their DN, and then nothing from before the
// last rename counts. Times are of the server that keeps the log, to the second: there a replicated change counts from
// when it arrived. Who was deleted: logged_deletions.h.
// KNOWN GAP: what was changed while the plug-in was off, or by an import, is in no log. Who had a role (nsRoleDN)
// since when is not told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/logged_deletions.h"
#include "connectors/directory/write_history.h"

namespace tally::directory {

class ChangeLog {
 public:
  explicit ChangeLog(const ProfileOptions& options);

  /// All that is asked for of an entry of the log.
  static const std::vector<std::string>& attributes();

  void take(const Entry& entry);
  /// nsAccountLock is computed for some accounts, by class of service.
  void locks_are_computed(std::string why) { history_.locks_are_computed(std::move(why)); }
  /// Fills Accounts::switched, what is told of members, and adds the accounts that were deleted. Once.
  void tell(TableBuilder& builder);

  /// Whether something follows from writes of that attribute: a log that leaves them out tells nothing.
  [[nodiscard]] bool counts(std::string_view attribute) const;

  /// Since when it tells: the time of the first change.
  [[nodiscard]] std::optional<base::Instant> first() const { return first_; }
  /// The changeNumber of the last entry; 0: none.
  [[nodiscard]] std::int64_t last() const { return number_; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  /// Entries without a number, a time, a target or a type that is known: nothing may be concluded then.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }
  /// Modifications and new entries of which `changes` is not shown, or cannot be understood.
  [[nodiscard]] std::uint64_t without_changes() const { return without_changes_; }
  /// Numbers that lie between the first and the last entry and did not come.
  [[nodiscard]] std::uint64_t missing() const { return missing_; }

 private:
  using What = WriteHistory::What;

  bool count(const Entry& entry);
  /// Held back until all of the change is understood.
  struct Told {
    What what = What::lock;
    LogOp op = LogOp::added;
    std::optional<std::string> value;
  };
  void take_modifications(std::string_view changes, const WriteHistory::Write& of);
  void take_new(std::string_view changes, const WriteHistory::Write& of);
  void tell_of(WriteHistory::Write write, const std::vector<Told>& told);
  void cannot_tell(WriteHistory::Write write);
  void take_end(bool renamed, const WriteHistory::Write& of, std::string_view dn);
  [[nodiscard]] std::optional<What> watched(std::string_view attribute) const;

  std::vector<std::string> other_switches_;  ///< attributes of disabled_when
  bool by_dn_ = false;                       ///< some entry has no targetUniqueId
  base::Instant renamed_ = base::kBeginningOfTime;
  base::Instant at_ = base::kBeginningOfTime;  ///< of the change in hand; never back, should the clock go back
  std::int64_t number_ = 0;                    ///< of the change in hand
  std::optional<base::Instant> first_;
  WriteHistory history_;
  LoggedDeletions deletions_;
  std::uint64_t taken_ = 0, unreadable_ = 0, without_changes_ = 0, missing_ = 0;
};

}  // namespace tally::directory
