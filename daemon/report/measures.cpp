#include "daemon/report/measures.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/report/words.h"

namespace tally::report {

namespace {

/// Up to a length that format_duration() says exactly: an upper bound must not be said too small.
base::Duration rounded_up(base::Duration most) {
  using std::chrono::ceil;
  if (most >= std::chrono::days(1)) return ceil<std::chrono::hours>(most);
  if (most >= std::chrono::hours(1)) return ceil<std::chrono::minutes>(most);
  return ceil<std::chrono::seconds>(most);
}

}  // namespace

std::string span_in_words(const model::Span& span) {
  if (span.most == base::Duration{0}) return "none";
  const std::string least = base::format_duration(span.least);
  if (span.most >= model::Span::kUnbounded) {
    return span.least == base::Duration{0} ? std::string("not known") : "at least " + least;
  }
  const std::string most = base::format_duration(rounded_up(span.most));
  if (span.least == base::Duration{0}) return "at most " + most;
  return least == most ? most : least + " to " + most;
}

std::string who_left(const model::Revocation& r) {
  return r.name.empty() ? fmt::format("employee {}", r.employee_id)
                        : fmt::format("{} (employee {})", r.name, r.employee_id);
}

std::string access_in_words(const model::Revocation& r) {
  if (r.access.there == model::Truth::yes) {
    if (!r.kept_access()) return "there before the end, at " + base::format_instant(r.looked);
    return fmt::format("still there ({})", counted(r.accounts, "account", "accounts"));
  }
  if (!r.access.gone) {
    return r.access.last_seen ? "cannot tell; there at " + base::format_instant(*r.access.last_seen) : "cannot tell";
  }
  if (r.accounts == 0 && !r.kept_access()) return "no account is theirs";
  const model::Span outlived = r.outlived();
  const bool in_time = outlived == model::Span{};
  return fmt::format("gone {}{}{}{}", r.access.gone->exact() ? "at " : "", base::format_bounds(*r.access.gone),
                     in_time ? "" : fmt::format(", {} after the end", span_in_words(outlived)),
                     r.access_told.empty() ? "" : fmt::format(" ({})", r.access_told));
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
  add("groups gone", r.groups.gone);
  add("access came back", r.access.back);
  return out;
}

std::string feed_delay_in_words(const model::Revocation& r) {
  const auto delay = r.feed_delay();
  return delay ? span_in_words(*delay) : "not told";
}

namespace {

std::string counted_leavers(const std::vector<model::Revocation>& revocations) {
  if (revocations.empty()) return "Nobody was seen to have left in the last 90 days, or to have access after leaving.";
  std::uint64_t kept = 0, still = 0, untold = 0, out = 0;
  for (const model::Revocation& r : revocations) {
    kept += r.kept_access();
    const bool there = r.access.there == model::Truth::yes;
    still += there && r.kept_access();
    untold += r.access.there == model::Truth::unknown || (there && !r.kept_access());
    out += r.access.there == model::Truth::no && !r.kept_access();
  }
  std::string words =
      fmt::format("Of {}, {} access after the end of the employment", counted(revocations.size(), "leaver", "leavers"),
                  kept == 0 ? std::string("none was seen to have") : grouped(kept) + " had");
  if (still > 0) words += fmt::format(" ({} still {} it)", grouped(still), still == 1 ? "has" : "have");
  if (out > 0) words += fmt::format(", {} {} out when it could first be told", grouped(out), out == 1 ? "was" : "were");
  if (untold > 0) words += fmt::format(", and of {} it cannot be told whether access is gone", grouped(untold));
  return words + ".";
}

}  // namespace

std::string revocations_in_words(const model::RunReport& report) {
  const bool all_seen = std::all_of(
      report.sources.begin(), report.sources.end(),
      [](const model::SourceRecord& source) { return source.coverage.state == model::CoverageState::complete; });
  return counted_leavers(report.revocations) +
         (all_seen ? "" : " There may be more: not every source was completely seen.");
}

std::string score_in_words(const model::Score& score) {
  return fmt::format("{:.2f} of 100: {} points of {}. What could not be told counts as not clear.", score.percent(),
                     grouped(score.points), grouped(score.of));
}

}  // namespace tally::report
