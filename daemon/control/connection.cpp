#include "daemon/control/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tally::control {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using connectors::Deadline;

/// Clients that wait to be accepted; the service accepts at once.
constexpr int kBacklog = 16;
/// Nobody is in more; the kernel's own limit is 65,536.
constexpr std::size_t kMaxGroups = 65'536;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return failure(ErrorKind::malformed,
                   fmt::format("the socket path {} has to be shorter than {} bytes", path, sizeof address.sun_path));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<int> new_socket() {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return base::system_failure("making a socket", errno);
  return fd;
}

/// Waits until the socket is ready for `events`.
Result<void> wait_for(int fd, short events, const Deadline& deadline) {
  while (!deadline.passed()) {
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(deadline.next_look().count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return base::system_failure("waiting for the control socket", errno);
  }
  return failure(ErrorKind::timed_out, "the other side of the control socket did not answer in time");
}

tl::unexpected<base::Error> went_away() {
  return failure(ErrorKind::unavailable, "the other side of the control socket has gone");
}

bool somebody_listens(const sockaddr_un& address) {
  auto fd = new_socket();
  if (!fd) return false;
  const Connection closing(*fd);
  return ::connect(*fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN;
}

}  // namespace

Result<Connection> Connection::open(const std::string& path, const Deadline& deadline) {
  const auto address = address_of(path);
  if (!address) return tl::unexpected(address.error());
  auto fd = new_socket();
  if (!fd) return tl::unexpected(fd.error());
  Connection connection(*fd);
  // A Unix socket connects at once, or says EAGAIN while the backlog is full.
  while (::connect(*fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    if (errno == ECONNREFUSED) return failure(ErrorKind::not_found, "nobody listens on " + path);
    if (errno != EAGAIN && errno != EINTR) return base::system_failure(path, errno);
    if (deadline.passed()) return failure(ErrorKind::timed_out, path + " does not accept connections");
    ::usleep(static_cast<useconds_t>(std::chrono::microseconds(deadline.next_look()).count() / 10));
  }
  return connection;
}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), read_(std::move(other.read_)) {}

Connection::~Connection() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Peer> Connection::peer() const {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return base::system_failure("asking who is at the control socket", errno);
  }
  Peer peer{credentials.pid, credentials.uid, credentials.gid, {}};
  for (peer.groups.resize(64);;) {
    size = static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t));
    if (::getsockopt(fd_, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &size) == 0) break;
    if (errno != ERANGE || peer.groups.size() >= kMaxGroups) {
      return base::system_failure("asking for the groups at the control socket", errno);
    }
    peer.groups.resize(peer.groups.size() * 2);
  }
  peer.groups.resize(size / sizeof(gid_t));
  return peer;
}

Result<void> Connection::send(std::string_view line, const Deadline& deadline) {
  const std::string text = std::string(line) + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    if (auto ready = wait_for(fd_, POLLOUT, deadline); !ready) return ready;
    const ssize_t sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return went_away();
  }
  return {};
}

Result<std::string> Connection::receive(std::size_t most, const Deadline& deadline) {
  std::array<char, 4096> room{};
  for (;;) {
    const std::size_t end = read_.find('\n');
    if (std::min(end, read_.size()) > most) {
      return failure(ErrorKind::limit, fmt::format("a line of more than {} bytes", most));
    }
    if (end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    if (auto ready = wait_for(fd_, POLLIN, deadline); !ready) return tl::unexpected(ready.error());
    const ssize_t got = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return went_away();
    if (got > 0) read_.append(room.data(), static_cast<std::size_t>(got));
  }
}

bool Connection::gone() const {
  pollfd looked{fd_, POLLRDHUP, 0};
  return ::poll(&looked, 1, 0) > 0 && (looked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

Result<Listener> Listener::open(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return tl::unexpected(address.error());
  if (somebody_listens(*address)) return failure(ErrorKind::conflict, "another service listens on " + path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path.c_str());
  auto fd = new_socket();
  if (!fd) return tl::unexpected(fd.error());
  if (::bind(*fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    const int trouble = errno;
    ::close(*fd);
    return base::system_failure("listening on " + path, trouble);
  }
  Listener listener(*fd, path);  // removes the file again when what follows fails
  if (::chmod(path.c_str(), 0666) != 0 || ::listen(*fd, kBacklog) != 0) {
    return base::system_failure("listening on " + path, errno);
  }
  return listener;
}

Listener::Listener(Listener&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

Listener::~Listener() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(path_.c_str());
}

Result<std::optional<Connection>> Listener::accept() {
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd >= 0) return std::optional<Connection>(Connection(fd));
  if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return std::optional<Connection>();
  return base::system_failure("accepting a client on " + path_, errno);
}

}  // namespace tally::control
