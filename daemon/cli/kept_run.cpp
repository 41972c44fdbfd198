#include "daemon/cli/kept_run.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>

#include "daemon/archive/archive_file.h"
#include "daemon/cli/setting_up.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/store/store.h"

namespace tally::cli {
namespace {

using base::Result;

Result<archive::KeptRun> from_file(const std::string& path) {
  const auto unpacked = archive::read_archive(path);
  if (!unpacked) return tl::unexpected(unpacked.error());
  auto kept = archive::decode(unpacked->bytes);
  if (!kept) return tl::unexpected(kept.error().within(path));
  kept->digest = unpacked->digest;
  return kept;
}

/// Why a run that is not kept is gone, when it named somebody who was erased, or why that cannot be told.
std::optional<base::Error> erased(const std::string& state, const std::string& run) {
  if (!std::filesystem::exists(pipeline::store_path(state))) return std::nullopt;
  auto store = store::Store::open(pipeline::store_path(state));
  const auto decisions = store ? store->decisions() : tl::unexpected(store.error());
  if (!decisions) {
    return decisions.error().within(fmt::format("{} is not kept, and whether an erasure took it cannot be told", run));
  }
  for (const model::Erasure& one : decisions->erasures) {
    if (std::find(one.runs.begin(), one.runs.end(), run) == one.runs.end()) continue;
    return base::Error{base::ErrorKind::not_found,
                       fmt::format("{} is not kept any more: it named a person who was erased at {} (entry {} of the "
                                   "log)",
                                   run, base::format_instant(one.asked), one.number)};
  }
  return std::nullopt;
}

Result<archive::KeptRun> from_folder(const std::string& state, std::string run) {
  const std::string folder = pipeline::snapshots_path(state);
  const std::vector<std::string> runs = archive::kept_runs(folder);
  if (!run.empty() && std::find(runs.begin(), runs.end(), run) == runs.end()) {
    if (auto why = erased(state, run)) return tl::unexpected(std::move(*why));
  }
  if (runs.empty()) {
    return base::failure(
        base::ErrorKind::not_found,
        fmt::format("no run is kept in {}: keep_snapshots in the configuration says how many are", folder));
  }
  if (run.empty()) run = runs.back();
  if (std::find(runs.begin(), runs.end(), run) == runs.end()) {
    return base::failure(base::ErrorKind::not_found,
                         fmt::format("{} is not kept in {}; kept are {}", run, folder, fmt::join(runs, ", ")));
  }
  return archive::open_kept_run(folder, run);
}

/// --state, else the folder of the configuration; nothing after telling why.
std::optional<std::string> state_of(const Options& options, Streams& io) {
  if (options.has("state")) return std::filesystem::absolute(options.get("state")).lexically_normal().string();
  const auto config = load_config(options.get("config"), "", io, config::Passwords::leave);
  if (!config) return std::nullopt;
  return config->state;
}

tl::expected<KeptAndReady, int> ready(archive::KeptRun kept, std::string state, Streams& io) {
  const archive::Circumstances& around = kept.circumstances;
  auto config = config::parse(around.config_text, around.config_file, config::Passwords::leave);
  if (!config) {
    tell(config.error(), io);
    return tl::unexpected(control::kUsage);
  }
  auto rules = config::build_rules(around.packs, config->overrides);
  if (!rules) {
    tell(rules.error(), io);
    return tl::unexpected(control::kUsage);
  }
  return KeptAndReady{std::move(kept), std::move(*config), std::move(*rules), std::move(state)};
}

}  // namespace

void kept_run_options(Options& options) {
  options.text("archive", "FILE", "a kept run's file, wherever it is now, instead of the state folder")
      .text("config", "FILE", "the configuration, for its state folder", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one");
}

tl::expected<KeptAndReady, int> open_kept(std::string_view command, const Options& options, const std::string& run,
                                          Streams& io) {
  std::string state;
  if (!options.has("archive")) {
    auto found = state_of(options, io);
    if (!found) return tl::unexpected(control::kUsage);
    state = std::move(*found);
  }
  auto kept = options.has("archive") ? from_file(options.get("archive")) : from_folder(state, run);
  if (!kept) return tl::unexpected(fail(command, kept.error(), io));
  return ready(std::move(*kept), std::move(state), io);
}

}  // namespace tally::cli
