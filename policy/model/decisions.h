// Decisions: every command that people gave, with what became of it, in the order of the log.
//
//   for (const ExemptionCase& one : decisions.exemptions) if (one.state == RequestState::pending)
//   ask_for_approval(one);
//
// What an evaluation takes into account is in decision.h: exemptions_in_force() and links_in_force() pick it from here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/model/decision.h"
#include "policy/model/finding.h"

namespace tally::model {

/// Who gave a command, as the kernel knows them, never as they say.
struct Author {
  std::uint32_t uid = 0;
  std::string login;  ///< personal; empty when it was erased or the name service knew none
};

/// The login; "uid 1000" without one.
std::string name_of(const Author& author);
/// True when one of them could be the other: the same uid, or the same login.
bool same_person(const Author& a, const Author& b);

enum class RequestState : std::uint8_t { pending, approved, refused, withdrawn };

/// "pending", "approved", "refused", "withdrawn".
std::string_view to_string(RequestState state);

struct ExemptionCase {
  Exemption exemption;  ///< without its approval while it is pending; an empty subject_key: erased
  Subject subject;
  RequestState state = RequestState::pending;
  Author asked_by, approved_by;
  Author ended_by;           ///< who refused or withdrew it
  base::Instant ended;       ///< when; not the end of its term
  std::string ended_reason;  ///< personal; may be empty for a withdrawal
};

struct LinkCase {
  LinkDecision decision;  ///< an empty account_key: erased
  Subject account;
  Author by;
  bool revoked = false;
  Author revoked_by;
  base::Instant revoked_at;
  std::string revoked_reason;  ///< personal; may be empty
};

/// One quarantined feed, of one run, that two people believe after all.
struct FeedRelease {
  std::uint64_t number = 0;  ///< entry of the log that asked for it
  std::string source, run;
  std::string reason;  ///< personal
  Author asked_by;
  base::Instant asked;
  RequestState state = RequestState::pending;  ///< pending or approved
  Author approved_by;
  base::Instant approved;
  std::uint64_t log_index = 0;  ///< entry of the log that approved it
};

/// As what an officer signs a run's manifest.
enum class SignOffRole : std::uint8_t { preparer, reviewer };

/// "preparer", "reviewer"; and back, nothing for another word.
std::string_view to_string(SignOffRole role);
std::optional<SignOffRole> sign_off_role_of(std::string_view word);

/// One officer's signature under the manifest of a run.
struct SignOff {
  std::uint64_t number = 0;  ///< entry of the log that records it
  std::string run;
  SignOffRole role = SignOffRole::preparer;
  base::Digest manifest;  ///< SHA-256 of manifest.json
  std::string who;        ///< by the list of those who may sign; personal, empty: erased
  std::string key;        ///< fingerprint: "SHA256:…"
};

/// Nobody may erase this person until then.
struct Hold {
  std::uint64_t number = 0;  ///< entry of the log that set it
  std::string subject_key;   ///< personal; empty: erased, after the hold was over
  std::string employee_id;   ///< personal; empty: an account that is nobody's
  std::string reason;        ///< personal
  Author by;
  base::Instant set, until;
  bool released = false;
  Author released_by;
  base::Instant released_at;
  std::string released_reason;  ///< personal

  [[nodiscard]] bool holds(base::Instant at) const { return !released && at < until; }
};

/// A person was erased, or is about to be. Without personal data: who it was, nobody can tell any more.
struct Erasure {
  std::uint64_t number = 0;  ///< entry of the log that asked for it
  std::uint64_t done = 0;    ///< entry that says that it is done; 0: not yet
  std::string basis, ticket;
  Author by;  ///< without a login
  base::Instant asked;
  std::vector<std::string> runs;  ///< that were kept, and are not any more
};

/// Which of the lists below. Erasures have none of their own: the log says it all.
enum class DecisionKind : std::uint8_t { exemption, link, release, hold };

struct Decisions {
  std::vector<ExemptionCase> exemptions;  ///< by number
  std::vector<LinkCase> links;            ///< by number
  std::vector<FeedRelease> releases;      ///< by number
  std::vector<SignOff> sign_offs;         ///< by number
  std::vector<Hold> holds;                ///< by number
  std::vector<Erasure> erasures;          ///< by number
};

/// Approved and not withdrawn. Whether their time has come or is over, the moment of a verdict decides.
std::vector<Exemption> exemptions_in_force(const Decisions& decisions);
std::vector<LinkDecision> links_in_force(const Decisions& decisions);

/// A command that is in the log, for whoever gave it.
struct RecordedCommand {
  std::string sentence;         ///< what it does, and what has to come after; with personal data
  std::string log_origin;       ///< empty: nothing was recorded, it was only asked what would be
  std::uint64_t log_index = 0;  ///< its entry: the number of a request or of a decision
  std::uint64_t log_size = 0;   ///< entries in the log with it
};

}  // namespace tally::model
