// The log of years ago, pruned by the service after an audit, through the signer that alone removes anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <thread>

#include "daemon/recorder/key.h"
#include "daemon/recorder/recorder.h"
#include "daemon/recorder/signer_client.h"
#include "tests/integration/service/daemon.h"
#include "tests/integration/service/hr_feed.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using recorder::SignerClient;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kOldEntries = 600;
constexpr const char* kPeople =
    "dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n\n"
    "dn: uid=ada,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: ada\ncn: ada\nsn: ada\nemployeeNumber: "
    "000001\n\n";
// SHA-256 of "test": sha256sum(1).
constexpr const char* kPolicy = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

class PruningThroughTheService : public ::testing::Test {
 protected:
  PruningThroughTheService() : folder_(std::move(*support::WorkFolder::create_short("pruning"))) {
    vkey_ = *recorder::keygen("pruned.example.com/test", path("log.key"));
    desk_.write("hr.csv", kHr);
    desk_.write("unix.ldif", kPeople);
    desk_.write("policy.txt", "test");
    daemon_.configure("", "log.signer = \"" + path("signer.sock") + "\"\nlog.signer_log = \"" + path("signer/log") +
                              "\"\n" + kHrSection +
                              "[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nldif = \"unix.ldif\"\n"
                              "bases = [\"dc=example,dc=test\"]\n"
                              "[retention]\nentries = \"365d\"\npolicy = \"policy.txt\"\n");
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void start_signer(const std::vector<std::string>& more) {
    std::vector<std::string> argv = {support::program("tallystick-signer"),
                                     "--state",
                                     path("signer"),
                                     "--key",
                                     path("log.key"),
                                     "--socket",
                                     path("signer.sock")};
    argv.insert(argv.end(), more.begin(), more.end());
    signer_ = std::move(*support::Process::start({.argv = argv}));
    const auto until = std::chrono::steady_clock::now() + Daemon::kPatience;
    while (!SignerClient::connect(path("signer.sock")) && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(20ms);
    }
  }
  /// What the service recorded long ago, and nobody needs any more.
  void fill() {
    auto log = recorder::Recorder::open(path("signer.sock"), desk_.state());
    ASSERT_TRUE(log) << log.error().message << signer_.err();
    const recorder::Draft old{"of_yesterday", *base::parse_instant("2023-01-01T00:00:00Z"), "{}", {}, {}};
    ASSERT_TRUE(log->append(std::vector<recorder::Draft>(kOldEntries, old)) && log->publish());
  }
  void start_service() {
    daemon_.start();
    ASSERT_TRUE(daemon_.tells("READY=1")) << daemon_.journal();
  }
  /// Its directory is too small to answer every check, which is exit code 3.
  void expect_an_audit() { EXPECT_EQ(daemon_.ask({"audit"}).exit_code, 3) << daemon_.journal(); }
  [[nodiscard]] bool bundle_is_there() const { return std::filesystem::exists(path("signer/log/tile/entries/001")); }
  [[nodiscard]] support::Outcome verify() const {
    auto outcome = support::run_command(
        {.argv = {support::program("tallystick"), "verify", path("signer/log"), "--key", vkey_}}, Daemon::kPatience);
    EXPECT_TRUE(outcome);
    return outcome.value_or(support::Outcome());
  }

  support::WorkFolder folder_;
  std::string vkey_;
  support::Process signer_;
  Desk desk_;
  Daemon daemon_{desk_};
};

TEST_F(PruningThroughTheService, TakesWhatIsOldEnoughForTheServiceAndForTheSigner) {
  start_signer({"--prune-days", "100"});
  fill();
  start_service();
  expect_an_audit();
  ASSERT_TRUE(daemon_.says("TS-1207")) << daemon_.journal();
  EXPECT_THAT(daemon_.journal(), AllOf(HasSubstr("Pruned: entries 256 to 511"), HasSubstr(kPolicy)));
  EXPECT_THAT(daemon_.leaves("log_pruned"),
              ::testing::ElementsAre(AllOf(HasSubstr("\"minimum\":512"), HasSubstr(kPolicy))));
  EXPECT_FALSE(bundle_is_there());
  EXPECT_EQ(verify().exit_code, 0) << verify().out;
  EXPECT_THAT(verify().out, HasSubstr("256 entries of 256 to 511"));

  // It goes on: nothing more is old enough, nothing that is gone is missed, and neither after both began anew.
  expect_an_audit();
  daemon_.signal(SIGKILL);
  EXPECT_EQ(daemon_.ended(), 128 + SIGKILL);
  signer_.signal(SIGKILL);
  ASSERT_TRUE(signer_.wait(10s));
  start_signer({"--prune-days", "100"});
  start_service();
  expect_an_audit();
  EXPECT_THAT(daemon_.ask({"prove", "300"}).err, HasSubstr("entry 300 was pruned under the policy"));
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(daemon_.leaves("log_pruned"), SizeIs(1));
  EXPECT_THAT(daemon_.leaves("run_finished"), SizeIs(3));
  EXPECT_EQ(verify().exit_code, 0) << verify().out;
}

TEST_F(PruningThroughTheService, TakesNothingThatTheSignerKeeps) {
  start_signer({});
  fill();
  start_service();
  expect_an_audit();  // a signer that refuses is no failure of it
  ASSERT_TRUE(daemon_.says("TS-1207")) << daemon_.journal();
  EXPECT_THAT(daemon_.journal(), HasSubstr("Nothing was pruned: whoever writes the log refuses"));
  EXPECT_THAT(daemon_.leaves("log_pruned"), IsEmpty());
  EXPECT_TRUE(bundle_is_there());
  EXPECT_EQ(verify().exit_code, 0) << verify().out;
}

}  // namespace
}  // namespace tally::integration
