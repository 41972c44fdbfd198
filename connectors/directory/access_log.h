// AccessLog: what the log of slapo-accesslog(5) tells of the past of accounts and groups.
//
//   AccessLog log(options);
//   for (entry of cn=accesslog that log.query() finds) log.take(entry);
//   log.reaches_back_to(first_moment);           // what it does not show since then did not happen since then
//   log.tell(builder);                           // after Profile::finish(), before TableBuilder::finish()
//
// switched     by what was written to pwdAccountLockedTime; a write of an attribute of disabled_when, of pwdStartTime,
//              pwdPolicySubentry or of a policy's pwdLockout may have turned the switch too, so that it was turned at
//              or before the last of them. Nothing written: before the log begins, or never when the account is
//              younger.
// members      of member, uniqueMember and memberUid, values added and removed; a value that was replaced may have been
//              there before, so it is there since then or longer.
// Entries are known by reqEntryUUID, by reqDN where the server does not write it (before OpenLDAP 2.5).
// KNOWN GAP: what was changed while the overlay was off, or by slapadd and slapmodify, is in no log.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/directory/access_log_entry.h"
#include "connectors/directory/profile.h"

namespace tally::directory {

class AccessLog {
 public:
  explicit AccessLog(const ProfileOptions& options);

  /// The entries worth reading: successful writes of what is watched.
  [[nodiscard]] Query query() const;
  void take(const Entry& entry);
  void reaches_back_to(base::Instant first) { oldest_ = first; }
  /// Fills Accounts::switched, and what is told of members. Once.
  void tell(TableBuilder& builder);
  /// Entries that could not be understood: nothing may be concluded then.
  [[nodiscard]] std::uint64_t unreadable() const { return unreadable_; }

 private:
  enum class What : std::uint8_t { lock, other_switch, policy, member, member_uid, regrouped };
  struct Event {
    base::Instant at;
    base::TextId entry;  ///< its entryUUID or DN, in names_
    What what = What::lock;
    LogOp op = LogOp::added;
    base::TextId value;  ///< none: the attribute as a whole
  };
  /// What the log says of one account's lock, change after change.
  struct Lock {
    std::optional<bool> off;
    base::Bounds since;
    std::optional<bool> off_before;  ///< the request at `at`
    base::Bounds since_before;
    base::Instant at = base::kBeginningOfTime;
  };
  struct Member {
    std::string_view written;  ///< as the log writes it, in names_
    bool by_uid = false;
    bool in = false;
    base::Bounds since;  ///< of `in`
    base::Instant left = base::kBeginningOfTime;
  };
  using MemberKey = std::pair<std::uint32_t, std::string>;  ///< group row, and the member as it is compared

  [[nodiscard]] std::optional<What> watched(std::string_view attribute) const;
  void take_modification(const LoggedModification& one, Event event);
  void find_entries(TableBuilder& builder);
  void follow(TableBuilder& builder);
  void follow_lock(const Event& event, Lock& lock) const;
  void follow_member(const Event& event, std::uint32_t group);
  void all_out(std::uint32_t group, base::Instant at);
  model::TimeFact switched(TableBuilder& builder, std::uint32_t row) const;
  void tell_members(TableBuilder& builder) const;

  std::vector<std::string> other_switches_;  ///< attributes
  bool by_site_;                             ///< disabled_when is set
  base::TextPool names_;
  std::vector<Event> events_;
  std::optional<base::Instant> oldest_;
  base::Instant removal_unclear_ = base::kBeginningOfTime;  ///< somebody may have been taken out of a group then
  base::Instant renamed_ = base::kBeginningOfTime;          ///< some entry was
  base::Instant policy_changed_ = base::kBeginningOfTime;
  std::uint64_t unreadable_ = 0;
  std::unordered_map<std::string_view, Node> entries_;
  std::unordered_map<std::uint32_t, Lock> locks_;
  std::unordered_map<std::uint32_t, base::Instant> other_switched_;
  std::map<MemberKey, Member> members_;
  std::unordered_map<std::uint32_t, base::Instant> emptied_;  ///< by group row: all members were written anew then
};

}  // namespace tally::directory
