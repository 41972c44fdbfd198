#include "tests/support/stalling_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace tally::support {
namespace {

class Client {
 public:
  explicit Client(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(socket_); }

  [[nodiscard]] bool connected() const { return connected_; }
  void say(const std::string& bytes) const {
    ASSERT_EQ(send(socket_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  /// What arrives within that time.
  [[nodiscard]] std::string hear(int milliseconds) const {
    pollfd waiting{socket_, POLLIN, 0};
    std::array<char, 64> bytes{};
    if (poll(&waiting, 1, milliseconds) != 1) return "";
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(0, recv(socket_, bytes.data(), bytes.size(), 0)))};
  }

 private:
  int socket_;
  bool connected_ = false;
};

TEST(StallingServer, AcceptsAndSaysNothing) {
  auto server = StallingServer::start(Stall::silent);
  ASSERT_TRUE(server) << server.error().message;
  {
    const Client client(server->port());
    ASSERT_TRUE(client.connected());
    client.say("hello");
    EXPECT_EQ(client.hear(300), "");
    EXPECT_EQ(server->accepted(), 1);
  }
  EXPECT_TRUE(server->all_closed());
}

TEST(StallingServer, DribblesAByteASecond) {
  auto server = StallingServer::start(Stall::byte_a_second);
  ASSERT_TRUE(server) << server.error().message;
  const Client client(server->port());
  EXPECT_EQ(client.hear(500), std::string(1, '\0'));
  EXPECT_EQ(client.hear(500), "");
  EXPECT_EQ(client.hear(1000), std::string(1, '\0'));
  EXPECT_FALSE(server->all_closed());
}

TEST(StallingServer, GrantsStartTlsAndThenSaysNothing) {
  auto server = StallingServer::start(Stall::after_start_tls);
  ASSERT_TRUE(server) << server.error().message;
  const Client client(server->port());
  EXPECT_EQ(client.hear(200), "");
  // LDAPMessage { 7, ExtendedRequest "1.3.6.1.4.1.1466.20037" } and its answer { 7, ExtendedResponse success "" "" }
  client.say(
      "\x30\x1D\x02\x01\x07\x77\x18\x80\x16"
      "1.3.6.1.4.1.1466.20037");
  EXPECT_EQ(client.hear(1000), std::string("\x30\x0C\x02\x01\x07\x78\x07\x0A\x01\x00\x04\x00\x04\x00", 14));
  client.say("\x16\x03\x01");
  EXPECT_EQ(client.hear(300), "");
}

}  // namespace
}  // namespace tally::support
