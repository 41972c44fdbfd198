// tallystick replay: a kept run asked again, with the rules and the configuration that it had. The same verdict comes
// out on any machine, or something is not what it was.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/kept_run.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/replay.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/version.h"
#include "daemon/store/store.h"

namespace tally::cli {
namespace {

/// What the log says that the run came to; nothing (after telling why) when it does not say.
std::optional<ledger::RunFinished> recorded(const std::string& state, const std::string& run, Streams& io) {
  auto store = store::Store::open(pipeline::store_path(state));
  if (!store) {
    fail("replay", store.error(), io);
    return std::nullopt;
  }
  auto finished = store->finished_run(run);
  if (!finished) {
    fail("replay", finished.error(), io);
    return std::nullopt;
  }
  return std::move(*finished);
}

/// One line: what it is, the digest now, and whether it is the recorded one.
bool compared(std::string_view what, const std::string& now, const std::string& then, Streams& io) {
  if (now == then) {
    fmt::print(io.out, "{}: {}, as recorded.\n", what, now);
    return true;
  }
  fmt::print(io.out, "{}: {}\n  NOT as recorded: {}\n", what, now, then.empty() ? "none was recorded" : then);
  return false;
}

void tell_version(const archive::Circumstances& around, Streams& io) {
  if (around.tool_version == pipeline::version()) return;
  fmt::print(io.out, "The run was made by version {}, this is {}: another version may judge otherwise.\n",
             around.tool_version, pipeline::version());
}

}  // namespace

int replay(const std::vector<std::string>& arguments, Streams& io) {
  Options options("replay", "RUN");
  options.word("run", "identifier of the run, such as run-12; `tallystick report` shows it");
  kept_run_options(options);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto ready = open_kept("replay", options, options.get("run"), io);
  if (!ready) return ready.error();
  const archive::KeptRun& kept = ready->kept;
  const auto again = pipeline::ask_again(kept, ready->rules, ready->config.correlation);
  fmt::print(io.out, "{}, as of {}: {} rules asked again about {} accounts and {} people; {} findings.\n",
             kept.circumstances.run, base::format_instant(kept.snapshot.as_of), ready->rules.rules().size(),
             kept.snapshot.accounts.size(), kept.snapshot.people.size(), again.verdict.findings.size());
  if (ready->state.empty()) {
    tell_version(kept.circumstances, io);
    fmt::print(io.out, "Digest of the snapshot: {}\nDigest of the verdict:  {}\n", kept.digest.hex(),
               again.verdict.digest.hex());
    fmt::print(io.out, "Compare both with the entry `run_finished` of {} in the log.\n", kept.circumstances.run);
    return control::kNothingFound;
  }
  const auto finished = recorded(ready->state, kept.circumstances.run, io);
  if (!finished) return control::kNotEverythingSeen;
  const bool same_input = compared("Digest of the snapshot", kept.digest.hex(), finished->snapshot_digest, io);
  const bool same = compared("Digest of the verdict", again.verdict.digest.hex(), finished->verdict_digest, io);
  if (!same) tell_version(kept.circumstances, io);
  return same_input && same ? control::kNothingFound : control::kLogBroken;
}

}  // namespace tally::cli
