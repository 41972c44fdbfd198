// Epochs of a log: each has its key, each gets its end, and no key outlives its epoch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/epochs.h"
#include "daemon/recorder/epoch_state.h"
#include "daemon/recorder/ratchet.h"
#include "daemon/recorder/signed_log.h"
#include "tests/unit/daemon/ledger/vectors.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::recorder {
namespace {

using namespace std::chrono_literals;

/// A clock that the test sets: `wall` as people set it, `boot` as it runs.
struct HandSet {
  std::shared_ptr<base::Instant> wall = std::make_shared<base::Instant>(kTime);
  std::shared_ptr<std::chrono::milliseconds> boot = std::make_shared<std::chrono::milliseconds>(0);

  [[nodiscard]] Clock clock() const {
    return {[wall = wall] { return *wall; }, [boot = boot] { return *boot; }};
  }
  void pass(std::chrono::seconds time) const {
    *wall += time;
    *boot += time;
  }
  void set_back(std::chrono::seconds time) const { *wall -= time; }
};

class Epochs : public ::testing::Test {
 protected:
  [[nodiscard]] base::Result<std::unique_ptr<SignedLog>> open(FileOperations* files = nullptr) const {
    return SignedLog::open({place.root(), place.key(), time.clock(), {24, 1h}, files});
  }
  [[nodiscard]] std::string file(std::string_view path) const {
    return slurp(place.root() + "/log/" + std::string(path));
  }
  /// The closing of that epoch, its signature by the epoch's published key checked.
  [[nodiscard]] base::Result<ledger::Checkpoint> closing(std::uint64_t epoch) const {
    const auto note = ledger::Note::parse(file(ledger::closing_path(epoch)));
    if (!note) return tl::unexpected(note.error());
    const std::string keys = file(ledger::kEpochKeysPath);
    ledger::PublicKey bytes;
    std::copy_n(keys.begin() + static_cast<std::ptrdiff_t>(32 * epoch), 32, bytes.begin());
    const ledger::VerifierKey key = ledger::epoch_key(kOrigin, epoch, bytes);
    if (const auto check = note->verify({&key, 1}); !check) return tl::unexpected(check.error());
    return ledger::Checkpoint::parse(note->text);
  }
  /// The signers' names below the newest checkpoint.
  [[nodiscard]] std::vector<std::string> signers() const {
    std::vector<std::string> names;
    const auto note = ledger::Note::parse(file("checkpoint"));
    for (const auto& signature : note->signatures) names.push_back(signature.name);
    return names;
  }
  [[nodiscard]] std::vector<std::string> types(SignedLog& log) const {
    std::vector<std::string> out;
    const auto leaves = log.read(0, log.head()->size);
    for (const std::string& leaf : *leaves) out.push_back(ledger::Entry::parse(leaf)->type);
    return out;
  }

  Place place;
  HandSet time;
};

const std::string kLeaf = R"({"seq":1,"ts":"2026-03-31T22:00:00Z","type":"run_started","v":1})";

TEST_F(Epochs, AreAllPromisedInTheFirstEntryAndSignTheCheckpoint) {
  auto log = *open();
  const auto plan = *ledger::EpochPlan::of(log->read(0, 1)->front());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->count, 24u);
  EXPECT_EQ(plan->start, kTime);
  EXPECT_EQ(file(ledger::kEpochKeysPath).size(), 24u * 32u);
  EXPECT_EQ(ledger::epoch_keys_root(file(ledger::kEpochKeysPath)), plan->root);
  EXPECT_EQ(signers(), (std::vector<std::string>{kOrigin, std::string(kOrigin) + "/epoch/0"}));
}

TEST_F(Epochs, EndWithAnEntryAndACheckpointByTheirOwnKey) {
  auto log = *open();
  ASSERT_TRUE(log->append(1, {&kLeaf, 1}));
  time.pass(1h);
  ASSERT_EQ(log->head()->size, 3u);
  const auto closed = ledger::EpochClosed::of(log->read(2, 3)->front());
  ASSERT_TRUE(closed && *closed);
  EXPECT_EQ((*closed)->epoch, 0u);
  EXPECT_EQ((*closed)->size, 2u);
  ASSERT_TRUE(closing(0)) << closing(0).error().message;
  EXPECT_EQ(closing(0)->size, 3u);
  ASSERT_TRUE(log->append(3, {&kLeaf, 1}));
  ASSERT_TRUE(log->head());
  EXPECT_EQ(signers().back(), std::string(kOrigin) + "/epoch/1");
}

TEST_F(Epochs, AreClosedOneByOneThatEndedWhileNobodyRan) {
  (*open()).reset();
  time.pass(5h);
  auto log = *open();
  EXPECT_EQ(log->opened().epochs_closed, 5u);
  for (std::uint64_t epoch = 0; epoch < 5; ++epoch) {
    ASSERT_TRUE(closing(epoch)) << epoch;
    EXPECT_EQ(closing(epoch)->size, epoch + 2) << "the genesis entry and the ends so far";
  }
  EXPECT_FALSE(closing(5));
}

TEST_F(Epochs, RefuseAnEntryWithTheOldSizeWhenOneHasEnded) {
  auto log = *open();
  time.pass(1h);
  const auto refused = log->append(1, {&kLeaf, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
  EXPECT_TRUE(log->append(2, {&kLeaf, 1})) << "nothing was broken by that";
}

TEST_F(Epochs, GoOnWithPersonalValuesUnderTheRightEntries) {
  auto recorder = *Recorder::open({place.root(), place.key(), time.clock(), {24, 1h}});
  time.pass(2h);
  const Draft draft = about("Jane Doe");
  const auto receipt = recorder.append({&draft, 1});
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_EQ(receipt->first_index(), 3u) << "behind genesis and two ends";
  EXPECT_EQ(*recorder.open_personal(3), R"({"name":"Jane Doe"})");
}

TEST_F(Epochs, AreNotOpenedAgainByAClockThatIsSetBack) {
  auto log = *open();
  time.pass(2h);
  ASSERT_TRUE(log->head());
  time.set_back(90min);
  ASSERT_TRUE(log->head());
  EXPECT_EQ(types(*log), (std::vector<std::string>{"genesis", "epoch_closed", "epoch_closed", "clock_stepped"}));
  log.reset();
  log = *open();
  EXPECT_EQ(types(*log).back(), "clock_stepped") << "told again at the start: the clock is behind the open epoch";
  EXPECT_EQ(types(*log).size(), 5u);
  EXPECT_EQ(signers().back(), std::string(kOrigin) + "/epoch/2");
}

TEST_F(Epochs, LeaveTheLastOneOpen) {
  auto log = *open();
  time.pass(1000h);
  ASSERT_TRUE(log->head());
  EXPECT_EQ(signers().back(), std::string(kOrigin) + "/epoch/22") << "23 of 24 are closed";
  ASSERT_TRUE(log->append(24, {&kLeaf, 1}));
  ASSERT_TRUE(log->head());
  EXPECT_EQ(signers().back(), std::string(kOrigin) + "/epoch/23");
}

TEST_F(Epochs, DestroyTheSecretOfTheOneThatEnded) {
  auto log = *open();
  const std::string before = slurp(place.root() + "/state/epoch");
  const std::string secret = before.substr(4096 * (before[0] == '\0' ? 1 : 0) + 16, 32);
  ASSERT_NE(secret, std::string(32, '\0'));
  time.pass(1h);
  ASSERT_TRUE(log->head());
  EXPECT_EQ(slurp(place.root() + "/state/epoch").find(secret), std::string::npos);
  // What is left makes the key of epoch 1 and cannot be turned back: the secret is derived one way (crypto_kdf).
  auto state = EpochState::open(FileOperations::system(), place.root() + "/state/epoch");
  EXPECT_EQ(state->ratchet()->epoch(), 1u);
}

TEST_F(Epochs, DeriveTheirKeysAsTheSpecificationSays) {
  const auto& golden = ledger::epoch_vectors();
  const auto text = [](const nlohmann::json& value) { return value.get<std::string>(); };
  Ratchet ratchet = Ratchet::resume(0, ledger::from_hex(text(golden["epochs"][0]["secret_hex"])));
  const std::string keys = public_keys(ratchet, golden["epochs"].size());
  EXPECT_EQ(keys, ledger::from_hex(text(golden["keys_hex"])));
  for (const auto& epoch : golden["epochs"]) {
    const std::string_view secret(reinterpret_cast<const char*>(ratchet.secret().data()), Ratchet::kSecretBytes);
    EXPECT_EQ(secret, ledger::from_hex(text(epoch["secret_hex"])));
    EXPECT_EQ(ratchet.key(text(golden["origin"])).verifier().format(), text(epoch["vkey"]));
    ratchet.step();
  }
  const std::string end = text(golden["end"]["text"]);
  const auto first = Ratchet::resume(0, ledger::from_hex(text(golden["epochs"][0]["secret_hex"])));
  EXPECT_THAT(text(golden["end"]["note"]), ::testing::EndsWith("\n" + first.key(text(golden["origin"])).sign(end)));
}

TEST_F(Epochs, AreRefusedWithoutTheirSecretOrWithAnother) {
  (*open()).reset();
  const std::string path = place.root() + "/state/epoch";
  const std::string kept = slurp(path);
  spill(path, std::string(kept.size(), '\0'));
  EXPECT_EQ(open().error().kind, base::ErrorKind::corrupt);
  fs::remove(path);
  EXPECT_EQ(open().error().kind, base::ErrorKind::corrupt);
  {
    auto state = *EpochState::open(FileOperations::system(), path);
    ASSERT_TRUE(state.save(Ratchet::fresh()));
  }
  EXPECT_NE(open().error().message.find("not that of epoch 0"), std::string::npos);
  spill(path, kept);
  EXPECT_TRUE(open());
}

TEST_F(Epochs, NoticeALogThatIsOlderThanTheSecret) {
  (*open()).reset();
  fs::copy(place.root() + "/log", place.root() + "/copy", fs::copy_options::recursive);
  time.pass(1h);
  (*open()).reset();
  fs::remove_all(place.root() + "/log");
  fs::rename(place.root() + "/copy", place.root() + "/log");
  EXPECT_EQ(open().error().kind, base::ErrorKind::corrupt);
}

TEST_F(Epochs, OfALogThatFollowsAnotherBeginWithItsCheckpoint) {
  (*open()).reset();
  Place next;
  fs::copy_file(place.root() + "/log/checkpoint", next.root() + ".previous");
  const LogSettings settings{.previous = next.root() + ".previous"};
  const auto same = SignedLog::open({next.root(), next.key(), time.clock(), settings});
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().kind, base::ErrorKind::conflict) << "the same name again would be a second history";
  ASSERT_TRUE(keygen(std::string(kOrigin) + ".2", next.root() + ".key2"));
  auto log = *SignedLog::open({next.root(), next.root() + ".key2", time.clock(), settings});
  const auto previous = ledger::previous_of(log->read(0, 1)->front());
  ASSERT_TRUE(previous && *previous);
  EXPECT_EQ(**previous, *ledger::Checkpoint::parse(ledger::Note::parse(file("checkpoint"))->text));
}

TEST_F(Epochs, TakeNoEntriesThatOnlyTheLogWrites) {
  auto log = *open();
  for (const char* type : {"genesis", "epoch_closed", "clock_stepped"}) {
    const std::string leaf = fmt::format(R"({{"ts":"2026-03-31T22:00:00Z","type":"{}","v":1}})", type);
    EXPECT_EQ(log->append(1, {&leaf, 1}).error().kind, base::ErrorKind::malformed) << type;
  }
}

TEST(EpochState, HoldsOneSecretAfterAStopAtAnyByteOfAnyWrite) {
  Place place;
  const std::string path = place.root() + "-epoch";
  Ratchet zero = Ratchet::fresh();
  {
    auto state = *EpochState::open(FileOperations::system(), path);
    ASSERT_TRUE(state.save(zero));
  }
  const std::string before = slurp(path);
  Ratchet one = zero.duplicate();
  one.step();
  std::string after;
  {
    auto state = *EpochState::open(FileOperations::system(), path);
    ASSERT_TRUE(state.save(one));
    after = slurp(path);
  }
  // First the new record is written into the other slot, byte by byte; then the old one is overwritten.
  const std::size_t fresh = after[0] == 'T' ? 0 : 4096;
  const std::size_t old = 4096 - fresh;
  std::string disk = before;
  for (std::size_t i = 0; i <= 80; ++i) {
    spill(path, disk);
    auto state = EpochState::open(FileOperations::system(), path);
    ASSERT_TRUE(state && state->ratchet());
    EXPECT_EQ(state->ratchet()->epoch(), i == 80 ? 1u : 0u) << i;
    if (i < 80) disk[fresh + i] = after[fresh + i];
  }
  for (std::size_t i = 0; i < 80; ++i) {
    disk[old + i] = '\0';
    spill(path, disk);
    EXPECT_EQ(EpochState::open(FileOperations::system(), path)->ratchet()->epoch(), 1u) << i;
  }
}

/// Stops at a numbered step, half of a write done.
class FailAt final : public FileOperations {
 public:
  explicit FailAt(int step) : left_(step) {}
  int write(int fd, std::string_view bytes) override {
    if (left_-- > 0) return FileOperations::write(fd, bytes);
    FileOperations::write(fd, bytes.substr(0, bytes.size() / 2));
    return EIO;
  }
  int sync(int fd) override { return left_-- > 0 ? FileOperations::sync(fd) : EIO; }
  int rename(const std::string& from, const std::string& to) override {
    return left_-- > 0 ? FileOperations::rename(from, to) : EIO;
  }
  int truncate(int fd, off_t length) override { return left_-- > 0 ? FileOperations::truncate(fd, length) : EIO; }
  [[nodiscard]] bool reached() const { return left_ < 0; }

 private:
  int left_;
};

TEST(EpochsUnderFaults, CloseOnceWhateverStopsThem) {
  int step = 0;
  for (bool reached = true; reached; ++step) {
    Place place;
    HandSet time;
    const auto open = [&](FileOperations* files) {
      return SignedLog::open({place.root(), place.key(), time.clock(), {24, 1h}, files});
    };
    FailAt fault(step);
    std::vector<std::uint64_t> expected{0};
    if (auto log = open(&fault)) {
      time.pass(3h);
      expected = {0, 1, 2, 3};
      static_cast<void>((*log)->head());
    }
    reached = fault.reached();
    auto log = open(nullptr);
    ASSERT_TRUE(log) << "step " << step << ": " << log.error().message;
    time.pass(1h);
    ASSERT_TRUE((*log)->head()) << "step " << step;
    std::vector<std::uint64_t> closed;
    const auto leaves = (*log)->read(0, (*log)->head()->size);
    for (const std::string& leaf : *leaves) {
      if (const auto closing = *ledger::EpochClosed::of(leaf)) closed.push_back(closing->epoch);
    }
    ASSERT_EQ(closed, expected) << "step " << step;
    ASSERT_EQ(place.trouble(), "") << "step " << step;
  }
  EXPECT_GT(step, 40) << "the seam sees the work";
}

}  // namespace
}  // namespace tally::recorder
