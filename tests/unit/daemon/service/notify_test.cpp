#include "daemon/service/notify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace tally::service {
namespace {

using namespace std::chrono_literals;
using ::testing::MatchesRegex;

/// The other end: a datagram socket in the abstract namespace, so that nothing has to be removed.
class Manager {
 public:
  Manager() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const std::string name = "tally-notify-" + std::to_string(::getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
  }
  ~Manager() {
    ::close(fd_);
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  std::string heard() const {
    char text[4096];
    const ssize_t size = ::recv(fd_, text, sizeof text, 0);
    return size < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(size));
  }

 private:
  int fd_;
};

TEST(Notifier, SpeaksTheProtocol) {
  const Manager manager;
  const Notifier notifier = Notifier::from_environment();
  notifier.ready();
  EXPECT_EQ(manager.heard(), "READY=1");
  notifier.status("two\nlines");
  EXPECT_EQ(manager.heard(), "STATUS=two lines");
  notifier.reloading();
  EXPECT_THAT(manager.heard(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
  notifier.needs(30s);
  EXPECT_EQ(manager.heard(), "EXTEND_TIMEOUT_USEC=30000000");
  notifier.stopping();
  EXPECT_EQ(manager.heard(), "STOPPING=1");
  notifier.alive();
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
}

TEST(Notifier, SaysNothingWithoutASocket) {
  const Notifier notifier = Notifier::from_environment();
  notifier.ready();
  EXPECT_EQ(notifier.watchdog(), std::nullopt);
}

TEST(Notifier, KnowsHowOftenItIsWatchedAndOnlyForItself) {
  const Manager manager;
  ::setenv("WATCHDOG_USEC", "400000", 1);
  EXPECT_EQ(Notifier::from_environment().watchdog(), 400ms);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(Notifier::from_environment().watchdog(), 400ms);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Notifier::from_environment().watchdog(), std::nullopt) << "meant for somebody else";
  ::unsetenv("WATCHDOG_PID");
  ::setenv("WATCHDOG_USEC", "often", 1);
  EXPECT_EQ(Notifier::from_environment().watchdog(), std::nullopt);
}

TEST(Notifier, DoesNotWaitForAManagerThatHasGone) {
  std::optional<Manager> manager(std::in_place);
  const Notifier notifier = Notifier::from_environment();
  manager.reset();
  notifier.ready();
}

}  // namespace
}  // namespace tally::service
