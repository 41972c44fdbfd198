#include "connectors/directory/session_connect.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

struct Resolved {
  int code = EAI_FAIL;
  Addresses addresses{nullptr, &::freeaddrinfo};
};

Resolved resolve_now(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Resolved out;
  out.code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (out.code == 0) out.addresses.reset(found);
  return out;
}

/// getaddrinfo has no deadline (resolv.conf's own may add up to half a minute), so a thread waits for it. When it is
/// late the thread is left behind: it holds nothing but its copies and ends when the resolver gives up.
base::Result<Addresses> resolve(const Endpoint& endpoint, const connectors::Deadline& deadline) {
  Resolved found = resolve_now(endpoint.host, endpoint.port, AI_NUMERICHOST);
  if (found.code != 0) {
    std::packaged_task<Resolved()> task(
        [host = endpoint.host, port = endpoint.port] { return resolve_now(host, port, AI_ADDRCONFIG); });
    std::future<Resolved> answer = task.get_future();
    std::thread(std::move(task)).detach();
    while (!deadline.passed() && answer.wait_for(deadline.next_look()) != std::future_status::ready) {
    }
    if (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
      return base::failure(ErrorKind::timed_out,
                           fmt::format("the name \"{}\" was not resolved in time", endpoint.host));
    }
    found = answer.get();
  }
  if (found.code != 0) {
    return base::failure(ErrorKind::not_found, fmt::format("the host name \"{}\" cannot be resolved ({})",
                                                           endpoint.host, ::gai_strerror(found.code)));
  }
  return std::move(found.addresses);
}

/// 0, or the errno of the failed connect; ETIMEDOUT when the deadline passed.
int wait_for_connect(int fd, const connectors::Deadline& deadline) {
  pollfd waiting{fd, POLLOUT, 0};
  for (;;) {
    const int ready = ::poll(&waiting, 1, static_cast<int>(deadline.next_look().count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0 && deadline.passed()) return ETIMEDOUT;
    if (ready == 0) continue;
    int trouble = 0;
    socklen_t size = sizeof trouble;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &size);
    return trouble;
  }
}

/// A connected blocking socket, or minus the errno.
int connect_socket(int family, const sockaddr* address, socklen_t size, const connectors::Deadline& deadline) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  int trouble = ::connect(fd, address, size) == 0 ? 0 : errno;
  if (trouble == EINPROGRESS) trouble = wait_for_connect(fd, deadline);
  if (trouble != 0) {
    ::close(fd);
    return -trouble;
  }
  // Blocking from here on: the Watchdog ends waits, and libldap's TLS is reliable only on blocking sockets.
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  const int on = 1;
  if (family != AF_UNIX) {
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  }
  return fd;
}

tl::unexpected<base::Error> connect_failure(const Endpoint& endpoint, int trouble) {
  const bool late = trouble == ETIMEDOUT;
  return base::failure(late ? ErrorKind::timed_out : ErrorKind::unavailable,
                       fmt::format("cannot connect to {}: {}", endpoint.in_words(),
                                   late ? "no answer in time" : std::strerror(trouble)));
}

base::Result<int> connect_local(const Endpoint& endpoint, const connectors::Deadline& deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (endpoint.host.size() >= sizeof address.sun_path) {
    return base::failure(ErrorKind::malformed, fmt::format("the socket path \"{}\" is longer than {} bytes",
                                                           endpoint.host, sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, endpoint.host.data(), endpoint.host.size());
  const int fd = connect_socket(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline);
  if (fd < 0) return connect_failure(endpoint, -fd);
  return fd;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string percent_encoded(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

tl::unexpected<base::Error> bad_uri(std::string_view uri, std::string_view expected) {
  return base::failure(ErrorKind::malformed,
                       fmt::format("\"{}\" is not the address of a directory: {}", base::displayable(uri), expected));
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  return trouble == std::errc{} && end == text.data() + text.size() && value > 0 && value < 65536;
}

/// "host", "host:port", "[v6]" or "[v6]:port".
bool split_host(std::string_view text, Endpoint& out) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    out.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const std::size_t colon = text.find(':');
    out.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (out.host.empty()) return false;
  if (port.empty()) return true;
  out.port = port.substr(1);
  return port.front() == ':' && is_port(out.port);
}

}  // namespace

base::Result<Endpoint> Endpoint::parse(std::string_view uri) {
  static constexpr std::string_view kExpected = "expected ldap://host[:port], ldaps://host[:port] or ldapi://%2Fpath";
  const std::size_t colon = uri.find("://");
  if (colon == std::string_view::npos) return bad_uri(uri, kExpected);
  std::string_view rest = uri.substr(colon + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ ") != std::string_view::npos) return bad_uri(uri, kExpected);

  Endpoint out;
  const std::string_view scheme = uri.substr(0, colon);
  if (scheme == "ldapi") {
    out.scheme = Scheme::ldapi;
    out.host = percent_decoded(rest);
    out.port.clear();
    if (!out.host.starts_with('/'))
      return bad_uri(uri, "the path of the socket must be absolute, as in ldapi://%2Frun%2Fldapi");
    return out;
  }
  if (scheme != "ldap" && scheme != "ldaps") return bad_uri(uri, kExpected);
  out.scheme = scheme == "ldap" ? Scheme::ldap : Scheme::ldaps;
  out.port = scheme == "ldap" ? "389" : "636";
  if (!split_host(rest, out)) return bad_uri(uri, kExpected);
  return out;
}

std::string Endpoint::uri() const {
  if (scheme == Scheme::ldapi) return "ldapi://" + percent_encoded(host);
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", scheme == Scheme::ldap ? "ldap" : "ldaps", v6 ? "[" : "", host, v6 ? "]" : "",
                     port);
}

std::string Endpoint::in_words() const {
  return scheme == Scheme::ldapi ? "the socket " + host : fmt::format("{} port {}", host, port);
}

bool Endpoint::loopback() const {
  if (scheme == Scheme::ldapi) return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

base::Result<int> connect_to(const Endpoint& endpoint, const connectors::Deadline& deadline) {
  if (endpoint.scheme == Endpoint::Scheme::ldapi) return connect_local(endpoint, deadline);
  auto addresses = resolve(endpoint, deadline);
  if (!addresses) return tl::unexpected(addresses.error());
  int trouble = ENOENT;
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
    const int fd = connect_socket(at->ai_family, at->ai_addr, at->ai_addrlen, deadline);
    if (fd >= 0) return fd;
    trouble = -fd;
  }
  return connect_failure(endpoint, trouble);
}

}  // namespace tally::directory
