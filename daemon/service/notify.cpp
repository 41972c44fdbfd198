#include "daemon/service/notify.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace tally::service {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

std::optional<long long> number(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Of sd_watchdog_enabled(3): only when it is meant for this very process.
std::optional<std::chrono::microseconds> watchdog_from_environment() {
  const auto span = number(environment("WATCHDOG_USEC"));
  if (!span || *span <= 0) return std::nullopt;
  const std::string_view pid = environment("WATCHDOG_PID");
  if (!pid.empty() && number(pid) != ::getpid()) return std::nullopt;
  return std::chrono::microseconds{*span};
}

}  // namespace

Notifier Notifier::from_environment() {
  Notifier notifier;
  notifier.watchdog_ = watchdog_from_environment();
  const std::string_view path = environment("NOTIFY_SOCKET");
  const bool usable =
      path.size() > 1 && path.size() < sizeof(sockaddr_un::sun_path) && (path.front() == '/' || path.front() == '@');
  if (!usable) return notifier;
  notifier.fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  notifier.address_ = path;
  if (path.front() == '@') notifier.address_.front() = '\0';
  return notifier;
}

Notifier::Notifier(Notifier&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), address_(std::move(other.address_)), watchdog_(other.watchdog_) {}

Notifier::~Notifier() {
  if (fd_ >= 0) ::close(fd_);
}

void Notifier::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000LL + now.tv_nsec / 1'000));
}

void Notifier::status(std::string_view words) const {
  std::string line(words);
  std::replace(line.begin(), line.end(), '\n', ' ');
  send("STATUS=" + line);
}

void Notifier::needs(std::chrono::microseconds span) const {
  send(fmt::format("EXTEND_TIMEOUT_USEC={}", span.count()));
}

void Notifier::send(std::string_view text) const {
  if (fd_ < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  // Nobody to tell when the manager does not listen: it will find out by its own deadlines.
  static_cast<void>(::sendto(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), size));
}

}  // namespace tally::service
