#include "policy/model/coverage.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/base/assert.h"

namespace tally::model {

std::string_view to_string(CoverageState state) {
  switch (state) {
    case CoverageState::complete: return "complete";
    case CoverageState::partial: return "partial";
    case CoverageState::doubtful: return "doubtful";
    case CoverageState::failed: return "failed";
  }
  TALLY_ASSERT(false && "unknown CoverageState");
  return {};
}

std::string_view to_string(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::unreachable: return "unreachable";
    case Gap::Kind::untrusted: return "untrusted";
    case Gap::Kind::timed_out: return "timed-out";
    case Gap::Kind::size_limit: return "size-limit";
    case Gap::Kind::time_limit: return "time-limit";
    case Gap::Kind::referral: return "referral";
    case Gap::Kind::hidden: return "hidden";
    case Gap::Kind::count_mismatch: return "count-mismatch";
    case Gap::Kind::range_cut: return "range-cut";
    case Gap::Kind::rejected: return "rejected";
    case Gap::Kind::truncated: return "truncated";
    case Gap::Kind::envelope: return "envelope";
    case Gap::Kind::missing_column: return "missing-column";
    case Gap::Kind::stale: return "stale";
  }
  TALLY_ASSERT(false && "unknown Gap::Kind");
  return {};
}

void Coverage::lower(CoverageState to, Gap::Kind kind, std::string sentence) {
  state = std::max(state, to);
  gaps.push_back({kind, std::move(sentence)});
}

void Coverage::reject(Reject reject) {
  ++rejects_total;
  if (reject.whole_record) state = std::max(state, CoverageState::partial);
  if (rejects.size() < kMaxRejectsKept) rejects.push_back(std::move(reject));
}

std::string Coverage::in_words() const {
  std::string out;
  for (const Gap& gap : gaps) out += (out.empty() ? "" : "; ") + gap.sentence;
  if (rejects_total > 0 && state != CoverageState::complete) {
    out += fmt::format("{}{} record{} or field{} rejected", out.empty() ? "" : "; ", rejects_total,
                       rejects_total == 1 ? "" : "s", rejects_total == 1 ? "" : "s");
  }
  return out.empty() ? std::string(to_string(state)) : out;
}

}  // namespace tally::model
