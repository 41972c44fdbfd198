// The signer and a witness on another "host": what is cosigned, and a log that was set back as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/signer_client.h"
#include "tests/integration/witness/witness_process.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using recorder::SignerClient;
using ::testing::HasSubstr;

const std::string kLeaf = R"({"seq":1,"ts":"2026-03-31T22:00:00Z","type":"run_started","v":1})";

class Witnessed : public ::testing::Test {
 protected:
  Witnessed() : folder(std::move(*support::WorkFolder::create_short("witnessed"))) {
    vkey = *recorder::keygen("witnessed.example.com/test", path("log.key"));
    EXPECT_TRUE(support::write_file(witness.folder() / "logs", vkey + "\n"));
  }
  void SetUp() override {
    witness.start();
    text = witness.policy_line() + "quorum w1\n";
    ASSERT_TRUE(support::write_file(path("policy"), text));
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  void start() {
    process = std::move(*support::Process::start(
        {.argv = {support::program("tallystick-signer"), "--state", path("signer"), "--key", path("log.key"),
                  "--socket", path("signer.sock"), "--epochs", "100", "--witness-policy", path("policy")}}));
  }
  [[nodiscard]] std::unique_ptr<SignerClient> connect() const {
    for (int tries = 0; tries < 400; ++tries) {
      auto client = SignerClient::connect(path("signer.sock"));
      if (client) return std::move(*client);
      std::this_thread::sleep_for(50ms);
    }
    ADD_FAILURE() << process.err();
    return nullptr;
  }
  /// One more entry, and its checkpoint with the witness's cosignature; within 20 seconds.
  void record_one() {
    const auto log = connect();
    const std::uint64_t size = log->head()->size;
    ASSERT_TRUE(log->append(size, {&kLeaf, 1}));
    ASSERT_TRUE(log->head());
    for (int tries = 0; tries < 400 && verify().witnessed_size != size + 1; ++tries) std::this_thread::sleep_for(50ms);
    ASSERT_EQ(verify().witnessed_size, size + 1) << process.err() << witness.journal();
  }
  [[nodiscard]] ledger::VerifyReport verify() const {
    auto log = ledger::LogDirectory::open(path("signer/log"));
    ledger::VerifyOptions options{{*ledger::VerifierKey::parse(vkey)}};
    options.policy = policy_of(text);
    return ledger::verify(**log, options);
  }

  support::WorkFolder folder;
  WitnessProcess witness;
  std::string vkey, text;
  support::Process process;
};

TEST_F(Witnessed, EveryCheckpointIsCosigned) {
  start();
  record_one();
  record_one();
  const auto report = verify();
  EXPECT_TRUE(report.ok()) << report.problems.front().path << ": " << report.problems.front().message;
}

TEST_F(Witnessed, ALogThatWasRestoredAsAWholeSignsNothingMore) {
  start();
  record_one();
  process.stop();
  ASSERT_EQ(std::system(("tar -C " + folder.path().string() + " -cf " + path("yesterday.tar") + " signer").c_str()), 0);
  start();
  record_one();
  process.stop();
  std::filesystem::remove_all(path("signer"));
  ASSERT_EQ(std::system(("tar -C " + folder.path().string() + " -xf " + path("yesterday.tar")).c_str()), 0);
  start();
  const auto ended = process.wait(60s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 4);
  EXPECT_THAT(ended->err, HasSubstr("SET BACK"));
  EXPECT_EQ(SignerClient::connect(path("signer.sock")).error().kind, base::ErrorKind::not_found);
}

TEST_F(Witnessed, ALogThatWasRestoredWhileTheWitnessWasAwayEndsWhenItIsBack) {
  start();
  record_one();
  process.stop();
  ASSERT_EQ(std::system(("tar -C " + folder.path().string() + " -cf " + path("yesterday.tar") + " signer").c_str()), 0);
  start();
  record_one();
  process.stop();
  witness.kill();
  std::filesystem::remove_all(path("signer"));
  ASSERT_EQ(std::system(("tar -C " + folder.path().string() + " -xf " + path("yesterday.tar")).c_str()), 0);
  start();
  auto log = connect();
  ASSERT_TRUE(log->head()) << "it cannot know better yet";
  witness.start();
  // The next checkpoint is taken to the witness at once: of its size, and of another history.
  const std::string other = R"({"seq":2,"ts":"2026-03-31T22:00:00Z","type":"run_started","v":1})";
  ASSERT_TRUE(log->append(log->head()->size, {&other, 1}));
  static_cast<void>(log->head());
  const auto ended = process.wait(90s);
  ASSERT_TRUE(ended) << process.err();
  EXPECT_EQ(ended->exit_code, 4) << ended->err;
}

TEST_F(Witnessed, AWitnessThatIsAwayStopsNothing) {
  witness.kill();
  start();
  const auto log = connect();
  ASSERT_TRUE(log->append(1, {&kLeaf, 1}));
  EXPECT_EQ(log->head()->size, 2u);
  process.stop();
  EXPECT_THAT(process.err(), HasSubstr("TS-1505"));
}

}  // namespace
}  // namespace tally::integration
