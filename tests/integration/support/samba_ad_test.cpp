#include "tests/support/samba_ad.h"

#include <gtest/gtest.h>

#include "tests/support/loopback.h"

namespace tally::support {
namespace {

using namespace std::chrono_literals;

// clearTextPassword is "Ann-passw0rd" in UTF-16LE; pwdLastSet is 2020-01-01T00:00:00Z as a FILETIME.
constexpr const char* kAnn =
    "dn: CN=ann,CN=Users,DC=ad,DC=lab,DC=test\nobjectClass: user\nsAMAccountName: ann\nuserPrincipalName: "
    "ann@ad.lab.test\n"
    "clearTextPassword:: QQBuAG4ALQBwAGEAcwBzAHcAMAByAGQA\nuserAccountControl: 66048\n\n"
    "dn: CN=ann,CN=Users,DC=ad,DC=lab,DC=test\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: "
    "132223104000000000\n-\n\n"
    "dn: CN=Domain Admins,CN=Users,DC=ad,DC=lab,DC=test\nchangetype: modify\nadd: member\nmember: "
    "CN=ann,CN=Users,DC=ad,DC=lab,DC=test\n-\n\n";

class SambaDirectory : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    base::Result<SambaAd> started = SambaAd::start({.ldif = {kAnn}});
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::make_unique<SambaAd>(std::move(*started));
  }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override { ASSERT_NE(server_, nullptr) << "the server did not start"; }

  static Outcome search(std::vector<std::string> how, const std::string& filter = "(sAMAccountName=ann)") {
    std::vector<std::string> argv = {"ldapsearch", "-LLL", "-N", "-o", "ldif-wrap=no"};
    argv.insert(argv.end(), how.begin(), how.end());
    argv.insert(argv.end(), {"-b", server_->base_dn(), filter, "pwdLastSet", "memberOf"});
    const auto outcome = server_->run(
        {.argv = argv, .environment = {{"LDAPTLS_CACERT", server_->ca_file()}, {"LDAPTLS_REQCERT", "demand"}}}, 30s);
    return outcome ? *outcome : Outcome{.err = outcome.error().message};
  }

  static std::unique_ptr<SambaAd> server_;
};
std::unique_ptr<SambaAd> SambaDirectory::server_;

TEST_F(SambaDirectory, ServesLoadedEntriesOverLdapsToTheReader) {
  const Outcome outcome =
      search({"-x", "-H", server_->tls_uri(), "-D", server_->reader_dn(), "-w", server_->reader_password()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("pwdLastSet: 132223104000000000"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("memberOf: CN=Domain Admins,CN=Users,DC=ad,DC=lab,DC=test"), std::string::npos)
      << outcome.out;
}

TEST_F(SambaDirectory, AcceptsALoadedPasswordOverStartTls) {
  const Outcome outcome = search({"-x", "-ZZ", "-H", server_->uri(), "-D", "ann@ad.lab.test", "-w", "Ann-passw0rd"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST_F(SambaDirectory, BindsTheReaderByKeytab) {
  for (const std::string& uri : {server_->uri(), "ldap://" + server_->host_name()}) {
    const Outcome outcome = search({"-Q", "-Y", "GSSAPI", "-H", uri});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("CN=ann"), std::string::npos);
  }
}

TEST_F(SambaDirectory, RefusesAPasswordInClear) {
  const Outcome outcome =
      search({"-x", "-H", server_->uri(), "-D", server_->reader_dn(), "-w", server_->reader_password()});
  EXPECT_EQ(outcome.exit_code, 8);  // strongerAuthRequired
}

TEST_F(SambaDirectory, TakesChangesWhileItRuns) {
  const auto applied =
      server_->apply("dn: CN=late,CN=Users,DC=ad,DC=lab,DC=test\nobjectClass: user\nsAMAccountName: late\n");
  ASSERT_TRUE(applied) << applied.error().message;
  const Outcome outcome =
      search({"-x", "-H", server_->tls_uri(), "-D", server_->reader_upn(), "-w", server_->reader_password()},
             "(sAMAccountName=late)");
  EXPECT_NE(outcome.out.find("CN=late"), std::string::npos) << outcome.err;
}

TEST_F(SambaDirectory, IsSeenOnlyFromInside) {
  {
    const InsideNamespace inside = server_->enter();
    EXPECT_TRUE(answers(389));
    EXPECT_TRUE(answers(3268));
  }
  EXPECT_FALSE(answers(3268));
}

TEST(SambaFailure, QuotesTheReason) {
  const auto server = SambaAd::start({.ldif = {"dn: CN=x,DC=ad,DC=lab,DC=test\nobjectClass: nonsense\n"}});
  ASSERT_FALSE(server);
  EXPECT_NE(server.error().message.find("nonsense"), std::string::npos) << server.error().message;
}

}  // namespace
}  // namespace tally::support
