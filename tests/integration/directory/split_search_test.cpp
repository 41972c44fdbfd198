// A directory that is read over several connections gives what one connection gives, or says what is missing.
#include "connectors/directory/split_search.h"

#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;

constexpr int kPeople = 300;

/// Everybody in one unit, and a group of every third.
std::string company() {
  std::string out = "dn: ou=people,dc=example,dc=test\nobjectClass: organizationalUnit\nou: people\n\n";
  std::string members;
  for (int i = 0; i < kPeople; ++i) {
    const std::string dn = fmt::format("uid=u{:03},ou=people,dc=example,dc=test", i);
    out += fmt::format("dn: {}\nobjectClass: inetOrgPerson\nuid: u{:03}\ncn: U {}\nsn: U\n\n", dn, i, i);
    if (i % 3 == 0) members += "member: " + dn + "\n";
  }
  return out + "dn: cn=third,ou=people,dc=example,dc=test\nobjectClass: groupOfNames\ncn: third\n" + members + "\n";
}

support::Slapd company_server(std::vector<std::string> access = {}) {
  support::SlapdOptions options;
  options.data = {company()};
  options.access = std::move(access);
  auto server = support::Slapd::start(options);
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

LdapOptions over(const support::Slapd& server, std::uint32_t connections) {
  LdapOptions o = reader_of(server);
  o.page_size = 50;
  o.connections = connections;
  return o;
}

/// "login: how many groups", whatever the order in which they came.
std::multiset<std::string> seen(const model::Harvest& h) {
  std::multiset<std::string> out;
  for (std::size_t i = 0; i < h.accounts.size(); ++i) {
    out.insert(fmt::format("{}: {}", h.text.view(h.accounts.login[i]), h.groups_of_account.row(i).size()));
  }
  return out;
}

TEST(SeveralConnections, GiveWhatOneGives) {
  const auto server = company_server();
  const Collected one = collect(over(server, 1)), four = collect(over(server, 4));
  ASSERT_TRUE(one.complete()) << one.coverage().in_words();
  EXPECT_TRUE(four.complete()) << four.coverage().in_words();
  EXPECT_EQ(seen(one.harvest).count("u003: 1"), 1U);
  EXPECT_EQ(seen(four.harvest), seen(one.harvest));
  EXPECT_EQ(four.coverage().records_read, one.coverage().records_read);
  EXPECT_EQ(four.coverage().records_counted, four.coverage().records_read);
  EXPECT_THAT(four.harvest.source.notes, Contains("connections: 4, for 4 parts of the search by identifier"));
}

TEST(SeveralConnections, TellWhenEntriesShowNoIdentifier) {
  const auto server = company_server({"to attrs=userPassword by self write by anonymous auth by * none",
                                      "to attrs=entryUUID by * none", "to * by users read by * none"});
  ASSERT_GT(collect(over(server, 1)).coverage().records_read, 300U);
  const Collected c = collect(over(server, 4));
  EXPECT_FALSE(c.complete());
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::count_mismatch, "a second way counts"));
}

/// The filter of the part stands in the request as it is.
bool asks_for_part(const Asked& asked, const std::string& first_bytes) {
  return is_main_read(asked) && asked.filter.find(first_bytes + "-0000") != std::string::npos;
}

/// An honest tree whose entries are all in the first of four parts.
Reply in_the_first_part(const Asked& asked, Reply honest) {
  if (!is_main_read(asked) || asks_for_part(asked, "00000000")) return honest;
  return {ldap_done(asked.id, 0, "", support::page_control(""))};
}

Collected over_four(Twist twist) {
  EvilServer server({.script = Tree{}.script(std::move(twist))});
  LdapOptions o = to(server);
  o.connections = 4;
  Collected out = collect(std::move(o));
  EXPECT_LT(out.took, kTotal + kGrace);
  EXPECT_TRUE(server.all_closed());
  return out;
}

TEST(SeveralConnections, AreAllOfUse) {
  const Collected c = over_four(in_the_first_part);
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(c.harvest.accounts.size(), 30U);
}

TEST(SeveralConnections, OfWhichOneIsLostGiveTheRestAndSaySo) {
  for (const Then end : {Then::reset, Then::stall, Then::close}) {
    const Collected c = over_four([&](const Asked& asked, Reply honest) {
      if (asks_for_part(asked, "80000000")) return Reply{"", end};
      return in_the_first_part(asked, std::move(honest));
    });
    EXPECT_EQ(c.coverage().state, CoverageState::partial);
    EXPECT_EQ(c.harvest.accounts.size(), 30U);
    EXPECT_THAT(c.coverage().gaps,
                gap(end == Then::stall ? Gap::Kind::timed_out : Gap::Kind::unreachable, "reading, after 0 entries"));
  }
}

TEST(SeveralConnections, OfWhichTheServerAllowsTwoAreTwo) {
  std::atomic<int> binds = 0;
  const Collected c = over_four([&](const Asked& asked, Reply honest) {
    // The first reads, the second counts or reads; whoever comes later is told to go.
    if (asked.operation == Asked::bind && ++binds > 2)
      return Reply{ldap_message(asked.id, ldap_result(0x61, 51, "too many connections"))};
    return in_the_first_part(asked, std::move(honest));
  });
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(c.harvest.accounts.size(), 30U);
  EXPECT_THAT(c.harvest.source.notes, Contains(HasSubstr("of 4 could not be had (")));
}

TEST(SeveralConnections, OfEverNewEntriesEndWithTheTime) {
  std::atomic<int> next = 0;
  const Collected c = over_four([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    std::string out;
    for (int i = 0; i < 10; ++i) out += ldap_entry(asked.id, Tree::name_of(++next), {{"objectClass", {"person"}}});
    return Reply{out + ldap_done(asked.id, 0, "", support::page_control("more"))};
  });
  EXPECT_FALSE(c.complete());
  EXPECT_THAT(c.coverage().gaps, Contains(Field(&Gap::kind, Gap::Kind::timed_out)));
}

}  // namespace
}  // namespace tally::directory
