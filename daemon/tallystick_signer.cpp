// tallystick-signer: holds the log's keys and writes the log; nobody else does either. Everything is in daemon/signer.
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <iostream>

#include "daemon/cli/options.h"
#include "daemon/control/exit_code.h"
#include "daemon/log/log.h"
#include "daemon/recorder/signed_log.h"
#include "daemon/signer/server.h"

namespace tally {
namespace {

using base::Result;

/// Nobody reads this process's memory: not a debugger of the same user, not a core file.
void keep_to_itself() {
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

Result<recorder::Descriptor> stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  recorder::Descriptor fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (fd.get() < 0) return base::system_failure("signalfd", errno);
  return fd;
}

Result<uid_t> uid_of(const std::string& user) {
  if (user.empty()) return ::geteuid();
  if (const passwd* found = ::getpwnam(user.c_str()); found != nullptr) return found->pw_uid;
  return base::failure(base::ErrorKind::not_found, "there is no user " + user);
}

/// The credential of that name where systemd hands over credentials, else the path as it is.
std::string key_path(const std::string& key) {
  const char* folder = ::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && key.find('/') == std::string::npos ? std::string(folder) + "/" + key : key;
}

/// A century, as in the service's settings.
constexpr std::uint64_t kMostDays = 36'600;

Result<recorder::LogSettings> settings_of(const cli::Options& options) {
  recorder::LogSettings settings;
  settings.certificate = options.get("certificate");
  settings.previous = options.get("previous");
  settings.witness_policy = options.get("witness-policy");
  settings.timestamp_url = options.get("timestamp-url");
  settings.timestamp_ca = options.get("timestamp-ca");
  char* end = nullptr;
  const std::string count = options.get("epochs"), seconds = options.get("epoch-seconds");
  settings.epochs = std::strtoull(count.c_str(), &end, 10);
  if (*end != '\0') return base::failure(base::ErrorKind::malformed, "--epochs " + count + ": not a number");
  settings.epoch_length = std::chrono::seconds(std::strtoll(seconds.c_str(), &end, 10));
  if (*end != '\0') return base::failure(base::ErrorKind::malformed, "--epoch-seconds " + seconds + ": not a number");
  const std::string days = options.get("prune-days");
  const auto age = std::strtoull(days.c_str(), &end, 10);
  if (*end != '\0' || age > kMostDays) {
    return base::failure(base::ErrorKind::malformed,
                         fmt::format("--prune-days {}: not a number from 0 to {}", days, kMostDays));
  }
  settings.prune_after = std::chrono::hours(24) * static_cast<std::int64_t>(age);
  return settings;
}

Result<void> run(const cli::Options& options, const log::Log& log) {
  const auto stop = stop_signals();
  if (!stop) return tl::unexpected(stop.error());
  const auto client = uid_of(options.get("client"));
  if (!client) return tl::unexpected(client.error());
  const auto settings = settings_of(options);
  if (!settings) return tl::unexpected(settings.error());
  const auto listener = signer::take_listener(options.get("socket"));
  if (!listener) return tl::unexpected(listener.error());
  auto signed_log = recorder::SignedLog::open(
      {options.get("state"), key_path(options.get("key")), recorder::Clock::system(), *settings, nullptr,
       [&](const std::string& sentence) { log.tell(log::message::kOutsideNews, {sentence}); }});
  if (!signed_log) return tl::unexpected(signed_log.error());
  for (const std::string& line : (*signed_log)->opened().sentences()) log.tell(log::message::kStateMended, {line});
  log.tell(log::message::kSignerReady, {options.get("state"), std::to_string((*signed_log)->opened().size)});
  return signer::serve(**signed_log, {listener->get(), *client, stop->get(), [&](uid_t uid) {
                                        log.tell(log::message::kSignerDenied, {std::to_string(uid)});
                                      }});
}

}  // namespace
}  // namespace tally

int main(int argc, char** argv) {
  using namespace tally;
  keep_to_itself();
  cli::Streams io{std::cout, std::cerr};
  cli::Options options("", "", "tallystick-signer");
  options.text("state", "FOLDER", "where the log and its private state stand", "/var/lib/tallystick-signer")
      .text("key", "FILE", "the log's private key: a file, or the name of a systemd credential", "log.key")
      .text("client", "USER", "who may have entries written; without it whoever runs the signer")
      .text("socket", "PATH", "listen here when systemd hands over no socket")
      .text("certificate", "FILE", "the log certificate that the offline root signed")
      .text("previous", "FILE", "a checkpoint of the log that a fresh one follows, because it cannot go on")
      .text("witness-policy", "FILE", "C2SP tlog-policy: who cosigns the checkpoints, and how many are enough")
      .text("timestamp-url", "URL", "time stamping authority (RFC 3161) for the ends of epochs")
      .text("timestamp-ca", "FILE", "its certificates, PEM")
      .text("epochs", "NUMBER", "epochs of a fresh log", "87600")
      .text("epoch-seconds", "SECONDS", "how long an epoch of a fresh log lasts", "3600")
      .text("prune-days", "DAYS", "how old an entry must be before it may be pruned; 0: none ever", "0");
  if (const auto stop = options.parse({argv + (argc > 0 ? 1 : 0), argv + argc}, io)) return *stop;
  const log::Log log = log::Log::to_stderr(log::form_of_stderr());
  if (const auto ended = run(options, log); !ended) {
    log.tell(log::message::kSignerBroken, {ended.error().message});
    return control::exit_code(ended.error().kind);
  }
  log.tell(log::message::kStopped);
  return control::kNothingFound;
}
