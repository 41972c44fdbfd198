// tallystick-witness: cosigns the checkpoints of logs, on a host that is not theirs. Everything is in daemon/witness.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "daemon/control/exit_code.h"
#include "daemon/log/log.h"
#include "daemon/pipeline/clock.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/witness/http_server.h"
#include "daemon/witness/logs_file.h"
#include "daemon/witness/service.h"
#include "daemon/witness/witness.h"

namespace {

using namespace tally;

int not_started(const log::Log& log, const base::Error& error) {
  log.tell(log::message::kNotStarted, {error.message});
  return control::exit_code(error.kind);
}

/// The socket that systemd hands over (sd_listen_fds(3)), or one of our own.
base::Result<witness::HttpServer> open_server(const std::string& address) {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  constexpr int kFirstFd = 3;
  if (pid != nullptr && count != nullptr && fmt::to_string(::getpid()) == pid) {
    if (std::string_view(count) != "1") {
      return base::failure(base::ErrorKind::malformed,
                           fmt::format("systemd handed over {} sockets, expected 1", count));
    }
    ::fcntl(kFirstFd, F_SETFD, FD_CLOEXEC);
    return witness::HttpServer::adopt(kFirstFd);
  }
  if (!address.empty()) return witness::HttpServer::listen(address);
  return base::failure(base::ErrorKind::malformed,
                       "--listen ADDRESS:PORT is missing, and systemd handed over no socket");
}

struct Arguments {
  std::string key, logs, state, listen;
};

/// Nothing after --help (exit code 0) or a mistake (2), which it tells.
std::optional<Arguments> parse(int argc, char** argv, int& code) {
  namespace po = boost::program_options;
  Arguments given;
  po::options_description options(
      "usage: tallystick-witness --key FILE --logs FILE --state FOLDER [OPTIONS]\n\nOptions");
  auto add = options.add_options();
  add("key", po::value(&given.key)->required()->value_name("FILE"),
      "private key of this witness, made by `tallystick keygen --witness`");
  add("logs", po::value(&given.logs)->required()->value_name("FILE"),
      "public keys of the logs whose checkpoints are cosigned, one a line");
  add("state", po::value(&given.state)->required()->value_name("FOLDER"),
      "what was cosigned last; never goes back to an older copy");
  add("listen", po::value(&given.listen)->value_name("ADDRESS:PORT"),
      "where to listen, when systemd does not hand over a socket");
  add("help", "this text");
  try {
    po::variables_map values;
    const po::positional_options_description no_words;
    po::store(po::command_line_parser(argc, argv).options(options).positional(no_words).run(), values);
    code = control::kNothingFound;
    if (values.count("help") != 0) {
      std::cout << options;
      return std::nullopt;
    }
    po::notify(values);
    return given;
  } catch (const std::exception& wrong) {  // Boost throws for every mistake
    std::cerr << "tallystick-witness: " << wrong.what() << "; see `tallystick-witness --help`\n";
    code = control::kUsage;
    return std::nullopt;
  }
}

int serve(const Arguments& given, std::vector<ledger::VerifierKey> logs, const log::Log& log) {
  auto key = recorder::SigningKey::load(given.key, ledger::KeyType::cosignature_v1);
  if (!key) return not_started(log, key.error());
  const std::string folder = std::filesystem::absolute(given.state).lexically_normal().string();
  const std::string count = fmt::to_string(logs.size());
  auto opened = witness::Witness::open({folder, std::move(logs), std::move(*key)});
  if (!opened) return not_started(log, opened.error());
  auto server = open_server(given.listen);
  if (!server) return not_started(log, server.error());
  log.tell(log::message::kWitnessReady, {(*opened)->key().format(), count, server->address()});
  witness::Service service(**opened, pipeline::wall_clock, log);
  const auto served = server->run([&](const witness::Request& request) {
    witness::Answer answer = service.answer(request);
    if (service.broken()) server->stop();
    return answer;
  });
  if (!served) return not_started(log, served.error());
  log.tell(log::message::kStopped);
  return service.broken() ? control::kNotEverythingSeen : control::kNothingFound;
}

}  // namespace

int main(int argc, char** argv) {
  int code = 0;
  const auto given = parse(argc, argv, code);
  if (!given) return code;
  const log::Log log = log::Log::to_stderr(log::form_of_stderr());
  const auto text = recorder::read_file(given->logs);
  if (!text) return not_started(log, text.error());
  auto logs = witness::parse_logs_file(*text, given->logs);
  if (!logs) {
    for (const base::Diagnostic& wrong : logs.error()) log.tell(log::message::kNotStarted, {base::to_string(wrong)});
    return control::kUsage;
  }
  return serve(*given, std::move(*logs), log);
}
