// Referrals in circles, without end, and to those who would like our password.
#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;

/// The last page also refers to that URL.
lab::Twist refers_to(std::string url) {
  return [url = std::move(url)](const Asked& asked, Reply honest) {
    if (!is_search(asked, 2) || asks_for_containers(asked) || asked.cookie != "30") return honest;
    return Reply{support::ldap_reference(asked.id, url) + honest.bytes};
  };
}

TEST(Referral, ToTheServerItselfEndsAndIsAGap) {
  for (const char* base : {"dc=t", "DC=T", "ou=elsewhere,dc=t"}) {
    std::string url;
    EvilServer server({.script = Tree{}.script([&](const Asked& asked, Reply honest) {
      return refers_to(url)(asked, std::move(honest));
    })});
    url = server.uri() + "/" + base;
    LdapOptions o = to(server);
    o.referral_hosts = {"127.0.0.1"};
    const Collected c = collect(std::move(o));
    EXPECT_LT(c.took, kTotal + kGrace);
    EXPECT_EQ(c.coverage().state, CoverageState::partial) << base;
    EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::referral, "leads back to where it was found")) << base;
    EXPECT_LE(server.connections(), 3) << "two of ours, and one behind a referral";
  }
}

TEST(Referral, InACircleOfTwoServersEndsAndIsAGap) {
  std::string first, second;
  const auto script = [](const std::string& url) {
    return Tree{}.script([&](const Asked& asked, Reply honest) { return refers_to(url)(asked, std::move(honest)); });
  };
  EvilServer one({.script = script(second)});
  EvilServer two({.script = script(first)});
  first = one.uri() + "/dc=t";
  second = two.uri() + "/dc=t";
  LdapOptions o = to(one);
  o.referral_hosts = {"127.0.0.1"};
  const Collected c = collect(std::move(o));
  EXPECT_LT(c.took, kTotal + kGrace);
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::referral, "leads back to"));
  EXPECT_EQ(one.connections(), 2);
  EXPECT_EQ(two.connections(), 1);
}

TEST(Referral, ChainsEndAfterThreeHops) {
  int hop = 0;
  std::string here;
  EvilServer server({.script = Tree{.people = 0}.script([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    return Reply{support::ldap_reference(asked.id, fmt::format("{}/ou={},dc=t", here, ++hop)) + honest.bytes};
  })});
  here = server.uri();
  LdapOptions o = to(server);
  o.referral_hosts = {"127.0.0.1"};
  const Collected c = collect(std::move(o));
  EXPECT_FALSE(c.complete());
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::referral, "too many servers refer to the next one"));
  EXPECT_EQ(hop, 4);
}

TEST(Referral, WithoutEndInBreadthIsCutOff) {
  int next = 0;
  std::string here;
  EvilServer server({.script = Tree{.people = 0}.script([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    std::string out;
    for (int i = 0; i < 90; ++i) {
      out += support::ldap_reference(asked.id, fmt::format("{}/ou={},dc=t", here, ++next));
    }
    return Reply{out + honest.bytes};
  })});
  here = server.uri();
  LdapOptions o = to(server);
  o.referral_hosts = {"127.0.0.1"};
  o.total_deadline = 20s;
  const Collected c = collect(std::move(o));
  EXPECT_FALSE(c.complete());
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::referral, "100 referrals were followed"));
  EXPECT_LE(server.connections(), 102);
}

TEST(Referral, ToAHostThatIsNotAllowedGetsNoConnection) {
  EvilServer thief({.script = Tree{}.script()});
  EvilServer server({.script = Tree{}.script(refers_to(thief.uri() + "/ou=x,dc=t"))});
  LdapOptions o = to(server);
  o.referral_hosts = {"dc2.example.test"};
  const Collected c = collect(std::move(o));
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::referral, "its host is not among referral_hosts"));
  EXPECT_EQ(thief.connections(), 0);
}

TEST(Referral, IsFollowedWithTlsAlikeAndNoPasswordLeavesWithoutIt) {
  // Speaks no TLS, although the first server does; the referral says ldap://.
  EvilServer thief({.script = Tree{}.script([](const Asked& asked, Reply honest) {
    if (asked.operation != Asked::extended) return honest;
    return Reply{ldap_message(asked.id, ldap_result(0x78, 2, "what is TLS?"))};
  })});
  EvilServer server(with_tls({.script = Tree{}.script(refers_to(thief.uri() + "/ou=x,dc=t"))}));
  LdapOptions o = to(server, Security::starttls);
  o.referral_hosts = {"127.0.0.1"};
  const Collected c = collect(std::move(o));
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::unreachable, "refuses StartTLS"));
  EXPECT_GT(thief.connections(), 0);
  EXPECT_EQ(thief.passwords(), 0);
}

TEST(Referral, ThatIsAllowedIsRead) {
  EvilServer other({.script = [](const Asked& asked) {
    if (asked.operation != Asked::search) return support::accept(asked);
    return Reply{ldap_entry(asked.id, "uid=far,ou=x,dc=t", {{"objectClass", {"person"}}, {"uid", {"far"}}}) +
                 ldap_done(asked.id)};
  }});
  EvilServer server({.script = Tree{}.script(refers_to(other.uri() + "/ou=x,dc=t"))});
  LdapOptions o = to(server);
  o.referral_hosts = {"127.0.0.1"};
  const Collected c = collect(std::move(o));
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(c.harvest.accounts.size(), 31U);
}

}  // namespace
}  // namespace tally::directory
