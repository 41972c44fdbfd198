// Domain controllers that tell changes as Active Directory does and Samba never: in many parts, without end, with
// cookies that are no cookies; and what becomes of a replica when they hide, forget or change.
#include "connectors/directory/dirsync_search.h"
#include "tests/integration/directory/evil_lab.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace lab;
using base::ErrorKind;
using support::dirsync_control;
using testing::Not;
using testing::StartsWith;

std::string guid(int i) { return fmt::format("{:016}", i); }

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

/// A domain of a few people, and what its controller says of it.
struct Domain {
  std::vector<int> people = {0, 1, 2, 3, 4};
  std::vector<int> changed = {};      ///< what a search by uSNChanged finds, in later runs
  std::vector<int> only_by_key = {};  ///< lists of all keys leave them out
  int lists_cut = 0;                  ///< so many of them
  std::vector<int> members = {};      ///< of a group, when there are some
  bool ranges = false;                ///< it shows its first two, and the rest when asked (MS-ADTS 3.1.1.3.1.3.3)
  std::string invocation = guid(999);
  int usn = 10;
  int dirsync_code = 50;  ///< 0: tells that nothing changed
  bool endless = false;
  bool shows_numbers = true;
  int keys_read = 0;

  [[nodiscard]] std::string person(const Asked& asked, int i) const {
    support::LdapAttributes all = {{"objectClass", {"user"}},
                                   {"objectGUID", {guid(i)}},
                                   {"sAMAccountName", {fmt::format("p{}", i)}},
                                   {"userAccountControl", {"512"}}};
    const auto asked_for = [&](std::string_view name) {
      return std::find(asked.attributes.begin(), asked.attributes.end(), name) != asked.attributes.end();
    };
    if (shows_numbers && asked_for("uSNChanged")) all.push_back({"uSNChanged", {"7"}});
    return ldap_entry(asked.id, fmt::format("CN=P{},DC=t", i), all);
  }
  [[nodiscard]] std::string group(const Asked& asked) const {
    if (members.empty()) return "";
    std::vector<std::string> names;
    for (const int i : members) names.push_back(fmt::format("CN=P{},DC=t", i));
    support::LdapAttributes all = {{"objectClass", {"group"}},
                                   {"objectGUID", {guid(100)}},
                                   {"objectSid", {"S-1-5-21-1-2-3-1104"}},
                                   {"sAMAccountName", {"g"}},
                                   {"member", names}};
    if (ranges && asked.scope == 0) {
      return ldap_entry(asked.id, "CN=G,DC=t", {{"member;range=2-*", {names.begin() + 2, names.end()}}});
    }
    if (ranges) all.back() = {"member;range=0-1", {names[0], names[1]}};
    if (asked.attributes.back() == "uSNChanged") all.push_back({"uSNChanged", {"7"}});
    return ldap_entry(asked.id, "CN=G,DC=t", all);
  }
  std::string some(const Asked& asked, const std::function<bool(int)>& which) {
    std::string out;
    for (const int i : people) out += which(i) ? person(asked, i) : "";
    return out;
  }
  std::string subtree(const Asked& asked) {
    const auto has = [&](std::string_view text) { return asked.filter.find(text) != std::string::npos; };
    const auto among = [](const std::vector<int>& all) {
      return [&all](int i) { return std::find(all.begin(), all.end(), i) != all.end(); };
    };
    if (has("lastLogon")) return "";
    if (has("member\x04")) {
      const bool named =
          std::any_of(members.begin(), members.end(), [&](int i) { return has(fmt::format("CN=P{},DC=t", i)); });
      return named ? group(asked) : "";
    }
    if (has("objectGUID"))
      return some(asked, [&](int i) { return has(guid(i)); }) + (has(guid(100)) ? group(asked) : "");
    // (uSNChanged>=1) is whether all show it, a greater number what changed.
    if (has("uSNChanged\x04\x01"
            "1"))
      return shows_numbers ? some(asked, [](int) { return true; }) + group(asked) : "";
    if (has("uSNChanged")) return some(asked, among(changed));
    const bool keys = asked.attributes.size() == 1;
    if (keys && asked.attributes[0] == "objectGUID") ++keys_read;
    const bool cut = keys && lists_cut > 0 && lists_cut-- > 0;
    return some(asked, [&](int i) { return !cut || !among(only_by_key)(i); }) + group(asked);
  }
  std::string schema(const Asked& asked) const {
    std::string out = ldap_entry(asked.id, "CN=Object-Class,CN=Schema", {{"lDAPDisplayName", {"objectClass"}}});
    return out + ldap_entry(asked.id, "CN=Member,CN=Schema",
                            {{"lDAPDisplayName", {"member"}}, {"attributeSyntax", {"2.5.5.1"}}, {"linkID", {"2"}}});
  }
  std::string one(const Asked& asked) const {
    if (asked.base == "CN=G,DC=t") return group(asked);
    if (asked.base.empty()) {
      return ldap_entry(asked.id, "",
                        {{"namingContexts", {"DC=t"}},
                         {"supportedControl", {"1.2.840.113556.1.4.319"}},
                         {"supportedCapabilities", {"1.2.840.113556.1.4.800"}},
                         {"dsServiceName", {"CN=NTDS"}},
                         {"schemaNamingContext", {"CN=Schema"}},
                         {"highestCommittedUSN", {std::to_string(usn)}}});
    }
    if (asked.base == "CN=NTDS") return ldap_entry(asked.id, asked.base, {{"invocationId", {invocation}}});
    return ldap_entry(asked.id, asked.base, {{"objectClass", {"domainDNS"}}, {"objectGUID", {guid(500)}}});
  }
  Reply answer(const Asked& asked) {
    if (asked.operation != Asked::search) return support::accept(asked);
    if (asked.dirsync) {
      const std::string cookie = endless ? std::to_string(++usn) : "cookie";
      return {ldap_done(asked.id, dirsync_code, "", dirsync_code == 0 ? dirsync_control(endless, cookie) : "")};
    }
    const std::string found = asked.scope == 0 ? one(asked) : asked.scope == 1 ? schema(asked) : subtree(asked);
    return {found + ldap_done(asked.id, 0, "", asked.page_size ? support::page_control("") : "")};
  }
};

class FollowedDomain : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = support::WorkFolder::create("replicas");
    ASSERT_TRUE(folder);
    folder_.emplace(std::move(*folder));
  }
  Collected collect() {
    LdapOptions o = to(server_);
    o.profile.dialect = Dialect::active_directory;
    o.profile.bases = {"DC=t"};
    o.profile.access_control_lists = false;
    o.request_deadline = o.total_deadline = 20s;
    o.replica = folder_->path() / "replicas/evil.tsr";
    return lab::collect(std::move(o));
  }
  static std::string way(const Collected& c) {
    std::string out;
    for (const std::string& note : c.harvest.source.notes) out += note.starts_with("changes") ? note + "\n" : "";
    return out;
  }

  Domain domain_;
  std::optional<support::WorkFolder> folder_;
  EvilServer server_{{.script = [this](const Asked& asked) { return domain_.answer(asked); }}};
};

TEST_F(FollowedDomain, WithoutDirSyncMissesNoAccountAndKeepsNoneThatWent) {
  const Collected first = collect();
  EXPECT_EQ(first.harvest.accounts.size(), 5U);
  EXPECT_THAT(way(first), AllOf(HasSubstr("from now on they are followed by uSNChanged"),
                                HasSubstr("by the keys of all entries, because the server refuses DirSync (50)")));
  domain_.usn = 20;
  domain_.people = {0, 1, 2, 4, 5};  // 3 went and 5 came, and no number tells of either
  const Collected then = collect();
  EXPECT_THAT(way(then), AllOf(HasSubstr("changes: followed by uSNChanged; 1 entries changed and 1 went"),
                               HasSubstr("the keys of all entries compared")));
  EXPECT_EQ(then.harvest.accounts.size(), 5U);
  EXPECT_EQ(domain_.keys_read, 1);
}

TEST_F(FollowedDomain, KeepsWhatTheListOfKeysLeftOutAndTheKeyStillFinds) {
  collect();
  domain_.usn = 20;
  domain_.only_by_key = {2, 3};
  domain_.lists_cut = 1;
  const Collected then = collect();
  EXPECT_THAT(way(then), HasSubstr("0 entries changed and 0 went"));
  EXPECT_EQ(then.harvest.accounts.size(), 5U);
  EXPECT_TRUE(then.complete()) << then.coverage().in_words();
  EXPECT_EQ(domain_.keys_read, 2) << "the list that was short, and one more";
}

TEST_F(FollowedDomain, IsNotCompleteWhenListsOfKeysLeaveOutWhatTheKeyFinds) {
  collect();
  domain_.usn = 20;
  domain_.only_by_key = {2, 3};
  domain_.lists_cut = 1000;
  const Collected then = collect();
  EXPECT_THAT(way(then), HasSubstr("everything was read, because the replica has 5 entries after all that the server "
                                   "told, and the server shows 3"));
  EXPECT_EQ(then.harvest.accounts.size(), 5U);
  EXPECT_FALSE(then.complete());
  EXPECT_THAT(then.coverage().in_words(), HasSubstr("2 of the replica are not shown"));
}

// As with the recycle bin: the group that a restored account is a member of does not count as changed.
TEST_F(FollowedDomain, ShowsARestoredAccountInItsGroups) {
  domain_.members = {0};
  collect();
  domain_.usn = 20;
  domain_.people.push_back(5);
  domain_.members = {0, 5};
  const Collected then = collect();
  EXPECT_THAT(way(then), HasSubstr("changes: followed by uSNChanged; 2 entries changed"));
  ASSERT_EQ(then.harvest.accounts.size(), 6U);
  std::size_t memberships = 0;
  for (std::size_t i = 0; i < 6; ++i) memberships += then.harvest.groups_of_account.row(i).size();
  EXPECT_EQ(memberships, 2U);
}

TEST_F(FollowedDomain, ReadsTheRestOfABigGroupEachTime) {
  const auto memberships = [](const Collected& c) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < c.harvest.accounts.size(); ++i) out += c.harvest.groups_of_account.row(i).size();
    return out;
  };
  domain_.members = {0, 1, 2, 3, 4};
  domain_.ranges = true;
  EXPECT_EQ(memberships(collect()), 5U);
  domain_.usn = 20;
  const Collected same = collect();
  EXPECT_THAT(way(same), HasSubstr("followed by uSNChanged; 0 entries changed and 0 went"));
  EXPECT_EQ(memberships(same), 5U);
  domain_.usn = 30;
  domain_.people = {0, 2, 3, 4};  // deleted: the group does not count as changed
  domain_.members = {0, 2, 3, 4};
  const Collected then = collect();
  EXPECT_EQ(memberships(then), 4U);
  EXPECT_TRUE(then.complete()) << then.coverage().in_words();
}

TEST_F(FollowedDomain, IsReadWholeWhenAnotherControllerAnswers) {
  collect();
  domain_.invocation = guid(998);
  EXPECT_THAT(way(collect()), HasSubstr("everything was read, because the replica is of another server"));
  domain_.usn = 5;
  EXPECT_THAT(way(collect()), HasSubstr("the server counts changes from 5 again, after 10: it was set back"));
}

TEST_F(FollowedDomain, IsReadWholeWhenItsEntriesShowNoNumbers) {
  domain_.shows_numbers = false;
  EXPECT_THAT(way(collect()),
              HasSubstr("the next run reads everything again, because of 5 entries, 5 show no uSNChanged"));
}

TEST_F(FollowedDomain, IsReadWholeWhenDirSyncHasNoEndOrIsRefusedLater) {
  domain_.dirsync_code = 0;
  EXPECT_THAT(way(collect()), HasSubstr("from now on they are followed"));
  domain_.usn = 20;
  EXPECT_THAT(way(collect()), AllOf(HasSubstr("by DirSync; no keys compared"), Not(HasSubstr("everything was read,"))));
  domain_.endless = true;
  const Collected endless = collect();
  EXPECT_THAT(way(endless), HasSubstr("everything was read, because DirSync had more to tell after 5000 answers"));
  EXPECT_TRUE(endless.complete()) << endless.coverage().in_words();
  domain_.endless = false;
  domain_.dirsync_code = 0;
  collect();
  domain_.dirsync_code = 50;
  const Collected refused = collect();
  EXPECT_TRUE(refused.complete()) << refused.coverage().in_words();
  EXPECT_EQ(refused.harvest.accounts.size(), 5U);
}

}  // namespace
}  // namespace tally::directory
