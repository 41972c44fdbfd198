// A witness and a time stamping authority beside the service, both real. The authority is away for a while: audits,
// checkpoints and cosignatures go on, and its tokens come when it is back.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <thread>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/pipeline/clock.h"
#include "daemon/recorder/notary.h"
#include "daemon/recorder/recorder.h"
#include "tests/integration/service/daemon.h"
#include "tests/integration/service/hr_feed.h"
#include "tests/integration/witness/witness_process.h"
#include "tests/support/loopback.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPeople =
    "dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n\n"
    "dn: uid=ada,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: ada\ncn: ada\nsn: ada\nemployeeNumber: "
    "000001\n\n";
/// Hours ago the log began, each an epoch: so many have ended when the service starts.
constexpr std::uint64_t kEnded = 3;

template <class Condition>
bool within(std::chrono::seconds patience, Condition condition) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(100ms);
  }
  return true;
}

class Vouching : public ::testing::Test {
 protected:
  Vouching() : port_(*support::free_port()) {
    begin_log();
    desk_.write("hr.csv", kHr);
    desk_.write("unix.ldif", kPeople);
    std::filesystem::create_directory(tsa());
    authority({"make", tsa()}).wait(Daemon::kPatience);
  }
  void SetUp() override {
    ASSERT_TRUE(support::write_file(witness_.folder() / "logs", vkey_ + "\n"));
    witness_.start();
    policy_ = "log " + vkey_ + "\n" + witness_.policy_line() + "quorum w1\n";
    daemon_.configure("", "log.witness_policy = \"" + desk_.write("policy", policy_) +
                              "\"\nlog.timestamp_url = \"http://127.0.0.1:" + std::to_string(port_) +
                              "/\"\nlog.timestamp_ca = \"" + tsa() + "/ca.crt\"\n" + kHrSection +
                              "[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nldif = \"unix.ldif\"\n"
                              "bases = [\"dc=example,dc=test\"]\n");
    daemon_.start();
    ASSERT_TRUE(daemon_.tells("READY=1")) << daemon_.journal();
  }
  /// A log that began some hours ago, and that nobody has written since.
  void begin_log() {
    const base::Instant then = pipeline::wall_clock() - std::chrono::hours(kEnded) - 5min;
    recorder::LogSettings settings;
    settings.epochs = 100;
    auto log = recorder::Recorder::open(
        {desk_.state(), desk_.state() + "/log.key", recorder::Clock::fixed(then), settings, nullptr});
    ASSERT_TRUE(log && log->publish());
    vkey_ = log->vkey();
  }
  [[nodiscard]] std::string tsa() const { return desk_.folder() + "/tsa"; }
  static support::Process authority(const std::vector<std::string>& words) {
    std::vector<std::string> argv = {"/usr/bin/python3", "-B",
                                     TALLY_SOURCE_DIR "/tests/integration/ledger/timestamp_authority.py"};
    argv.insert(argv.end(), words.begin(), words.end());
    return std::move(*support::Process::start({.argv = argv}));
  }
  [[nodiscard]] support::Process serve() const {
    auto process = authority({"serve", tsa(), std::to_string(port_)});
    EXPECT_TRUE(within(Daemon::kPatience, [&] { return support::answers(port_); })) << process.err();
    return process;
  }
  [[nodiscard]] ledger::VerifyReport verify() const {
    auto log = ledger::LogDirectory::open(desk_.state() + "/log");
    ledger::VerifyOptions options{{*ledger::VerifierKey::parse(vkey_)}};
    options.policy = policy_of(policy_);
    return ledger::verify(**log, options);
  }
  /// Its directory is too small to answer every check, which is exit code 3.
  void expect_an_audit() { EXPECT_EQ(daemon_.ask({"audit"}).exit_code, 3) << daemon_.journal(); }
  /// An audit, and its checkpoint with the witness's cosignature.
  void expect_an_audit_that_is_cosigned() {
    expect_an_audit();
    EXPECT_TRUE(within(Daemon::kPatience, [&] { return verify().witnessed_size == verify().size; }))
        << daemon_.journal() << witness_.journal();
    EXPECT_TRUE(verify().ok()) << verify().problems.front().message;
  }
  [[nodiscard]] std::size_t tokens() const {
    std::size_t there = 0;
    for (std::uint64_t epoch = 0; epoch < kEnded; ++epoch) {
      there += std::filesystem::exists(fmt::format("{}/log/epoch/{:03}.tsr", desk_.state(), epoch)) ? 1 : 0;
    }
    return there;
  }
  support::Outcome tallystick(std::vector<std::string> words) const {
    words.insert(words.begin(), support::program("tallystick"));
    auto outcome = support::run_command({.argv = std::move(words)}, Daemon::kPatience);
    EXPECT_TRUE(outcome);
    return outcome.value_or(support::Outcome());
  }

  int port_;
  std::string vkey_, policy_;
  WitnessProcess witness_;
  Desk desk_;
  Daemon daemon_{desk_};
};

TEST_F(Vouching, AnAuthorityThatIsAwayStopsNothingAndStampsWhenItIsBack) {
  expect_an_audit_that_is_cosigned();
  expect_an_audit_that_is_cosigned();
  ASSERT_TRUE(daemon_.says("TS-1505")) << daemon_.journal();
  EXPECT_EQ(tokens(), 0u);
  const std::string log = desk_.state() + "/log", policy = desk_.folder() + "/policy";
  EXPECT_THAT(tallystick({"verify", log, "--key", vkey_, "--policy", policy, "--tsa-ca", tsa() + "/ca.crt"}).out,
              AllOf(HasSubstr("The log verifies"), HasSubstr("3 of 3 ended epochs have no timestamp yet")));

  auto authority = serve();
  // It is asked again a minute after it was missed.
  EXPECT_TRUE(within(2 * recorder::kAskAgain + Daemon::kPatience, [&] { return tokens() == kEnded; }))
      << daemon_.journal();
  authority.signal(SIGKILL);
  ASSERT_TRUE(authority.wait(10s));
  expect_an_audit_that_is_cosigned();
  EXPECT_EQ(daemon_.stop(), 0) << daemon_.journal();
  const auto verified =
      tallystick({"verify", log, "--key", vkey_, "--policy", policy, "--max-age", "1h", "--tsa-ca", tsa() + "/ca.crt"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  EXPECT_THAT(verified.out, AllOf(HasSubstr("3 closed"), Not(HasSubstr("no timestamp"))));
}

/// What is proven is proven by the tree that the witness saw, although the log's newest one may be another.
TEST_F(Vouching, AProofHasTheCosignaturesThatItsReaderAsksFor) {
  expect_an_audit_that_is_cosigned();
  witness_.kill();
  expect_an_audit();
  const auto report = verify();
  ASSERT_LT(*report.witnessed_size, report.size);
  const std::string file = desk_.folder() + "/one.tlog-proof", policy = desk_.folder() + "/policy";
  const auto prove = [&](std::uint64_t entry) {
    const auto proven = daemon_.ask({"prove", std::to_string(entry), "--no-opening", "--output", file});
    EXPECT_EQ(proven.exit_code, 0) << proven.err;
  };
  prove(*report.witnessed_size - 1);
  const auto strict = tallystick({"verify-proof", file, "--policy", policy});
  EXPECT_EQ(strict.exit_code, 0) << strict.out << strict.err;
  EXPECT_THAT(strict.out,
              AllOf(HasSubstr("witness  by w1, which is the quorum, at 20"), Not(HasSubstr("Not checked: w")),
                    HasSubstr("Not checked: the signature of the epoch's key")));
  const auto alone = tallystick({"verify-proof", file, "--key", vkey_});
  EXPECT_EQ(alone.exit_code, 0);
  EXPECT_THAT(alone.out, AllOf(HasSubstr("Proven by the log's key alone"), HasSubstr("Not checked: witnesses")));
  prove(*report.witnessed_size);  // nobody has seen that one yet
  EXPECT_EQ(tallystick({"verify-proof", file, "--key", vkey_}).exit_code, 0);
  const auto refused = tallystick({"verify-proof", file, "--policy", policy});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.out, HasSubstr("NOTHING IS PROVEN: the quorum of the policy is not met"));
  EXPECT_EQ(daemon_.stop(), 0);
}

}  // namespace
}  // namespace tally::integration
