// tallystick findings: the open findings of the newest finished run, as a table.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/control/exit_code.h"
#include "daemon/report/render.h"

namespace tally::cli {

int findings(const std::vector<std::string>& arguments, Streams& io) {
  Options options("findings", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  const auto newest = newest_report(config->state);
  if (!newest) return fail("findings", newest.error(), io);
  fmt::print(io.out, "{}", report::render_table(*newest, output_style()));
  if (!newest->open.empty()) return control::kFindings;
  // An audit after that run which failed or was missed might have found something.
  const bool lapsed_since = !newest->lapses.empty() && newest->lapses.back().log_index > newest->log_index;
  return newest->summary.complete && !lapsed_since ? control::kNothingFound : control::kNotEverythingSeen;
}

}  // namespace tally::cli
