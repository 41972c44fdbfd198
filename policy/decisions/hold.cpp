#include <fmt/format.h>

#include <algorithm>

#include "policy/base/utf8.h"
#include "policy/decisions/decisions.h"

namespace tally::decisions {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using model::Hold;

}  // namespace

Result<void> may_hold(base::Instant until, base::Instant now) {
  if (until <= now) {
    return failure(ErrorKind::malformed, fmt::format("a hold until {} would be over at once; it is {}",
                                                     base::format_instant(until), base::format_instant(now)));
  }
  if (until > base::add(now, kLongestHold)) {
    return failure(ErrorKind::malformed,
                   fmt::format("a hold lasts {} days at most, and can be set again: until {} and not until {}",
                               kLongestHold.count(), base::format_instant(base::add(now, kLongestHold)),
                               base::format_instant(until)));
  }
  return {};
}

Result<const Hold*> may_release_hold(const model::Decisions& decisions, std::uint64_t number, base::Instant now) {
  for (const Hold& one : decisions.holds) {
    if (one.number != number) continue;
    if (one.holds(now)) return &one;
    return failure(ErrorKind::conflict,
                   one.released ? fmt::format("hold {} was released by {} at {}", number,
                                              model::name_of(one.released_by), base::format_instant(one.released_at))
                                : fmt::format("hold {} was over at {}", number, base::format_instant(one.until)));
  }
  return failure(ErrorKind::not_found,
                 fmt::format("no hold has the number {}: `tallystick hold list` has them", number));
}

std::vector<const Hold*> holds_on(const model::Decisions& decisions, std::string_view employee_id,
                                  std::span<const std::string> subject_keys, base::Instant now) {
  std::vector<const Hold*> found;
  for (const Hold& one : decisions.holds) {
    if (!one.holds(now)) continue;
    const bool same_number = !employee_id.empty() && one.employee_id == employee_id;
    const bool same_key = std::find(subject_keys.begin(), subject_keys.end(), one.subject_key) != subject_keys.end();
    if (same_number || same_key) found.push_back(&one);
  }
  return found;
}

Result<void> check_public_words(std::string_view what, std::string_view text, std::size_t most) {
  const auto bad = [&](std::string why) { return failure(ErrorKind::malformed, fmt::format("{} {}", what, why)); };
  if (text.find_first_not_of(" \t") == std::string_view::npos) return bad("is missing");
  if (text.size() > most) return bad(fmt::format("has more than {} bytes", most));
  const bool control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (control || !base::is_utf8(text)) return bad("is not UTF-8 text on one line");
  return {};
}

}  // namespace tally::decisions
