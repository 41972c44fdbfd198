#include "policy/evaluation/envelope.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::evaluation {

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
  read("max_drop_percent", limits.percent);
  read("max_drop_records", limits.records);
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

bool too_few(std::uint64_t now, std::uint64_t last_good, const EnvelopeLimits& limits) {
  if (now >= last_good) return false;
  const std::uint64_t drop = last_good - now;
  // drop > percent of last_good, without rounding; counts are far below 2^57, where the product would overflow.
  return drop > limits.records && drop * 100 > last_good * std::min<std::uint64_t>(limits.percent, 100);
}

void apply_envelope(model::Harvest& harvest, const Previous& previous, const EnvelopeLimits& limits) {
  if (harvest.source.coverage.state == model::CoverageState::failed) return;  // nothing was read: it says so itself
  const auto last_good = previous.records(harvest.source.name);
  const std::uint64_t now = record_count(harvest);
  if (!last_good || !too_few(now, *last_good, limits)) return;
  harvest.source.coverage.lower(
      model::CoverageState::doubtful, model::Gap::Kind::envelope,
      fmt::format("{} records, {} fewer than the {} of the last complete run; allowed are {} % or {} records", now,
                  *last_good - now, *last_good, limits.percent, limits.records));
}

}  // namespace tally::evaluation
