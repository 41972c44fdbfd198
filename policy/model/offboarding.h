// OffboardingCheck: the answer to HR's question "is this person out, everywhere?" at one moment.
//
//   if (check.answer == OffboardingAnswer::action_needed) for (const Finding& f : check.findings) print(f.what);
//
// A value. evaluation::judge_offboarding() makes it; who asked and where it stands in the log come after.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/fact.h"
#include "policy/model/finding.h"
#include "policy/model/source.h"

namespace tally::model {

enum class OffboardingAnswer : std::uint8_t {
  clear,          ///< the last day is over, everything was seen, and nothing of theirs works
  action_needed,  ///< a rule about leavers is violated
  waiting,        ///< the last day is not over, HR knows none, or a grace period runs
  cannot_tell,    ///< something that the answer hangs on was not seen or is not certain
};

/// "clear", "action-needed", "waiting", "cannot-tell": as recorded and in JSON.
std::string_view to_string(OffboardingAnswer answer);

/// Why an account is part of the answer.
enum class OffboardingLink : std::uint8_t {
  theirs,        ///< by the rules of correlation
  possible,      ///< it has one of their keys, but the rules cannot say whose it is
  formerly,      ///< was theirs by an earlier run; now the rules say otherwise
  looked_after,  ///< not a human's; they answer for it, or it carries their number
};

/// "theirs", "possible", "formerly", "looked-after".
std::string_view to_string(OffboardingLink link);

/// One account that the answer is about. All of it is personal data.
struct OffboardingAccount {
  Subject subject;
  OffboardingLink link = OffboardingLink::theirs;
  std::string why;               ///< "employee number"; why it is only possible
  Truth works = Truth::unknown;  ///< whether it lets anybody in now
  std::string basis;             ///< as the directory says it: "userAccountControl=514; …"
};

struct OffboardingCheck {
  OffboardingAnswer answer = OffboardingAnswer::cannot_tell;
  base::Instant as_of;
  std::string employee_id;  ///< as asked
  std::string name;         ///< empty when HR does not know the number, or gives no name
  std::string person_key;   ///< "person/hr/001004"; "person//001004" when HR does not know the number
  Truth left = Truth::unknown;
  TimeState left_at_state = TimeState::unknown;  ///< never: HR knows no last day
  base::Bounds left_at;                          ///< when they left or will
  /// Why it is not clear, most important first, beside the findings: sentences for a clerk, with personal data.
  std::vector<std::string> reasons;
  std::vector<std::string> notes;            ///< worth knowing, but no obstacle; with personal data
  std::vector<OffboardingAccount> accounts;  ///< by subject key
  std::vector<Finding> findings;             ///< of rules about leavers, most severe first
  std::vector<SourceRecord> sources;         ///< in the order of the configuration

  std::string asked_by;         ///< who asked, as the program knows them; personal data
  std::string log_origin;       ///< the log's name
  std::uint64_t log_index = 0;  ///< of the entry that records this
  std::uint64_t log_size = 0;   ///< entries in the log with it
};

}  // namespace tally::model
