// Several servers of one directory: the first that gives everything is read, from nothing, and it is said which.
#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;

LdapOptions to_both(const EvilServer& first, const EvilServer& second) {
  LdapOptions o = to(first);
  o.failover_uris = {second.uri()};
  return o;
}

/// Loses the connection at the second page.
Twist breaks_off() {
  return [](const Asked& asked, Reply honest) {
    return is_main_read(asked) && asked.cookie == "10" ? Reply{"", Then::reset} : honest;
  };
}

TEST(Failover, IsNotNeededWhenTheFirstAnswers) {
  EvilServer first({.script = Tree{}.script()}), second({.script = Tree{}.script()});
  const Collected c = collect(to_both(first, second));
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(second.connections(), 0);
  EXPECT_EQ(c.harvest.source.location, first.uri());
  EXPECT_THAT(c.harvest.source.notes, Contains("server-read: " + first.uri() + ", number 1 of 2"));
}

TEST(Failover, GoesOnToTheNextWhenTheFirstDoesNotAnswer) {
  EvilServer silent({.script = Tree{}.script(), .on_connect = Then::stall}), second({.script = Tree{}.script()});
  const Collected c = collect(to_both(silent, second));
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_LT(c.took, 2 * kRequest + kGrace);
  EXPECT_EQ(c.harvest.source.location, second.uri());
  EXPECT_THAT(c.harvest.source.notes,
              Contains(AllOf(HasSubstr("server-passed-over: " + silent.uri()), HasSubstr("did not answer in time"))));
}

TEST(Failover, InTheMidstReadsTheNextFromNothing) {
  // The second replica has other people: none of the first's may be among them.
  EvilServer first({.script = Tree{}.script(breaks_off())}), second({.script = Tree{.people = 5}.script()});
  const Collected c = collect(to_both(first, second));
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(c.harvest.accounts.size(), 5U);
  EXPECT_EQ(c.coverage().records_read, 6U);
  EXPECT_THAT(c.harvest.source.notes,
              Contains(AllOf(HasSubstr("server-passed-over: " + first.uri()), HasSubstr("reading, after 10 entries"))));
}

TEST(Failover, ToServersThatAllFailKeepsTheMostAndTellsTheReasonsOfAll) {
  EvilServer first({.script = Tree{}.script(breaks_off())});
  EvilServer second({.script = Tree{}.script(), .on_connect = Then::close});
  const Collected c = collect(to_both(first, second));
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_EQ(c.harvest.accounts.size(), 10U);
  EXPECT_EQ(c.harvest.source.location, first.uri());
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::unreachable, "2 of 2 servers were tried, and none gave everything"));
  EXPECT_THAT(c.coverage().in_words(), AllOf(HasSubstr(first.uri() + ": "), HasSubstr(second.uri() + ": ")));
}

TEST(Failover, IsOverWhenTheTimeIs) {
  const auto slow = [](const Asked& asked, Reply honest) {
    return is_main_read(asked) ? Reply{"", Then::stall} : honest;
  };
  EvilServer first({.script = Tree{}.script(slow)}), second({.script = Tree{}.script(slow)});
  LdapOptions o = to_both(first, second);
  o.failover_uris.insert(o.failover_uris.end(), 20, second.uri());
  const Collected c = collect(std::move(o));
  EXPECT_LT(c.took, kTotal + kGrace);
  EXPECT_FALSE(c.complete());
}

TEST(Failover, DoesNotTryAWrongPasswordEverywhere) {
  const auto refuses = [](const Asked& asked, Reply honest) {
    return asked.operation == Asked::bind ? Reply{ldap_message(asked.id, ldap_result(0x61, 49))} : honest;
  };
  EvilServer first({.script = Tree{}.script(refuses)}), second({.script = Tree{}.script(refuses)});
  const Collected c = collect(to_both(first, second));
  EXPECT_EQ(c.coverage().state, CoverageState::failed);
  EXPECT_EQ(second.connections(), 0);
}

}  // namespace
}  // namespace tally::directory
