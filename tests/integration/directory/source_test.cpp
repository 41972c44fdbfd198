// A live directory that shows everything is complete; one that limits, hides, refers, stalls or dies is not, and says
// why. Expected numbers follow from the entries written here.
#include "connectors/directory/ldap_source.h"

#include <fmt/format.h>

#include "connectors/directory/examination.h"
#include "connectors/directory/grant.h"
#include "connectors/directory/paged_search.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/process.h"
#include "tests/support/stalling_server.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::CoverageState;
using model::Gap;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

constexpr int kPeople = 600;

std::string unit(std::string_view name) {
  return fmt::format("dn: ou={0},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {0}\n\n", name);
}

std::string person(std::string_view uid, std::string_view where) {
  return fmt::format(
      "dn: uid={0},ou={1},dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\nsn: {0}\n\n", uid, where);
}

/// 600 people in ou=people, the canary in ou=staff, a group of two.
std::string company() {
  std::string out = unit("people") + unit("staff") + unit("groups") + person("canary", "staff");
  for (int i = 0; i < kPeople; ++i) out += person(fmt::format("u{:04}", i), "people");
  out +=
      "dn: cn=admins,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: admins\n"
      "member: uid=u0000,ou=people,dc=example,dc=test\nmember: uid=u0001,ou=people,dc=example,dc=test\n\n";
  return out;
}

support::Slapd company_server(support::SlapdOptions options = {}) {
  options.data.insert(options.data.begin(), company());
  auto server = support::Slapd::start(options);
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

model::Harvest collect(LdapOptions options) { return make_ldap_source(std::move(options))->collect({&lab::now, {}}); }

auto gap(Gap::Kind kind, const std::string& words) {
  return Contains(AllOf(Field(&Gap::kind, kind), Field(&Gap::sentence, HasSubstr(words))));
}

const std::vector<std::string> kPasswordsStayHidden = {
    "to attrs=userPassword by self write by anonymous auth by * none"};

std::vector<std::string> rules(std::vector<std::string> more) {
  more.insert(more.begin(), kPasswordsStayHidden.front());
  more.emplace_back("to * by users read by * none");
  return more;
}

TEST(LiveDirectory, IsCompleteWhenEverythingIsShown) {
  const auto server = company_server();
  LdapOptions o = lab::reader_of(server);
  o.profile.canaries = {"uid=canary,ou=staff,dc=example,dc=test"};
  o.page_size = 100;
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_GE(h.accounts.size(), 601U);
  ASSERT_EQ(h.groups.size(), 1U);
  std::size_t memberships = 0;
  for (std::size_t i = 0; i < h.accounts.size(); ++i) memberships += h.groups_of_account.row(i).size();
  EXPECT_EQ(memberships, 2U);
  EXPECT_EQ(h.source.coverage.records_counted, h.source.coverage.records_read);
  EXPECT_EQ(h.source.connector, "openldap");
  EXPECT_THAT(h.source.query, AllOf(HasSubstr("dc=example,dc=test"), HasSubstr("pages of 100")));
  EXPECT_NE(h.source.content, base::Digest{});
  EXPECT_THAT(h.source.notes, Contains(testing::StartsWith("tls-certificate-sha256: ")));
  EXPECT_THAT(h.source.notes, Contains("canaries: all 1 seen"));
}

TEST(LiveDirectory, KeepsWhatASizeLimitLeftAndSaysSo) {
  const auto server = company_server({.limits = {"dn.exact={reader} size.soft=500 size.hard=500"}});
  LdapOptions o = lab::reader_of(server);
  o.page_size = 0;
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::size_limit, "after 500 entries: the server's size limit"));
  EXPECT_EQ(h.source.coverage.records_read, 500U);
}

TEST(LiveDirectory, NoticesTheLimitOverAllPages) {
  const auto server = company_server({.limits = {"dn.exact={reader} size.pr=50 size.prtotal=200"}});
  LdapOptions o = lab::reader_of(server);
  o.page_size = 50;
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::size_limit, "after 200 entries"));
  EXPECT_EQ(h.source.coverage.records_read, 200U);
}

TEST(LiveDirectory, TakesSmallerPagesWhenTheServerRefusesBigOnes) {
  const auto server = company_server({.limits = {"dn.exact={reader} size.pr=1000 size.prtotal=unlimited"}});
  LdapOptions o = lab::reader_of(server);
  o.page_size = 1001;
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_THAT(h.source.notes, Contains(AllOf(HasSubstr("refused pages of 1001"), HasSubstr("went on with 500"))));
  EXPECT_GE(h.accounts.size(), 601U);
}

TEST(LiveDirectory, FailsWhenTheWholeTreeIsHidden) {
  const auto server = company_server({.access = rules({"to dn.subtree=\"{suffix}\" by * none"})});
  const model::Harvest h = collect(lab::reader_of(server));
  EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::hidden, "does not exist or access rules hide it: cannot tell"));
  EXPECT_EQ(h.accounts.size(), 0U);
}

TEST(LiveDirectory, NoticesAUnitWhoseEntriesAreHidden) {
  const auto server = company_server({.access = rules({"to dn.children=\"ou=people,{suffix}\" by * none"})});
  const model::Harvest h = collect(lab::reader_of(server));
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(h.source.coverage.gaps,
              gap(Gap::Kind::hidden, "1 container below a base has entries of which none is shown"));
}

/// The rule that doctor prints, in front of one that shows nothing.
TEST(LiveDirectory, IsCompleteWithTheLeastRightsThatAreAskedFor) {
  const auto open_to_all = company_server();
  const Examination seen = examine(lab::reader_of(open_to_all), lab::now());
  EXPECT_EQ(seen.server, Dialect::openldap);
  EXPECT_EQ(seen.misread, std::nullopt);
  const std::string grant = least_grant(lab::reader_of(open_to_all), seen.schema).value();
  const std::size_t rule = grant.find("to dn.subtree"), end = grant.find("  by * break");
  ASSERT_LT(rule, end);
  std::string access = grant.substr(rule, end - rule) + "by * break";
  std::replace(access.begin(), access.end(), '\n', ' ');
  const auto server = company_server({.access = {kPasswordsStayHidden.front(), access, "to * by * none"}});
  const model::Harvest h = collect(lab::reader_of(server));
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_GE(h.accounts.size(), 601U);
  EXPECT_EQ(h.accounts.enabled[1].value, model::Truth::yes) << h.text.view(h.accounts.enabled[1].basis);
}

TEST(LiveDirectory, MissesItsCanary) {
  const auto server = company_server({.access = rules({"to dn.exact=\"uid=canary,ou=staff,{suffix}\" by * none"})});
  LdapOptions o = lab::reader_of(server);
  o.profile.canaries = {"uid=canary,ou=staff,dc=example,dc=test"};
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::hidden, "1 of 1 canary entries cannot be seen"));
}

TEST(LiveDirectory, ExpectsAsManyAccountsAsConfigured) {
  const auto server = company_server();
  LdapOptions o = lab::reader_of(server);
  o.profile.accounts_at_least = 5000;
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::envelope, "expects at least 5000"));
}

TEST(LiveDirectory, SaysWhatLiesBehindAReferral) {
  const std::string elsewhere =
      "dn: ou=remote,dc=example,dc=test\nobjectClass: referral\nobjectClass: extensibleObject\nou: remote\n"
      "ref: ldap://127.0.0.1:1/ou=remote,dc=example,dc=test\n\n";
  const auto server = company_server({.data = {elsewhere}});
  const model::Harvest not_allowed = collect(lab::reader_of(server));
  EXPECT_EQ(not_allowed.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(not_allowed.source.coverage.gaps, gap(Gap::Kind::referral, "is not among referral_hosts"));

  LdapOptions o = lab::reader_of(server);
  o.referral_hosts = {"127.0.0.1"};
  const model::Harvest unreachable = collect(std::move(o));
  EXPECT_THAT(unreachable.source.coverage.gaps, gap(Gap::Kind::unreachable, "following the referral to"));
}

TEST(LiveDirectory, KeepsWhatCameBeforeTheServerDied) {
  auto server = company_server();
  auto session = lab::open(lab::reader_of(server));
  ASSERT_TRUE(session) << session.error().message;
  Search what;
  what.base = server.suffix();
  what.query = {"(objectClass=inetOrgPerson)", {"uid"}};
  what.page_size = 50;
  const auto outcome =
      search(*session, what, {20s, connectors::Deadline::after(60s)}, [&](const Entry&) { server.stop(); });
  // Either the connection breaks, or the dying server still says "unavailable": both are a gap of the same kind.
  EXPECT_GE(outcome.entries, 50U);
  EXPECT_LT(outcome.entries, 601U);
  EXPECT_THAT(outcome.gaps, gap(Gap::Kind::unreachable, "reading, after"));
}

TEST(StalledServer, EndsWithinTheDeadlineInEveryWayOfStalling) {
  using support::Stall;
  for (const Stall stall :
       {Stall::silent, Stall::byte_a_second, Stall::after_start_tls, Stall::after_start_tls_byte_a_second}) {
    for (const Security security : {Security::starttls, Security::ldaps, Security::none}) {
      auto server = support::StallingServer::start(stall);
      ASSERT_TRUE(server) << server.error().message;
      LdapOptions o;
      o.profile.name = "stalled";
      o.profile.bases = {"dc=example,dc=test"};
      o.uri = security == Security::ldaps ? server->tls_uri() : server->uri();
      o.security = security;
      o.bind_dn = "cn=reader,dc=example,dc=test";
      o.password = base::Secret(std::string("x"));
      o.allow_plaintext = true;
      o.connect_deadline = 1500ms;
      o.total_deadline = 1500ms;
      const auto begin = std::chrono::steady_clock::now();
      const model::Harvest h = collect(std::move(o));
      const auto took = std::chrono::steady_clock::now() - begin;
      EXPECT_LT(took, 10s) << static_cast<int>(stall) << " " << static_cast<int>(security);
      EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
      EXPECT_FALSE(h.source.coverage.gaps.empty());
      if (stall == Stall::silent) {
        EXPECT_EQ(h.source.coverage.gaps.front().kind, Gap::Kind::timed_out);
      }
      EXPECT_TRUE(server->all_closed());
    }
  }
}

TEST(ReadOnly, TheLibraryNamesNoWriteOperationOfLibldap) {
  const auto names = support::run_successfully({.argv = {"nm", "--undefined-only", TALLY_DIRECTORY_LIBRARY}}, 60s);
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_THAT(*names, HasSubstr("ldap_search_ext"));
  for (const char* write : {"ldap_add", "ldap_modify", "ldap_delete", "ldap_rename", "ldap_modrdn", "ldap_passwd",
                            "ldap_extended_operation", "ldap_txn", "ldap_refresh"}) {
    EXPECT_THAT(*names, testing::Not(HasSubstr(write)));
  }
}

}  // namespace
}  // namespace tally::directory
