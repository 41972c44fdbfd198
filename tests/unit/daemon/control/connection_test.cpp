#include "daemon/control/connection.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

namespace tally::control {
namespace {

using namespace std::chrono_literals;
using connectors::Deadline;

class Socket : public ::testing::Test {
 protected:
  Socket() {
    std::string pattern = "/tmp/tally-control-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Socket() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/s"; }

  std::string folder_;
};

/// Two ends of one connection.
struct Ends {
  Ends() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    ours.emplace(fds[0]);
    theirs = fds[1];
  }
  ~Ends() { ::close(theirs); }
  void write(std::string_view text) const {
    EXPECT_EQ(::write(theirs, text.data(), text.size()), ssize_t(text.size()));
  }
  std::optional<Connection> ours;
  int theirs = -1;
};

TEST_F(Socket, CarriesLinesBothWaysAndKnowsWhoIsThere) {
  auto listener = Listener::open(path());
  ASSERT_TRUE(listener) << listener.error().message;
  auto client = Connection::open(path(), Deadline::after(5s));
  ASSERT_TRUE(client) << client.error().message;
  auto accepted = listener->accept();
  ASSERT_TRUE(accepted && *accepted);
  auto& served = *accepted;
  const auto none = listener->accept();
  EXPECT_TRUE(none && !*none) << "one client came";
  const auto peer = served->peer();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->uid, ::geteuid());
  EXPECT_EQ(peer->pid, ::getpid());
  ASSERT_TRUE(client->send("one", Deadline::after(5s)));
  ASSERT_TRUE(client->send("two", Deadline::after(5s)));
  EXPECT_EQ(*served->receive(100, Deadline::after(5s)), "one");
  EXPECT_EQ(*served->receive(100, Deadline::after(5s)), "two");
}

TEST_F(Socket, SaysThatThereIsNoRoomForAClientWhoThenGoesOnWaiting) {
  auto listener = Listener::open(path());
  const auto client = Connection::open(path(), Deadline::after(5s));
  ASSERT_TRUE(client) << client.error().message;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = listener->accept();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("accepting a client"), std::string::npos);
  const auto later = listener->accept();
  EXPECT_TRUE(later && *later);
}

TEST_F(Socket, IsOpenToEverybodyBecauseTheAuthorityDecides) {
  auto listener = Listener::open(path());
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0666u);
}

TEST_F(Socket, OfADeadServiceIsTakenOverAndThatOfALivingOneIsNot) {
  {
    auto first = Listener::open(path());
    ASSERT_TRUE(first);
    auto second = Listener::open(path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, base::ErrorKind::conflict);
  }
  EXPECT_FALSE(std::filesystem::exists(path())) << "removed at the end";
  {  // What a killed service leaves behind: a file that nobody listens on.
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(fd);
  }
  auto none = Connection::open(path(), Deadline::after(5s));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, base::ErrorKind::not_found);
  EXPECT_TRUE(Listener::open(path()));
}

TEST_F(Socket, ThatDoesNotExistIsNotFound) {
  auto none = Connection::open(path(), Deadline::after(5s));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, base::ErrorKind::not_found);
}

TEST_F(Socket, WithTooLongAPathIsRefused) {
  EXPECT_EQ(Listener::open(std::string(200, 'x')).error().kind, base::ErrorKind::malformed);
}

TEST_F(Socket, DoesNotReplaceAFileThatIsNoSocket) {
  {
    const int fd = ::creat(path().c_str(), 0600);
    ::close(fd);
  }
  EXPECT_FALSE(Listener::open(path()));
  EXPECT_TRUE(std::filesystem::is_regular_file(path()));
}

TEST(Connection, EndsAtItsDeadlineWhenTheOtherSideIsSilent) {
  Ends ends;
  const auto line = ends.ours->receive(100, Deadline::after(50ms));
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind, base::ErrorKind::timed_out);
}

TEST(Connection, GivesNoMoreTimeToWhoeverSendsByteByByte) {
  Ends ends;
  std::jthread slow([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      ends.write("x");
      std::this_thread::sleep_for(10ms);
    }
  });
  const auto line = ends.ours->receive(100'000, Deadline::after(150ms));
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().kind, base::ErrorKind::timed_out);
}

TEST(Connection, RefusesALineThatIsTooLong) {
  Ends ends;
  ends.write(std::string(101, 'x'));
  EXPECT_EQ(ends.ours->receive(100, Deadline::after(5s)).error().kind, base::ErrorKind::limit);
}

TEST(Connection, TakesALineOfExactlyTheLimit) {
  Ends ends;
  ends.write(std::string(100, 'x') + "\n");
  EXPECT_EQ(ends.ours->receive(100, Deadline::after(5s))->size(), 100u);
}

TEST(Connection, SendingToWhoeverDoesNotReadEndsAtTheDeadline) {
  Ends ends;
  const auto sent = ends.ours->send(std::string(10'000'000, 'x'), Deadline::after(50ms));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, base::ErrorKind::timed_out);
}

TEST(Connection, NoticesThatTheOtherSideHasGone) {
  Ends ends;
  EXPECT_FALSE(ends.ours->gone());
  ::shutdown(ends.theirs, SHUT_RDWR);
  EXPECT_TRUE(ends.ours->gone());
  EXPECT_EQ(ends.ours->receive(100, Deadline::after(5s)).error().kind, base::ErrorKind::unavailable);
}

TEST(Connection, IsFreedByItsStopToken) {
  Ends ends;
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(ends.ours->receive(100, Deadline::after(60s, stop.get_token())));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

}  // namespace
}  // namespace tally::control
