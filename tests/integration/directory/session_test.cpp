// Every way to connect and bind to a real slapd, and every way that must be refused, with the words an administrator
// reads.
#include "connectors/directory/session.h"

#include "tests/integration/directory/directory_lab.h"

namespace tally::directory {
namespace {

using lab::refusal;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class SessionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Slapd::start(
        {.data = {
             "dn: ou=policies,dc=example,dc=test\nobjectClass: organizationalUnit\nou: policies\n\n"
             "dn: cn=default,ou=policies,dc=example,dc=test\nobjectClass: device\nobjectClass: pwdPolicy\ncn: default\n"
             "pwdAttribute: userPassword\npwdLockout: TRUE\n\n"
             "dn: uid=locked,dc=example,dc=test\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: locked\n"
             "userPassword: locked-password\npwdAccountLockedTime: 000001010000Z\n"}});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Slapd(std::move(*started));
  }
  static void TearDownTestSuite() { delete server_; }
  static LdapOptions options() { return lab::reader_of(*server_); }
  static LdapOptions over_ldaps() {
    LdapOptions o = options();
    o.uri = server_->tls_uri();
    o.security = Security::ldaps;
    return o;
  }
  static inline support::Slapd* server_ = nullptr;
};

TEST_F(SessionTest, BindsWithAPasswordOverStartTls) { EXPECT_EQ(refusal(options()), ""); }
TEST_F(SessionTest, BindsWithAPasswordOverLdaps) { EXPECT_EQ(refusal(over_ldaps()), ""); }

TEST_F(SessionTest, TellsHowTheConnectionIsProtected) {
  const auto session = lab::open(options());
  ASSERT_TRUE(session);
  EXPECT_THAT(session->notes(), testing::Contains(testing::StartsWith("tls: TLS1.3")));
  EXPECT_THAT(session->notes(), testing::Contains(testing::MatchesRegex("tls-certificate-sha256: [0-9a-f]{64}")));
  EXPECT_THAT(session->notes(),
              testing::Contains(AllOf(StartsWith("tls-certificate-names: "), HasSubstr("127.0.0.1"))));
}

TEST_F(SessionTest, BindsAsTheLocalUserOverTheUnixSocket) {
  LdapOptions o = options();
  o.uri = server_->local_uri();
  o.security = Security::local;
  o.bind = Bind::external;
  EXPECT_EQ(refusal(o), "");
}

TEST_F(SessionTest, BindsByClientCertificate) {
  for (const bool ldaps : {false, true}) {
    LdapOptions o = ldaps ? over_ldaps() : options();
    o.bind = Bind::external;
    o.client_certificate = server_->client_certificate();
    o.client_key = server_->client_key();
    EXPECT_EQ(refusal(o), "");
  }
}

TEST_F(SessionTest, WantsACertificateForExternalOverTls) {
  LdapOptions o = options();
  o.bind = Bind::external;
  EXPECT_THAT(refusal(o), HasSubstr("needs a client certificate"));
}

TEST_F(SessionTest, RefusesAnUnknownCaAndNamesIt) {
  for (const bool ldaps : {false, true}) {
    LdapOptions o = ldaps ? over_ldaps() : options();
    o.ca_file = server_->other_ca_file();
    EXPECT_THAT(refusal(o),
                AllOf(StartsWith("not trustworthy: "), HasSubstr("signed by \"CN="), HasSubstr("belong into ca_file")))
        << o.uri;
  }
}

TEST_F(SessionTest, RefusesACertificateForAnotherNameAndShowsTheNames) {
  LdapOptions o = over_ldaps();
  // Another spelling of the address, which the certificate does not name.
  o.uri = "ldaps://[::ffff:127.0.0.1]:" + std::to_string(server_->tls_port());
  EXPECT_THAT(refusal(o), AllOf(HasSubstr("its certificate is for "), HasSubstr("127.0.0.1"),
                                HasSubstr("not for ::ffff:127.0.0.1")));
}

TEST_F(SessionTest, RefusesWithTheSystemsCasWhenNoneIsNamed) {
  LdapOptions o = options();
  o.ca_file.clear();
  EXPECT_THAT(refusal(o), HasSubstr("the system's list of CAs does not vouch for"));
}

/// A server of its own whose TLS is set to `ldif`, changes of cn=config.
std::string refusal_of_a_server_with(const std::string& ldif, bool expired = false) {
  auto server = support::Slapd::start();
  if (!server) return server.error().message;
  std::string change = "dn: cn=config\nchangetype: modify\n" + ldif;
  if (expired) change += server->expired_certificate().string() + "\n";
  if (const auto done = server->configure(change); !done) return done.error().message;
  LdapOptions o = lab::reader_of(*server);
  o.uri = server->tls_uri();
  o.security = Security::ldaps;
  return refusal(o);
}

TEST(WeakServer, IsRefusedWhenItsCertificateHasExpired) {
  EXPECT_THAT(refusal_of_a_server_with("replace: olcTLSCertificateFile\nolcTLSCertificateFile: ", true),
              AllOf(StartsWith("not trustworthy: "), HasSubstr("its certificate expired at ")));
}

TEST(WeakServer, IsRefusedWhenItSpeaksNothingNewerThanTls11) {
  EXPECT_THAT(
      refusal_of_a_server_with("replace: olcTLSCipherSuite\nolcTLSCipherSuite: NORMAL:-VERS-ALL:+VERS-TLS1.1\n"),
      AllOf(StartsWith("not trustworthy: "), HasSubstr("TLS1.1")));
}

TEST_F(SessionTest, SaysWhichFileCannotBeRead) {
  LdapOptions o = options();
  o.ca_file = "/nonexistent/ca.pem";
  EXPECT_THAT(refusal(o), HasSubstr("cannot read the CA file /nonexistent/ca.pem"));
}

TEST_F(SessionTest, RefusesAnEmptyPasswordBeforeAsking) {
  LdapOptions o = options();
  o.password = base::Secret();
  EXPECT_THAT(refusal(o), HasSubstr("the password is empty"));
}

TEST_F(SessionTest, SaysThatThePasswordIsWrong) {
  LdapOptions o = options();
  o.password = base::Secret(std::string("wrong"));
  EXPECT_THAT(refusal(o), AllOf(StartsWith("denied: "), HasSubstr("wrong name or password")));
}

TEST_F(SessionTest, RefusesALockedAccount) {
  LdapOptions o = options();
  o.bind_dn = "uid=locked,dc=example,dc=test";
  o.password = base::Secret(std::string("locked-password"));
  EXPECT_THAT(refusal(o), StartsWith("denied: "));
}

TEST_F(SessionTest, SendsAPasswordInClearOnlyToLoopbackAndOnlyWhenAllowed) {
  LdapOptions o = options();
  o.security = Security::none;
  EXPECT_THAT(refusal(o), HasSubstr("allow_plaintext"));
  o.allow_plaintext = true;
  EXPECT_EQ(refusal(o), "");
  o.uri = "ldap://directory.example.test";
  EXPECT_THAT(refusal(o), HasSubstr("only to a loopback address"));
}

TEST_F(SessionTest, RefusesAddressesAndSecurityThatDoNotFit) {
  LdapOptions o = options();
  o.security = Security::ldaps;
  EXPECT_THAT(refusal(o), HasSubstr("needs an address that begins with ldaps://"));
}

TEST_F(SessionTest, SaysThatNobodyListens) {
  LdapOptions o = options();
  o.uri = "ldap://127.0.0.1:1";
  EXPECT_THAT(refusal(o), AllOf(HasSubstr("cannot connect to 127.0.0.1 port 1"), HasSubstr("refused")));
}

TEST_F(SessionTest, SaysThatThePortSpeaksNoTls) {
  LdapOptions o = over_ldaps();
  o.uri = "ldaps://127.0.0.1:" + std::to_string(server_->port());
  EXPECT_THAT(refusal(o), HasSubstr("does this port speak TLS"));
}

}  // namespace
}  // namespace tally::directory
