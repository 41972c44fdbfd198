// Neither the environment nor an ldaprc file in the working directory switches certificate checks off, not even when
// something in the process made libldap read them before us.
#include <ldap.h>
#include <unistd.h>

#include "tests/integration/directory/directory_lab.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

class HostileEnvironment : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Slapd::start();
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Slapd(std::move(*started));
    auto folder = support::WorkFolder::create("ldaprc");
    ASSERT_TRUE(folder);
    folder_ = new support::WorkFolder(std::move(*folder));
    ASSERT_TRUE(support::write_file(folder_->path() / "ldaprc", "TLS_REQCERT never\nREFERRALS on\nSIZELIMIT 1\n"));
    ASSERT_EQ(::chdir(folder_->path().c_str()), 0);
    ::setenv("LDAPTLS_REQCERT", "never", 1);
    ::setenv("LDAPTLS_CACERT", server_->ca_file().c_str(), 1);
    ::setenv("LDAPSIZELIMIT", "1", 1);
    ::unsetenv("LDAPNOINIT");
    // Somebody else in the process uses libldap first: now its defaults are the hostile ones.
    LDAP* other = nullptr;
    ASSERT_EQ(ldap_initialize(&other, "ldap://127.0.0.1:1"), LDAP_SUCCESS);
    int check = -1;
    ldap_get_option(other, LDAP_OPT_X_TLS_REQUIRE_CERT, &check);
    EXPECT_EQ(check, LDAP_OPT_X_TLS_NEVER) << "the test itself: the environment did not reach libldap";
    ldap_unbind_ext_s(other, nullptr, nullptr);
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }
  static inline support::Slapd* server_ = nullptr;
  static inline support::WorkFolder* folder_ = nullptr;
};

TEST_F(HostileEnvironment, DoesNotMakeUsTrustAnUnknownCa) {
  for (const bool ldaps : {false, true}) {
    LdapOptions o = lab::reader_of(*server_);
    o.ca_file = server_->other_ca_file();
    if (ldaps) o.uri = server_->tls_uri();
    if (ldaps) o.security = Security::ldaps;
    EXPECT_THAT(lab::refusal(o), testing::HasSubstr("belong into ca_file")) << o.uri;
  }
}

TEST_F(HostileEnvironment, DoesNotMakeUsTrustAnotherName) {
  LdapOptions o = lab::reader_of(*server_);
  o.uri = "ldap://[::ffff:127.0.0.1]:" + std::to_string(server_->port());
  EXPECT_THAT(lab::refusal(o), testing::HasSubstr("its certificate is for "));
}

TEST_F(HostileEnvironment, DoesNotReplaceTheSystemsCas) {
  LdapOptions o = lab::reader_of(*server_);
  o.ca_file.clear();
  EXPECT_THAT(lab::refusal(o), testing::HasSubstr("the system's list of CAs"));
}

TEST_F(HostileEnvironment, DoesNotKeepUsFromConnectingProperly) {
  EXPECT_EQ(lab::refusal(lab::reader_of(*server_)), "");
}

}  // namespace
}  // namespace tally::directory
