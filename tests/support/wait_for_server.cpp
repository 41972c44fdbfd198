#include "tests/support/wait_for_server.h"

#include <fmt/format.h>

#include <thread>

namespace tally::support {

using namespace std::chrono_literals;
using base::ErrorKind;

base::Result<void> wait_for_server(Process& process, std::chrono::milliseconds deadline,
                                   const std::function<bool()>& answers, const std::function<std::string()>& log) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  while (!answers()) {
    const bool ended = !process.running();
    if (ended && log().find("Address already in use") != std::string::npos)
      return base::failure(ErrorKind::conflict, "the port was taken meanwhile");
    if (ended || std::chrono::steady_clock::now() >= until) {
      return base::failure(
          ended ? ErrorKind::unavailable : ErrorKind::timed_out,
          fmt::format("{}; its log ends:\n{}", ended ? "it ended at once" : "no answer in time", last_lines(log())));
    }
    std::this_thread::sleep_for(20ms);
  }
  return {};
}

}  // namespace tally::support
