#include "policy/evaluation/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tally::evaluation {
namespace {

/// People by kind of segment and value.
using Tallies = std::map<std::pair<std::string, std::string>, std::uint64_t>;

Tallies tallies_of(const model::Harvest& harvest) {
  Tallies tallies;
  if (harvest.source.kind != model::SourceKind::hr) return tallies;
  const model::People& people = harvest.people;
  const auto count = [&](const char* by, const std::vector<base::TextId>& column) {
    std::unordered_map<base::TextId, std::uint64_t> by_id;
    for (const base::TextId id : column) ++by_id[id];
    for (const auto& [id, number] : by_id) {
      if (!harvest.text.view(id).empty()) tallies[{by, std::string(harvest.text.view(id))}] += number;
    }
  };
  count("department", people.department);
  count("employment type", people.employment_type);
  count("location", people.location);
  tallies[{"working", ""}] = static_cast<std::uint64_t>(std::count_if(
      people.status.begin(), people.status.end(), [](model::Employment e) { return e != model::Employment::left; }));
  return tallies;
}

/// So many segments are named; of a feed cut in half every one is too small.
constexpr std::size_t kSegmentsNamed = 5;

struct Counts {
  std::uint64_t now = 0, last_good = 0;
};

void quarantine(model::Coverage& coverage, const std::string& what, Counts counts, const DropLimit& limit) {
  coverage.lower(
      model::CoverageState::doubtful, model::Gap::Kind::envelope,
      fmt::format("{}{} records, {} fewer than the {} of the last complete run; allowed are {} % or {} records", what,
                  counts.now, counts.last_good - counts.now, counts.last_good, limit.percent, limit.records));
}

/// "department Finance: "; nothing to add for those who work.
std::string named(const model::Segment& segment) {
  return segment.value.empty() ? fmt::format("{}: ", segment.by) : fmt::format("{} {}: ", segment.by, segment.value);
}

void apply_to_segments(model::Harvest& harvest, const Previous& previous, const DropLimit& limit) {
  const auto before = previous.segments.find(harvest.source.name);
  if (before == previous.segments.end()) return;
  const Tallies now = tallies_of(harvest);
  std::size_t small = 0;
  for (const model::Segment& segment : before->second) {
    const auto found = now.find({segment.by, segment.value});
    const std::uint64_t count = found == now.end() ? 0 : found->second;
    if (!too_few(count, segment.count, limit)) continue;
    if (++small <= kSegmentsNamed) quarantine(harvest.source.coverage, named(segment), {count, segment.count}, limit);
  }
  if (small <= kSegmentsNamed) return;
  harvest.source.coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::envelope,
                                fmt::format("{} more segments lost as much", small - kSegmentsNamed));
}

}  // namespace

std::optional<std::uint64_t> Previous::records(std::string_view source) const {
  const auto found = last_good.find(source);
  return found == last_good.end() ? std::nullopt : std::optional(found->second);
}

EnvelopeLimits envelope_limits(const rules::RuleSet& rules) {
  EnvelopeLimits limits;
  const rules::ActiveRule* rule = rules.find("DQ-001");
  if (rule == nullptr) return limits;
  const auto read = [&](const char* name, std::uint64_t& into) {
    const auto found = rule->parameters.find(name);
    if (found == rule->parameters.end() || found->second.type() != cel::Type::integer()) return;
    into = static_cast<std::uint64_t>(std::max<std::int64_t>(0, found->second.as<std::int64_t>()));
  };
  read("max_drop_percent", limits.total.percent);
  read("max_drop_records", limits.total.records);
  read("max_segment_drop_percent", limits.segment.percent);
  read("max_segment_drop_records", limits.segment.records);
  return limits;
}

std::uint64_t record_count(const model::Harvest& harvest) {
  return harvest.source.kind == model::SourceKind::hr ? harvest.source.coverage.records_read : harvest.accounts.size();
}

std::vector<std::uint64_t> record_counts(const model::Snapshot& snapshot) {
  std::vector<std::uint64_t> counts;
  for (const model::SourceRecord& source : snapshot.sources) {
    counts.push_back(source.kind == model::SourceKind::hr ? source.coverage.records_read : 0);
  }
  for (const model::SourceId source : snapshot.accounts.source) {
    if (snapshot.source(source).kind == model::SourceKind::directory) ++counts[source.index()];
  }
  return counts;
}

std::vector<model::Segment> segments_of(const model::Harvest& harvest) {
  std::map<std::string, std::vector<model::Segment>> by_kind;
  for (const auto& [key, count] : tallies_of(harvest)) {
    if (count >= kSmallestSegment && key.second.size() <= kLongestSegmentName)
      by_kind[key.first].push_back({key.first, key.second, count});
  }
  std::vector<model::Segment> segments;
  for (auto& [kind, all] : by_kind) {
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    if (all.size() > kMaxSegments) all.resize(kMaxSegments);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
    segments.insert(segments.end(), all.begin(), all.end());
  }
  return segments;
}

bool too_few(std::uint64_t now, std::uint64_t last_good, const DropLimit& limit) {
  if (now >= last_good) return false;
  const std::uint64_t drop = last_good - now;
  // drop > percent of last_good, without rounding; counts are far below 2^57, where the product would overflow.
  return drop > limit.records && drop * 100 > last_good * std::min<std::uint64_t>(limit.percent, 100);
}

void apply_envelope(model::Harvest& harvest, const Previous& previous, const EnvelopeLimits& limits) {
  if (harvest.source.coverage.state == model::CoverageState::failed) return;  // nothing was read: it says so itself
  harvest.source.segments = segments_of(harvest);
  const auto last_good = previous.records(harvest.source.name);
  const std::uint64_t now = record_count(harvest);
  if (last_good && too_few(now, *last_good, limits.total)) {
    quarantine(harvest.source.coverage, "", {now, *last_good}, limits.total);
  }
  apply_to_segments(harvest, previous, limits.segment);
}

}  // namespace tally::evaluation
