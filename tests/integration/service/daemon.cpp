#include "tests/integration/service/daemon.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "daemon/recorder/recorder.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;

support::WorkFolder short_folder() {
  auto folder = support::WorkFolder::create_short("daemon");
  if (!folder) throw std::runtime_error(folder.error().message);
  // Others than root have to reach the socket, to be denied by the service and not by the file system.
  std::filesystem::permissions(folder->path(), std::filesystem::perms(0755));
  return std::move(*folder);
}

template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + Daemon::kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

int count_of(const std::string& text, std::string_view wanted) {
  int count = 0;
  for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
  return count;
}

}  // namespace

Daemon::Daemon(Desk& desk) : desk_(desk), sockets_(short_folder()) { listen(); }

Daemon::~Daemon() { ::close(manager_); }

void Daemon::listen() {
  const std::string path = sockets_.path() / "notify";
  manager_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(manager_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("binding " + path);
  }
}

void Daemon::configure(const std::string& service, const std::string& sections) {
  desk_.configure(fmt::format("{}\n[service]\nsocket = \"{}\"\n{}\n", sections, socket(), service));
  // Others than root read the file, to find the socket.
  std::filesystem::permissions(desk_.folder(), std::filesystem::perms(0755));
  std::filesystem::permissions(desk_.folder() + "/tallystick.toml", std::filesystem::perms(0644));
}

void Daemon::start() {
  hear();
  found_ = heard_.size();  // what an earlier one told is no news of this one
  auto started = support::Process::start(
      {.argv = {support::program("tallystickd"), "--config", desk_.folder() + "/tallystick.toml"},
       .environment = {{"NOTIFY_SOCKET", sockets_.path() / "notify"},
                       {"WATCHDOG_USEC", std::to_string(kWatchdog.count() * 1000)}},
       .directory = desk_.folder()});
  if (!started) throw std::runtime_error(started.error().message);
  process_ = std::move(*started);
}

int Daemon::stop() {
  process_.signal(SIGTERM);
  return ended();
}

int Daemon::ended() {
  const auto outcome = process_.wait(kPatience);
  return outcome ? outcome->exit_code : -1;
}

void Daemon::hear() {
  std::array<char, 4096> room{};
  for (ssize_t size = ::recv(manager_, room.data(), room.size(), 0); size > 0;
       size = ::recv(manager_, room.data(), room.size(), 0)) {
    heard_.emplace_back(room.data(), static_cast<std::size_t>(size));
  }
}

bool Daemon::tells(std::string_view text) {
  return eventually([&] {
    hear();
    for (; found_ < heard_.size(); ++found_) {
      if (heard_[found_].find(text) != std::string::npos) {
        ++found_;
        return true;
      }
    }
    return false;
  });
}

int Daemon::told(std::string_view text) {
  hear();
  return static_cast<int>(std::count_if(heard_.begin(), heard_.end(),
                                        [&](const std::string& one) { return one.find(text) != std::string::npos; }));
}

bool Daemon::says(std::string_view text, int times) {
  return eventually([&] { return count_of(process_.err(), text) >= times; });
}

support::Outcome Daemon::ask(std::vector<std::string> command, const std::vector<std::string>& by) {
  command.insert(command.begin(), support::program("tallystick"));
  command.insert(command.begin(), by.begin(), by.end());
  command.insert(command.end(), {"--config", desk_.folder() + "/tallystick.toml"});
  auto outcome = support::run_command({.argv = std::move(command)}, kPatience);
  if (!outcome) throw std::runtime_error(outcome.error().message);
  return std::move(*outcome);
}

support::Process Daemon::ask_in_background(std::vector<std::string> command) {
  command.insert(command.begin(), support::program("tallystick"));
  command.insert(command.end(), {"--config", desk_.folder() + "/tallystick.toml"});
  auto started = support::Process::start({.argv = std::move(command)});
  if (!started) throw std::runtime_error(started.error().message);
  return std::move(*started);
}

std::vector<std::string> Daemon::leaves(std::string_view type) const {
  auto reader = recorder::LogReader::open(desk_.state());
  if (!reader) throw std::runtime_error(reader.error().message);
  std::vector<std::string> out;
  for (std::uint64_t at = 0; at < reader->size();) {  // a receipt ends before entries that were pruned
    const auto entries = reader->read(at, reader->size());
    if (!entries) throw std::runtime_error(entries.error().message);
    for (const model::RecordedEntry& entry : entries->entries()) {
      if (entry.leaf.find(fmt::format("\"type\":\"{}\"", type)) != std::string::npos) out.push_back(entry.leaf);
    }
    at = entries->end();
  }
  return out;
}

}  // namespace tally::integration
