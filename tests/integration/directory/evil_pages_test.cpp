// Servers whose pages never end, come again, stop without a sign or are refused.
#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;

TEST(EndlessPages, WithTheSamePageAgainAreNoticed) {
  int cookie = 0;
  for (const bool new_cookie : {false, true}) {
    const Collected c = collect_with([&](const Asked& asked, Reply honest) {
      if (!is_main_read(asked)) return honest;
      const std::string next = new_cookie ? std::to_string(++cookie) : "more";
      return Reply{ldap_entry(asked.id, Tree::name_of(0), {{"objectClass", {"person"}}, {"uid", {"u0000"}}}) +
                   ldap_done(asked.id, 0, "", support::page_control(next))};
    });
    EXPECT_EQ(c.coverage().state, CoverageState::partial);
    EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::truncated, "the server sends the same page again"));
    EXPECT_THAT(c.coverage().gaps, Each(Field(&Gap::kind, testing::Ne(Gap::Kind::timed_out))))
        << "it is noticed at once";
  }
}

TEST(EndlessPages, ThatComeInTurnsAreNoticed) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    // 30 pages of one, then from the start.
    const int at = asked.cookie.empty() ? 0 : std::stoi(asked.cookie) % 30;
    return Reply{ldap_entry(asked.id, Tree::name_of(at), {{"objectClass", {"person"}}}) +
                 ldap_done(asked.id, 0, "", support::page_control(std::to_string(at + 1)))};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::truncated, "the server sends the same page again"));
  EXPECT_EQ(c.harvest.accounts.size(), 30U);
}

TEST(EndlessPages, ThatAreEmptyAreNoticed) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    return Reply{ldap_done(asked.id, 0, "", support::page_control("more"))};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::failed) << "no account was seen";
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::truncated, "one empty page after the other"));
}

TEST(EndlessPages, OfEverNewEntriesEndWithTheTime) {
  int next = 0;
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    std::string out;
    for (int i = 0; i < 10; ++i) out += ldap_entry(asked.id, Tree::name_of(++next), {{"objectClass", {"person"}}});
    return Reply{out + ldap_done(asked.id, 0, "", support::page_control("more"))};
  });
  EXPECT_FALSE(c.complete());
  EXPECT_THAT(c.coverage().gaps, Contains(Field(&Gap::kind, Gap::Kind::timed_out)));
}

TEST(EndlessPages, OfEverNewEntriesEndAtTheLimitThatIsConfigured) {
  for (const std::uint32_t connections : {1U, 3U}) {
    std::atomic<int> next = 0;
    EvilServer server({.script = Tree{}.script([&](const Asked& asked, Reply honest) {
      if (!is_main_read(asked)) return honest;
      std::string out;
      for (int i = 0; i < 10; ++i) out += ldap_entry(asked.id, Tree::name_of(++next), {{"objectClass", {"person"}}});
      return Reply{out + ldap_done(asked.id, 0, "", support::page_control("more"))};
    })});
    LdapOptions o = to(server);
    o.connections = connections;
    o.entries_at_most = 100;
    const Collected c = collect(std::move(o));
    EXPECT_EQ(c.coverage().state, CoverageState::partial);
    EXPECT_LE(c.harvest.accounts.size(), 101U * connections);
    EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::size_limit, "our own limit of"));
    EXPECT_LT(c.took, kTotal) << "by the limit, not by the time";
  }
}

TEST(EndlessPages, OfTheSecondCountAreNoticed) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_count(asked)) return honest;
    return Reply{ldap_entry(asked.id, Tree::name_of(0), {}) +
                 ldap_done(asked.id, 0, "", support::page_control("more"))};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::truncated, "could not be counted a second time"));
  EXPECT_THAT(c.coverage().gaps, Each(Field(&Gap::kind, testing::Ne(Gap::Kind::timed_out))));
}

TEST(SameCookie, ForEachPageIsNoTrouble) {
  // 389-ds numbers the search in its cookie, not the page.
  int page = 0;
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    Asked at = asked;
    at.cookie = asked.cookie.empty() ? "" : std::to_string(10 * ++page);
    const Tree tree;
    const std::string last = page == 3 ? "" : "search 0";
    std::string out;
    const auto rows = tree.rows();
    for (std::size_t i = 10U * static_cast<unsigned>(page);
         i < rows.size() && i < 10U * (1U + static_cast<unsigned>(page)); ++i)
      out += ldap_entry(asked.id, rows[i].dn, rows[i].attributes);
    return Reply{out + ldap_done(asked.id, 0, "", support::page_control(last))};
  });
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
}

TEST(DuplicatedNames, AreAGap) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_search(asked, 2) || asks_for_containers(asked) || !asked.cookie.empty()) return honest;
    return Reply{ldap_entry(asked.id, "UID=u0000, dc=t", {{"objectClass", {"inetOrgPerson"}}, {"uid", {"else"}}}) +
                 honest.bytes};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_EQ(c.harvest.accounts.size(), 30U);
  ASSERT_EQ(c.coverage().rejects.size(), 1U);
  EXPECT_THAT(c.coverage().rejects[0].reason, HasSubstr("an entry of this name came before"));
  EXPECT_TRUE(c.coverage().rejects[0].whole_record);
}

TEST(TruncatedAnswer, WithoutASignIsNoticedByTheSecondCount) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked) || asked.cookie != "10") return honest;
    return Reply{ldap_done(asked.id, 0, "", support::page_control(""))};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::count_mismatch, "10 entries were read, but a second way counts 31"));
}

TEST(PageCap, BelowWhatWasAskedForIsFollowedToTheEnd) {
  const Tree tree{.people = 3000, .most_a_page = 1000};  // MaxPageSize of Active Directory (MS-ADTS 3.1.1.3.4.6)
  EvilServer server({.script = tree.script()});
  LdapOptions o = to(server);
  o.page_size = 5000;
  o.request_deadline = 10s;
  o.total_deadline = 20s;
  const Collected c = collect(std::move(o));
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(c.harvest.accounts.size(), 3000U);
}

TEST(RefusedPages, AreHalvedUntilTheyAreTaken) {
  for (const int code : {11, 4}) {
    std::vector<std::uint32_t> sizes;
    EvilServer server({.script = Tree{.people = 300}.script([&](const Asked& asked, Reply honest) {
      if (!is_main_read(asked)) return honest;
      sizes.push_back(*asked.page_size);
      return *asked.page_size > 60 ? Reply{ldap_done(asked.id, code, "illegal pagedResults page size")} : honest;
    })});
    LdapOptions o = to(server);
    o.page_size = 1000;
    o.request_deadline = o.total_deadline = 10s;
    const Collected c = collect(std::move(o));
    EXPECT_TRUE(c.complete()) << c.coverage().in_words();
    EXPECT_THAT(sizes, testing::ElementsAreArray({1000, 500, 250, 125, 62, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31}));
    EXPECT_THAT(c.harvest.source.notes,
                Contains(AllOf(HasSubstr("refused pages of 1000"), HasSubstr("went on with 31"))));
  }
}

TEST(RefusedPages, OfTheSmallestSizeAreAGap) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    return is_main_read(asked) ? Reply{ldap_done(asked.id, 11, "no")} : honest;
  });
  EXPECT_EQ(c.coverage().state, CoverageState::failed);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::size_limit, "adminLimitExceeded"));
}

TEST(RefusedPages, LaterThanTheFirstAreAGap) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    return is_main_read(asked) && asked.cookie == "20" ? Reply{ldap_done(asked.id, 11, "enough")} : honest;
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::size_limit, "after 20 entries"));
  EXPECT_EQ(c.harvest.accounts.size(), 20U);
}

}  // namespace
}  // namespace tally::directory
