#include "daemon/cli/asking.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <filesystem>
#include <ostream>

#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/config/config.h"
#include "daemon/control/connection.h"
#include "daemon/control/exit_code.h"
#include "daemon/control/protocol.h"
#include "daemon/terminal/progress_line.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

using namespace std::chrono_literals;
using connectors::Deadline;
using control::Answer;

/// The service accepts at once, and takes a short line at once.
constexpr auto kSendDeadline = 10s;

/// The socket of the configuration; the usual one when this user may not read it.
std::string socket_of(const std::string& file) {
  const auto config = config::load(file, config::Passwords::leave);
  return config ? config->service.socket : std::string(config::ServiceSettings::kDefaultSocket);
}

base::Result<int> shown(control::Connection& service, const Asking& asking, Streams& io) {
  terminal::ProgressLine line(io.err, asking.quiet);
  for (;;) {
    const auto text = service.receive(control::kMaxAnswerBytes, Deadline::after(asking.patience));
    if (!text) return tl::unexpected(text.error());
    const auto answer = control::parse_answer(*text);
    if (!answer) return tl::unexpected(answer.error());
    switch (answer->kind) {
      case Answer::Kind::progress: line.show(answer->text); break;
      case Answer::Kind::note: line.keep(answer->text); break;
      case Answer::Kind::err:
        line.show("");
        fmt::print(io.err, "{}\n", base::displayable(answer->text));
        break;
      case Answer::Kind::out:
        line.show("");
        fmt::print(io.out, "{}", answer->text);
        break;
      case Answer::Kind::end: line.show(""); return answer->code;
    }
  }
}

}  // namespace

std::optional<int> ask_service(const Asking& asking, Streams& io) {
  const std::string socket = socket_of(asking.config);
  auto service = control::Connection::open(socket, Deadline::after(kSendDeadline));
  if (!service && service.error().kind == base::ErrorKind::not_found) {
    if (!asking.quiet) fmt::print(io.err, "tallystick {}: no service listens on {}\n", asking.command, socket);
    return std::nullopt;
  }
  if (!service) return fail(asking.command, service.error(), io);
  if (!asking.quiet) fmt::print(io.err, "tallystick {}: asking the service on {}\n", asking.command, socket);
  const report::TerminalStyle style = output_style();
  const std::string config = std::filesystem::absolute(asking.config).lexically_normal().string();
  const std::string line = control::encode({asking.command, asking.arguments, config, style.width, style.colour});
  if (auto sent = service->send(line, Deadline::after(kSendDeadline)); !sent) {
    return fail(asking.command, sent.error(), io);
  }
  const auto code = shown(*service, asking, io);
  return code ? *code : fail(asking.command, code.error(), io);
}

}  // namespace tally::cli
