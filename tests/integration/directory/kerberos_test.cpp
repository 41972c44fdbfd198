// GSSAPI with a keytab against slapd and a KDC.
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/kdc.h"

namespace tally::directory {
namespace {

TEST(Kerberos, BindsWithAKeytabAndEncrypts) {
  auto kdc = support::Kdc::start();
  ASSERT_TRUE(kdc) << kdc.error().message;
  ::setenv("KRB5_CONFIG", kdc->config_file().c_str(), 1);
  auto server = support::Slapd::start({.environment = kdc->server_environment()});
  ASSERT_TRUE(server) << server.error().message;

  LdapOptions o = lab::reader_of(*server);
  o.security = Security::sasl;
  o.bind = Bind::gssapi;
  o.keytab = kdc->reader_keytab();
  {
    const auto session = lab::open(o);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_THAT(session->notes(), testing::Contains(testing::StartsWith("sasl: GSSAPI, strength ")));
  }
  o.security = Security::starttls;
  EXPECT_EQ(lab::refusal(o), "") << "the same inside TLS, without a second layer";
  o.keytab = server->ca_file();
  EXPECT_THAT(lab::refusal(o), testing::HasSubstr("two directories of one process want different Kerberos keytabs"));
}

}  // namespace
}  // namespace tally::directory
