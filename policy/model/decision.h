// What people decide, as values made from commands in the log: links of accounts to people, exemptions,
// acknowledgements, releases of feeds.
//
//   for (const LinkDecision& d : decisions) if (d.account_key == key && d.same) link(account, d.employee_id);
//
// Each took effect because somebody said so, with a reason, and stays in effect in every later run until it is revoked
// or ends. Not the commands themselves: those are entries of the log (daemon/ledger/event_decision.h), and who may give
// which is in policy/decisions.
#pragma once

#include <cstdint>
#include <string>

#include "policy/base/time.h"

namespace tally::model {

/// "This account is hers", or "this account is never hers". Outranks every sign that matching finds.
struct LinkDecision {
  std::string account_key;  ///< Subject::key of the account
  std::string employee_id;  ///< of the person, as HR writes it
  bool same = true;         ///< false: never the same
  std::string author;       ///< login of who decided; personal data
  std::string reason;       ///< in the author's words; personal data
  base::Instant decided;
  std::uint64_t log_index = 0;  ///< entry of the log that says so: the decision's number
};

/// A violation that is known and accepted for a time: one rule and one account or group.
struct Exemption {
  /// No exemption lasts longer than this from its approval on.
  static constexpr std::chrono::days kLongest{366};

  std::string rule;
  std::string subject_key;            ///< Subject::key
  std::string reason;                 ///< in the words of who asked; personal data
  std::string asked_by, approved_by;  ///< logins of two different people; personal data
  base::Instant asked, approved;
  base::Instant until;          ///< the first instant at which it does not hold any more
  std::uint64_t log_index = 0;  ///< entry of the log that approved it
  std::uint64_t number = 0;     ///< entry of the log that asked for it: what people call it by

  /// From its approval on, until it ends.
  [[nodiscard]] bool holds(base::Instant at) const { return approved <= at && at < until; }
};

/// "I have seen this finding, and somebody works on it." It stays open; this ends when it changes or closes.
struct Acknowledgement {
  std::string by;      ///< login; personal data
  std::string reason;  ///< in their words; personal data
  base::Instant at;
  std::uint64_t log_index = 0;  ///< entry of the log that says so
};

/// A finding that was acknowledged and still open when the newest run ended.
struct AcknowledgedFinding {
  std::string rule;
  std::string subject_key;  ///< Subject::key
  base::Instant at;         ///< when it was acknowledged
};

}  // namespace tally::model
