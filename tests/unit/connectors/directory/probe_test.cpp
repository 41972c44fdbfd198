// Probes on bad days: a probe that got no answer has shown nothing, and the coverage says so.
#include "connectors/directory/probe.h"

#include <gmock/gmock.h>

#include "connectors/directory/person_reading.h"
#include "tests/unit/connectors/directory/scripted_server.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using model::Gap;
using testing::HasSubstr;
using testing::Not;

base::Instant noon() { return *base::parse_instant("2026-06-01T12:00:00Z"); }

/// A bound session with a server of that script, and what a probe needs.
struct Bad {
  explicit Bad(std::function<Answer(const Asked&)> script, Dialect dialect = Dialect::openldap)
      : server(std::move(script)) {
    options.uri = server.uri();
    options.security = Security::none;
    options.bind = Bind::anonymous;
    options.profile.dialect = dialect;
    options.profile.bases = {"dc=t"};
    harvest.source.coverage.state = CoverageState::complete;
    auto opened = Session::open(options, patience.total, noon());
    EXPECT_TRUE(opened) << opened.error().message;
    session.emplace(std::move(*opened));
  }
  ProbeContext context() { return {*session, options, query, builder, harvest.source, patience}; }
  [[nodiscard]] const model::Coverage& coverage() const { return harvest.source.coverage; }

  ScriptedServer server;
  LdapOptions options;
  Query query{"(objectClass=person)", {"1.1"}};
  model::Harvest harvest;
  TableBuilder builder{options.profile, harvest};
  Patience patience{.total = connectors::Deadline::after(std::chrono::seconds{20})};
  std::optional<Session> session;
};

TEST(SecondCount, ThatFailsWhenRepeatedIsNoAgreement) {
  Bad bad([](const Asked&) { return Answer{.code = LDAP_BUSY}; });
  ProbeContext context = bad.context();
  probe_count(context, {"dc=t"}, 1000, Count{1200, {}}, {});
  EXPECT_EQ(bad.coverage().state, CoverageState::partial);
  EXPECT_FALSE(bad.coverage().records_counted);
  EXPECT_THAT(bad.coverage().in_words(), HasSubstr("counting once more failed: the server stopped after 0 entries"));
  EXPECT_EQ(bad.coverage().gaps.back().kind, model::Gap::Kind::count_mismatch);
}

TEST(SecondCount, ThatAgreesWhenRepeatedIsAgreement) {
  Bad bad([](const Asked& asked) {
    return asked.base == "dc=t" && asked.scope == LDAP_SCOPE_SUBTREE ? Answer{.entries = {"cn=a,dc=t", "cn=b,dc=t"}}
                                                                     : Answer{};
  });
  ProbeContext context = bad.context();
  probe_count(context, {"dc=t"}, 2, Count{3, {}}, {});
  EXPECT_EQ(bad.coverage().state, CoverageState::complete) << bad.coverage().in_words();
  EXPECT_EQ(bad.coverage().records_counted, 2U);
}

TEST(HiddenChildren, OfContainersThatCouldNotAllBeListedMayBe) {
  Bad bad([](const Asked& asked) {
    if (asked.scope == LDAP_SCOPE_SUBTREE) return Answer{.code = LDAP_TIMELIMIT_EXCEEDED, .entries = {"ou=a,dc=t"}};
    return Answer{.entries = {"cn=x,ou=a,dc=t"}};
  });
  ProbeContext context = bad.context();
  probe_hidden_children(context, "dc=t");
  EXPECT_EQ(bad.coverage().state, CoverageState::partial);
  ASSERT_EQ(bad.coverage().gaps.size(), 1U);
  EXPECT_EQ(bad.coverage().gaps[0].kind, Gap::Kind::time_limit);
}

TEST(HiddenChildren, TellWhatIsNotShownFromWhatCouldNotBeAsked) {
  for (const int code : {LDAP_SUCCESS, LDAP_NO_SUCH_OBJECT, LDAP_BUSY, LDAP_INSUFFICIENT_ACCESS}) {
    Bad bad([code](const Asked& asked) {
      return asked.scope == LDAP_SCOPE_SUBTREE ? Answer{.entries = {"ou=a,dc=t"}} : Answer{.code = code};
    });
    ProbeContext context = bad.context();
    probe_hidden_children(context, "dc=t");
    EXPECT_EQ(bad.coverage().state, CoverageState::partial) << code;
    const bool answered = code == LDAP_SUCCESS || code == LDAP_NO_SUCH_OBJECT;
    EXPECT_THAT(bad.coverage().in_words(), HasSubstr(answered ? "1 container below a base has entries of which none"
                                                              : "1 of 1 containers could not be looked into"));
  }
}

TEST(HiddenChildren, AreNoneWhereOneIsShown) {
  Bad bad([](const Asked& asked) {
    if (asked.scope == LDAP_SCOPE_SUBTREE) return Answer{.entries = {"ou=a,dc=t"}};
    return Answer{.code = LDAP_SIZELIMIT_EXCEEDED, .entries = {"cn=x,ou=a,dc=t"}};
  });
  ProbeContext context = bad.context();
  probe_hidden_children(context, "dc=t");
  EXPECT_EQ(bad.coverage().state, CoverageState::complete) << bad.coverage().in_words();
}

Unresolved two_members(std::uint64_t total) {
  Unresolved out;
  out.in_bases = {"cn=a,dc=t", "cn=b,dc=t"};
  out.in_bases_total = total;
  return out;
}

TEST(UnseenMembers, ThatWereNotAllLookedUpMayBeHidden) {
  for (const Dialect dialect : {Dialect::active_directory, Dialect::openldap}) {
    Bad bad([](const Asked& asked) { return Answer{.entries = {asked.base}}; }, dialect);
    ProbeContext context = bad.context();
    probe_unresolved(context, two_members(2));
    EXPECT_EQ(bad.coverage().state, CoverageState::complete) << bad.coverage().in_words();
    probe_unresolved(context, two_members(10'001));
    if (dialect == Dialect::openldap) {  // deleted entries stay in its groups
      EXPECT_EQ(bad.coverage().state, CoverageState::complete);
      continue;
    }
    EXPECT_EQ(bad.coverage().state, CoverageState::partial);
    EXPECT_THAT(bad.coverage().in_words(), HasSubstr("of 10001 members"));
    EXPECT_THAT(bad.coverage().in_words(), HasSubstr("only 2 could be looked up"));
  }
}

TEST(UnseenMembers, ThatCouldNotBeAskedForMayBeHidden) {
  Bad bad(
      [](const Asked& asked) {
        return asked.base == "cn=a,dc=t" ? Answer{.code = LDAP_BUSY} : Answer{.entries = {asked.base}};
      },
      Dialect::active_directory);
  ProbeContext context = bad.context();
  probe_unresolved(context, two_members(2));
  EXPECT_EQ(bad.coverage().state, CoverageState::partial);
  EXPECT_THAT(bad.coverage().in_words(), HasSubstr("only 1 could be looked up"));
}

TEST(Pages, ThatAreNoMorePagesHalfWayLeaveItOpenWhetherMoreFollows) {
  int page = 0;
  Bad bad([&page](const Asked&) {
    ++page;
    return Answer{.entries = {"cn=" + std::to_string(page) + ",dc=t"}, .cookie = page == 1 ? "more" : ""};
  });
  Search what;
  what.base = "dc=t";
  what.query = bad.query;
  what.page_size = 1;
  const SearchOutcome out = search(*bad.session, what, bad.patience, [](const Entry&) {});
  EXPECT_EQ(out.entries, 2U);
  ASSERT_EQ(out.gaps.size(), 1U);
  EXPECT_THAT(out.gaps[0].sentence, HasSubstr("page 2"));
}

TEST(PersonLookUp, NamesNobodyInAGap) {
  Bad bad([](const Asked& asked) {
    return asked.base == "uid=dana,dc=t" ? Answer{.code = LDAP_BUSY} : Answer{.entries = {asked.base}};
  });
  bad.options.profile.name = "corp";
  model::PersonKeys keys;
  keys.known.push_back({.source = "corp", .native_id = "", .dn = "uid=dana,dc=t"});
  const model::Harvest harvest = look_up_person(bad.options, {noon, {}}, keys);
  EXPECT_THAT(harvest.source.coverage.in_words(), HasSubstr("an account known from an earlier run"));
  EXPECT_THAT(harvest.source.coverage.in_words(), Not(HasSubstr("dana")));
}

}  // namespace
}  // namespace tally::directory
