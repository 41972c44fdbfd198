// tallystick status and tallystick reload: questions to the service.
#include "daemon/cli/asking.h"
#include "daemon/cli/options.h"
#include "daemon/control/exit_code.h"

namespace tally::cli {
namespace {

int ask(std::string_view command, const std::vector<std::string>& arguments, Streams& io) {
  Options options(command, "");
  options.text("config", "FILE", "the configuration of the service", kDefaultConfig);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const Asking asking{std::string(command), {}, options.get("config"), false, kAnswerPatience};
  return ask_service(asking, io).value_or(control::kUsage);
}

}  // namespace

int status(const std::vector<std::string>& arguments, Streams& io) { return ask("status", arguments, io); }
int reload(const std::vector<std::string>& arguments, Streams& io) { return ask("reload", arguments, io); }

}  // namespace tally::cli
