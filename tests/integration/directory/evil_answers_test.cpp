// Servers whose answers are too big, malformed, somebody else's or cut into ranges.
#include "tests/integration/directory/evil_lab.h"

namespace tally::directory {
namespace {

using namespace lab;

TEST(HugeValue, IsLeftOutAndIsAGap) {
  const std::string huge(50U << 20U, 'x');
  for (const char* attribute : {"description", "member"}) {
    const std::string type = attribute == std::string_view("member") ? "groupOfNames" : "person";
    EvilServer server({.script = Tree{}.script([&](const Asked& asked, Reply honest) {
      if (!is_main_read(asked) || !asked.cookie.empty()) return honest;
      Reply out{ldap_entry(asked.id, "cn=big,dc=t", {{"objectClass", {type}}, {attribute, {huge}}})};
      out.bytes += honest.bytes;
      return out;
    })});
    LdapOptions o = to(server);
    o.request_deadline = 60s;  // the server itself is slow to write so much
    o.total_deadline = 60s;
    const Collected c = collect(std::move(o));
    EXPECT_EQ(c.coverage().state, CoverageState::partial) << attribute;
    EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::rejected, "1 values longer than 65536 bytes were left out"));
    EXPECT_EQ(c.harvest.accounts.size() + c.harvest.groups.size(), 32U) << attribute;
  }
}

TEST(HugeMessage, IsRefusedBeforeItComes) {
  // An entry that says that it has 1 GiB, of which nothing comes.
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    return is_main_read(asked) ? Reply{std::string("\x30\x84\x40\x00\x00\x00", 6)} : honest;
  });
  EXPECT_FALSE(c.complete());
  EXPECT_THAT(c.coverage().gaps, Each(Field(&Gap::kind, testing::Ne(Gap::Kind::timed_out)))) << "nobody waits for it";
}

TEST(Bytes, ThatAreNoLdapAreAGap) {
  for (const std::string& garbage :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string("\x30\x80\x02\x01", 4),
        std::string("\x30\x03\x02\x01\x02", 5), std::string(100'000, '\x30'), std::string("\x30\x00", 2),
        std::string("\x30\x84\xff\xff\xff\xff", 6)}) {
    const Collected c =
        collect_with([&](const Asked& asked, Reply honest) { return is_main_read(asked) ? Reply{garbage} : honest; });
    EXPECT_FALSE(c.complete());
  }
}

TEST(EntryOfNoForm, IsAGap) {
  for (const std::string& broken : {std::string("\x04\x03uid\x31\x05\x04\x09xx", 12), std::string("\x02\x01\x05", 3)}) {
    const Collected c = collect_with([&](const Asked& asked, Reply honest) {
      if (!is_main_read(asked) || !asked.cookie.empty()) return honest;
      const std::string list = support::ber(0x30, support::ber(0x30, broken));
      return Reply{ldap_message(asked.id, support::ber(0x64, support::ber(0x04, "cn=x,dc=t") + list)) + honest.bytes};
    });
    EXPECT_FALSE(c.complete());
    EXPECT_EQ(c.harvest.accounts.size(), 30U) << "the others are read";
  }
}

TEST(MessageIds, OfNobodyAreNotTakenForOurs) {
  for (const int offset : {1, -1, 1000}) {
    const Collected c = collect_with([&](const Asked& asked, Reply honest) {
      if (!is_main_read(asked) || asked.cookie != "10") return honest;
      Asked other = asked;
      other.id += offset;
      return Tree{}.honest(other);
    });
    EXPECT_EQ(c.coverage().state, CoverageState::partial) << offset;
    EXPECT_THAT(c.coverage().gaps, Contains(Field(&Gap::kind, Gap::Kind::timed_out))) << offset;
    EXPECT_EQ(c.harvest.accounts.size(), 10U) << "the page before";
  }
}

TEST(MessageIds, OfOtherRequestsBesideOursChangeNothing) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    const int old = asked.id - 1;
    return Reply{ldap_entry(old, "uid=ghost,dc=t", {{"objectClass", {"person"}}}) + ldap_done(old) + honest.bytes};
  });
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  EXPECT_EQ(c.harvest.accounts.size(), 30U) << "no ghost";
}

TEST(AnswerOfAnotherKind, IsNoAnswer) {
  for (const int tag : {0x61, 0x67, 0x6F, 0x78}) {  // bind, modify, compare, extended
    const Collected c = collect_with([&](const Asked& asked, Reply honest) {
      return is_main_read(asked) ? Reply{ldap_message(asked.id, ldap_result(static_cast<unsigned char>(tag), 0))}
                                 : honest;
    });
    EXPECT_FALSE(c.complete()) << tag;
    EXPECT_THAT(c.coverage().gaps, Each(Field(&Gap::kind, testing::Ne(Gap::Kind::timed_out))))
        << "nobody waits for another one";
  }
}

TEST(NoticeOfDisconnection, IsAGapThatSaysSo) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked) || asked.cookie != "10") return honest;
    return Reply{support::notice_of_disconnection(52, "maintenance tonight"), Then::close};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::unreachable, "Server is unavailable (52)"));
  EXPECT_EQ(c.coverage().gaps.size(), 1U) << "nothing more is asked of it";
  EXPECT_EQ(c.harvest.accounts.size(), 10U);
}

TEST(NoticeOfDisconnection, IsTheEndEvenWhenTheServerGoesOn) {
  const Collected c = collect_with([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked) || asked.cookie != "10") return honest;
    return Reply{support::notice_of_disconnection(52, "") + honest.bytes};
  });
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_EQ(c.harvest.accounts.size(), 10U);
}

/// Active Directory: a group whose members come 1,500 at a time (MS-ADTS 3.1.1.3.1.3.3), empty beside the range.
std::string members(const Asked& asked, int from, int all, bool last_is_open) {
  const int to = std::min(all, from + 1500);
  std::vector<std::string> values;
  for (int i = from; i < to; ++i) values.push_back(fmt::format("CN=u{},DC=t", i));
  const std::string end = to == all && !last_is_open ? "*" : std::to_string(to - 1);
  return ldap_entry(asked.id, "CN=all,DC=t",
                    {{"objectClass", {"top", "group"}},
                     {"objectSid", {std::string("\1\5\0\0\0\0\0\5\x15\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\xE8\3\0\0", 28)}},
                     {"sAMAccountName", {"all"}},
                     {"member", {}},
                     {fmt::format("member;range={}-{}", from, end), values}});
}

Collected collect_group(int all, bool last_is_open) {
  EvilServer server({.script = [&](const Asked& asked) {
    if (asked.operation != Asked::search) return support::accept(asked);
    std::string out;
    if (is_main_read(asked) && asked.base == "DC=t") {
      for (int i = 0; i < all; ++i) {
        out += ldap_entry(asked.id, fmt::format("CN=u{},DC=t", i),
                          {{"objectClass", {"top", "person", "user"}},
                           {"objectCategory", {"CN=Person,CN=Schema,CN=Configuration,DC=t"}},
                           {"sAMAccountName", {fmt::format("u{}", i)}},
                           {"userAccountControl", {"512"}}});
      }
      out += members(asked, 0, all, last_is_open);
    } else if (asked.base == "CN=all,DC=t" && !asked.attributes.empty() && asked.attributes[0].starts_with("member;")) {
      const int from = std::stoi(asked.attributes[0].substr(asked.attributes[0].find('=') + 1));
      if (from < all) out += members(asked, from, all, last_is_open);
    } else if (is_count(asked)) {
      for (int i = 0; i <= all; ++i) out += ldap_entry(asked.id, fmt::format("CN=u{},DC=t", i), {});
    } else if (asked.scope == 0) {
      out += ldap_entry(asked.id, asked.base, {{"objectClass", {"domainDNS"}}});
    }
    return Reply{out + ldap_done(asked.id)};
  }});
  LdapOptions o = to(server);
  o.profile.dialect = Dialect::active_directory;
  o.profile.bases = {"DC=t"};
  o.request_deadline = o.total_deadline = 10s;
  return collect(std::move(o));
}

TEST(RangeOfMembers, IsReadToItsEnd) {
  const Collected c = collect_group(4000, false);
  ASSERT_EQ(c.harvest.groups.size(), 1U);
  EXPECT_TRUE(c.complete()) << c.coverage().in_words();
  std::size_t memberships = 0;
  for (std::size_t i = 0; i < c.harvest.accounts.size(); ++i) memberships += c.harvest.groups_of_account.row(i).size();
  EXPECT_EQ(memberships, 4000U);
}

TEST(RangeOfMembers, WithoutAnEndIsAGap) {
  const Collected c = collect_group(4000, true);
  EXPECT_EQ(c.coverage().state, CoverageState::partial);
  EXPECT_THAT(c.coverage().gaps, gap(Gap::Kind::range_cut, "not all members of 1 group"));
}

}  // namespace
}  // namespace tally::directory
