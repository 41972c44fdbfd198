#include "tests/support/kdc.h"

#include <gtest/gtest.h>

#include "tests/support/slapd.h"

namespace tally::support {
namespace {

using namespace std::chrono_literals;

TEST(Kdc, LetsTheReaderBindToSlapdByKeytab) {
  const auto kdc = Kdc::start();
  ASSERT_TRUE(kdc) << kdc.error().message;
  const auto server = Slapd::start({.environment = kdc->server_environment()});
  ASSERT_TRUE(server) << server.error().message;
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const std::string uri = "ldap://" + host + ":" + std::to_string(server->port());
    const auto who = run_successfully(
        {.argv = {"ldapwhoami", "-Q", "-N", "-Y", "GSSAPI", "-H", uri}, .environment = kdc->client_environment()}, 20s);
    ASSERT_TRUE(who) << who.error().message << server->log();
    EXPECT_EQ(*who, "dn:" + server->reader_dn() + "\n");
  }
}

}  // namespace
}  // namespace tally::support
