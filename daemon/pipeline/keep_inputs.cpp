#include "daemon/pipeline/keep_inputs.h"

#include <set>

#include "daemon/archive/links_archive.h"
#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/version.h"

namespace tally::pipeline {
namespace {

/// Where and of how many runs.
struct Place {
  std::string folder;
  std::size_t count = 0;
  std::set<std::string> needed;  ///< runs whose people may have to stand in for a quarantined feed
};

base::Result<std::string> kept(const Place& place, const model::Snapshot& snapshot,
                               const archive::Circumstances& circumstances) {
  const auto& [folder, count, needed] = place;
  if (auto pruned = archive::prune(folder, count == 0 ? 0 : count - 1, needed); !pruned) {
    return tl::unexpected(pruned.error());
  }
  if (count == 0) return std::string();
  const auto digest = archive::keep(folder, snapshot, circumstances);
  if (!digest) return tl::unexpected(digest.error().within("keeping the snapshot"));
  return digest->hex();
}

base::Result<void> identifiers_kept(const std::string& folder, const model::Snapshot& snapshot,
                                    const correlation::Correlation& links,
                                    const std::optional<correlation::PreviousLinks>& before) {
  const correlation::PreviousLinks now = correlation::remembered(snapshot, links);
  const auto kept = archive::keep_links(folder, before ? correlation::merged(*before, now, snapshot.as_of) : now);
  if (!kept) return tl::unexpected(kept.error().within("keeping the identifiers"));
  return {};
}

}  // namespace

std::shared_future<base::Result<std::string>> keep_inputs(const Audit& audit, std::string_view run,
                                                          const model::Snapshot& snapshot, const Before& before) {
  archive::Circumstances around;
  around.run = run;
  around.tool_version = version();
  around.config_file = audit.config_file;
  around.config_text = audit.config_text;
  around.packs.assign(audit.packs.begin(), audit.packs.end());
  around.previous = before.populations;
  around.decisions = before.decisions;
  around.links = before.links;
  around.exemptions = before.exemptions;
  around.acknowledged = before.acknowledged;
  Place place{snapshots_path(audit.keeping.lock()->state), audit.keep_snapshots, {}};
  for (const auto& [source, good] : before.last_good) place.needed.insert(good.run);
  auto kept_there = [place = std::move(place), &snapshot, around = std::move(around)] {
    return kept(place, snapshot, around);
  };
  return std::async(std::launch::async, std::move(kept_there)).share();
}

std::future<base::Result<void>> keep_identifiers(const Audit& audit, const model::Snapshot& snapshot,
                                                 const correlation::Correlation& links, const Before& before,
                                                 std::shared_future<base::Result<std::string>> inputs) {
  const bool none = audit.keep_snapshots == 0;
  const std::string folder = snapshots_path(audit.keeping.lock()->state);
  return std::async(std::launch::async, [none, folder, &snapshot, &links, &before, inputs = std::move(inputs)] {
    if (!inputs.get()) return base::Result<void>();  // whoever waits for the inputs is told why
    return none ? archive::forget_links(folder) : identifiers_kept(folder, snapshot, links, before.links);
  });
}

}  // namespace tally::pipeline
