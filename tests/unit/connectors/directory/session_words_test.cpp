// The parts of a session that need no server: addresses, options that contradict each other, refusals in words, and
// certificates as bytes from strangers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/directory/ber.h"
#include "connectors/directory/bind.h"
#include "connectors/directory/referral.h"
#include "connectors/directory/session_connect.h"
#include "connectors/directory/tls_certificate.h"
#include "connectors/directory/tls_diagnosis.h"

namespace tally::directory {
namespace {

using testing::HasSubstr;

TEST(Endpoint, ReadsHostPortAndSocket) {
  const auto plain = Endpoint::parse("ldap://dc1.corp.example");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->uri(), "ldap://dc1.corp.example:389");
  EXPECT_EQ(Endpoint::parse("ldaps://dc1.corp.example/")->uri(), "ldaps://dc1.corp.example:636");
  EXPECT_EQ(Endpoint::parse("ldaps://[::1]:1636")->uri(), "ldaps://[::1]:1636");
  const auto socket = Endpoint::parse("ldapi://%2Frun%2Fslapd%2Fldapi");
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->host, "/run/slapd/ldapi");
  EXPECT_EQ(socket->uri(), "ldapi://%2Frun%2Fslapd%2Fldapi");
}

TEST(Endpoint, RefusesWhatIsNoAddressOfADirectory) {
  for (const char* bad :
       {"", "dc1", "ldap://", "http://dc1", "ldap://dc1:0", "ldap://dc1:65536", "ldap://dc1:x", "ldap://dc1 ldap://dc2",
        "ldap://dc1/dc=corp", "ldap://user@dc1", "ldap://[::1", "ldapi://run"}) {
    EXPECT_FALSE(Endpoint::parse(bad)) << bad;
  }
}

TEST(Endpoint, TakesOnlyAddressesForLoopback) {
  EXPECT_TRUE(Endpoint::parse("ldap://127.0.0.1")->loopback());
  EXPECT_TRUE(Endpoint::parse("ldap://127.8.9.10")->loopback());
  EXPECT_TRUE(Endpoint::parse("ldap://[::1]")->loopback());
  EXPECT_FALSE(Endpoint::parse("ldap://localhost")->loopback()) << "a name can resolve to anything";
  EXPECT_FALSE(Endpoint::parse("ldap://10.0.0.1")->loopback());
  EXPECT_FALSE(Endpoint::parse("ldap://127.0.0.1.example.test")->loopback());
}

// Diagnostic texts as AD writes them.
TEST(BindRefusal, ReadsTheSubCodesOfActiveDirectory) {
  const auto said = [](std::string_view data) {
    return explain_bind_refusal(
        49, "80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, " + std::string(data) + ", v2580");
  };
  EXPECT_THAT(said("data 52e"), HasSubstr("wrong password"));
  EXPECT_THAT(said("data 533"), HasSubstr("disabled"));
  EXPECT_THAT(said("data 701"), HasSubstr("has expired"));
  EXPECT_THAT(said("data 773"), HasSubstr("must change its password"));
  EXPECT_THAT(said("data 775"), HasSubstr("locked out"));
}

TEST(BindRefusal, ReadsPasswordPolicyTexts) {
  EXPECT_THAT(explain_bind_refusal(49, "Account locked"), HasSubstr("locked by the password policy"));
  EXPECT_THAT(explain_bind_refusal(53, "Account inactivated. Contact system administrator."), HasSubstr("disabled"));
  EXPECT_THAT(explain_bind_refusal(19, "Exceed password retry limit. Please try later."), HasSubstr("locked out"));
  EXPECT_THAT(explain_bind_refusal(8, ""), HasSubstr("wants TLS"));
}

TEST(Ber, TakesNothingThatDoesNotFit) {
  for (const std::string_view bad :
       {std::string_view("\x04", 1),
        std::string_view("\x04\x05"
                         "abcd",
                         6),
        std::string_view("\x04\x80", 2), std::string_view("\x04\x85\x01\x00\x00\x00\x00", 7),
        std::string_view("\x04\x84\xff\xff\xff\xff", 6)}) {
    std::string_view in = bad;
    EXPECT_FALSE(ber::take(in));
    EXPECT_EQ(in, bad);
  }
  std::string_view two("\x04\x02hi\x04\x00", 6);
  EXPECT_EQ(ber::take(two)->body, "hi");
  EXPECT_EQ(ber::take(two)->body, "");
  EXPECT_FALSE(ber::take(two));
}

TEST(ServerCertificate, IsNothingWhenTheBytesAreNone) {
  EXPECT_FALSE(read_certificate(""));
  EXPECT_FALSE(read_certificate("hello"));
  EXPECT_FALSE(read_certificate(std::string(100'000, '\x30')));
}

ServerCertificate certificate_of(std::vector<std::string> names) {
  ServerCertificate c;
  c.names = std::move(names);
  c.issuer = "CN=lab CA";
  c.not_before = *base::parse_instant("2026-01-01T00:00:00Z");
  c.not_after = *base::parse_instant("2026-12-31T00:00:00Z");
  return c;
}

TEST(TlsRefusal, SaysWhatToCheck) {
  const Endpoint dc1 = *Endpoint::parse("ldaps://dc1.corp.example");
  const auto june = *base::parse_instant("2026-06-01T00:00:00Z");
  const auto later = *base::parse_instant("2027-06-01T00:00:00Z");
  const auto other = certificate_of({"dc2.corp.example", "10.0.0.2"});
  EXPECT_EQ(explain_tls_refusal(other, dc1, "", june),
            "its certificate is for dc2.corp.example, 10.0.0.2, not for dc1.corp.example: write one of its names into "
            "uri, or have it reissued");
  EXPECT_EQ(explain_tls_refusal(other, dc1, "", later),
            "its certificate expired at 2026-12-31T00:00:00Z: it has to be renewed there");
  EXPECT_EQ(explain_tls_refusal(certificate_of({"DC1.corp.example"}), dc1, "/etc/ca.pem", june),
            "its certificate is signed by \"CN=lab CA\", which the CA file /etc/ca.pem does not vouch for: its CA, "
            "and any CA between, belong into ca_file");
}

TEST(TlsRefusal, MatchesAStarForOneLabelOnly) {
  const auto star = certificate_of({"*.corp.example"});
  EXPECT_TRUE(names_host(star, "dc1.corp.example"));
  EXPECT_FALSE(names_host(star, "dc1.eu.corp.example"));
  EXPECT_FALSE(names_host(star, "corp.example"));
}

LdapOptions corp() {
  LdapOptions o;
  o.profile.dialect = Dialect::active_directory;
  o.security = Security::ldaps;
  o.referral_hosts = {"dc.eu.corp.example"};
  return o;
}

TEST(Referral, IsFollowedOnlyToNamedHostsAndNeverLessSafe) {
  const Referral to = judge_referral("ldap://DC.eu.corp.example/DC=eu,DC=corp,DC=example", corp());
  EXPECT_TRUE(to.follow);
  EXPECT_EQ(to.base, "DC=eu,DC=corp,DC=example");
  EXPECT_EQ(to.uri, "ldaps://DC.eu.corp.example:636") << "the referral said ldap://, the options say ldaps";
  EXPECT_FALSE(judge_referral("ldap://evil.example/DC=eu,DC=corp,DC=example", corp()).follow);
  EXPECT_EQ(judge_referral("no url", corp()).host, "");
}

TEST(Referral, KnowsThePartitionsOfActiveDirectoryWithoutAccounts) {
  EXPECT_TRUE(judge_referral("ldap://corp.example/CN=Configuration,DC=corp,DC=example", corp()).no_accounts);
  EXPECT_TRUE(judge_referral("ldap://corp.example/DC=DomainDnsZones,DC=corp,DC=example", corp()).no_accounts);
  EXPECT_FALSE(judge_referral("ldap://corp.example/DC=eu,DC=corp,DC=example", corp()).no_accounts);
}

}  // namespace
}  // namespace tally::directory
