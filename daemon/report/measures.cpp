#include "daemon/report/measures.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/report/words.h"

namespace tally::report {

std::string span_in_words(const model::Span& span) {
  if (span.most == base::Duration{0}) return "none";
  const std::string least = base::format_duration(span.least);
  if (span.most >= model::Span::kUnbounded) {
    return span.least == base::Duration{0} ? std::string("not known") : "at least " + least;
  }
  const std::string most = base::format_duration(span.most);
  return least == most ? most : least + " to " + most;
}

std::string who_left(const model::Revocation& r) {
  return r.name.empty() ? fmt::format("employee {}", r.employee_id)
                        : fmt::format("{} (employee {})", r.name, r.employee_id);
}

std::string access_in_words(const model::Revocation& r) {
  if (!r.access_gone) return fmt::format("still there ({})", counted(r.accounts, "account", "accounts"));
  return (r.access_gone->exact() ? "gone at " : "gone ") + base::format_bounds(*r.access_gone);
}

std::string stamps_in_words(const model::Revocation& r) {
  std::string out;
  const auto add = [&out](std::string_view what, const std::optional<base::Bounds>& when) {
    if (when) out += fmt::format("{}{} {}", out.empty() ? "" : "; ", what, base::format_bounds(*when));
  };
  add("last working day until", r.last_working_day);
  add("left", r.left);
  add("entered by HR", r.entered);
  add("in the feed", r.seen);
  add("groups gone", r.entitlements_gone);
  return out;
}

std::string feed_delay_in_words(const model::Revocation& r) {
  const auto delay = r.feed_delay();
  return delay ? span_in_words(*delay) : "not told";
}

std::string revocations_in_words(std::span<const model::Revocation> revocations) {
  if (revocations.empty()) return "No leaver was seen with access after the end of the employment.";
  const auto open = static_cast<std::uint64_t>(std::count_if(
      revocations.begin(), revocations.end(), [](const model::Revocation& r) { return !r.access_gone.has_value(); }));
  return fmt::format("{} kept access after the end of the employment; {} it.",
                     counted(revocations.size(), "leaver", "leavers"),
                     open == 0 ? std::string("none of them still has") : counted(open, "still has", "still have"));
}

std::string score_in_words(const model::Score& score) {
  return fmt::format("{:.2f} of 100: {} points of {}. What could not be told counts as not clear.", score.percent(),
                     grouped(score.points), grouped(score.of));
}

}  // namespace tally::report
