// tallystick rebuild: the store again from the log. The log is not touched.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cerrno>
#include <filesystem>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/keeping.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/recorder.h"
#include "daemon/recorder/writer_lock.h"

namespace tally::cli {
namespace {

/// Builds beside the old store, which stays until the new one is whole; from what, in a sentence.
base::Result<std::string> rebuilt(const std::string& state, const std::string& beside) {
  // What a rebuild that was cut short left behind may be of another version.
  std::error_code code;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(beside + suffix, code);
  auto store = store::Store::open(beside);
  if (!store) return tl::unexpected(store.error());
  if (auto projected = pipeline::project_from_log(*store, state); !projected) return tl::unexpected(projected.error());
  const auto entries = store->next_index();
  if (!entries) return tl::unexpected(entries.error());
  const auto reader = recorder::LogReader::open(state);
  if (!reader) return tl::unexpected(reader.error());
  const auto& pruned = reader->pruned();
  if (!pruned) return fmt::format("The store was made again from {} entries of the log.", *entries);
  const std::uint64_t gone = pruned->what.minimum - ledger::kFirstPrunable;
  return fmt::format(
      "The store was made again from {} entries of the log. {} others, {} to {}, were pruned under the policy "
      "sha256:{} (entry {}); what the first {} say counts no more.",
      *entries - pruned->what.minimum, gone, ledger::kFirstPrunable, pruned->what.minimum - 1,
      pruned->what.policy.hex(), pruned->entry, ledger::kFirstPrunable);
}

}  // namespace

int rebuild(const std::vector<std::string>& arguments, Streams& io) {
  Options options("rebuild", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  if (const auto own = pipeline::check_owner(config->state); !own) return fail("rebuild", own.error(), io);
  // Whoever records holds the store open: it would go on writing into the one that is replaced here.
  const auto alone = recorder::take_writer_lock(recorder::Layout(config->state).lock());
  if (!alone) return fail("rebuild", alone.error(), io);
  const std::string target = pipeline::store_path(config->state);
  const std::string beside = target + ".rebuilding";
  const auto done = rebuilt(config->state, beside);
  if (!done) return fail("rebuild", done.error(), io);
  // A write-ahead file of the old store must not be applied to the new one.
  std::error_code code;
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(target + suffix, code);
  std::filesystem::rename(beside, target, code);
  if (code) return fail("rebuild", base::system_failure("replacing " + target, code.value()).value(), io);
  fmt::print(io.out, "{}\n", *done);
  return control::kNothingFound;
}

}  // namespace tally::cli
