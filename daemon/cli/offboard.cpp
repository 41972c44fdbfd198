// tallystick offboard check: by the service when one answers, else in this process.
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <map>
#include <ostream>

#include "daemon/cli/asking.h"
#include "daemon/cli/command.h"
#include "daemon/cli/in_this_process.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/control/authority.h"
#include "daemon/control/exit_code.h"
#include "daemon/control/offboarding_request.h"
#include "daemon/pipeline/clock.h"
#include "daemon/pipeline/offboarding_check.h"
#include "daemon/report/offboarding.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

int check_here(const Options& options, const control::OffboardingRequest& request, Streams& io) {
  auto here =
      open_here("offboard", options, io, [&](const std::string& sentence) { fmt::print(io.err, "{}\n", sentence); });
  if (!here) return here.error();
  pipeline::Keeping keeping(std::move(here->kept));
  const pipeline::OffboardingQuestion question{.sources = here->prepared->sources,
                                               .owner = here->prepared,
                                               .rules = here->prepared->rules,
                                               .correlation = here->prepared->config.correlation,
                                               .keeping = keeping,
                                               .clock = pipeline::wall_clock,
                                               .employee_id = request.employee_id,
                                               .asked_by = control::login_of(::getuid()),
                                               .deadline = request.deadline};
  const auto check = pipeline::offboarding_check(question);
  if (!check) return fail("offboard", check.error(), io);
  fmt::print(
      io.out, "{}",
      request.json ? report::render_offboarding_json(*check) : report::render_offboarding(*check, output_style()));
  return control::exit_code(check->answer);
}

}  // namespace

int offboard(const std::vector<std::string>& arguments, Streams& io) {
  Options options("offboard", "check ID");
  options.word("check", "the word \"check\": it looks, and changes nothing")
      .word("id", "the employee number as HR has it, leading zeros included")
      .text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder for log, key and store instead of the configured one; not the service")
      .text("deadline", "SECONDS", "when the answer has to be there, whatever the directories do", "20s")
      .text("format", "FORMAT", "text or json", "text")
      .flag("foreground", "check in this process and do not ask the service");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (options.get("check") != "check") {
    fmt::print(io.err, "tallystick offboard: \"{}\" is none of its words; `tallystick offboard check ID` is expected\n",
               base::displayable(options.get("check")));
    return control::kUsage;
  }
  const auto request = control::parse_offboarding_request(
      {{"employee_id", options.get("id")}, {"deadline", options.get("deadline")}, {"format", options.get("format")}});
  if (!request) {
    fmt::print(io.err, "tallystick offboard: {}\n", base::displayable(request.error().message));
    return control::kUsage;
  }
  if (options.has("foreground") || options.has("state")) return check_here(options, *request, io);
  const Asking asking{"offboard", control::words_of(*request), options.get("config"), true,
                      request->deadline + kAnswerPatience};
  if (const auto code = ask_service(asking, io)) return *code;
  return check_here(options, *request, io);
}

}  // namespace tally::cli
