// Audits that could not see everything. The company here is in perfect order, so that whatever an audit reports besides
// "not seen" is wrong, and whatever it calls clear must be something that it did see. Numbers follow from the entries
// written here.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/integration/audit/company.h"
#include "tests/integration/audit/desk.h"
#include "tests/support/slapd.h"
#include "tests/support/stalling_server.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int kPeople = 600;
constexpr int kAccounts = kPeople + 2;  ///< and the audit's own reader, and a canary
constexpr const char* kAllClear = "Nothing was found, and everything was seen.";
constexpr const char* kAccountRules[] = {"LVR-001", "LVR-002", "LVR-003", "LVR-005", "JNR-001", "ORP-001",
                                         "ORP-002", "DOR-001", "PRV-001", "PRV-003", "CRD-001"};

const Company& days() {
  static const Company company;
  return company;
}

std::string hr_csv(int people = kPeople, bool one_left = false) {
  std::string out = "Personnel No,Given Name,Family Name,Mail,Status,First Day,Last Day,Job,Salary\n";
  for (int i = 1; i <= people; ++i) {
    const bool left = one_left && i == 2;
    out += fmt::format("{:06},U{},Test,,{},{},{},{},1\n", i, i, left ? "Left" : "Active", days().day(-900),
                       left ? days().day(-60) : "", i == 1 ? "Systems Administrator" : "Worker");
  }
  return out;
}

std::string unit(std::string_view name) {
  return fmt::format("dn: ou={0},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {0}\n\n", name);
}

std::string account(std::string_view uid, std::string_view where, std::string_view more) {
  return fmt::format(
      "dn: uid={0},ou={1},dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\nsn: {0}\n"
      "createTimestamp: {2}\npwdChangedTime: {2}\npwdLastSuccess: {3}\n{4}\n",
      uid, where, days().ldap_time(-400), days().ldap_time(-2), more);
}

/// The order matters: a server that stops early has sent the first of these.
std::string directory() {
  std::string out = unit("people") + unit("staff") + unit("groups") + account("canary", "staff", "");
  for (int i = 1; i <= kPeople; ++i) {
    out += account(fmt::format("u{:04}", i), "people", fmt::format("employeeNumber: {:06}\n", i));
  }
  return out +
         "dn: cn=admins,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: admins\n"
         "member: uid=u0001,ou=people,dc=example,dc=test\n\n";
}

support::Slapd server(support::SlapdOptions options = {}) {
  options.data = {directory()};
  auto started = support::Slapd::start(options);
  if (!started) throw std::runtime_error(started.error().message);
  return std::move(*started);
}

/// Where and how to bind; a second assignment of the same setting is not allowed in TOML.
struct Access {
  std::string uri;
  std::string security = "starttls";
  std::string password = "reader-password";
  std::string ca_file = {};
  std::string more = {};
};

Access to(const support::Slapd& slapd) { return {.uri = slapd.uri(), .ca_file = slapd.ca_file()}; }

void configure(Desk& desk, const Access& access, const std::string& hr = hr_csv()) {
  desk.write("hr.csv", hr);
  desk.configure(
      hr_section() +
      fmt::format("[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nuri = \"{}\"\nsecurity = \"{}\"\n"
                  "bind_dn = \"cn=reader,dc=example,dc=test\"\npassword_file = \"{}\"\nca_file = \"{}\"\n"
                  "bases = [\"dc=example,dc=test\"]\nsign_ins_recorded_since = {}T00:00:00Z\n"
                  "privileged_groups = [{{ group = \"cn=admins,ou=groups,dc=example,dc=test\" }}]\n{}\n",
                  access.uri, access.security, desk.write("password", access.password + "\n"), access.ca_file,
                  days().day(-300), access.more) +
      "[correlation]\nregistered = [{ login = \"reader\", owner = \"000001\", purpose = \"this audit\" }, "
      "{ login = \"canary\", owner = \"000001\" }]\n"
      "[rules.PRV-010]\nenabled = false\n");  // the first employee is privileged with the only account there is
}

struct Answers {
  int asked, clear, violations, cannot_tell;
  friend bool operator==(const Answers&, const Answers&) = default;
  friend void PrintTo(const Answers& a, std::ostream* out) {
    *out << fmt::format("{} asked, {} clear, {} violations, {} cannot tell", a.asked, a.clear, a.violations,
                        a.cannot_tell);
  }
};

Answers answers(const Json& report, const std::string& rule) {
  const Json one = tally(report, rule);
  if (one.is_null()) return {-1, -1, -1, -1};
  return {one.at("asked"), one.at("clear"), one.at("violations"), one.at("cannot_tell")};
}

/// The directory alone was not seen: it is the one finding, the sentence says so, nothing else is claimed.
void expect_unseen_directory(const support::Outcome& run, const Json& report, std::string_view why) {
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(findings(report), (Verdicts{{"DQ-005", "source/unix"}}));
  EXPECT_FALSE(report.at("run").at("complete"));
  EXPECT_THAT(report.at("sentence").get<std::string>(), HasSubstr("the source unix"));
  EXPECT_FALSE(report.at("unseen").empty());
  EXPECT_THAT(coverage(report, "unix"), StartsWith(std::string(why)));
  for (const char* rule : kAccountRules) EXPECT_GE(answers(report, rule).cannot_tell, 1) << rule;
}

/// `seen` accounts were read and are in order; nobody knows how many were not.
void expect_partial(const support::Outcome& run, const Json& report, std::string_view why, int seen) {
  expect_unseen_directory(run, report, why);
  for (const char* rule : {"LVR-001", "LVR-002", "LVR-003", "LVR-005", "JNR-001", "ORP-001", "DOR-001", "CRD-001"}) {
    EXPECT_EQ(answers(report, rule), (Answers{seen + 1, seen, 0, 1})) << rule;
  }
}

/// No account was read: nobody is clear of anything.
void expect_failed(const support::Outcome& run, const Json& report, std::string_view why) {
  expect_unseen_directory(run, report, why);
  for (const char* rule : kAccountRules) EXPECT_EQ(answers(report, rule), (Answers{1, 0, 0, 1})) << rule;
}

Json audited(const Access& access, std::string_view why) {
  Desk desk;
  configure(desk, access);
  const auto run = desk.audit();
  Json report = desk.report();
  expect_failed(run, report, why);
  return report;
}

TEST(CompanyInOrder, IsAllClearWhenEverythingWasSeen) {
  const auto slapd = server();
  Desk desk;
  configure(desk, to(slapd));
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const Json report = desk.report();
  EXPECT_EQ(report.at("sentence"), kAllClear);
  for (const char* rule : kAccountRules)
    EXPECT_EQ(answers(report, rule), (Answers{kAccounts, kAccounts, 0, 0})) << rule;
  EXPECT_EQ(desk.run({"findings"}).exit_code, 0);
}

TEST(SizeLimit, LeavesTheRestUntold) {
  const auto slapd = server({.limits = {"dn.exact={reader} size.soft=500 size.hard=500"}});
  Access access = to(slapd);
  access.more = "page_size = 0\n";
  Desk desk;
  configure(desk, access);
  const auto run = desk.audit();
  const Json report = desk.report();
  expect_partial(run, report, "partial; size-limit: ", 500);
  // In a directory that was not fully seen, power is ruled out for nobody; u0001's job allows it, so u0001 is clear.
  EXPECT_EQ(answers(report, "PRV-001"), (Answers{501, 1, 0, 500}));
}

TEST(LimitOverAllPages, LeavesTheRestUntold) {
  const auto slapd = server({.limits = {"dn.exact={reader} size.pr=50 size.prtotal=200"}});
  Access access = to(slapd);
  access.more = "page_size = 50\n";
  Desk desk;
  configure(desk, access);
  const auto run = desk.audit();
  expect_partial(run, desk.report(), "partial; size-limit: ", 200);
}

TEST(RefusedPage, IsAskedForAgainInSmallerOnes) {
  const auto slapd = server({.limits = {"dn.exact={reader} size.pr=1000 size.prtotal=unlimited"}});
  Access access = to(slapd);
  access.more = "page_size = 1001\n";
  Desk desk;
  configure(desk, access);
  EXPECT_EQ(desk.audit().exit_code, 0);
  const Json report = desk.report();
  EXPECT_EQ(report.at("sentence"), kAllClear);
  EXPECT_EQ(report.at("run").at("accounts"), kAccounts);
  EXPECT_THAT(source(report, "unix").at("notes").dump(), HasSubstr("refused pages of 1001 entries"));
}

TEST(RefusedPage, OfEverySizeLeavesEverythingUntold) {
  const auto slapd = server({.limits = {"dn.exact={reader} size.pr=20 size.prtotal=unlimited"}});
  audited(to(slapd), "failed; ");
}

TEST(HiddenTree, LeavesEverythingUntold) {
  const auto slapd =
      server({.access = {"to attrs=userPassword by anonymous auth by * none", "to dn.subtree=\"{suffix}\" by * none"}});
  audited(to(slapd), "failed; hidden: ");
}

TEST(HiddenUnit, IsNoticedByItsEmptyContainer) {
  const auto slapd =
      server({.access = {"to attrs=userPassword by anonymous auth by * none",
                         "to dn.children=\"ou=people,{suffix}\" by * none", "to * by users read by * none"}});
  Desk desk;
  configure(desk, to(slapd));
  const auto run = desk.audit();
  expect_partial(run, desk.report(), "partial; hidden: ", 2);
}

TEST(HiddenUnit, IsNoticedByItsCanaryEvenWhenItsContainerIsHiddenToo) {
  const auto slapd =
      server({.access = {"to attrs=userPassword by anonymous auth by * none",
                         "to dn.subtree=\"ou=staff,{suffix}\" by * none", "to * by users read by * none"}});
  Access access = to(slapd);
  access.more = "canaries = [\"uid=canary,ou=staff,dc=example,dc=test\"]\n";
  Desk desk;
  configure(desk, access);
  const auto run = desk.audit();
  expect_partial(run, desk.report(), "partial; hidden: 1 of 1 canary entries cannot be seen", kAccounts - 1);
}

TEST(StallingServer, EndsTheAuditAtItsDeadlineAndLeavesEverythingUntold) {
  using support::Stall;
  const auto audit = [](Stall stall, bool ldaps) {
    auto stalling = support::StallingServer::start(stall);
    ASSERT_TRUE(stalling) << stalling.error().message;
    Desk desk;
    configure(desk, {.uri = ldaps ? stalling->tls_uri() : stalling->uri(),
                     .security = ldaps ? "ldaps" : "starttls",
                     .ca_file = "/etc/ssl/certs/ca-certificates.crt",
                     .more = "connect_deadline = \"2s\"\n"});
    const auto run = desk.audit();
    EXPECT_LT(run.took, 10s) << "a deadline of 2 s, and time for everything else on a busy machine";
    expect_failed(run, desk.report(), "failed; ");
    EXPECT_TRUE(stalling->all_closed());
  };
  audit(Stall::silent, false);
  audit(Stall::silent, true);
  audit(Stall::byte_a_second, true);
  audit(Stall::after_start_tls, false);
  audit(Stall::after_start_tls_byte_a_second, false);
}

TEST(Server, ThatIsDownOrRefusesTheBindOrHasAnUnknownCaLeavesEverythingUntold) {
  auto slapd = server();
  Access access = to(slapd);
  access.password = "wrong";
  audited(access, "failed; unreachable: ");
  access = to(slapd);
  access.ca_file = slapd.other_ca_file();
  audited(access, "failed; untrusted: ");
  slapd.stop();
  audited(to(slapd), "failed; unreachable: ");
}

TEST(CertificateCheck, IsNotSwitchedOffByTheEnvironmentOrByFilesOfLibldap) {
  const auto slapd = server();
  Access access = to(slapd);
  access.ca_file = slapd.other_ca_file();
  Desk desk;
  configure(desk, access);
  const std::string allow = fmt::format("TLS_REQCERT never\nTLS_CACERT {}\n", slapd.ca_file().string());
  const std::string file = desk.write("ldaprc", allow);
  desk.write(".ldaprc", allow);
  const auto run = desk.audit({}, {{"LDAPTLS_REQCERT", "never"},
                                   {"LDAPTLS_REQSAN", "never"},
                                   {"LDAPTLS_CACERT", slapd.ca_file()},
                                   {"LDAPCONF", file},
                                   {"LDAPRC", "ldaprc"},
                                   {"HOME", desk.folder()}});
  expect_failed(run, desk.report(), "failed; untrusted: ");
}

/// Half of the rows, cut at a line end.
std::string half() { return hr_csv(kPeople / 2); }

/// Nobody is cleared and nobody accused by a feed that is not believed: the two accounts of the register are clear.
void expect_unbelieved_feed(const support::Outcome& run, const Json& report, std::string_view why) {
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(findings(report), (Verdicts{{"DQ-001", "source/hr"}}));
  EXPECT_THAT(coverage(report, "hr"), StartsWith(std::string(why)));
  EXPECT_THAT(report.at("sentence").get<std::string>(), HasSubstr("the source hr is not believable"));
  for (const char* rule : {"LVR-001", "LVR-002", "LVR-003", "JNR-001", "ORP-001", "ORP-002"}) {
    const Answers told = answers(report, rule);
    EXPECT_EQ(told.violations, 0) << rule;
  }
  EXPECT_EQ(answers(report, "LVR-001"), (Answers{kAccounts, 2, 0, kPeople}));
  EXPECT_EQ(answers(report, "ORP-001"), (Answers{kAccounts, 2, 0, kPeople}));
}

TEST(HalfAnHrFile, AfterAWholeOneMakesNoLeaverAndNoOrphanAndFixesNothing) {
  const auto slapd = server();
  Desk desk;
  configure(desk, to(slapd), hr_csv(kPeople, true));
  // u0002 left 60 days ago; the account works, and was used two days ago.
  const Verdict leaver = {"LVR-001", "unix/u0002"}, used = {"LVR-002", "unix/u0002"};
  EXPECT_EQ(desk.audit().exit_code, 1);
  EXPECT_EQ(findings(desk.report()), (Verdicts{leaver, used}));

  desk.write("hr.csv", half());
  const auto run = desk.audit();
  Json report = desk.report();
  // Yesterday's feed stays in force: who had left by it has left, nobody else is cleared, nobody is an orphan.
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(findings(report), (Verdicts{{"DQ-001", "source/hr"}, leaver, used}));
  EXPECT_THAT(coverage(report, "hr"),
              StartsWith("partial; envelope: 300 records, 300 fewer than the 600 of the last complete run"));
  EXPECT_EQ(answers(report, "LVR-001"), (Answers{kAccounts, 2, 1, kPeople - 1}));
  EXPECT_EQ(answers(report, "ORP-001"), (Answers{kAccounts, kAccounts, 0, 0}));
  EXPECT_EQ(standings(report).at(leaver), "still open");
  EXPECT_EQ(standings(report).at(used), "still open");
  EXPECT_EQ(resolved(report), Verdicts{});

  desk.write("hr.csv", hr_csv());
  EXPECT_EQ(desk.audit().exit_code, 0);
  report = desk.report();
  EXPECT_EQ(resolved(report), (Verdicts{leaver, used, {"DQ-001", "source/hr"}}));
  EXPECT_EQ(report.at("sentence"), kAllClear);
  EXPECT_EQ(desk.verify().exit_code, 0);
}

TEST(HalfAnHrFile, CutInMidRowIsNotBelievedInTheFirstRun) {
  const auto slapd = server();
  Desk desk;
  configure(desk, to(slapd), half() + "000301,U301,Te");
  const auto run = desk.audit();
  expect_unbelieved_feed(run, desk.report(), "doubtful; truncated: ");
}

TEST(HalfAnHrFile, CutAtALineEndInTheFirstRunMakesNoOrphanOfHalfTheCompany) {
  const auto slapd = server();
  Desk desk;
  configure(desk, to(slapd), half());
  const auto run = desk.audit();
  EXPECT_EQ(run.exit_code, 3) << run.err;
  const Json report = desk.report();
  EXPECT_EQ(findings(report), Verdicts{});
  EXPECT_EQ(answers(report, "ORP-001"), (Answers{kAccounts, kAccounts - 300, 0, 300}));
  EXPECT_EQ(answers(report, "LVR-001"), (Answers{kAccounts, kAccounts - 300, 0, 300}));
  EXPECT_THAT(report.at("sentence").get<std::string>(), HasSubstr("could not be answered"));
  EXPECT_THAT(report.at("cannot_tell").dump(), HasSubstr("HR is probably not complete"));
  EXPECT_EQ(desk.run({"findings"}).exit_code, 3);
}

}  // namespace
}  // namespace tally::integration
