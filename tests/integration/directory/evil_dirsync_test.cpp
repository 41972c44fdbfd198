// Domain controllers that answer DirSync as Active Directory does and Samba never: in many parts, without end, with
// cookies that are no cookies.
#include "connectors/directory/dirsync_search.h"
#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;
using base::ErrorKind;
using support::dirsync_control;
using testing::StartsWith;

/// What DirSync comes to with a server that answers like this; the names of the entries it told.
using Answer = std::function<std::string(const Asked&, int round)>;
struct Heard {
  base::Result<DirSyncAnswer> answer;
  std::vector<std::string> entries;
};
Heard hear(const Answer& script, std::chrono::milliseconds patience = 20s) {
  int round = 0;
  EvilServer server({.script = [&](const Asked& asked) {
    if (asked.operation != Asked::search) return support::accept(asked);
    return Reply{asked.dirsync ? script(asked, ++round) : ldap_done(asked.id, 12)};
  }});
  const LdapOptions options = to(server);
  auto session = lab::open(options);
  if (!session) return {tl::unexpected(session.error()), {}};
  Heard out;
  out.answer = dirsync_search(*session, {"dc=t", {"(objectClass=*)", {"objectGUID"}}, "first"},
                              {patience, connectors::Deadline::after(patience)},
                              [&](const Entry& entry) { out.entries.emplace_back(entry.dn()); });
  return out;
}

TEST(DirSync, GoesOnWithTheCookieThatCameLastUntilThereIsNoMore) {
  const std::vector<std::string> cookies = {"first", "second", "third", "last"};
  const Heard heard = hear([&](const Asked& asked, int round) {
    const auto at = static_cast<std::size_t>(round);
    if (at > 3 || asked.base != "dc=t" || asked.scope != 2 || asked.page_size) return ldap_done(asked.id, 53);
    if (!asked.dirsync->ends_with(std::string(1, static_cast<char>(cookies[at - 1].size())) + cookies[at - 1]))
      return ldap_done(asked.id, 53, "not my cookie");
    const std::string entry = at == 2 ? "" : ldap_entry(asked.id, fmt::format("cn={},dc=t", round), {});
    return entry + ldap_done(asked.id, 0, "", dirsync_control(at < 3, cookies[at]));
  });
  ASSERT_TRUE(heard.answer) << heard.answer.error().message;
  EXPECT_EQ(heard.answer->cookie, "last");
  EXPECT_EQ(heard.answer->rounds, 3U);
  EXPECT_THAT(heard.entries, testing::ElementsAre("cn=1,dc=t", "cn=3,dc=t"));
}

TEST(DirSync, ThatDoesNotGetOnIsGivenUp) {
  const Heard same =
      hear([](const Asked& asked, int) { return ldap_done(asked.id, 0, "", dirsync_control(true, "first")); });
  ASSERT_FALSE(same.answer);
  EXPECT_THAT(same.answer.error().message, HasSubstr("gives the same cookie"));
  const Heard other = hear([](const Asked& asked, int round) {
    return ldap_done(asked.id, 0, "", dirsync_control(true, std::to_string(round)));
  });
  ASSERT_FALSE(other.answer);
  EXPECT_EQ(other.answer.error().kind, ErrorKind::limit);
  EXPECT_THAT(other.answer.error().message, HasSubstr("had more to tell after 5000 answers"));
}

TEST(DirSync, ThatStallsEndsWithTheTime) {
  EvilServer server({.script = [](const Asked& asked) {
    return asked.operation == Asked::search ? Reply{"", Then::stall} : support::accept(asked);
  }});
  const LdapOptions options = to(server);
  auto session = lab::open(options);
  ASSERT_TRUE(session);
  const auto answer = dirsync_search(*session, {"dc=t", {"(objectClass=*)", {"objectGUID"}}, ""},
                                     {300ms, connectors::Deadline::after(5s)}, [](const Entry&) {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::timed_out);
  EXPECT_TRUE(session->lost());
}

TEST(DirSync, IsNotBelievedInAnyOtherForm) {
  const auto refusal = [](const Answer& script) {
    const Heard heard = hear(script);
    return heard.answer
               ? ""
               : fmt::format("{}: {}", base::to_string(heard.answer.error().kind), heard.answer.error().message);
  };
  const auto answered = [](const std::string& control) {
    return [control](const Asked& asked, int) { return ldap_done(asked.id, 0, "", control); };
  };
  EXPECT_THAT(refusal(answered("")), StartsWith("malformed: the answer ended without the control"));
  EXPECT_THAT(refusal(answered(dirsync_control(false, ""))), StartsWith("malformed: "));
  EXPECT_THAT(refusal(answered(dirsync_control(false, std::string(kMaxDirSyncCookieBytes + 1, 'c')))),
              HasSubstr("longer than 65536 bytes"));
  EXPECT_EQ(refusal([](const Asked& asked, int) { return ldap_done(asked.id, 50, "no right"); }),
            "not supported: the server refuses DirSync (50: no right)");
}

}  // namespace
}  // namespace tally::directory
