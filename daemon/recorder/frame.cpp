#include "daemon/recorder/frame.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using Moment = std::chrono::steady_clock::time_point;

constexpr std::size_t kLengthBytes = 4;
/// A frame's room grows as its bytes arrive: an announced length alone takes no memory.
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

Result<void> wait_for(int fd, short events, Moment end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return failure(ErrorKind::timed_out, "the other side of the signer's socket is too slow");
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return base::system_failure("waiting for the signer's socket", errno);
  }
}

tl::unexpected<base::Error> went_away() {
  return failure(ErrorKind::unavailable, "the other side of the signer's socket has gone");
}

Result<void> send_all(int fd, std::string_view bytes, Moment end) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return went_away();
    if (auto ready = wait_for(fd, POLLOUT, end); !ready) return ready;
  }
  return {};
}

Result<std::string> receive_all(int fd, std::size_t size, Moment end) {
  std::string bytes;
  std::size_t done = 0;
  while (done < size) {
    if (done == bytes.size()) bytes.resize(std::min(size, done + kChunkBytes));
    const ssize_t got = ::recv(fd, bytes.data() + done, bytes.size() - done, MSG_DONTWAIT);
    if (got > 0) {
      done += static_cast<std::size_t>(got);
      continue;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return went_away();
    if (auto ready = wait_for(fd, POLLIN, end); !ready) return tl::unexpected(ready.error());
  }
  return bytes;
}

}  // namespace

Result<Descriptor> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return failure(ErrorKind::malformed,
                   fmt::format("the socket path {} has to be shorter than {} bytes", path, sizeof address.sun_path));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return base::system_failure("making a socket", errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  if (errno == ECONNREFUSED) return failure(ErrorKind::not_found, "no signer listens on " + path);
  return base::system_failure(path, errno);
}

Result<void> send_frame(int fd, std::string_view bytes, std::chrono::milliseconds within) {
  const Moment end = std::chrono::steady_clock::now() + within;
  std::string length;
  for (int shift = 24; shift >= 0; shift -= 8) length.push_back(static_cast<char>(bytes.size() >> shift & 0xff));
  if (auto sent = send_all(fd, length, end); !sent) return sent;
  return send_all(fd, bytes, end);
}

Result<std::string> receive_frame(int fd, std::size_t most, std::chrono::milliseconds within) {
  const Moment end = std::chrono::steady_clock::now() + within;
  const auto length = receive_all(fd, kLengthBytes, end);
  if (!length) return tl::unexpected(length.error());
  std::size_t size = 0;
  for (const char c : *length) size = size << 8 | static_cast<unsigned char>(c);
  if (size > most) return failure(ErrorKind::limit, fmt::format("a frame of {} bytes, at most {} fit", size, most));
  return receive_all(fd, size, end);
}

}  // namespace tally::recorder
