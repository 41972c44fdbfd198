// When it happened, as a real 389 Directory Server tells it in its Retro Changelog, and what is said when the log is
// hidden, cut, or leaves out what counts. Expected times are those of the test's own clock around each change.
#include <fmt/format.h>

#include <thread>

#include "connectors/directory/examination.h"
#include "connectors/directory/grant.h"
#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/ds389.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::TimeState;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

std::string person(std::string_view uid) {
  return fmt::format(
      "dn: uid={0},dc=example,dc=test\nobjectClass: inetOrgPerson\nobjectClass: nsMemberOf\nuid: {0}\ncn: {0}\nsn: "
      "{0}\n"
      "createTimestamp: 20200101000000Z\n\n",
      uid);
}

/// Imported, so that it is older than the log and the log says nothing of how it was made.
std::string company() {
  return person("jane") + person("bob") + person("ann") +
         "dn: cn=sales,dc=example,dc=test\nobjectClass: groupOfNames\ncn: sales\n"
         "createTimestamp: 20200101000000Z\nmember: uid=ann,dc=example,dc=test\n\n";
}

constexpr const char* kReader = R"(userdn="ldap:///uid=reader,dc=example,dc=test";))";

std::string grant_on(std::string_view dn, std::string_view attributes) {
  return fmt::format(
      "dn: {}\nchangetype: modify\nadd: aci\naci: (targetattr=\"{}\")(version 3.0; acl \"past\"; allow (read, search, "
      "compare) {}\n\n",
      dn, attributes, kReader);
}

const std::string kLogIsShown = grant_on("cn=changelog", "*");
const std::string kSettingsAreShown = grant_on("cn=Retro Changelog Plugin,cn=plugins,cn=config", "*");

class ChangelogOfDs389 : public testing::Test {
 protected:
  void SetUp() override {
    auto server = support::Ds389::start({.import = company()});
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }
  void apply(const std::string& change) {
    const auto done = server_->apply(change);
    ASSERT_TRUE(done) << done.error().message;
  }
  void change(std::string_view dn, std::string_view change) {
    apply(fmt::format("dn: {},dc=example,dc=test\nchangetype: modify\n{}\n", dn, change));
  }
  void collect() { harvest_ = make_ldap_source(lab::reader_of(*server_))->collect({&lab::now, {}}); }
  std::size_t account(std::string_view uid) const {
    for (std::size_t i = 0; i < harvest_.accounts.size(); ++i) {
      if (harvest_.text.view(harvest_.accounts.login[i]) == uid) return i;
    }
    throw std::runtime_error("no such account");
  }
  const model::TimeFact& switched(std::string_view uid) const { return harvest_.accounts.switched[account(uid)]; }
  std::string why(const model::TimeFact& fact) const { return std::string(harvest_.text.view(fact.basis)); }
  const model::TimeFact* since(std::string_view uid) const {
    return harvest_.membership_times.find(model::AccountId::at(account(uid)), model::GroupId(0));
  }

  std::optional<support::Ds389> server_;
  model::Harvest harvest_;
};

/// The server cuts to the second.
void expect_between(const model::TimeFact& fact, base::Instant before, base::Instant after) {
  ASSERT_EQ(fact.state, TimeState::known);
  EXPECT_TRUE(fact.bounds.exact()) << base::format_bounds(fact.bounds);
  EXPECT_GE(fact.bounds.earliest, before - 1s) << base::format_bounds(fact.bounds);
  EXPECT_LE(fact.bounds.latest, after) << base::format_bounds(fact.bounds);
}

TEST_F(ChangelogOfDs389, TellsWhenAccountsWereLockedAndUnlockedAndWhenMembersCameAndWent) {
  apply(kLogIsShown + kSettingsAreShown);
  const base::Instant begun = lab::now();
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  const base::Instant locked = lab::now();
  std::this_thread::sleep_for(2100ms);
  change("uid=bob", "replace: nsAccountLock\nnsAccountLock: true\n");
  const base::Instant unlocking = lab::now();
  change("uid=bob", "delete: nsAccountLock\n");
  change("cn=sales", "add: member\nmember: UID=bob, dc=example,dc=test\nmember: uid=jane,dc=example,dc=test\n");
  const base::Instant removing = lab::now();
  change("cn=sales", "delete: member\nmember: uid=jane,dc=example,dc=test\n");
  apply("dn: uid=new,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: new\ncn: new\nsn: new\n");
  const base::Instant done = lab::now();
  collect();
  EXPECT_EQ(harvest_.source.coverage.state, model::CoverageState::complete) << harvest_.source.coverage.in_words();
  EXPECT_THAT(harvest_.source.notes, Contains(StartsWith("past: cn=changelog since ")));
  expect_between(switched("jane"), begun, locked);
  EXPECT_EQ(why(switched("jane")), "cn=changelog");
  expect_between(switched("bob"), unlocking, removing);
  ASSERT_EQ(switched("ann").state, TimeState::known);
  EXPECT_LE(switched("ann").bounds.latest, locked) << "nothing since the log begins";
  EXPECT_EQ(switched("new").state, TimeState::never) << "since it was made";
  ASSERT_NE(since("bob"), nullptr);
  expect_between(*since("bob"), unlocking, removing);
  EXPECT_EQ(since("jane"), nullptr) << "she is not in it";
  ASSERT_NE(since("ann"), nullptr);
  EXPECT_LE(since("ann")->bounds.latest, locked);
  expect_between(harvest_.accounts.removed[account("jane")], removing, done);
}

TEST_F(ChangelogOfDs389, TellsWhenAnAccountWasDeleted) {
  apply(kLogIsShown + kSettingsAreShown);
  collect();
  const std::string id(harvest_.text.view(harvest_.accounts.native_id[account("bob")]));
  ASSERT_NE(id, "");
  EXPECT_EQ(harvest_.deleted.size(), 0U);
  const base::Instant deleting = lab::now();
  apply("dn: uid=bob,dc=example,dc=test\nchangetype: delete\n\n");
  const base::Instant deleted = lab::now();
  collect();
  ASSERT_EQ(harvest_.deleted.size(), 1U);
  EXPECT_EQ(harvest_.text.view(harvest_.deleted.login[0]), "bob");
  EXPECT_EQ(harvest_.text.view(harvest_.deleted.native_id[0]), id) << "the same account as before";
  expect_between(harvest_.deleted.deleted[0], deleting, deleted);
}

// More numbers than are asked for at once, and a change that is too long to be looked into.
TEST_F(ChangelogOfDs389, IsReadInParts) {
  apply(kLogIsShown + kSettingsAreShown);
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  const base::Instant locked = lab::now();
  std::string many;
  for (int i = 0; i < 1200; ++i)
    many += fmt::format("dn: uid=ann,dc=example,dc=test\nchangetype: modify\nreplace: sn\nsn: {}\n\n", i);
  apply(many);
  change("uid=bob", fmt::format("replace: street\nstreet: {}\n", std::string(70'000, 'x')));
  collect();
  EXPECT_THAT(harvest_.source.notes, Contains(HasSubstr("changes read, 1 of them too long to be looked into")));
  ASSERT_EQ(switched("jane").state, TimeState::known);
  EXPECT_TRUE(switched("jane").bounds.exact());
  EXPECT_LE(switched("jane").bounds.latest, locked);
  ASSERT_EQ(switched("bob").state, TimeState::known);
  EXPECT_FALSE(switched("bob").bounds.exact()) << "the long change may have turned it";
  EXPECT_GE(switched("bob").bounds.latest, locked - 1s);
}

// As nsslapd-changelogmaxage does, by the hand of the Directory Manager.
TEST_F(ChangelogOfDs389, ReachesBackToItsFirstChangeWhereItWasTrimmed) {
  apply(kLogIsShown + kSettingsAreShown);
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  std::this_thread::sleep_for(2100ms);
  const base::Instant later = lab::now();
  change("uid=bob", "replace: sn\nsn: the first that is left\n");
  const base::Instant done = lab::now();
  collect();
  ASSERT_TRUE(switched("jane").bounds.exact());
  apply(
      "dn: changenumber=1,cn=changelog\nchangetype: delete\n\ndn: changenumber=2,cn=changelog\nchangetype: delete\n\n"
      "dn: changenumber=3,cn=changelog\nchangetype: delete\n");
  collect();
  EXPECT_EQ(base::format_instant(switched("jane").bounds.earliest), "2020-01-01T00:00:00Z") << "when she was made";
  EXPECT_GE(switched("jane").bounds.latest, later - 1s);
  EXPECT_LE(switched("jane").bounds.latest, done);
}

TEST_F(ChangelogOfDs389, SaysNothingWhenItIsHidden) {
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  collect();
  EXPECT_EQ(harvest_.source.coverage.state, model::CoverageState::complete) << "a log is no part of what is audited";
  EXPECT_EQ(switched("jane").state, TimeState::unknown);
  EXPECT_EQ(why(switched("jane")), "cn=changelog holds nothing that may be read");
  EXPECT_EQ(harvest_.membership_times.size(), 0U);
}

TEST_F(ChangelogOfDs389, SaysNothingWhenWhatWasWrittenIsHidden) {
  apply(grant_on("cn=changelog", "changeNumber || changeTime || changeType || targetDn || objectClass") +
        kSettingsAreShown);
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  collect();
  EXPECT_THAT(why(switched("ann")), HasSubstr("does not show what was changed")) << "or all would seem untouched";
  EXPECT_EQ(harvest_.membership_times.size(), 0U);
}

TEST_F(ChangelogOfDs389, SaysNothingWhenSomeChangesAreHidden) {
  apply(fmt::format("dn: cn=changelog\nchangetype: modify\nadd: aci\naci: (targetattr=\"*\")(targetfilter=\"(!("
                    "changeNumber=3))\")(version 3.0; acl \"past\"; allow (read, search, compare) {}\n\n",
                    kReader) +
        kSettingsAreShown);
  for (int i = 0; i < 6; ++i) change("uid=jane", fmt::format("replace: sn\nsn: {}\n", i));
  collect();
  EXPECT_THAT(why(switched("jane")), StartsWith("cn=changelog does not show all changes from "));
}

TEST_F(ChangelogOfDs389, SaysNothingWhenItIsNotKnownWhatItLeavesOut) {
  apply(kLogIsShown);
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  collect();
  EXPECT_THAT(why(switched("jane")), HasSubstr("so what cn=changelog leaves out is not known"));
}

TEST_F(ChangelogOfDs389, SaysNothingWhenItLeavesOutWhatCounts) {
  apply(kLogIsShown + kSettingsAreShown);
  change("uid=jane", "replace: sn\nsn: the first\n");
  const auto says = [this](const std::string& setting) {
    apply("dn: cn=Retro Changelog Plugin,cn=plugins,cn=config\nchangetype: modify\n" + setting + "\n");
    collect();
    return why(switched("jane"));
  };
  EXPECT_EQ(says("add: nsslapd-exclude-attrs\nnsslapd-exclude-attrs: userPassword\n"), "cn=changelog")
      << "which is none that counts";
  EXPECT_THAT(says("add: nsslapd-exclude-attrs\nnsslapd-exclude-attrs: nsAccountLock\n"),
              HasSubstr("leaves out nsAccountLock"));
  EXPECT_THAT(says("delete: nsslapd-exclude-attrs\n-\nadd: nsslapd-include-suffix\nnsslapd-include-suffix: dc=other\n"),
              HasSubstr("nsslapd-include-suffix"));
  EXPECT_THAT(says("delete: nsslapd-include-suffix\n-\nadd: nsslapd-exclude-suffix\nnsslapd-exclude-suffix: "
                   "ou=people,dc=example,dc=test\n"),
              HasSubstr("nsslapd-exclude-suffix"));
}

// Class of service makes nsAccountLock for whoever is in an inactivated role: the log shows that nowhere.
TEST_F(ChangelogOfDs389, SaysNothingOfLocksThatAreComputed) {
  apply(kLogIsShown + kSettingsAreShown +
        "dn: cn=lock,dc=example,dc=test\nobjectClass: LDAPsubentry\nobjectClass: cosSuperDefinition\n"
        "objectClass: cosClassicDefinition\ncosTemplateDn: cn=templates,dc=example,dc=test\ncosSpecifier: nsRole\n"
        "cosAttribute: nsAccountLock operational\ncn: lock\n\n");
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  const base::Instant locked = lab::now();
  collect();
  EXPECT_THAT(why(switched("bob")), HasSubstr("class of service computes nsAccountLock"));
  ASSERT_EQ(switched("jane").state, TimeState::known);
  EXPECT_FALSE(switched("jane").bounds.exact()) << "a role may have locked her before";
  EXPECT_LE(switched("jane").bounds.latest, locked);
}

TEST_F(ChangelogOfDs389, IsLookedAtByDoctorAndCanBeReadWithTheGrantThatItPrints) {
  change("uid=jane", "add: nsAccountLock\nnsAccountLock: true\n");
  const auto look = [this] { return examine(lab::reader_of(*server_), lab::now()); };
  const Examination before = look();
  EXPECT_EQ(before.past_unread, "cn=changelog holds nothing that may be read");
  const auto grant = least_grant(lab::reader_of(*server_), before.schema);
  ASSERT_TRUE(grant) << grant.error().message;
  const std::size_t begin = grant->find("dn: cn=changelog\n");
  ASSERT_NE(begin, std::string::npos) << *grant;
  apply(grant->substr(begin));
  EXPECT_EQ(look().past_unread, "");
  collect();
  EXPECT_TRUE(switched("jane").bounds.exact());
}

}  // namespace
}  // namespace tally::directory
