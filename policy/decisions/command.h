// Commands: what a person asks to be decided, as values. Each becomes one entry of the log, if the rules of
// decisions.h let it.
//
//   Command command = RequestExemption{.finding = "392cfea9", .until = …, .reason = "replaced in May"};
//
// Not who gives it: that comes from the kernel (model::Author).
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "policy/base/digest.h"
#include "policy/base/time.h"
#include "policy/model/decisions.h"

namespace tally::decisions {

/// "I have seen it, and somebody works on it."
struct Acknowledge {
  std::string finding;  ///< fingerprint, or a unique beginning of it
  std::string reason;
};

/// Either of a finding, or of a rule and a subject that no finding is open about yet.
struct RequestExemption {
  std::string finding;  ///< empty: by rule and subject
  std::string rule;
  std::string subject;  ///< key; of an account also source/login
  base::Instant until;  ///< the first instant at which it is not to hold
  std::string reason;
};

struct AnswerExemption {
  enum class Answer : std::uint8_t { approve, refuse, withdraw };
  Answer answer = Answer::approve;
  std::uint64_t number = 0;
  std::string reason;  ///< needed to refuse
};

/// "This account is hers", "this account is never hers".
struct DecideLink {
  std::string account;  ///< key, or source/login
  std::string employee_id;
  bool same = true;
  std::string reason;
};

struct RevokeLink {
  std::uint64_t number = 0;
  std::string reason;  ///< may be empty
};

/// "This quarantined feed is right after all."
struct RequestRelease {
  std::string source;
  std::string reason;
};

struct ApproveRelease {
  std::uint64_t number = 0;
};

/// "I prepared, or reviewed, what this manifest says of this run": with an SSH signature of one's own.
struct SignOff {
  std::string run;
  model::SignOffRole role = model::SignOffRole::preparer;
  base::Digest manifest;  ///< SHA-256 of manifest.json
  std::string signature;  ///< base64 of the SSHSIG blob
};

/// "Until then nobody may erase this person."
struct SetHold {
  std::string subject;  ///< employee number, key of a person or an account, or a handle of the log
  base::Instant until;  ///< the first instant at which it does not hold
  std::string reason;
};

struct ReleaseHold {
  std::uint64_t number = 0;
  std::string reason;
};

/// "What is kept of this person goes." Basis and ticket are public for ever.
struct Erase {
  std::string subject;  ///< as in SetHold
  std::string basis, ticket;
  bool dry_run = false;  ///< only say what would go
};

using Command = std::variant<Acknowledge, RequestExemption, AnswerExemption, DecideLink, RevokeLink, RequestRelease,
                             ApproveRelease, SignOff, SetHold, ReleaseHold, Erase>;

}  // namespace tally::decisions
