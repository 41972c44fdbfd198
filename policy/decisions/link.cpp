#include <fmt/format.h>

#include "policy/decisions/decisions.h"

namespace tally::decisions {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using model::LinkCase;

std::string undo_first(const LinkCase& one) {
  return fmt::format("decision {} says that the account is {}{}: undo that first (`tallystick account undecide {}`)",
                     one.decision.log_index, one.decision.same ? "of employee " : "never of employee ",
                     one.decision.employee_id, one.decision.log_index);
}

}  // namespace

Result<void> may_link(const model::Decisions& decisions, std::string_view account_key, std::string_view employee_id,
                      bool same) {
  for (const LinkCase& one : decisions.links) {
    if (one.revoked || one.decision.account_key != account_key) continue;
    const bool same_pair = one.decision.employee_id == employee_id;
    if (same_pair && one.decision.same == same) {
      return failure(ErrorKind::conflict, fmt::format("decision {} says so already", one.decision.log_index));
    }
    // An account has one owner; of how many people it is not, does not matter.
    if (same_pair || (same && one.decision.same)) return failure(ErrorKind::conflict, undo_first(one));
  }
  return {};
}

Result<const LinkCase*> may_revoke(const model::Decisions& decisions, std::uint64_t number) {
  for (const LinkCase& one : decisions.links) {
    if (one.decision.log_index != number) continue;
    if (!one.revoked) return &one;
    return failure(ErrorKind::conflict,
                   fmt::format("decision {} was undone by {} at {}", number, model::name_of(one.revoked_by),
                               base::format_instant(one.revoked_at)));
  }
  return failure(ErrorKind::not_found,
                 fmt::format("no decision has the number {}: `tallystick account decisions` has them", number));
}

}  // namespace tally::decisions
