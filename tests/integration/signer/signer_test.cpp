// The signer as a process: what kills it, who may ask it, who may look into it, and an audit through it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/signer_client.h"
#include "tests/support/erased.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using recorder::SignerClient;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kLeaf = R"({"seq":1,"ts":"2026-03-31T22:00:00Z","type":"run_started","v":1})";

class Signer : public ::testing::Test {
 protected:
  Signer() : folder(std::move(*support::WorkFolder::create_short("signer"))) {
    vkey = *recorder::keygen("signer.example.com/test", path("log.key"));
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  [[nodiscard]] std::vector<std::string> command() const {
    return {support::program("tallystick-signer"),
            "--state",
            path("signer"),
            "--key",
            path("log.key"),
            "--socket",
            path("signer.sock"),
            "--epochs",
            "100"};
  }
  void start(const std::vector<std::string>& more = {}) {
    auto argv = command();
    argv.insert(argv.end(), more.begin(), more.end());
    process = std::move(*support::Process::start({.argv = argv}));
  }
  /// Connected, or the reason why not, within ten seconds.
  [[nodiscard]] std::unique_ptr<SignerClient> connect() const {
    for (int tries = 0; tries < 200; ++tries) {
      auto client = SignerClient::connect(path("signer.sock"));
      if (client) return std::move(*client);
      std::this_thread::sleep_for(50ms);
    }
    ADD_FAILURE() << process.err();
    return nullptr;
  }
  [[nodiscard]] ledger::VerifyReport verify() const {
    auto log = ledger::LogDirectory::open(path("signer/log"));
    return ledger::verify(**log, {{*ledger::VerifierKey::parse(vkey)}});
  }

  support::WorkFolder folder;
  std::string vkey;
  support::Process process;
};

TEST_F(Signer, LosesNothingAcknowledgedUnderFortyKills) {
  std::mt19937 random(20261122);
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 40; ++round) {
    start();
    const auto log = connect();
    ASSERT_TRUE(log);
    const auto head = log->head();
    ASSERT_TRUE(head) << head.error().message << process.err();
    ASSERT_GE(head->size, acknowledged);
    std::thread killer([&, wait = std::chrono::microseconds(random() % 30'000)] {
      std::this_thread::sleep_for(wait);
      process.signal(SIGKILL);
    });
    std::uint64_t at = head->size;
    for (;;) {
      const std::vector<std::string> leaves(1 + random() % 300, kLeaf);
      if (!log->append(at, leaves)) break;
      acknowledged = at += leaves.size();
      if (random() % 4 == 0 && !log->head()) break;
    }
    killer.join();
    ASSERT_TRUE(process.wait(10s));
  }
  start();
  ASSERT_GE(connect()->head()->size, acknowledged);
  EXPECT_GT(acknowledged, 40u) << "the rounds got somewhere";
  const auto report = verify();
  EXPECT_TRUE(report.ok()) << report.problems.front().path << ": " << report.problems.front().message;
}

TEST_F(Signer, EndsWhenItIsToldTo) {
  start();
  ASSERT_TRUE(connect()->head());
  process.signal(SIGTERM);
  const auto ended = process.wait(10s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0) << ended->err;
  EXPECT_THAT(ended->err, HasSubstr("Stopped."));
}

TEST_F(Signer, RefusesALogThatIsOlderThanWhatItSigned) {
  start();
  ASSERT_TRUE(connect()->append(1, {&kLeaf, 1}));
  ASSERT_TRUE(connect()->head());
  process.stop();
  ASSERT_EQ(::system(("tar -C " + path("signer") + " -cf " + path("yesterday.tar") + " log").c_str()), 0);
  start();
  ASSERT_TRUE(connect()->append(2, {&kLeaf, 1}));
  ASSERT_TRUE(connect()->head());
  process.stop();
  std::filesystem::remove_all(path("signer/log"));
  ASSERT_EQ(::system(("tar -C " + path("signer") + " -xf " + path("yesterday.tar")).c_str()), 0);
  start();
  const auto ended = process.wait(20s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 4);
  EXPECT_THAT(ended->err, HasSubstr("Nothing more is signed here"));
}

TEST_F(Signer, PrunesWhatIsOlderThanItWasToldToKeepAndNothingElse) {
  const auto prune = [](std::uint64_t minimum, std::uint64_t before) {
    return R"({"before":)" + std::to_string(before) + R"(,"minimum":)" + std::to_string(minimum) + R"(,"policy":")" +
           base::sha256("the policy").hex() + R"(","ts":"2026-11-22T00:00:00Z","type":"log_pruned","v":1})";
  };
  const std::string today =
      R"({"ts":")" +
      base::format_instant(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())) +
      R"(","type":"run_started","v":1})";
  std::vector<std::string> leaves(700, kLeaf);  // of a day long ago
  leaves[550] = today;
  start();
  auto log = connect();
  ASSERT_TRUE(log->append(1, leaves) && log->head());
  const std::string first = prune(512, 0), second = prune(768, 512);
  EXPECT_THAT(log->append(701, {&first, 1}).error().message, HasSubstr("this log is not to be pruned"));
  process.stop();

  start({"--prune-days", "100"});
  log = connect();
  const auto taken = log->append(701, {&first, 1});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_TRUE(std::filesystem::exists(path("signer/log/tile/entries/001"))) << "nobody else can know yet";
  ASSERT_TRUE(log->head());
  EXPECT_FALSE(std::filesystem::exists(path("signer/log/tile/entries/001")));
  ASSERT_TRUE(log->append(702, std::vector<std::string>(100, kLeaf)) && log->head());
  EXPECT_THAT(log->append(802, {&second, 1}).error().message, HasSubstr("entry 551 is of"));
  EXPECT_THAT(log->read(300, 301).error().message, HasSubstr("entry 300 was pruned under the policy"));
  EXPECT_TRUE(log->read(0, 256) && log->read(512, 802));
  const auto report = verify();
  EXPECT_TRUE(report.ok()) << report.problems.front().path << ": " << report.problems.front().message;
  EXPECT_EQ(report.pruned->entries, 256u);
}

TEST_F(Signer, ShowsItsKeysToNobody) {
  const std::string secret = support::read_file(path("log.key"));
  start();
  ASSERT_TRUE(connect()->head());
  const std::string proc = "/proc/" + std::to_string(process.pid());
  for (const char* what : {"/cmdline", "/environ"}) {
    EXPECT_THAT(support::read_file(proc + what), Not(HasSubstr(secret.substr(12, 40)))) << what;
  }
  EXPECT_THAT(support::read_file(proc + "/limits"), ::testing::ContainsRegex("Max core file size +0 +0 "));
  EXPECT_THAT(process.err(), Not(HasSubstr("PRIVATE")));
}

TEST_F(Signer, CannotBeLookedIntoByItsOwnUser) {
  for (const char* name : {"", "log.key"}) ASSERT_EQ(::chown(path(name).c_str(), 65534, 65534), 0);
  std::vector<std::string> argv = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  for (const std::string& word : command()) argv.push_back(word);
  process = std::move(*support::Process::start({.argv = argv}));
  const std::string proc = "/proc/" + std::to_string(process.pid());
  struct stat info {};
  for (int tries = 0; tries < 200 && !std::filesystem::exists(path("signer.sock")); ++tries) {
    std::this_thread::sleep_for(50ms);
  }
  ASSERT_EQ(::stat((proc + "/mem").c_str(), &info), 0) << process.err();
  EXPECT_EQ(info.st_uid, 0u) << "a process that is not dumpable is root's in /proc (proc(5))";
  EXPECT_EQ(connect()->head().error().kind, base::ErrorKind::unavailable) << "root is not its client";
}

/// The sample company, audited with the signer as the log's writer.
class SignerAtWork : public Signer {
 protected:
  void SetUp() override {
    start();
    ASSERT_TRUE(connect()->head());
    const std::string config =
        "[log]\nsigner = \"" + path("signer.sock") + "\"\nsigner_log = \"" + path("signer/log") + "\"\n";
    std::string sample = support::read_file(TALLY_SOURCE_DIR "/docs/sample/tallystick.toml");
    const std::string folder_of_sample = TALLY_SOURCE_DIR "/docs/sample/";
    for (const char* file : {"hr.csv", "corp-ad.ldif", "unix-ldap.ldif"}) {
      for (std::size_t at = sample.find('"' + std::string(file)); at != std::string::npos;
           at = sample.find('"' + std::string(file), at + 1)) {
        sample.insert(at + 1, folder_of_sample);
      }
    }
    ASSERT_TRUE(support::write_file(path("tallystick.toml"), sample + "\n" + config));
    const auto audit = tallystick({"audit", "--as-of", "2026-11-02T08:00:00Z"});
    ASSERT_EQ(audit.exit_code, 1) << audit.out << audit.err;
  }
  [[nodiscard]] support::Outcome tallystick(std::vector<std::string> words) const {
    words.insert(words.begin(), support::program("tallystick"));
    words.insert(words.end(), {"--config", path("tallystick.toml"), "--state", path("state")});
    return run(words);
  }
  [[nodiscard]] support::Outcome run(const std::vector<std::string>& argv) const {
    auto outcome = support::run_command({.argv = argv}, 60s);
    EXPECT_TRUE(outcome);
    return outcome.value_or(support::Outcome());
  }
  [[nodiscard]] support::Outcome verified() const {
    return run({support::program("tallystick"), "verify", path("state/log"), "--key", vkey});
  }
};

TEST_F(SignerAtWork, WritesWhatAWholeAuditRecords) {
  EXPECT_EQ(verified().exit_code, 0) << verified().out << verified().err;
  EXPECT_GT(verify().size, 10u);
  const auto rebuilt = tallystick({"rebuild"});
  EXPECT_EQ(rebuilt.exit_code, 0) << rebuilt.err;
}

TEST_F(SignerAtWork, ProvesWhatItWrote) {
  const auto proven = tallystick({"prove", "1", "--output", path("one.tlog-proof")});
  ASSERT_EQ(proven.exit_code, 0) << proven.err;
  const auto checked = run({support::program("tallystick"), "verify-proof", path("one.tlog-proof"), "--key", vkey});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  const auto pack = tallystick({"evidence", "--output", path("pack")});
  EXPECT_EQ(pack.exit_code, 0) << pack.out << pack.err;
}

TEST_F(SignerAtWork, KeepsEveryProofOfAPersonWhoWasErased) {
  const std::vector<std::string> hers = {"Dana Weiss", "dweiss", "001004"};
  ASSERT_THAT(support::files_naming(path("state"), hers), Not(IsEmpty()));
  const auto erased = tallystick({"erase", "001004", "--basis", "Art. 17(1)(a) GDPR", "--ticket", "DPO-17"});
  ASSERT_EQ(erased.exit_code, 0) << erased.out << erased.err;
  for (const char* place : {"state", "signer"}) {
    EXPECT_THAT(support::files_naming(path(place), hers), IsEmpty()) << place;
  }
  EXPECT_EQ(verified().exit_code, 0) << verified().out;
  EXPECT_EQ(tallystick({"erase", "001004", "--basis", "b", "--ticket", "t"}).exit_code, 2) << "nobody is left";
}

}  // namespace
}  // namespace tally::integration
