// The service, started for real: schedule, reload, stop in mid-audit, kill, missed runs, watchdog, socket, who may.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "tests/integration/service/daemon.h"
#include "tests/integration/service/hr_feed.h"
#include "tests/support/slapd.h"
#include "tests/support/stalling_server.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kPeople =
    "dn: ou=people,dc=example,dc=test\nobjectClass: organizationalUnit\nou: people\n\n"
    "dn: uid=ada,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: ada\ncn: ada\nsn: ada\n"
    "employeeNumber: 000001\n\n"
    "dn: uid=dweiss,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: dweiss\ncn: dweiss\nsn: dweiss\n"
    "employeeNumber: 000002\n\n";

/// Everything in clear over loopback: what is tested here is not TLS.
std::string directory_at(const std::string& uri) {
  return fmt::format(
      "[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nuri = \"{}\"\nsecurity = \"none\"\nallow_plaintext = true\n"
      "bind_dn = \"cn=reader,dc=example,dc=test\"\npassword_file = \"password\"\nbases = [\"dc=example,dc=test\"]\n",
      uri);
}

class Service : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto server = support::Slapd::start({.data = {kPeople}});
    ASSERT_TRUE(server) << server.error().message;
    server_ = new support::Slapd(std::move(*server));
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  Service() {
    desk_.write("hr.csv", kHr);
    desk_.write("password", server_->reader_password() + "\n");
  }

  static std::string company() { return kHrSection + directory_at(server_->uri()); }
  void start(const std::string& service, const std::string& sections) {
    daemon_.configure(service, sections);
    daemon_.start();
    ASSERT_TRUE(daemon_.tells("READY=1")) << daemon_.journal();
  }
  void expect_verified() {
    const auto verified = desk_.verify();
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }

  static support::Slapd* server_;
  Desk desk_;
  Daemon daemon_{desk_};
};

support::Slapd* Service::server_ = nullptr;

TEST_F(Service, AuditsBySchedulePingsTheWatchdogAndStopsInOrder) {
  start("interval = \"2s\"", company());
  ASSERT_TRUE(daemon_.says("TS-120", 4)) << "two audits began and finished: " << daemon_.journal();
  EXPECT_GE(daemon_.told("WATCHDOG=1"), 2);
  EXPECT_GE(daemon_.told("STATUS="), 1);
  EXPECT_EQ(daemon_.stop(), 0) << daemon_.journal();
  EXPECT_EQ(daemon_.told("STOPPING=1"), 1);
  EXPECT_THAT(daemon_.journal(), HasSubstr("TS-1005"));
  EXPECT_GE(daemon_.leaves("run_finished").size(), 2u);
  EXPECT_THAT(daemon_.leaves("run_started"), Contains(HasSubstr("\"trigger\":\"schedule, due ")));
  EXPECT_THAT(daemon_.leaves("configuration_accepted"), SizeIs(1));
  EXPECT_THAT(daemon_.journal(), Not(HasSubstr("Weiss"))) << "no personal data in operator messages";
  EXPECT_THAT(daemon_.journal(), Not(HasSubstr("dweiss")));
  expect_verified();
}

TEST_F(Service, AnswersOnItsSocketAsTheCommandWouldHaveDone) {
  start("", company());
  const auto audit = daemon_.ask({"audit"});
  EXPECT_EQ(audit.exit_code, 1) << audit.err;
  EXPECT_THAT(audit.err, HasSubstr("asking the service"));
  EXPECT_THAT(audit.err, HasSubstr("read unix:"));
  EXPECT_THAT(audit.out, HasSubstr("LVR-001"));
  EXPECT_EQ(daemon_.ask({"audit", "--quiet"}).err, "");
  EXPECT_EQ(daemon_.ask({"audit", "--fail-on", "extreme"}).exit_code, 2);
  const auto status = daemon_.ask({"status"});
  EXPECT_THAT(status.out, HasSubstr("when somebody asks for it")) << "no schedule";
  const auto rebuild = desk_.run({"rebuild"});
  EXPECT_EQ(rebuild.exit_code, 2) << "the service would go on writing into the old store";
  EXPECT_THAT(rebuild.err, HasSubstr("is held by process"));
  EXPECT_THAT(daemon_.leaves("run_started"),
              Contains(HasSubstr(fmt::format("\"trigger\":\"asked by uid {}\"", ::geteuid()))));
  EXPECT_EQ(daemon_.stop(), 0);
  const auto alone = daemon_.ask({"audit"});
  EXPECT_EQ(alone.exit_code, 1) << alone.err;
  EXPECT_THAT(alone.err, HasSubstr("no service listens"));
  EXPECT_EQ(daemon_.ask({"status"}).exit_code, 2);
  EXPECT_EQ(daemon_.ask({"reload"}).exit_code, 2);
  EXPECT_THAT(daemon_.leaves("run_finished"), SizeIs(3));
  expect_verified();
}

TEST_F(Service, KeepsTheOldConfigurationUntilAValidOneComes) {
  start("", company());
  daemon_.configure("", company() + "[correlaton]\n");
  daemon_.signal(SIGHUP);
  ASSERT_TRUE(daemon_.tells("RELOADING=1\nMONOTONIC_USEC="));
  ASSERT_TRUE(daemon_.tells("READY=1"));
  ASSERT_TRUE(daemon_.says("TS-1103")) << daemon_.journal();
  EXPECT_THAT(daemon_.journal(), HasSubstr("did you mean \"correlation\"?"));

  // The old configuration names this socket too, so the client finds the service by the broken file's usual one only
  // where that is the default; here the file is mended first and broken by its rules instead.
  daemon_.configure("", company() + "[rules.LVR-001]\ngrase = 1\n");
  const auto refused = daemon_.ask({"reload"});
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("grase"));
  const auto status = daemon_.ask({"status"});
  EXPECT_EQ(status.exit_code, 3) << status.out;
  EXPECT_THAT(status.out, HasSubstr("grase"));
  EXPECT_EQ(daemon_.ask({"audit"}).exit_code, 1) << "by the old one";

  daemon_.configure("interval = \"1h\"", company());
  const auto accepted = daemon_.ask({"reload"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_THAT(daemon_.ask({"status"}).out, HasSubstr("every 1 h"));
  EXPECT_EQ(daemon_.ask({"audit"}).exit_code, 1);
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(daemon_.leaves("configuration_accepted"), SizeIs(2));
  EXPECT_THAT(daemon_.leaves("run_finished"), SizeIs(2));
  expect_verified();
}

TEST_F(Service, NamesWhatAReloadCannotChange) {
  start("", company());
  daemon_.configure("", company());
  const std::string text = support::read_file(desk_.folder() + "/tallystick.toml");
  std::string elsewhere = text;
  elsewhere.replace(elsewhere.find("/state\""), 7, "/other\"");
  desk_.write("tallystick.toml", elsewhere);
  const auto reload = daemon_.ask({"reload"});
  EXPECT_EQ(reload.exit_code, 0) << reload.err;
  EXPECT_THAT(reload.err, HasSubstr("state"));
  EXPECT_THAT(daemon_.journal(), HasSubstr("TS-1104"));
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(desk_.folder() + "/other"));
}

TEST_F(Service, StopsInTheMiddleOfAnAuditAndSaysThatItWasAbandoned) {
  auto stalling = support::StallingServer::start(support::Stall::silent);
  ASSERT_TRUE(stalling);
  start("", kHrSection + directory_at(stalling->uri()));
  auto client = daemon_.ask_in_background({"audit"});
  ASSERT_TRUE(daemon_.says("TS-1201"));
  std::this_thread::sleep_for(500ms);  // into the bind that is never answered
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(daemon_.stop(), 0) << daemon_.journal();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 8s) << "the bind's own deadline is ten seconds";
  EXPECT_THAT(daemon_.journal(), HasSubstr("TS-1205"));
  const auto asked = client.wait(Daemon::kPatience);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->exit_code, 3) << asked->err;
  ASSERT_THAT(daemon_.leaves("run_abandoned"), SizeIs(1));
  EXPECT_THAT(daemon_.leaves("run_abandoned")[0], HasSubstr("told to stop"));
  EXPECT_THAT(daemon_.leaves("source_collected"), SizeIs(0));
  expect_verified();
}

TEST_F(Service, LosesNothingWhenItIsKilledAndSaysWhichRunHadNoEnd) {
  start("", company());
  ASSERT_EQ(daemon_.ask({"audit"}).exit_code, 1);
  const std::size_t acknowledged = daemon_.leaves("finding_opened").size();
  auto stalling = support::StallingServer::start(support::Stall::silent);
  ASSERT_TRUE(stalling);
  daemon_.configure("", kHrSection + directory_at(stalling->uri()));
  ASSERT_EQ(daemon_.ask({"reload"}).exit_code, 0);
  auto client = daemon_.ask_in_background({"audit"});
  ASSERT_TRUE(daemon_.says("TS-1201", 2));
  std::this_thread::sleep_for(300ms);
  daemon_.signal(SIGKILL);
  EXPECT_EQ(daemon_.ended(), 128 + SIGKILL);
  EXPECT_EQ(client.wait(Daemon::kPatience)->exit_code, 3) << "the service went away";

  start("", company());
  EXPECT_THAT(daemon_.journal(), HasSubstr("began and never ended; it is recorded as abandoned"));
  EXPECT_THAT(daemon_.leaves("run_abandoned"), SizeIs(1));
  EXPECT_EQ(daemon_.ask({"audit"}).exit_code, 1);
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_EQ(daemon_.leaves("finding_opened").size(), acknowledged) << "still open, and not opened again";
  EXPECT_THAT(daemon_.leaves("run_started"), SizeIs(3));
  EXPECT_THAT(desk_.run({"report", "--format", "json"}).out, HasSubstr("began and was abandoned"));
  expect_verified();
}

TEST_F(Service, MakesUpForWhatItMissedWhileItWasOff) {
  start("interval = \"1s\"", company());
  ASSERT_TRUE(daemon_.says("TS-120", 2)) << daemon_.journal();
  EXPECT_EQ(daemon_.stop(), 0);
  const std::size_t before = daemon_.leaves("run_started").size();
  std::this_thread::sleep_for(4s);
  start("interval = \"1s\"", company());
  EXPECT_THAT(daemon_.journal(), HasSubstr("TS-1301"));
  EXPECT_THAT(daemon_.journal(), HasSubstr("the service was not running"));
  ASSERT_TRUE(daemon_.says("TS-120", 2)) << daemon_.journal();
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(daemon_.leaves("schedule_missed"), Contains(HasSubstr("\"reason\":\"the service was not running\"")));
  EXPECT_GT(daemon_.leaves("run_started").size(), before);
  expect_verified();
}

TEST_F(Service, DeniesWhoeverIsInNoneOfItsGroups) {
  start("", company());
  const std::vector<std::string> nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  const std::vector<std::vector<std::string>> commands = {
      {"status"}, {"audit"}, {"reload"}, {"offboard", "check", "000002"}};
  for (const auto& command : commands) {
    const auto denied = daemon_.ask(command, nobody);
    EXPECT_EQ(denied.exit_code, 5) << command.front() << ": " << denied.err;
    EXPECT_THAT(denied.err, HasSubstr("denied"));
  }
  EXPECT_TRUE(daemon_.says("Denied: uid 65534", 4));
  EXPECT_THAT(daemon_.leaves("run_started"), SizeIs(0));
}

TEST_F(Service, AllowsTheGroupOfItsConfiguration) {
  start("operators = \"games\"\nhr = \"news\"", company());
  const std::vector<std::string> operators = {"setpriv", "--reuid=65534", "--regid=65534", "--groups=games"};
  const std::vector<std::string> hr = {"setpriv", "--reuid=65534", "--regid=news", "--clear-groups"};
  EXPECT_EQ(daemon_.ask({"status"}, operators).exit_code, 0);
  EXPECT_EQ(daemon_.ask({"audit"}, operators).exit_code, 1);
  EXPECT_THAT(daemon_.ask({"status"}, hr).out, HasSubstr("Last audit"));
  EXPECT_EQ(daemon_.ask({"audit"}, hr).exit_code, 5);
}

TEST_F(Service, AnswersHrAboutOnePersonWhileAnAuditHangs) {
  start("hr = \"news\"", company());
  const std::vector<std::string> hr = {"setpriv", "--reuid=65534", "--regid=news", "--clear-groups"};
  const auto answered = daemon_.ask({"offboard", "check", "000002"}, hr);
  EXPECT_EQ(answered.exit_code, 1) << answered.err;
  EXPECT_THAT(answered.out, AllOf(StartsWith("ACTION NEEDED"), HasSubstr("dweiss"), HasSubstr("asked by nobody")));

  auto stalling = support::StallingServer::start(support::Stall::silent);
  ASSERT_TRUE(stalling);
  daemon_.configure("hr = \"news\"", kHrSection + directory_at(stalling->uri()));
  ASSERT_EQ(daemon_.ask({"reload"}).exit_code, 0);
  auto audit = daemon_.ask_in_background({"audit"});
  ASSERT_TRUE(daemon_.says("TS-1201"));
  const auto before = std::chrono::steady_clock::now();
  const auto late = daemon_.ask({"offboard", "check", "000002", "--deadline", "2s"}, hr);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 15s) << "two seconds, and a program to start";
  EXPECT_EQ(late.exit_code, 3) << late.err;
  EXPECT_THAT(late.out, AllOf(StartsWith("CANNOT TELL"), HasSubstr("unix did not answer within 2 s")));
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(daemon_.leaves("offboarding_checked"), SizeIs(2));
  EXPECT_THAT(daemon_.journal(), HasSubstr("An offboarding check for uid 65534 ended with exit code 1."));
  EXPECT_THAT(daemon_.journal(), Not(HasSubstr("dweiss"))) << "no personal data in operator messages";
  expect_verified();
}

TEST_F(Service, IsNotHeldByClientsThatSayNothing) {
  start("", company());
  std::vector<int> silent;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  daemon_.socket().copy(address.sun_path, sizeof address.sun_path - 1);
  for (int i = 0; i < 20; ++i) {
    silent.push_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(silent.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  EXPECT_TRUE(daemon_.says("TS-1402"));
  std::this_thread::sleep_for(6s);  // the deadline for a request is five seconds
  EXPECT_EQ(daemon_.ask({"status"}).exit_code, 0);
  EXPECT_GE(daemon_.told("WATCHDOG=1"), 10) << "the main thread waited for none of them";
  for (const int fd : silent) ::close(fd);
  EXPECT_EQ(daemon_.stop(), 0);
}

TEST_F(Service, IsNotStartedByABrokenConfigurationOrWithoutAKey) {
  daemon_.configure("times = [\"25:00\"]\ninterval = \"2s\"", company());
  daemon_.start();
  EXPECT_EQ(daemon_.ended(), 2);
  EXPECT_THAT(daemon_.journal(), HasSubstr("no time of day"));
  EXPECT_EQ(daemon_.told("READY=1"), 0);
  std::filesystem::remove(desk_.state() + "/log.key");
  daemon_.configure("", company());
  daemon_.start();
  EXPECT_EQ(daemon_.ended(), 2);
  EXPECT_THAT(daemon_.journal(), HasSubstr("tallystick keygen"));
}

}  // namespace
}  // namespace tally::integration
