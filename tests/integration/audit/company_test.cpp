// One company in a real OpenLDAP and a real Active Directory, audited as people do it: through the command line, from
// the servers and from exports of the same servers, once and again after changes. Needs root (Samba).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "tests/integration/audit/company.h"
#include "tests/integration/audit/desk.h"
#include "tests/integration/audit/servers.h"
#include "tests/support/sharp_hound.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class AuditedCompany : public testing::Test {
 protected:
  static void SetUpTestSuite() { servers_ = std::make_unique<Servers>(); }
  static void TearDownTestSuite() { servers_.reset(); }
  static Servers& servers() { return *servers_; }

  static std::string ad_server_by_kerberos() {
    const support::SambaAd& s = servers().ad;
    return fmt::format(
        "[[directory]]\nname = \"corp-ad\"\ntype = \"active-directory\"\nuri = \"ldap://{}\"\n"
        "security = \"sasl\"\nbind = \"gssapi\"\nkeytab = \"{}\"\nbases = [\"{}\"]\n\n",
        s.host_name(), s.reader_keytab().string(), s.base_dn());
  }
  /// An export by the reader, all attributes that its rights show.
  static std::string unix_export(Desk& desk) {
    const support::Slapd& s = servers().unix_ldap;
    const auto text = value_of(
        support::run_successfully({.argv = {"ldapsearch", "-LLL", "-x", "-ZZ", "-H", s.uri(), "-D", s.reader_dn(), "-w",
                                            s.reader_password(), "-b", s.suffix(), "(objectClass=*)", "*", "+"},
                                   .environment = {{"LDAPTLS_CACERT", s.ca_file()}}},
                                  30s));
    return fmt::format("[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nldif = \"{}\"\n",
                       desk.write("unix.ldif", text)) +
           Servers::kUnixPolicy + servers().unix_facts();
  }
  static std::string ad_text() {
    const support::SambaAd& s = servers().ad;
    return value_of(support::run_successfully(
        {.argv = {"ldapsearch", "-LLL", "-x", "-H", s.tls_uri(), "-D", s.reader_upn(), "-w", s.reader_password(), "-b",
                  s.base_dn(), "-E", "pr=500/noprompt", "(objectClass=*)", "*", "msDS-User-Account-Control-Computed"},
         .environment = {{"LDAPTLS_CACERT", s.ca_file()}}},
        60s));
  }
  static std::string ad_export(Desk& desk) {
    return fmt::format(
        "[[directory]]\nname = \"corp-ad\"\ntype = \"active-directory\"\nldif = \"{}\"\nbases = [\"{}\"]\n\n",
        desk.write("corp-ad.ldif", ad_text()), servers().ad.base_dn());
  }
  /// What SharpHound would have written of the same entries.
  static std::string ad_collection(Desk& desk) {
    std::filesystem::create_directories(desk.folder() + "/collection");
    for (const auto& [name, text] : support::collect_as_sharp_hound(ad_text(), {.all_properties = true}))
      desk.write("collection/" + name, text);
    return fmt::format(
        "[[directory]]\nname = \"corp-ad\"\ntype = \"active-directory\"\nbloodhound = \"{}/collection\"\n"
        "employee_number_digits = 6\nbases = [\"{}\"]\n\n",
        desk.folder(), servers().ad.base_dn());
  }
  static void configure(Desk& desk, const std::string& directories) {
    desk.write("hr.csv", servers().company.hr_csv());
    // The domain is filled by its Administrator.
    desk.configure(hr_section() + directories + correlation_section() +
                   "[rules.PRV-015]\nwatch_administrator = false\n");
  }

 private:
  static inline std::unique_ptr<Servers> servers_;
};

void expect_everything_seen(const Json& report, const std::vector<std::string>& names) {
  for (const std::string& name : names) EXPECT_THAT(coverage(report, name), testing::StartsWith("complete"));
  for (const Json& population : report.at("populations")) EXPECT_TRUE(population.at("ties_out")) << population;
}

TEST(Expectations, NameEveryAccountOnce) {
  for (const char* source : {"unix", "corp-ad"}) {
    std::vector<std::string> named;
    for (const Expected& row : expectations()) {
      if (row.source == source) named.emplace_back(row.account);
    }
    for (const std::string& login : Company::accounts(source)) {
      EXPECT_EQ(std::count(named.begin(), named.end(), login), 1) << source << "/" << login;
    }
  }
}

TEST_F(AuditedCompany, GetsTheRightVerdictsFromOpenLdap) {
  Desk desk;
  configure(desk, servers().unix_section(desk));
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const Json report = desk.report();
  EXPECT_EQ(findings(report), expected("unix"));
  EXPECT_EQ(cannot_tell(report), expected_cannot_tell("unix"));
  expect_everything_seen(report, {"hr", "unix"});
}

TEST_F(AuditedCompany, GetsTheRightVerdictsFromActiveDirectoryOverKerberos) {
  Desk desk;
  desk.run_by([](support::Command command) { return servers().ad.run(std::move(command), 60s); });
  configure(desk, ad_server_by_kerberos());
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const Json report = desk.report();
  EXPECT_EQ(findings(report), expected("corp-ad"));
  EXPECT_EQ(cannot_tell(report), expected_cannot_tell("corp-ad")) << report.at("cannot_tell");
  expect_everything_seen(report, {"hr", "corp-ad"});
}

TEST_F(AuditedCompany, IsAuditedWithBothDirectoriesAtOnceAndTheReportDefendsEachFinding) {
  Desk desk;
  configure(desk, servers().unix_section(desk) + servers().ad_section(desk));
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const std::string text = desk.report_text();
  const Json report = Json::parse(text);
  EXPECT_EQ(findings(report), expected());
  EXPECT_EQ(cannot_tell(report), expected_cannot_tell());
  expect_everything_seen(report, {"hr", "unix", "corp-ad"});
  EXPECT_EQ(report.at("run").at("people"), 19 + Company::kCrowd);
  EXPECT_FALSE(report.at("run").at("complete")) << "quin could not be told";

  const std::vector<std::string> path = {"mona", "ring1", "ring2", "ring3", "ring4", "ring5", "Domain Admins"};
  EXPECT_EQ(finding(report, {"PRV-001", "corp-ad/mona"}).at("path"), path);
  EXPECT_EQ(finding(report, {"PRV-001", "unix/mona"}).at("path").back(), "admins");
  const Json cleo = finding(report, {"LVR-001", "corp-ad/cleo"});
  EXPECT_EQ(cleo.at("subject").at("person"), "000103") << "leading zeros are kept";
  EXPECT_EQ(cleo.at("severity"), "critical");
  EXPECT_EQ(text.find("50000"), std::string::npos) << "salaries are not mapped, so nowhere";

  EXPECT_EQ(desk.verify().exit_code, 0);
  EXPECT_EQ(desk.run({"findings"}).exit_code, 1);
  const auto explained = desk.run({"explain", cleo.at("fingerprint")});
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_THAT(explained.out, AllOf(HasSubstr("LVR-001"), HasSubstr("cleo"), HasSubstr("userAccountControl=512")));

  const auto full = support::run_command(
      {.argv = {"sh", "-c", "exec \"$@\" >/dev/full", "sh", support::program("tallystick"), "report", "--state",
                desk.state(), "--config", desk.folder() + "/tallystick.toml"}},
      20s);
  EXPECT_EQ(full->exit_code, 3) << "a report that is not whole is no success";
  EXPECT_THAT(full->err, HasSubstr("could not be written"));
  std::filesystem::remove(desk.state() + "/store.db");
  EXPECT_EQ(desk.run({"rebuild"}).exit_code, 0);
  EXPECT_EQ(desk.report_text(), text);
}

TEST_F(AuditedCompany, GetsTheSameVerdictsFromExportsOfTheServers) {
  Desk live, files;
  configure(live, servers().unix_section(live) + servers().ad_section(live));
  configure(files, unix_export(files) + ad_export(files));
  EXPECT_EQ(live.audit().exit_code, 1);
  const auto run = files.audit();
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const Json server = live.report(), file = files.report();
  EXPECT_EQ(findings(file), expected());
  EXPECT_EQ(cannot_tell(file), expected_cannot_tell());
  EXPECT_EQ(tallies(file), tallies(server));
  EXPECT_EQ(file.at("populations"), server.at("populations"));
  expect_everything_seen(file, {"hr", "unix", "corp-ad"});
}

/// SharpHound writes DNs in capitals, by which accounts are named here.
Verdicts in_small_letters(const Verdicts& verdicts) {
  Verdicts out;
  for (auto [rule, subject] : verdicts) {
    for (char& c : subject) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    out.emplace(rule, subject);
  }
  return out;
}

TEST_F(AuditedCompany, GetsTheSameFindingsFromACollectionOfItsActiveDirectory) {
  Desk desk;
  configure(desk, ad_collection(desk));
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const Json report = desk.report();
  EXPECT_EQ(in_small_letters(findings(report)), expected("corp-ad"));
  EXPECT_EQ(in_small_letters(cannot_tell(report)), expected_cannot_tell("corp-ad")) << report.at("cannot_tell");
  expect_everything_seen(report, {"hr", "corp-ad"});
}

/// The rules that each account of a source violates ("LVR-001"), and those that cannot tell about it ("?LVR-001").
std::map<std::string, std::set<std::string>> verdicts_of(const Json& report, const std::string& source) {
  std::map<std::string, std::set<std::string>> out;
  const auto add = [&](const Verdicts& verdicts, const std::string& mark) {
    for (const auto& [rule, subject] : verdicts) {
      if (subject.starts_with(source + "/")) out[subject.substr(source.size() + 1)].insert(mark + rule);
    }
  };
  add(findings(report), "");
  add(cannot_tell(report), "?");
  return out;
}

std::map<std::string, std::set<std::string>> without(std::map<std::string, std::set<std::string>> verdicts,
                                                     const std::vector<std::string>& accounts) {
  for (const std::string& account : accounts) verdicts.erase(account);
  return verdicts;
}

/// In OpenLDAP, in 389 Directory Server, in an export of that, and in Active Directory.
TEST_F(AuditedCompany, GetsTheSameVerdictsInFourDirectories) {
  const auto ds389 = servers().start_ds389();
  Desk desk;
  const std::string file = desk.write("export389.ldif", value_of(ds389.exported()));
  const std::string exported =
      fmt::format("[[directory]]\nname = \"file389\"\ntype = \"389ds\"\nldif = \"{}\"\n", file) +
      servers().unix_facts();
  configure(desk, servers().unix_section(desk) + servers().ds389_section(desk, ds389) + exported +
                      servers().ad_section(desk));
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 1) << run.err;
  const Json report = desk.report();
  expect_everything_seen(report, {"hr", "unix", "ldap389", "file389", "corp-ad"});
  const auto unix_verdicts = verdicts_of(report, "unix");
  EXPECT_EQ(unix_verdicts.at("cleo"), (std::set<std::string>{"LVR-001"}));
  EXPECT_EQ(verdicts_of(report, "ldap389"), unix_verdicts);
  EXPECT_EQ(verdicts_of(report, "file389"), unix_verdicts);
  // What Active Directory knows otherwise, by expectations(): nina's date binds there, paul's switch exists there
  // alone, quin's sign-in is imprecise there, b2000 is there alone.
  const std::vector<std::string> otherwise = {"nina", "paul", "quin", "b2000"};
  EXPECT_EQ(without(verdicts_of(report, "corp-ad"), otherwise), without(unix_verdicts, otherwise));
}

TEST_F(AuditedCompany, HasServersThatTheDoctorKnowsAndSaysWhatTheyNeed) {
  const auto ds389 = servers().start_ds389();
  const auto doctor = [](const Desk& desk) {
    return value_of(support::run_command(
        {.argv = {support::program("tallystick"), "doctor", "--config", desk.folder() + "/tallystick.toml"}}, 60s));
  };
  Desk desk;
  configure(desk, servers().unix_section(desk) + servers().ds389_section(desk, ds389) + servers().ad_section(desk));
  const auto fine = doctor(desk);
  EXPECT_EQ(fine.exit_code, 0) << fine.out << fine.err;
  for (const char* kind : {"OpenLDAP", "389 Directory Server", "Active Directory"})
    EXPECT_THAT(fine.out, HasSubstr(fmt::format("  server        {}\n", kind)));
  EXPECT_THAT(fine.out, AllOf(HasSubstr("olcAccess: to dn.subtree=\"dc=example,dc=test\" attrs=entry,"),
                              HasSubstr("aci: (targetattr=\"objectClass || "), Not(HasSubstr("userPassword"))));
  EXPECT_THAT(fine.out, Not(HasSubstr("wrong kind")));

  std::string misread = servers().ds389_section(desk, ds389);
  misread.replace(misread.find("\"389ds\""), 7, "\"openldap\"");
  configure(desk, misread);
  const auto wrong = doctor(desk);
  EXPECT_EQ(wrong.exit_code, 3);
  EXPECT_THAT(wrong.out, HasSubstr("set type = \"389ds\""));
}

constexpr const char* kLater =
    // cleo is disabled,
    "dn: uid=cleo,ou=people,dc=example,dc=test\nchangetype: modify\nreplace: pwdAccountLockedTime\n"
    "pwdAccountLockedTime: 000001010000Z\n\n"
    // the orphan is gone and another one comes,
    "dn: uid=ghost,ou=people,dc=example,dc=test\nchangetype: delete\n\n"
    "dn: cn=staff,ou=groups,dc=example,dc=test\nchangetype: modify\ndelete: member\n"
    "member: uid=ghost,ou=people,dc=example,dc=test\n\n"
    "dn: uid=phantom,ou=people,dc=example,dc=test\nchangetype: add\nobjectClass: inetOrgPerson\nuid: phantom\n"
    "cn: phantom\nsn: phantom\n\n"
    // and dora, who left, is an administrator in her sleep.
    "dn: cn=admins,ou=groups,dc=example,dc=test\nchangetype: modify\nadd: member\n"
    "member: uid=dora,ou=people,dc=example,dc=test\n\n";

/// Last, because it changes and then stops the OpenLDAP server.
TEST_F(AuditedCompany, TellsNewStillOpenChangedAndFixedApartAndFixesNothingThatItDidNotSee) {
  Desk desk;
  configure(desk, servers().unix_section(desk) + servers().ad_section(desk));
  ASSERT_EQ(desk.audit().exit_code, 1);
  Standings standing;
  for (const Verdict& verdict : expected()) standing[verdict] = "new";
  EXPECT_EQ(standings(desk.report()), standing);

  value_of(servers().unix_ldap.apply(kLater));
  EXPECT_EQ(desk.audit().exit_code, 1);
  for (auto& [verdict, how] : standing) how = "still open";
  const Verdicts fixed = {{"LVR-001", "unix/cleo"}, {"ORP-001", "unix/ghost"}};
  for (const Verdict& verdict : fixed) standing.erase(verdict);
  standing[{"ORP-001", "unix/phantom"}] = "new";
  standing[{"LVR-003", "unix/dora"}] = "changed";
  const Json second = desk.report();
  EXPECT_EQ(standings(second), standing);
  EXPECT_EQ(resolved(second), fixed);
  EXPECT_EQ(finding(second, {"LVR-003", "unix/dora"}).at("severity"), "high");

  servers().unix_ldap.stop();
  EXPECT_EQ(desk.audit().exit_code, 1);
  for (auto& [verdict, how] : standing)
    how = verdict.second.starts_with("unix/") ? "open, not re-checked" : "still open";
  standing[{"DQ-005", "source/unix"}] = "new";
  const Json third = desk.report();
  EXPECT_EQ(standings(third), standing);
  EXPECT_EQ(resolved(third), Verdicts{});
  EXPECT_THAT(coverage(third, "unix"), testing::StartsWith("failed; unreachable: "));
  EXPECT_THAT(third.at("sentence").get<std::string>(), HasSubstr("could not be checked again"));
  EXPECT_EQ(desk.verify().exit_code, 0);
}

}  // namespace
}  // namespace tally::integration
