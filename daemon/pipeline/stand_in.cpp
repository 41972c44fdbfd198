#include "daemon/pipeline/stand_in.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/state_folder.h"

namespace tally::pipeline {
namespace {

/// The people that the run read from that source; nothing when they are not kept any more, or not readable.
std::optional<model::Harvest> people_then(const std::string& folder, const std::string& run, const std::string& name) {
  const auto kept = archive::open_kept_run(folder, run);
  if (!kept) return std::nullopt;
  const std::vector<model::SourceRecord>& sources = kept->snapshot.sources;
  const auto source = std::find_if(sources.begin(), sources.end(), [&](const auto& one) { return one.name == name; });
  if (source == sources.end() || source->kind != model::SourceKind::hr) return std::nullopt;
  return model::people_of(kept->snapshot, model::SourceId::at(static_cast<std::size_t>(source - sources.begin())));
}

void put_in_force(model::Harvest& harvest, model::Harvest then, const store::Store::LastGood& good) {
  model::Coverage& coverage = harvest.source.coverage;
  // For the same reason as today's feed is not in force, and so of the same kind.
  coverage.gaps.push_back({coverage.gaps.empty() ? model::Gap::Kind::unreachable : coverage.gaps.front().kind,
                           fmt::format("the records read at {} stay in force", base::format_instant(good.read))});
  // Raised on purpose: what is in force now was once seen completely, and is believed as far as it goes.
  coverage.state = model::CoverageState::partial;
  harvest.source.in_force_since = good.read;
  harvest.people = std::move(then.people);
  harvest.text = std::move(then.text);
}

}  // namespace

void stand_in(const Audit& audit, const Before& before, std::vector<model::Harvest>& harvests) {
  const std::string folder = snapshots_path(audit.keeping.lock()->state);
  for (model::Harvest& harvest : harvests) {
    const auto good = before.last_good.find(harvest.source.name);
    const bool usable = !evaluation::quarantined(harvest.source.coverage);
    if (harvest.source.kind != model::SourceKind::hr || usable || good == before.last_good.end()) continue;
    auto then = people_then(folder, good->second.run, harvest.source.name);
    if (then) put_in_force(harvest, std::move(*then), good->second);
  }
}

}  // namespace tally::pipeline
