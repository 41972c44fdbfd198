// WriteHistory: what follows from a log of writes for the past of accounts and groups. Which log it is, AccessLog
// (OpenLDAP) and ChangeLog (389 Directory Server) know; they tell it write after write.
//
//   WriteHistory history({.log = "cn=changelog", .attribute = "nsAccountLock", .off = is_true, .by_site = false});
//   history.wrote({.at = …, .request = 7, .entry = "uid=jane,dc=corp", .what = What::lock, .op = LogOp::added, …});
//   history.reaches_back_to(first_moment);       // what it does not show since then did not happen since then
//   history.tell(builder);                       // after Profile::finish(), before TableBuilder::finish()
//
// switched     by what was written to the attribute that locks; a write of something else that counts, or of a policy,
//              may have turned the switch too, so that it was turned at or before the last of them. Nothing written:
//              before the log begins, or never when the account is younger.
// members      values added and removed; a value that was replaced may have been there before, so it is there since
//              then or longer.
// Entries are known by their id or their DN, whatever the log writes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/directory/access_log_entry.h"
#include "connectors/directory/profile.h"

namespace tally::directory {

/// Of which log, and what locks an account there.
struct LoggedSwitch {
  std::string log;                          ///< its name, as evidence
  std::string attribute;                    ///< evidence of a lock begins with it
  bool (*off)(std::string_view) = nullptr;  ///< whether that value of it keeps somebody out for good
  bool by_site = false;                     ///< disabled_when is set
};

class WriteHistory {
 public:
  enum class What : std::uint8_t {
    lock,
    other_switch,  ///< something else that may turn it
    member,        ///< the value is a DN
    member_uid,    ///< … a POSIX user name
    made,          ///< the entry came into being, its lock as the value says; members are told beside it
    unclear,       ///< something was written to the entry, the log does not show what
  };
  struct Write {
    base::Instant at;
    std::uint64_t request = 0;  ///< the same for all that was written at once
    std::string_view entry;     ///< its id as Accounts::native_id, or its DN
    What what = What::lock;
    LogOp op = LogOp::added;
    std::optional<std::string_view> value;  ///< absent: the attribute as a whole
  };

  explicit WriteHistory(LoggedSwitch of) : switch_(std::move(of)) {}

  void wrote(const Write& write);
  /// What decides over all accounts was changed.
  void policy_changed(base::Instant at) { policy_changed_ = std::max(policy_changed_, at); }
  /// Something went that may have kept accounts locked.
  void lock_may_have_gone(base::Instant at) { lock_gone_ = std::max(lock_gone_, at); }
  /// Somebody may have been taken out of a group then.
  void removal_unclear(base::Instant at) { removal_unclear_ = std::max(removal_unclear_, at); }
  /// Some entry was renamed.
  void renamed(base::Instant at) { renamed_ = std::max(renamed_, at); }
  /// Locks may come from elsewhere than the entry itself, where no write shows it.
  void locks_are_computed(std::string why) { computed_ = std::move(why); }
  void reaches_back_to(base::Instant first) { oldest_ = first; }
  /// Nothing before that moment counts, neither what was told nor what was not.
  void forget_before(base::Instant first);

  /// Fills Accounts::switched, and what is told of members. Once.
  void tell(TableBuilder& builder);

 private:
  struct Event {
    base::Instant at;
    std::uint64_t request = 0;
    base::TextId entry;  ///< its id or DN, in names_
    What what = What::lock;
    LogOp op = LogOp::added;
    base::TextId value;  ///< none: the attribute as a whole
  };
  /// What the log says of one account's lock, change after change.
  struct Lock {
    std::optional<bool> off;
    base::Bounds since;
    std::optional<bool> off_before;  ///< the request
    base::Bounds since_before;
    std::uint64_t request = 0;
    bool untouched = false;  ///< since it was made
  };
  struct Member {
    std::string_view written;  ///< as the log writes it, in names_
    bool by_uid = false;
    bool in = false;
    base::Bounds since;  ///< of `in`
    base::Instant left = base::kBeginningOfTime;
    std::uint64_t left_in = 0;  ///< that request
  };
  using MemberKey = std::pair<std::uint32_t, std::string>;  ///< group row, and the member as it is compared

  void find_entries(TableBuilder& builder);
  void follow(TableBuilder& builder);
  void follow_account(const Event& event, std::uint32_t row);
  void follow_group(const Event& event, std::uint32_t row);
  void follow_lock(const Event& event, Lock& lock) const;
  void follow_member(const Event& event, std::uint32_t group);
  void all_out(std::uint32_t group, const Event& event);
  void all_unclear(std::uint32_t group, base::Instant at);
  [[nodiscard]] std::string said(std::string_view sentence) const { return switch_.log + std::string(sentence); }
  [[nodiscard]] bool is_off(const Event& event) const;
  [[nodiscard]] model::TimeFact switched(TableBuilder& builder, std::uint32_t row) const;
  [[nodiscard]] model::TimeFact as_computed(TableBuilder& builder, std::uint32_t row) const;
  [[nodiscard]] base::Instant unclear_until(std::uint32_t row, bool off) const;
  void tell_members(TableBuilder& builder) const;

  LoggedSwitch switch_;
  base::TextPool names_;
  std::vector<Event> events_;
  std::optional<base::Instant> oldest_;
  base::Instant removal_unclear_ = base::kBeginningOfTime;
  base::Instant renamed_ = base::kBeginningOfTime;
  base::Instant policy_changed_ = base::kBeginningOfTime;
  base::Instant lock_gone_ = base::kBeginningOfTime;
  std::string computed_;
  std::unordered_map<std::string_view, Node> entries_;
  std::unordered_map<std::uint32_t, Lock> locks_;
  std::unordered_map<std::uint32_t, base::Instant> other_switched_;
  std::map<MemberKey, Member> members_;
  std::unordered_map<std::uint32_t, std::uint64_t> emptied_;  ///< by group row: all members were written anew with it
};

}  // namespace tally::directory
