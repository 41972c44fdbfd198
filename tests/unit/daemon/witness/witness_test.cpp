#include "daemon/witness/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "daemon/ledger/witness_protocol.h"
#include "daemon/witness/logs_file.h"
#include "daemon/witness/service.h"
#include "tests/unit/daemon/recorder/place.h"
#include "tests/unit/daemon/witness/growing_log.h"

namespace tally::witness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const base::Instant kNow = *base::parse_instant("2027-01-15T08:00:00Z");  // 1800000000
const std::string kHash = base::sha256("audit.example.com/hostA").hex();

/// A state folder and a witness's key; gone when the test ends.
class Desk {
 public:
  Desk() {
    std::string pattern = recorder::fs::temp_directory_path() / "tally-witness-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
    key_ = *ledger::VerifierKey::parse(
        *recorder::keygen("witness.example.com/w1", path_ + "/key", ledger::KeyType::cosignature_v1));
    recorder::fs::create_directory(path_ + "/state");
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() { recorder::fs::remove_all(path_); }

  [[nodiscard]] base::Result<std::unique_ptr<Witness>> open(recorder::FileOperations* files = nullptr) const {
    auto key = recorder::SigningKey::load(path_ + "/key", ledger::KeyType::cosignature_v1);
    EXPECT_TRUE(key) << (key ? "" : key.error().message);
    return Witness::open({path_ + "/state", {ledger::log_signer().key}, std::move(*key), files});
  }
  [[nodiscard]] std::string file() const { return path_ + "/state/" + kHash; }
  [[nodiscard]] std::string folder() const { return path_; }
  [[nodiscard]] const ledger::VerifierKey& key() const { return key_; }

 private:
  std::string path_;
  ledger::VerifierKey key_;
};

/// The time of the cosignature in an answer to a tree of this size, when it is right.
std::optional<std::uint64_t> cosigned(const Answer& answer, std::uint64_t size, const ledger::VerifierKey& key) {
  const auto note = ledger::Note::parse(tree_of(size).format() + "\n" + answer.body);
  if (answer.status != 200 || !note) return std::nullopt;
  const auto check = note->verify({&key, 1});
  return check ? check->signers.front().timestamp : std::nullopt;
}

TEST(Witness, CosignsWhatGrowsAndRefusesWhatDoesNot) {
  const Desk desk;
  auto witness = desk.open();
  ASSERT_TRUE(witness) << witness.error().message;
  EXPECT_EQ((*witness)->latest(kHash).status, 404);
  EXPECT_EQ(cosigned((*witness)->add_checkpoint(request(0, 3), kNow).answer, 3, desk.key()), 1800000000u);
  EXPECT_EQ(cosigned((*witness)->add_checkpoint(request(3, 300), kNow).answer, 300, desk.key()), 1800000000u);
  EXPECT_EQ(cosigned((*witness)->add_checkpoint(request(300, 300), kNow).answer, 300, desk.key()), 1800000000u)
      << "once more";
  EXPECT_EQ((*witness)->add_checkpoint(request(3, 400), kNow).answer.status, 409);
  EXPECT_EQ((*witness)->add_checkpoint(request(300, 300, "forked"), kNow).suspicion, Suspicion::fork);
  EXPECT_EQ((*witness)->latest(kHash).body, recorder::slurp(desk.file()));
  EXPECT_EQ((*witness)->latest(kHash).body.find(signed_note(300)), 0u) << "the log's own signature is kept";
  EXPECT_EQ((*witness)->latest("../key").status, 404);
}

TEST(Witness, RemembersOverARestart) {
  const Desk desk;
  ASSERT_EQ((*desk.open())->add_checkpoint(request(0, 5), kNow).answer.status, 200);
  auto again = desk.open();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ((*again)->add_checkpoint(request(0, 5), kNow).answer.body, "5\n");
  EXPECT_EQ((*again)->add_checkpoint(request(5, 6), kNow).answer.status, 200);
}

TEST(Witness, NeverDatesALaterTreeBeforeAnEarlierOne) {
  const Desk desk;
  ASSERT_EQ((*desk.open())->add_checkpoint(request(0, 5), kNow).answer.status, 200);
  const auto set_back = (*desk.open())->add_checkpoint(request(5, 6), kNow - std::chrono::hours(24));
  EXPECT_EQ(cosigned(set_back.answer, 6, desk.key()), 1800000000u);
}

TEST(Witness, RefusesAStateThatIsNotItsOwn) {
  const Desk desk;
  ASSERT_EQ((*desk.open())->add_checkpoint(request(0, 5), kNow).answer.status, 200);
  const std::string whole = recorder::slurp(desk.file());
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    recorder::spill(desk.file(), whole.substr(0, cut));
    const auto opened = desk.open();
    ASSERT_FALSE(opened) << cut;
    EXPECT_EQ(opened.error().kind, base::ErrorKind::corrupt);
    EXPECT_THAT(opened.error().message, HasSubstr(desk.file()));
  }
  for (std::size_t at = 0; at < whole.find("\n\n"); ++at) {
    std::string changed = whole;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    recorder::spill(desk.file(), changed);
    EXPECT_FALSE(desk.open()) << at;
  }
}

TEST(Witness, HoldsItsStateAlone) {
  const Desk desk;
  const auto first = desk.open();
  const auto second = desk.open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, base::ErrorKind::conflict);
}

/// Fails at the n-th write, sync or rename.
class FailsAt final : public recorder::FileOperations {
 public:
  explicit FailsAt(int n) : left_(n) {}
  int write(int fd, std::string_view bytes) override { return fails() ? EIO : FileOperations::write(fd, bytes); }
  int sync(int fd) override { return fails() ? EIO : FileOperations::sync(fd); }
  int rename(const std::string& from, const std::string& to) override {
    return fails() ? EIO : FileOperations::rename(from, to);
  }
  void arm(int n) { left_ = n; }
  [[nodiscard]] bool failed() const { return left_ <= 0; }

 private:
  bool fails() { return left_ > 0 && --left_ == 0; }
  int left_;
};

TEST(Witness, GivesNoSignatureThatItCouldNotMakeDurable) {
  int steps = 0;
  for (bool failed = true; failed; ++steps) {
    const Desk desk;
    FailsAt files(1 << 20);
    auto witness = desk.open(&files);
    ASSERT_EQ((*witness)->add_checkpoint(request(0, 5), kNow).answer.status, 200);
    files.arm(steps + 1);
    const Outcome outcome = (*witness)->add_checkpoint(request(5, 9), kNow);
    failed = files.failed();
    if (!failed) {
      EXPECT_EQ(outcome.answer.status, 200);
      continue;
    }
    EXPECT_EQ(outcome.answer.status, 503) << steps;
    EXPECT_TRUE(outcome.broken);
    EXPECT_EQ(outcome.answer.body.find("\u2014"), std::string::npos);
    EXPECT_EQ((*witness)->add_checkpoint(request(5, 9), kNow).answer.status, 503) << "until it is started again";
    witness->reset();
    auto again = desk.open();
    ASSERT_TRUE(again) << again.error().message;
    const auto told = (*again)->add_checkpoint(request(0, 20), kNow).answer;
    EXPECT_TRUE(told.body == "5\n" || told.body == "9\n") << told.body;
  }
  EXPECT_GE(steps, 5) << "write, sync, rename and the folder's sync, and once without a failure";
}

TEST(Witness, SignsOneTreeOfASizeWhateverManyThreadsAskFor) {
  const Desk desk;
  auto opened = desk.open();
  Witness& witness = **opened;
  std::mutex mutex;
  std::map<std::uint64_t, std::string> signed_history;
  int both = 0;
  const auto ask = [&](const std::string& history) {
    std::uint64_t size = 0;
    for (int i = 0; i < 150; ++i) {
      const Outcome outcome = witness.add_checkpoint(request(size, size + 1, history), kNow);
      if (outcome.answer.status == 200) {
        const std::lock_guard lock(mutex);
        const auto [before, is_new] = signed_history.insert({++size, history});
        if (!is_new && before->second != history) ++both;
      } else if (outcome.answer.status == 409) {
        size = *ledger::parse_tree_size(outcome.answer.body);
      }
    }
  };
  std::vector<std::jthread> threads;
  for (const char* history : {"a", "b", "a", "b"}) threads.emplace_back(ask, history);
  threads.clear();
  EXPECT_EQ(both, 0);
  EXPECT_FALSE(signed_history.empty());
  for (const auto& [size, history] : signed_history) EXPECT_EQ(history, signed_history.begin()->second) << size;
}

TEST(WitnessKey, IsNeverTakenForALogsKeyNorALogsForIts) {
  const Desk desk;
  EXPECT_FALSE(recorder::SigningKey::load(desk.folder() + "/key"));
  ASSERT_TRUE(recorder::keygen("audit.example.com/x", desk.folder() + "/log"));
  EXPECT_FALSE(recorder::SigningKey::load(desk.folder() + "/log", ledger::KeyType::cosignature_v1));
}

TEST(WitnessService, SendsEachRequestToItsPlace) {
  const Desk desk;
  auto witness = desk.open();
  std::vector<std::string> told;
  const log::Log log = log::Log::to(log::Form::journal, [&](const std::string& line) { told.push_back(line); });
  Service service(
      **witness, [] { return kNow; }, log);
  EXPECT_EQ(service.answer({"POST", "/add-checkpoint", request(0, 5)}).status, 200);
  EXPECT_EQ(service.answer({"GET", "/" + kHash + "/checkpoint", ""}).status, 200);
  EXPECT_EQ(service.answer({"POST", "/" + kHash + "/checkpoint", ""}).status, 405);
  EXPECT_EQ(service.answer({"GET", "/add-checkpoint", ""}).status, 405);
  for (const std::string& target :
       std::initializer_list<std::string>{"", "/", "*", "/" + kHash, "/" + kHash + "/checkpoint/", "//checkpoint",
                                          "/../../key/checkpoint", "/" + kHash + "0/checkpoint", "/add-checkpoint?x"}) {
    EXPECT_EQ(service.answer({"GET", target, ""}).status, 404) << target;
  }
  EXPECT_EQ(service.answer({"POST", "/add-checkpoint", request(5, 5, "fork")}).status, 422);
  EXPECT_EQ(service.answer({"POST", "/add-checkpoint", "old 5\n\n" + signed_note(9)}).status, 422);
  EXPECT_THAT(told, ElementsAre(HasSubstr("TS-2102 Cosigned audit.example.com/hostA at 5 entries"),
                                HasSubstr("<2>TS-2104"), HasSubstr("<4>TS-2103")));
  EXPECT_FALSE(service.broken());
}

TEST(LogsFile, NamesEveryWrongLine) {
  const std::string log = ledger::log_signer().key.format();
  const auto good = parse_logs_file("# ours\n\n" + log, "logs");
  ASSERT_TRUE(good);
  EXPECT_THAT(*good, ElementsAre(ledger::log_signer().key));
  const auto wrong = parse_logs_file(log + "\nx\n" + ledger::witness_signer().key.format() + "\n" + log + "\n", "logs");
  ASSERT_FALSE(wrong);
  ASSERT_THAT(wrong.error(), SizeIs(3));
  EXPECT_THAT(base::to_string(wrong.error()[0]), HasSubstr("logs:2: "));
  EXPECT_THAT(base::to_string(wrong.error()[1]), HasSubstr("logs:3: this is a witness's key"));
  EXPECT_THAT(base::to_string(wrong.error()[2]), HasSubstr("logs:4: this key stands above already"));
  const auto none = parse_logs_file("# nothing\n", "logs");
  ASSERT_FALSE(none);
  EXPECT_THAT(base::to_string(none.error()[0]), HasSubstr("no log"));
}

}  // namespace
}  // namespace tally::witness
