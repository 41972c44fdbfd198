// tallystick check-config: everything that is wrong with the configuration and the rules, all at once.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"

namespace tally::cli {

int check_config(const std::vector<std::string>& arguments, Streams& io) {
  Options options("check-config", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .flag("settings-page", "print all settings as Markdown instead (docs/settings.md)");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (options.has("settings-page")) {
    fmt::print(io.out, "{}", config::settings_page());
    return control::kNothingFound;
  }
  const auto config = load_config(options.get("config"), {}, io);
  if (!config) return control::kUsage;
  const auto rules = config::load_rules(*config);
  if (!rules) {
    tell(rules.error(), io);
    return control::kUsage;
  }
  fmt::print(io.out, "{}: in order\n  HR sources   {}\n  directories  {}\n", config->file, config->hr.size(),
             config->directories.size());
  for (const std::string& pack : rules->packs()) fmt::print(io.out, "  pack         {}\n", pack);
  fmt::print(io.out, "  rules        {} in force, digest {}\n", rules->rules().size(), rules->digest().hex());
  return control::kNothingFound;
}

}  // namespace tally::cli
