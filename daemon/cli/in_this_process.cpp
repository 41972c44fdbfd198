#include "daemon/cli/in_this_process.h"

#include <utility>

#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"

namespace tally::cli {

tl::expected<InThisProcess, int> open_here(std::string_view command, const Options& options, Streams& io,
                                           std::function<void(const std::string& sentence)> keep) {
  auto prepared = config::prepare(options.get("config"), options.get("state"));
  if (!prepared) {
    tell(prepared.error(), io);
    return tl::unexpected(control::kUsage);
  }
  const config::Config& config = prepared->config;
  auto kept =
      pipeline::open_kept({config.state, config.log_key, recorder::Clock::system(), config.log, std::move(keep)});
  if (!kept) return tl::unexpected(fail(command, kept.error(), io));
  return InThisProcess{std::make_shared<const config::Prepared>(std::move(*prepared)), std::move(*kept)};
}

}  // namespace tally::cli
