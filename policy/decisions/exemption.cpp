#include <fmt/format.h>

#include <algorithm>

#include "policy/base/utf8.h"
#include "policy/decisions/decisions.h"

namespace tally::decisions {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using model::Author;
using model::ExemptionCase;
using model::RequestState;

/// A subject's kind stands before the first slash of its key.
bool can_be_exempt(std::string_view subject_key) {
  return subject_key.starts_with("account/") || subject_key.starts_with("group/");
}

Result<void> check_term(base::Instant until, base::Instant now) {
  if (until <= now) {
    return failure(ErrorKind::malformed, fmt::format("an exemption until {} would be over at once; it is {}",
                                                     base::format_instant(until), base::format_instant(now)));
  }
  if (until > base::add(now, model::Exemption::kLongest)) {
    return failure(ErrorKind::malformed, fmt::format("an exemption lasts a year at most: until {} and not until {}",
                                                     base::format_instant(base::add(now, model::Exemption::kLongest)),
                                                     base::format_instant(until)));
  }
  return {};
}

Result<const ExemptionCase*> find(const model::Decisions& decisions, std::uint64_t number) {
  for (const ExemptionCase& one : decisions.exemptions) {
    if (one.exemption.number == number) return &one;
  }
  return failure(ErrorKind::not_found,
                 fmt::format("no exemption has the number {}: `tallystick exempt list` has them", number));
}

Result<const ExemptionCase*> find_pending(const model::Decisions& decisions, std::uint64_t number) {
  auto found = find(decisions, number);
  if (!found || (*found)->state == RequestState::pending) return found;
  const ExemptionCase& one = **found;
  const bool approved = one.state == RequestState::approved;
  return failure(ErrorKind::conflict,
                 fmt::format("exemption {} is {} already, by {} at {}", number, to_string(one.state),
                             model::name_of(approved ? one.approved_by : one.ended_by),
                             base::format_instant(approved ? one.exemption.approved : one.ended)));
}

}  // namespace

Result<void> check_reason(std::string_view reason) {
  if (reason.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos) {
    return failure(ErrorKind::malformed, "a reason is needed: --reason TEXT");
  }
  if (reason.size() > kMaxReasonBytes) {
    return failure(ErrorKind::malformed, fmt::format("the reason has more than {} bytes", kMaxReasonBytes));
  }
  if (!base::is_utf8(reason) || reason.find('\0') != std::string_view::npos) {
    return failure(ErrorKind::malformed, "the reason is not UTF-8 text");
  }
  return {};
}

Result<void> may_acknowledge(const model::FindingRecord& finding) {
  if (finding.standing == model::Standing::resolved) {
    return failure(ErrorKind::conflict, fmt::format("{} is fixed", finding.finding.fingerprint));
  }
  if (model::is_exempt(finding.standing)) {
    return failure(ErrorKind::conflict,
                   fmt::format("{} is exempt: nobody has to work on it", finding.finding.fingerprint));
  }
  return {};
}

Result<void> may_request(const model::Decisions& decisions, std::string_view rule, std::string_view subject_key,
                         base::Instant until, base::Instant now) {
  if (!can_be_exempt(subject_key)) {
    return failure(ErrorKind::malformed,
                   fmt::format("an exemption is about one account or one group, and {} is neither", subject_key));
  }
  if (auto fits = check_term(until, now); !fits) return fits;
  for (const ExemptionCase& one : decisions.exemptions) {
    if (one.exemption.rule != rule || one.exemption.subject_key != subject_key) continue;
    if (one.state == RequestState::pending && one.exemption.until > now) {
      return failure(ErrorKind::conflict,
                     fmt::format("exemption {} of {} until {} is asked for already and waits for "
                                 "somebody else's approval",
                                 one.exemption.number, rule, base::format_instant(one.exemption.until)));
    }
    if (one.state == RequestState::approved && one.exemption.until >= until) {
      return failure(ErrorKind::conflict, fmt::format("exemption {} of {} holds until {} already", one.exemption.number,
                                                      rule, base::format_instant(one.exemption.until)));
    }
  }
  return {};
}

Result<const ExemptionCase*> may_approve(const model::Decisions& decisions, std::uint64_t number, const Author& author,
                                         base::Instant now) {
  auto found = find_pending(decisions, number);
  if (!found) return found;
  if (model::same_person((*found)->asked_by, author)) {
    return failure(ErrorKind::denied, fmt::format("exemption {} was asked for by {}: somebody else has to approve it",
                                                  number, model::name_of((*found)->asked_by)));
  }
  if ((*found)->exemption.subject_key.empty()) {
    return failure(ErrorKind::conflict,
                   fmt::format("whom exemption {} is about was erased: it can only be refused", number));
  }
  if (auto fits = check_term((*found)->exemption.until, now); !fits) return tl::unexpected(fits.error());
  return found;
}

Result<const ExemptionCase*> may_refuse(const model::Decisions& decisions, std::uint64_t number, const Author& author) {
  auto found = find_pending(decisions, number);
  if (!found || !model::same_person((*found)->asked_by, author)) return found;
  return failure(ErrorKind::denied, fmt::format("exemption {} was asked for by {}, who can withdraw it", number,
                                                model::name_of((*found)->asked_by)));
}

Result<const ExemptionCase*> may_withdraw(const model::Decisions& decisions, std::uint64_t number, const Author& author,
                                          base::Instant now) {
  auto found = find(decisions, number);
  if (!found) return found;
  const ExemptionCase& one = **found;
  if (one.state == RequestState::refused || one.state == RequestState::withdrawn) {
    return find_pending(decisions, number);  // says by whom and when
  }
  if (one.state == RequestState::approved && one.exemption.until <= now) {
    return failure(ErrorKind::conflict,
                   fmt::format("exemption {} ended {}", number, base::format_instant(one.exemption.until)));
  }
  const bool approved = one.state == RequestState::approved;
  if (model::same_person(one.asked_by, author) || (approved && model::same_person(one.approved_by, author))) {
    return found;
  }
  return failure(
      ErrorKind::denied,
      fmt::format("exemption {} can be withdrawn by {}{}", number, model::name_of(one.asked_by),
                  approved ? ", who asked for it, or " + model::name_of(one.approved_by) + ", who approved it"
                           : std::string(", who asked for it")));
}

}  // namespace tally::decisions
