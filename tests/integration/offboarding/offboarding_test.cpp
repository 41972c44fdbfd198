// `tallystick offboard check` as HR uses it: the company of the audit tests in a real OpenLDAP and a real Active
// Directory, asked about one by one. Needs root (Samba).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "tests/integration/audit/company.h"
#include "tests/integration/audit/desk.h"
#include "tests/integration/audit/servers.h"
#include "tests/support/stalling_server.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

class Offboarding : public testing::Test {
 protected:
  static void SetUpTestSuite() { servers_ = std::make_unique<Servers>(); }
  static void TearDownTestSuite() { servers_.reset(); }
  static Servers& servers() { return *servers_; }

  /// An empty address: the OpenLDAP's own. `more` are lines of HR's file.
  void configure(const std::string& unix_uri = {}, const std::string& more = {}) {
    desk_.write("hr.csv", servers().company.hr_csv() + more);
    desk_.configure(hr_section() + servers().unix_section(desk_, unix_uri) +
                    servers().ad_section(desk_, fmt::format("accounts_at_least = {}\n", ad_at_least_)) +
                    correlation_section());
  }

  support::Outcome check(const std::string& id, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"offboard", "check", id});
    return desk_.run(std::move(more));
  }
  Json answer(const std::string& id, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--format", "json"});
    const auto outcome = check(id, std::move(more));
    EXPECT_FALSE(outcome.out.empty()) << outcome.err;
    return Json::parse(outcome.out);
  }

  Desk desk_;
  unsigned ad_at_least_ = 5;  ///< accounts_at_least of the Active Directory

 private:
  static inline std::unique_ptr<Servers> servers_;
};

/// The text without its line breaks, which depend on how long names are.
std::string flat(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == '\n' || c == ' ';
    if (!blank || !out.ends_with(' ')) out += blank ? ' ' : c;
  }
  return out;
}

/// Rule and account of every finding of a rule about leavers, as the audit's report has them.
std::set<std::string> leaver_findings(const Json& report, const std::string& person) {
  std::set<std::string> out;
  for (const Json& open : report.at("findings")) {
    const std::string rule = open.at("rule");
    if (rule.starts_with("LVR-") && open.at("subject").at("person") == person)
      out.insert(rule + " " + open.at("subject").at("key").get<std::string>());
  }
  return out;
}

TEST_F(Offboarding, AgreesWithAFullAuditAboutEverybody) {
  configure();
  ASSERT_EQ(desk_.audit().exit_code, 1);
  const Json report = desk_.report();
  const std::set<std::string> left = {"000103", "000104", "000105", "000112", "000115", "000118", "B2000"};
  std::vector<std::string> everybody = {"B0001", "B2000"};
  for (int i = 101; i <= 119; ++i) everybody.push_back(fmt::format("000{}", i));
  for (const std::string& person : everybody) {
    const std::set<std::string> audited = leaver_findings(report, person);
    const Json check = answer(person);
    std::set<std::string> checked;
    for (const Json& one : check.at("findings"))
      checked.insert(one.at("rule").get<std::string>() + " " + one.at("account").get<std::string>());
    EXPECT_EQ(checked, audited) << person;
    const char* expected = !audited.empty() ? "action-needed" : left.contains(person) ? "clear" : "waiting";
    EXPECT_EQ(check.at("answer"), expected) << person << " " << check.dump(1);
  }
  EXPECT_EQ(desk_.verify().exit_code, 0);
}

TEST_F(Offboarding, SaysFirstWhatAClerkHasToKnow) {
  configure();
  const auto cleo = check("000103");
  EXPECT_EQ(cleo.exit_code, 1) << cleo.err;
  EXPECT_THAT(flat(cleo.out),
              AllOf(StartsWith("ACTION NEEDED: "), HasSubstr("4 accounts still work"), HasSubstr("LVR-001"),
                    HasSubstr("LVR-005"), HasSubstr("Disable-ADAccount"), HasSubstr("On record: entry")));
  const auto quin = check("000118");
  EXPECT_EQ(quin.exit_code, 0) << quin.out;
  EXPECT_THAT(flat(quin.out), StartsWith("CLEAR: "));
  const auto ada = check("000101");
  EXPECT_EQ(ada.exit_code, 3);
  EXPECT_THAT(flat(ada.out), AllOf(StartsWith("WAITING: "), HasSubstr("knows no last day")));
}

TEST_F(Offboarding, IsRecordedBeforeItIsToldWithoutNamesInTheLog) {
  configure();
  const Json cleo = answer("000103");
  EXPECT_EQ(cleo.at("log").at("entry").get<int>() + 1, cleo.at("log").at("size").get<int>());
  EXPECT_EQ(desk_.verify().exit_code, 0);
  const auto words = value_of(
      support::run_command({.argv = {"grep", "-rlaE", "000103|cleo", desk_.state() + "/log"}, .environment = {}}, 20s));
  EXPECT_EQ(words.out, "") << "a name stands in the public log";
  const auto type = value_of(support::run_command(
      {.argv = {"grep", "-rlaF", "offboarding_checked", desk_.state() + "/log"}, .environment = {}}, 20s));
  EXPECT_NE(type.out, "");
}

TEST_F(Offboarding, TakesFilterCharactersInANumberLiterally) {
  for (const char* id : {"*", "*)(objectClass=*", "(|", "\\2a", "000103*", "x\\"}) {
    configure();
    const auto outcome = check(id);
    EXPECT_EQ(outcome.exit_code, 3) << id << outcome.out << outcome.err;
    EXPECT_THAT(flat(outcome.out), HasSubstr("HR does not know an employee")) << id;
    EXPECT_THAT(flat(outcome.out), testing::Not(HasSubstr("could be"))) << id;
  }
}

TEST_F(Offboarding, NamesTheAccountsOfANumberThatHrDoesNotKnow) {
  value_of(
      servers().unix_ldap.apply("dn: uid=stray,ou=people,dc=example,dc=test\nchangetype: add\n"
                                "objectClass: inetOrgPerson\nuid: stray\ncn: stray\nsn: stray\n"
                                "employeeNumber: 777\n\n"));
  configure();
  const auto outcome = check("777");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(flat(outcome.out), AllOf(StartsWith("CANNOT TELL"), HasSubstr("stray in unix works and could be")));
}

TEST_F(Offboarding, DoesNotLoseAnAccountThatGotAnotherNumberOrMoved) {
  configure();
  ASSERT_EQ(desk_.audit().exit_code, 1);
  value_of(servers().unix_ldap.apply(
      "dn: uid=otto,ou=people,dc=example,dc=test\nchangetype: modify\nreplace: employeeNumber\nemployeeNumber: 555\n\n"
      "dn: uid=otto,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=otto2\ndeleteoldrdn: 1\n"
      "newsuperior: ou=policies,dc=example,dc=test\n\n"));
  const Json otto = answer("000116");
  bool found = false;
  for (const Json& account : otto.at("accounts"))
    found = found || (account.at("login") == "otto2" && account.at("link") == "formerly");
  EXPECT_TRUE(found) << otto.dump(1);
  EXPECT_THAT(otto.at("reasons").dump(), HasSubstr("an earlier run knew it as this person's"));
}

TEST_F(Offboarding, AnswersByTheDeadlineWhateverADirectoryDoes) {
  using support::Stall;
  for (const Stall stall :
       {Stall::silent, Stall::byte_a_second, Stall::after_start_tls, Stall::after_start_tls_byte_a_second}) {
    const auto server = value_of(support::StallingServer::start(stall));
    configure(server.uri());
    const auto began = Clock::now();
    const auto quin = check("000118", {"--deadline", "3s"});
    EXPECT_LT(Clock::now() - began, 8s) << static_cast<int>(stall);
    EXPECT_EQ(quin.exit_code, 3) << quin.out;
    EXPECT_THAT(flat(quin.out), AllOf(StartsWith("CANNOT TELL"), HasSubstr("quin does not work")));
    // A server that sends zeros is found out before the deadline: what it speaks is neither LDAP nor TLS.
    const bool silent = stall == Stall::silent || stall == Stall::after_start_tls;
    EXPECT_THAT(flat(quin.out), HasSubstr(silent ? "unix did not answer within " : "is out: unix "));
    const auto cleo = check("000103", {"--deadline", "3s"});
    EXPECT_EQ(cleo.exit_code, 1) << "what is seen elsewhere is told: " << cleo.out;
  }
}

TEST_F(Offboarding, CannotTellWhileFewerAccountsAreShownThanThereMustBe) {
  ad_at_least_ = 1'000'000;
  configure();
  const auto quin = check("000118");
  EXPECT_EQ(quin.exit_code, 3) << quin.out;
  EXPECT_THAT(flat(quin.out), AllOf(StartsWith("CANNOT TELL"), HasSubstr("corp-ad was not completely seen"),
                                    HasSubstr("expects at least 1000000")));
}

/// Printed, not asserted: two cores of whatever machine this is.
TEST_F(Offboarding, TellsHowLongItTookBesideAPlainSearch) {
  configure();
  const support::Slapd& s = servers().unix_ldap;
  const auto timed = [](const auto& work) {
    const auto began = Clock::now();
    for (int i = 0; i < 5; ++i) work();
    return std::chrono::duration<double, std::milli>(Clock::now() - began).count() / 5;
  };
  const double search = timed([&] {
    value_of(
        support::run_successfully({.argv = {"ldapsearch", "-LLL", "-x", "-ZZ", "-H", s.uri(), "-D", s.reader_dn(), "-w",
                                            s.reader_password(), "-b", s.suffix(), "(employeeNumber=000118)"},
                                   .environment = {{"LDAPTLS_CACERT", s.ca_file()}}},
                                  30s));
    value_of(support::run_successfully(
        {.argv = {"ldapsearch", "-LLL", "-x", "-H", servers().ad.tls_uri(), "-D", servers().ad.reader_upn(), "-w",
                  servers().ad.reader_password(), "-b", servers().ad.base_dn(), "(employeeNumber=000118)"},
         .environment = {{"LDAPTLS_CACERT", servers().ad.ca_file()}}},
        30s));
  });
  const double whole = timed([&] { EXPECT_EQ(check("000118").exit_code, 0); });
  fmt::print("offboard check: {:.0f} ms; ldapsearch of the same person in both directories: {:.0f} ms; ratio {:.2f}\n",
             whole, search, whole / search);
}

/// Last, because it stops the OpenLDAP server.
TEST_F(Offboarding, CannotTellWhileADirectoryIsDown) {
  configure();
  servers().unix_ldap.stop();
  const auto quin = check("000118");
  EXPECT_EQ(quin.exit_code, 3);
  EXPECT_THAT(flat(quin.out),
              AllOf(StartsWith("CANNOT TELL"), HasSubstr("unix was not completely seen"), HasSubstr("cannot connect")));
  EXPECT_EQ(check("000103").exit_code, 1);
  EXPECT_EQ(check("000101").exit_code, 3);
  EXPECT_EQ(desk_.verify().exit_code, 0);
}

}  // namespace
}  // namespace tally::integration
