// Attributes that servers change without telling those who follow changes, and how they are asked for instead.
//
//   UntoldChanges untold(options);
//   untold.know(read_attribute_names(session, patience));        // what the schema lacks, no entry has
//   untold.prove(session, bases, profile, replica, patience);     // once, after a full read
//   untold.read(session, …);                                      // at each later run
//
// OpenLDAP   slapo-ppolicy and lastbind write pwdAccountLockedTime, pwdLastSuccess and authTimestamp themselves.
// Servers
//            differ: 2.5 tells of them like of any change, a consumer of another server keeps them to itself (both seen
//            on 2.5.13), and the lastbind overlay does not tell.
// 389-ds     accountUnlockTime and lastLoginTime by its password and account policies; of FreeIPA krbLoginFailedCount
// and
//            krbLastSuccessfulAuth, which may be left out of its change log by configuration.
// sign_in_attributes of the settings count too.
//
// Sign-ins only grow: entries with one since the last reading are read whole. The clock of that is the server's own, as
// far as its sign-ins show it, or ours, whichever is earlier, less kMargin. Lockouts come and go: all entries with one
// are read, and those again that had one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/change_feed.h"

namespace tally::directory {

class UntoldChanges {
 public:
  explicit UntoldChanges(const ProfileOptions& options);

  /// Drops what is not in the schema. `names` empty: nothing is known of it, and everything stays.
  void know(const std::vector<std::string>& names);
  /// The attributes that are left, as one line.
  [[nodiscard]] std::string in_words() const;
  [[nodiscard]] std::vector<std::string> attributes() const;

  /// Bits for Replica: kLocked. Remembers the latest sign-in.
  std::uint8_t look_at(const Entry& entry);
  static constexpr std::uint8_t kLocked = 1;
  [[nodiscard]] std::optional<base::Instant> latest() const { return latest_; }
  void set_latest(std::optional<base::Instant> latest) { latest_ = latest; }

  /// Whether they can be searched for, on every account: a filter item that access rules or the schema forbid is
  /// Undefined, and so is its negation (RFC 4511 §4.5.1.7), so that only those are found on which all can be decided.
  /// `accounts`: how many the replica holds.
  base::Result<void> prove(const FeedContext& context, const ChangeFeed& feed, const Replica& replica,
                           std::uint64_t accounts) const;

  /// Entries that changed without a word since `began`, by our clock, put into the replica.
  using Put = std::function<base::Result<void>(const Entry&)>;
  base::Result<void> read(const FeedContext& context, base::Instant began, const Replica& replica, const Put& put);

  /// Sign-ins this much older than the last one known are asked for again: clocks are set, writes wait.
  static constexpr std::chrono::minutes kMargin{60};
  /// Entries that lost their lockout and are read one by one.
  static constexpr std::size_t kMaxReadAgain = 1000;

 private:
  enum class Kind : std::uint8_t { sign_in, lock, unlock, failures };
  struct Attribute {
    std::string name;
    Kind kind = Kind::sign_in;
  };
  [[nodiscard]] std::string assertion(const Attribute& attribute, std::optional<base::Instant> since) const;
  [[nodiscard]] bool locked(const Entry& entry) const;
  base::Result<void> read_again(const FeedContext& context, const std::vector<EntryKey>& keys, const Replica& replica,
                                const Put& put);

  std::vector<Attribute> all_;
  std::optional<base::Instant> latest_;
};

}  // namespace tally::directory
