// Certificates that must be refused, shown by a real slapd, and the sentence that an administrator reads for each:
// libldap itself says "unknown error" for all of them.
#include <fmt/format.h>

#include "tests/integration/directory/directory_lab.h"
#include "tests/support/certificates.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using support::Certificates;
using support::Issue;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class ShownCertificate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::Slapd::start();
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Slapd(std::move(*started));
    ca_ = new Certificates;
  }
  static void TearDownTestSuite() {
    delete server_;
    delete ca_;
  }

  /// The refusals with LDAPS and with StartTLS when slapd shows that certificate; both must be the same sentence.
  static std::string refusal_of(const Issue& issue) {
    const Certificates::Files files = ca_->issue(issue);
    const auto shown = server_->configure(
        fmt::format("dn: cn=config\nchangetype: modify\nreplace: olcTLSCertificateFile\nolcTLSCertificateFile: {}\n-\n"
                    "replace: olcTLSCertificateKeyFile\nolcTLSCertificateKeyFile: {}\n",
                    files.certificate.string(), files.key.string()));
    if (!shown) return "slapd: " + shown.error().message;
    LdapOptions o = lab::reader_of(*server_);
    o.ca_file = ca_->ca_file();
    const std::string after_start_tls = lab::refusal(o);
    o.uri = server_->tls_uri();
    o.security = Security::ldaps;
    const std::string at_once = lab::refusal(o);
    const std::string port = fmt::format("port {}", server_->port());
    const std::size_t at = after_start_tls.find(port);
    const std::string same =
        at == std::string::npos
            ? after_start_tls
            : std::string(after_start_tls).replace(at, port.size(), fmt::format("port {}", server_->tls_port()));
    EXPECT_EQ(same, at_once);
    return at_once;
  }

  static inline support::Slapd* server_ = nullptr;
  static inline Certificates* ca_ = nullptr;
};

TEST_F(ShownCertificate, ThatIsInOrderIsAccepted) {
  EXPECT_EQ(refusal_of({}), "");
  EXPECT_EQ(refusal_of({.usage = "", .key_usage = ""}), "") << "old CAs write neither";
  EXPECT_EQ(refusal_of({.usage = "anyExtendedKeyUsage"}), "");
  EXPECT_EQ(refusal_of({.usage = "clientAuth,serverAuth"}), "");
}

TEST_F(ShownCertificate, ThatHasExpiredIsRefusedWithItsDate) {
  EXPECT_THAT(refusal_of({.valid_from = -48h, .valid_until = -24h}),
              AllOf(StartsWith("not trustworthy: TLS with 127.0.0.1 port "), HasSubstr("its certificate expired at 20"),
                    HasSubstr("has to be renewed")));
}

TEST_F(ShownCertificate, ThatIsNotValidYetIsRefusedWithItsDate) {
  EXPECT_THAT(
      refusal_of({.valid_from = 24h, .valid_until = 48h}),
      AllOf(StartsWith("not trustworthy: "), HasSubstr("is valid only from 20"), HasSubstr("check the clocks")));
}

TEST_F(ShownCertificate, ForAnotherNameIsRefusedWithItsNames) {
  EXPECT_THAT(refusal_of({.names = "DNS:dc1.example.test,IP:127.0.0.2"}),
              AllOf(StartsWith("not trustworthy: "),
                    HasSubstr("its certificate is for dc1.example.test, 127.0.0.2, not for 127.0.0.1")));
}

TEST_F(ShownCertificate, OfAnUnknownIssuerIsRefusedWithItsName) {
  EXPECT_THAT(refusal_of({.by = Issue::By::other_ca}),
              AllOf(StartsWith("not trustworthy: "), HasSubstr("signed by \"CN=Evil test CA\""),
                    HasSubstr(ca_->ca_file().string() + " does not vouch for"), HasSubstr("belong into ca_file")));
}

TEST_F(ShownCertificate, ThatSignsItselfIsRefused) {
  EXPECT_THAT(refusal_of({.by = Issue::By::itself}),
              AllOf(StartsWith("not trustworthy: "), HasSubstr("its certificate is self-signed, which the CA file")));
}

TEST_F(ShownCertificate, ForAnotherUseIsRefused) {
  // Everybody with a certificate for mail or for signing in would else be the directory.
  for (const char* use : {"clientAuth", "emailProtection,clientAuth", "codeSigning"}) {
    EXPECT_THAT(refusal_of({.usage = use}),
                AllOf(StartsWith("not trustworthy: "), HasSubstr("extendedKeyUsage without serverAuth")))
        << use;
  }
}

TEST_F(ShownCertificate, WhoseKeyMayNotSignIsRefused) {
  EXPECT_THAT(refusal_of({.key_usage = "keyAgreement"}),
              AllOf(StartsWith("not trustworthy: "), HasSubstr("does the keyUsage of its own lack digitalSignature?")));
}

}  // namespace
}  // namespace tally::directory
