// The signer over a real socket: what it writes, whom it refuses, and what a client learns when it goes away.
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <thread>
#include <variant>

#include "daemon/recorder/frame.h"
#include "daemon/recorder/signer_client.h"
#include "daemon/recorder/signer_protocol.h"
#include "daemon/signer/server.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::signer {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using recorder::Recorder;
using recorder::SignerClient;

const std::string kLeaf = R"({"seq":1,"ts":"2026-03-31T22:00:00Z","type":"run_started","v":1})";

/// A signer on a thread of its own until it is stopped.
class Signer {
 public:
  explicit Signer(const recorder::Place& place, uid_t client = ::geteuid())
      : socket_(place.root() + ".sock"), listener_(std::move(*take_listener(socket_))) {
    log_ = std::move(*recorder::SignedLog::open(
        {place.root(), place.key(), recorder::Clock::fixed(recorder::kTime), {.epochs = 4}}));
    thread_ = std::thread([this, client] {
      const auto ended = serve(*log_, {listener_.get(), client, stop_.get(), [this](uid_t uid) { denied_ = uid; }});
      if (!ended) error_ = ended.error();
    });
  }
  ~Signer() { end(); }
  void end() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.get(), &one, sizeof one), 8);
    thread_.join();
    log_.reset();
    listener_ = recorder::Descriptor();
  }
  [[nodiscard]] const std::string& socket() const { return socket_; }
  [[nodiscard]] uid_t denied() {
    end();
    return denied_;
  }

 private:
  std::string socket_;
  recorder::Descriptor listener_, stop_{::eventfd(0, EFD_CLOEXEC)};
  std::unique_ptr<recorder::SignedLog> log_;
  std::thread thread_;
  uid_t denied_ = 0;
  std::optional<base::Error> error_;
};

TEST(Signer, WritesWhatItsClientSends) {
  recorder::Place place;
  Signer signer(place);
  auto log = *SignerClient::connect(signer.socket());
  ASSERT_EQ(log->head()->size, 1u);
  const std::vector<std::string> leaves(300, kLeaf);
  ASSERT_TRUE(log->append(1, leaves));
  EXPECT_EQ(log->append(1, leaves).error().kind, ErrorKind::conflict) << "somebody else's size";
  EXPECT_EQ(log->head()->size, 301u);
  EXPECT_EQ(*log->read(1, 301), leaves);
  EXPECT_EQ(log->read(0, 400).error().kind, ErrorKind::not_found);
  EXPECT_EQ(place.trouble(), "");
}

TEST(Signer, RefusesWhatIsNoEntryAndGoesOn) {
  recorder::Place place;
  Signer signer(place);
  auto log = *SignerClient::connect(signer.socket());
  for (const std::string leaf : {"", "{}", R"({"ts":"2026-03-31T22:00:00Z","type":"epoch_closed","v":1})"}) {
    EXPECT_EQ(log->append(1, {&leaf, 1}).error().kind, ErrorKind::malformed) << leaf;
  }
  EXPECT_TRUE(log->append(1, {&kLeaf, 1}));
}

TEST(Signer, AnswersNobodyButItsClient) {
  recorder::Place place;
  Signer signer(place, ::geteuid() + 1);
  auto log = *SignerClient::connect(signer.socket());
  EXPECT_EQ(log->head().error().kind, ErrorKind::unavailable);
  EXPECT_EQ(log->append(1, {&kLeaf, 1}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(signer.denied(), ::geteuid());
}

TEST(Signer, LetsAClientGoThatBreaksTheProtocol) {
  recorder::Place place;
  Signer signer(place);
  for (const std::string& bytes :
       {std::string("\xff\xff\xff\xff"), std::string("\0\0\0\1Z", 5), std::string("\0\0\0\0", 4),
        std::string("\0\0\0\2HH", 6), std::string("\0\0\0\3Aab", 7)}) {
    const auto socket = recorder::connect_to(signer.socket());
    ASSERT_EQ(::send(socket->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    const auto reply = recorder::receive_frame(socket->get(), 1000, 5s);
    // A whole frame that says nothing is answered; a length beyond all ends it.
    if (reply) {
      EXPECT_EQ((*reply)[0], '-');
    }
  }
  auto log = *SignerClient::connect(signer.socket());
  EXPECT_TRUE(log->head());
}

TEST(Signer, IsSeenToBeGoneAndLosesNothingAcknowledged) {
  recorder::Place place;
  auto signer = std::make_unique<Signer>(place);
  auto log = *SignerClient::connect(signer->socket());
  ASSERT_TRUE(log->append(1, {&kLeaf, 1}));
  signer->end();
  EXPECT_EQ(log->head().error().kind, ErrorKind::unavailable);
  EXPECT_NE(log->append(2, {&kLeaf, 1}).error().message.find("connect again"), std::string::npos);
  EXPECT_EQ(SignerClient::connect(signer->socket()).error().kind, ErrorKind::not_found);
  Signer next(place);
  EXPECT_EQ((*SignerClient::connect(next.socket()))->head()->size, 2u);
}

TEST(Signer, ServesARecorderThatKeepsThePersonalValuesToItself) {
  recorder::Place place;
  Signer signer(place);
  const std::string root = place.root() + "-daemon";
  const recorder::Draft draft = recorder::about("Jane Doe");
  {
    auto log = *Recorder::open(signer.socket(), root);
    ASSERT_EQ(log.append({&draft, 1})->first_index(), 1u);
    ASSERT_TRUE(log.publish());
    EXPECT_EQ(Recorder::open(signer.socket(), root).error().kind, ErrorKind::conflict) << "one recorder at a time";
  }
  auto log = *Recorder::open(signer.socket(), root);
  EXPECT_EQ(*log.open_personal(1), R"({"name":"Jane Doe"})");
  EXPECT_FALSE(recorder::fs::exists(place.root() + "/state/personal.db")) << "the signer knows nobody's name";
  EXPECT_EQ(place.trouble(), "");
}

TEST(SignerProtocol, ReadsBackWhatItWrites) {
  const std::vector<std::string> leaves(700, kLeaf);
  const auto append = recorder::parse_request(recorder::encode_append(7, leaves));
  ASSERT_TRUE(append && std::holds_alternative<recorder::AppendRequest>(*append));
  EXPECT_EQ(std::get<recorder::AppendRequest>(*append).at, 7u);
  EXPECT_EQ(std::get<recorder::AppendRequest>(*append).leaves, leaves);
  const auto read = recorder::parse_request(recorder::encode(recorder::ReadRequest{3, 1ull << 60}));
  EXPECT_EQ(std::get<recorder::ReadRequest>(*read).to, 1ull << 60);
  EXPECT_TRUE(std::holds_alternative<recorder::HeadRequest>(*recorder::parse_request("H")));
  const auto head = recorder::parse_head(recorder::encode_reply(recorder::Head{"k", 5, "note\n"}));
  EXPECT_EQ(head->size, 5u);
  EXPECT_EQ(head->vkey + head->note, "knote\n");
  EXPECT_EQ(*recorder::parse_leaves(recorder::encode_reply(leaves)), leaves);
  const auto error = recorder::parse_done(recorder::encode_reply(base::Error{ErrorKind::corrupt, "why"}));
  EXPECT_EQ(error.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(error.error().message, "why");
}

TEST(SignerProtocol, RefusesRequestsCutAtAnyByte) {
  for (const std::string& whole :
       {recorder::encode_append(7, {&kLeaf, 1}), recorder::encode(recorder::ReadRequest{1, 2})}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const bool empty_batch = whole[0] == 'A' && size == 9;
      EXPECT_EQ(recorder::parse_request(std::string_view(whole).substr(0, size)).has_value(), empty_batch) << size;
    }
  }
}

}  // namespace
}  // namespace tally::signer
