// tallystick-witness and clients that behave badly, byte for byte on a socket.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "daemon/recorder/witness_client.h"
#include "tests/integration/witness/witness_process.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A connection on which the test decides what is sent and when.
class Connection {
 public:
  explicit Connection(int port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<std::uint16_t>(port));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(fd_); }
  [[nodiscard]] bool connected() const { return connected_; }
  bool send(const std::string& bytes) const {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  /// Everything until the other side closes.
  [[nodiscard]] std::string rest() const {
    std::string got;
    char bytes[4096];
    for (ssize_t count = 1; (count = ::recv(fd_, bytes, sizeof bytes, 0)) > 0;) {
      got.append(bytes, static_cast<std::size_t>(count));
    }
    return got;
  }

 private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool connected_ = false;
};

std::string asked(const WitnessProcess& witness, const std::string& request) {
  const Connection connection(witness.port());
  connection.send(request);
  return connection.rest();
}

recorder::WitnessSays submitted(const WitnessProcess& witness, std::size_t size) {
  ledger::MemoryLog log = ledger::make_log(ledger::entry_texts(size));
  auto client = recorder::WitnessClient::create(witness.policy());
  const auto round = client->submit(log, log.files["checkpoint"], 5s);
  return round->answers[0].says;
}

TEST(WitnessServer, TakesTheSocketThatSystemdHandsOver) {
  WitnessProcess witness;
  for (const std::size_t size : {5u, 9u}) {
    ASSERT_NO_FATAL_FAILURE(witness.start_by_socket());
    EXPECT_THAT(witness.journal(), Not(HasSubstr("TS-2101"))) << "it begins with the first connection";
    EXPECT_EQ(submitted(witness, size), recorder::WitnessSays::cosigned) << witness.journal();
    EXPECT_THAT(witness.journal(), HasSubstr(fmt::format("127.0.0.1:{}", witness.port())));
    EXPECT_THAT(witness.journal(), HasSubstr("TS-2101"));
    EXPECT_EQ(witness.stop(), 0) << witness.journal();
  }
}

TEST(WitnessServer, AnswersMonitorsAndRefusesWhatIsNotForIt) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  const std::string origin_hash = base::sha256("audit.example.com/hostA").hex();
  const std::string get = "GET /" + origin_hash + "/checkpoint HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_THAT(asked(witness, get), StartsWith("HTTP/1.1 404"));
  ASSERT_EQ(submitted(witness, 5), recorder::WitnessSays::cosigned);
  const std::string page = asked(witness, get);
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  const auto note = ledger::Note::parse(page.substr(page.find("\r\n\r\n") + 4));
  ASSERT_TRUE(note) << page;
  EXPECT_TRUE(note->verify({&witness.key(), 1}));

  EXPECT_THAT(asked(witness, "GET /add-checkpoint HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(asked(witness, "GET /../state/lock HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(asked(witness, "\x16\x03\x01 this is no HTTP\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(asked(witness, "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nold"),
              StartsWith("HTTP/1.1 400"));
}

TEST(WitnessServer, ReadsNoRequestWithoutAnEnd) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  EXPECT_THAT(asked(witness, "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(asked(witness, "GET / HTTP/1.1\r\nX: " + std::string(9000, 'x')), StartsWith("HTTP/1.1 413"));
}

/// Twice as many clients as there are places send a byte now and then. Whoever has something to say is served at once.
TEST(WitnessServer, IsNotHeldUpBySlowClients) {
  WitnessProcess witness;
  ASSERT_NO_FATAL_FAILURE(witness.start());
  std::vector<std::unique_ptr<Connection>> slow;
  for (int i = 0; i < 128; ++i) {
    slow.push_back(std::make_unique<Connection>(witness.port()));
    ASSERT_TRUE(slow.back()->connected());
    slow.back()->send("POST /add-checkpoint HTTP/1.1\r\n");
  }
  for (std::size_t size = 1; size <= 5; ++size) {
    for (const auto& one : slow) one->send("X");
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(submitted(witness, size), recorder::WitnessSays::cosigned);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
  }
  EXPECT_EQ(slow.back()->rest(), "") << "cut off at the deadline for a whole request";
  EXPECT_EQ(witness.stop(), 0);
}

}  // namespace
}  // namespace tally::integration
