// tallystickd: the program that systemd starts. Everything is in daemon/service.
#include <filesystem>
#include <iostream>

#include "daemon/cli/options.h"
#include "daemon/control/exit_code.h"
#include "daemon/log/log.h"
#include "daemon/memory.h"
#include "daemon/service/service.h"

int main(int argc, char** argv) {
  using namespace tally;
  return_freed_memory();
  cli::Streams io{std::cout, std::cerr};
  cli::Options options("", "", "tallystickd");
  options.text("config", "FILE", "the configuration", cli::kDefaultConfig)
      .text("state", "FOLDER", "use this folder for log, key and store instead of the configured one")
      .flag("messages-page", "print all messages of the service as Markdown instead (docs/messages.md)");
  if (const auto stop = options.parse({argv + (argc > 0 ? 1 : 0), argv + argc}, io)) return *stop;
  if (options.has("messages-page")) {
    std::cout << log::messages_page();
    return control::kNothingFound;
  }
  const log::Log log = log::Log::to_stderr(log::form_of_stderr());
  return service::run_service(
      {std::filesystem::absolute(options.get("config")).lexically_normal().string(), options.get("state")}, log);
}
