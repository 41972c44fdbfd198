// The entries of what people decide: who (uid public, login personal), about which entry or rule, with which reason
// (personal). They take effect at the next evaluation; what a run made of them, the run's own entries say.
//
//   EventText text = encode(ExemptionRequested{"PRV-001", subject, until, author, "being replaced"});
//
// A request and a decision are known by the index of their entry. Who may give which command is not checked here:
// policy/decisions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/base/time.h"
#include "policy/model/decisions.h"
#include "policy/model/finding.h"

namespace tally::ledger {

struct EventText;

namespace entry_type {
inline constexpr std::string_view kFindingAcknowledged = "finding_acknowledged";
inline constexpr std::string_view kExemptionRequested = "exemption_requested";
inline constexpr std::string_view kExemptionApproved = "exemption_approved";
inline constexpr std::string_view kExemptionRefused = "exemption_refused";
inline constexpr std::string_view kExemptionWithdrawn = "exemption_withdrawn";
inline constexpr std::string_view kLinkDecided = "link_decided";
inline constexpr std::string_view kLinkRevoked = "link_revoked";
inline constexpr std::string_view kFeedReleaseRequested = "feed_release_requested";
inline constexpr std::string_view kFeedReleaseApproved = "feed_release_approved";
}  // namespace entry_type

struct FindingAcknowledged {
  std::uint64_t opened = 0;  ///< entry that opened the finding
  std::string rule;
  std::string subject_key;  ///< personal, as in the others; empty: erased
  model::Author by;
  std::string reason;
};

struct ExemptionRequested {
  std::string rule;
  model::Subject subject;
  base::Instant until;
  model::Author by;
  std::string reason;
};

/// What became of an exemption that was asked for.
struct ExemptionAnswered {
  model::RequestState answer = model::RequestState::approved;  ///< never pending
  std::uint64_t asked = 0;                                     ///< entry that asked for it
  std::string subject_key;
  model::Author by;
  std::string reason = {};
};

struct LinkDecided {
  model::Subject account;
  std::string employee_id;
  bool same = true;
  model::Author by;
  std::string reason;
};

struct LinkRevoked {
  std::uint64_t decided = 0;  ///< entry of the decision
  std::string subject_key;
  model::Author by;
  std::string reason = {};
};

struct FeedReleaseRequested {
  std::string source;
  std::string run;  ///< in which it was quarantined
  model::Author by;
  std::string reason;
};

struct FeedReleaseApproved {
  std::uint64_t asked = 0;  ///< entry that asked for it
  model::Author by;
};

EventText encode(const FindingAcknowledged& event);
EventText encode(const ExemptionRequested& event);
EventText encode(const ExemptionAnswered& event);
EventText encode(const LinkDecided& event);
EventText encode(const LinkRevoked& event);
EventText encode(const FeedReleaseRequested& event);
EventText encode(const FeedReleaseApproved& event);

/// Longer reasons are cut. Nobody reads more.
inline constexpr std::size_t kMaxReasonBytes = 2000;

}  // namespace tally::ledger
