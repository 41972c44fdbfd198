// The rules of commands: who may decide what, when, and after what. Pure: the state of all decisions goes in, and out
// comes the case that the command is about, or why it may not be.
//
//   auto asked = may_approve(decisions, 4711, author, now);
//   if (!asked) tell(asked.error().message);           // "4711 was asked for by you: somebody else has to approve it"
//
// | command | who | when |
// |---|---|---|
// | acknowledge | an operator | the finding is open |
// | request an exemption | an operator | of an account or a group, until a day within a year; none pending or as long |
// | approve it | another operator | pending, and its end is still to come and within a year |
// | refuse it | another operator, with a reason | pending |
// | withdraw it | who asked, or who approved | pending (who asked), or approved |
// | same, never the same | an operator | does not contradict a decision in force |
// | undo it | an operator | in force |
// | release a feed | an operator | quarantined in the newest run, by its envelope alone; none pending |
// | approve that | another operator | pending, and no newer run |
// | sign a manifest | whose SSH key is allowed | the run is finished; a reviewer: somebody else signed as preparer |
// | hold | an operator | until a day to come |
// | release it | an operator | in force |
// | erase a person | an operator | under no hold, and nothing younger than the settings allow |
//
// Another means: neither the same uid nor the same login. That somebody is an operator is not asked here: the service
// knows by the kernel (daemon/control/authority.h).
//
// Kinds: `denied` when it has to be somebody else, `not_found` without such a number, `conflict` when it is too late or
// too early, `malformed` for a text or a time that cannot be.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/result.h"
#include "policy/model/decisions.h"
#include "policy/model/run_report.h"

namespace tally::decisions {

/// Nobody reads a longer one; and the log's entries have an end.
inline constexpr std::size_t kMaxReasonBytes = 2000;

/// Not blank, UTF-8, at most kMaxReasonBytes.
base::Result<void> check_reason(std::string_view reason);

base::Result<void> may_acknowledge(const model::FindingRecord& finding);

/// `subject_key` is complete: "account/…" or "group/…".
base::Result<void> may_request(const model::Decisions& decisions, std::string_view rule, std::string_view subject_key,
                               base::Instant until, base::Instant now);
/// The case is the one in `decisions`, as are those below.
base::Result<const model::ExemptionCase*> may_approve(const model::Decisions& decisions, std::uint64_t number,
                                                      const model::Author& author, base::Instant now);
base::Result<const model::ExemptionCase*> may_refuse(const model::Decisions& decisions, std::uint64_t number,
                                                     const model::Author& author);
base::Result<const model::ExemptionCase*> may_withdraw(const model::Decisions& decisions, std::uint64_t number,
                                                       const model::Author& author, base::Instant now);

/// `who` signs the manifest of the run with the key of that fingerprint.
base::Result<void> may_sign_off(const model::Decisions& decisions, const model::SignOff& sign_off);

base::Result<void> may_link(const model::Decisions& decisions, std::string_view account_key,
                            std::string_view employee_id, bool same);
base::Result<const model::LinkCase*> may_revoke(const model::Decisions& decisions, std::uint64_t number);

/// `seen`: the source as the newest finished run saw it.
base::Result<void> may_request_release(const model::Decisions& decisions, const model::SourceRecord& seen,
                                       std::string_view newest_run);
base::Result<const model::FeedRelease*> may_approve_release(const model::Decisions& decisions, std::uint64_t number,
                                                            const model::Author& author, std::string_view newest_run);

/// An end to come, within kLongestHold.
base::Result<void> may_hold(base::Instant until, base::Instant now);
base::Result<const model::Hold*> may_release_hold(const model::Decisions& decisions, std::uint64_t number,
                                                  base::Instant now);
/// Holds in force on whoever has that employee number or one of these subject keys.
std::vector<const model::Hold*> holds_on(const model::Decisions& decisions, std::string_view employee_id,
                                         std::span<const std::string> subject_keys, base::Instant now);
/// Of an erasure, public for ever: not blank, on one line, at most `most` bytes. `what` names it: "--basis".
base::Result<void> check_public_words(std::string_view what, std::string_view text, std::size_t most);

/// A hold that nobody looks at for longer is forgotten, not meant.
inline constexpr std::chrono::days kLongestHold{3660};
inline constexpr std::size_t kMaxBasisBytes = 400, kMaxTicketBytes = 200;

}  // namespace tally::decisions
