#include "tests/support/slapd.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace tally::support {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPeople =
    "dn: ou=people,dc=example,dc=test\nobjectClass: organizationalUnit\nou: people\n\n"
    "dn: uid=one,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: one\ncn: One\nsn: One\n\n"
    "dn: uid=two,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: two\ncn: Two\nsn: Two\n"
    "pwdAccountLockedTime: 000001010000Z\n\n";

class SlapdServer : public testing::Test {
 protected:
  void start(const SlapdOptions& options) {
    base::Result<Slapd> started = Slapd::start(options);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::make_unique<Slapd>(std::move(*started));
  }

  /// ldapsearch as the reader by simple bind, trusting only the server's CA.
  Outcome search(const std::string& uri, std::vector<std::string> rest, const std::filesystem::path& ca) {
    std::vector<std::string> argv = {
        "ldapsearch",     "-x", "-LLL", "-H", uri, "-D", server_->reader_dn(), "-w", server_->reader_password(), "-b",
        server_->suffix()};
    argv.insert(argv.end(), rest.begin(), rest.end());
    const auto outcome =
        run_command({.argv = argv, .environment = {{"LDAPTLS_CACERT", ca}, {"LDAPTLS_REQCERT", "demand"}}}, 20s);
    return outcome ? *outcome : Outcome{.err = outcome.error().message};
  }

  std::unique_ptr<Slapd> server_;
};

TEST_F(SlapdServer, ServesItsTreeOverStartTlsAndLdaps) {
  ASSERT_NO_FATAL_FAILURE(start({.data = {kPeople}}));
  for (const Outcome& outcome : {search(server_->uri(), {"-ZZ", "(uid=*)", "uid"}, server_->ca_file()),
                                 search(server_->tls_uri(), {"(uid=*)", "uid"}, server_->ca_file())}) {
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("uid: one"), std::string::npos);
    EXPECT_NE(outcome.out.find("uid: two"), std::string::npos);
  }
}

TEST_F(SlapdServer, IsRefusedByAClientThatTrustsAnotherCa) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  EXPECT_NE(search(server_->tls_uri(), {}, server_->other_ca_file()).exit_code, 0);
  EXPECT_NE(search(server_->uri(), {"-ZZ"}, server_->other_ca_file()).exit_code, 0);
}

TEST_F(SlapdServer, KnowsTheReaderByClientCertificateAndBySocket) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  for (const std::string& uri : {server_->tls_uri(), server_->local_uri()}) {
    const auto who = run_successfully({.argv = {"ldapwhoami", "-Q", "-Y", "EXTERNAL", "-H", uri},
                                       .environment = {{"LDAPTLS_CACERT", server_->ca_file()},
                                                       {"LDAPTLS_CERT", server_->client_certificate()},
                                                       {"LDAPTLS_KEY", server_->client_key()}}},
                                      20s);
    ASSERT_TRUE(who) << who.error().message;
    EXPECT_EQ(*who, "dn:" + server_->reader_dn() + "\n");
  }
}

TEST_F(SlapdServer, CutsTheReaderShortAtItsSizeLimit) {
  ASSERT_NO_FATAL_FAILURE(start({.data = {kPeople}, .limits = {"dn.exact={reader} size.soft=2 size.hard=2"}}));
  EXPECT_EQ(search(server_->uri(), {"1.1"}, server_->ca_file()).exit_code, 4);  // sizeLimitExceeded
}

TEST_F(SlapdServer, HidesATreeByAccessRule) {
  ASSERT_NO_FATAL_FAILURE(
      start({.data = {kPeople},
             .access = {"to dn.subtree=ou=people,{suffix} by * none", "to * by anonymous auth by users read"}}));
  const Outcome outcome = search(server_->uri(), {"(uid=*)"}, server_->ca_file());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

TEST_F(SlapdServer, LoadsOperationalAttributesAndKeepsOverlaysGoing) {
  ASSERT_NO_FATAL_FAILURE(start({.data = {kPeople}}));
  const auto applied = server_->apply(
      "dn: cn=admins,dc=example,dc=test\nobjectClass: groupOfNames\ncn: admins\nmember: "
      "uid=one,ou=people,dc=example,dc=test\n");
  ASSERT_TRUE(applied) << applied.error().message;
  const Outcome outcome = search(server_->uri(), {"(uid=*)", "memberOf", "pwdAccountLockedTime"}, server_->ca_file());
  EXPECT_NE(outcome.out.find("memberOf: cn=admins,dc=example,dc=test"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("pwdAccountLockedTime: 000001010000Z"), std::string::npos) << outcome.out;
}

TEST_F(SlapdServer, TakesConfigurationChanges) {
  ASSERT_NO_FATAL_FAILURE(
      start({.config_changes = {
                 "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nreplace: olcRequires\nolcRequires: authc\n"}}));
}

TEST_F(SlapdServer, EndsAndLeavesNoFolder) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  const std::filesystem::path folder = server_->ca_file().parent_path().parent_path();
  EXPECT_TRUE(std::filesystem::exists(folder));
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(SlapdFailure, QuotesTheServersReason) {
  const auto server = Slapd::start({.data = {"dn: cn=x,dc=example,dc=test\nobjectClass: nonsense\ncn: x\n"}});
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("nonsense"), std::string::npos) << server.error().message;
}

}  // namespace
}  // namespace tally::support
