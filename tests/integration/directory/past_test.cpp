// When it happened, as real servers tell it: an OpenLDAP server with slapo-accesslog(5), and what its log does not show
// when the rights hide it.
#include <fmt/format.h>

#include <thread>

#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::TimeState;
using testing::Contains;
using testing::HasSubstr;

std::string person(std::string_view uid) {
  return fmt::format(
      "dn: uid={0},dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\nsn: {0}\n"
      "createTimestamp: 20200101000000Z\n\n",
      uid);
}

std::string company() {
  return "dn: ou=policies,dc=example,dc=test\nobjectClass: organizationalUnit\nou: policies\n\n"
         "dn: cn=default,ou=policies,dc=example,dc=test\nobjectClass: pwdPolicy\nobjectClass: device\n"
         "cn: default\npwdAttribute: userPassword\npwdLockout: TRUE\n\n" +
         person("jane") + person("bob") + person("ann") +
         "dn: cn=sales,dc=example,dc=test\nobjectClass: groupOfNames\ncn: sales\n"
         "createTimestamp: 20200101000000Z\nmember: uid=ann,dc=example,dc=test\n\n";
}

/// A second database that takes the log. {access}: who reads it.
std::string log_of(const std::filesystem::path& folder, std::string_view access) {
  return fmt::format(
      "dn: cn=module{{0}},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: accesslog\n\n"
      "dn: olcDatabase={{2}}mdb,cn=config\nchangetype: add\nobjectClass: olcDatabaseConfig\nobjectClass: olcMdbConfig\n"
      "olcDatabase: {{2}}mdb\nolcDbDirectory: {}\nolcSuffix: cn=accesslog\nolcDbMaxSize: 67108864\n"
      "olcDbIndex: reqStart eq\nolcRootDN: cn=admin,dc=example,dc=test\nolcAccess: {}\n\n"
      "dn: olcOverlay=accesslog,olcDatabase={{1}}mdb,cn=config\nchangetype: add\nobjectClass: olcAccessLogConfig\n"
      "objectClass: olcOverlayConfig\nolcOverlay: accesslog\nolcAccessLogDB: cn=accesslog\nolcAccessLogOps: writes\n"
      "olcAccessLogSuccess: TRUE\n\n",
      folder.string(), access);
}

constexpr const char* kReads = "{0}to * by dn.exact=cn=reader,dc=example,dc=test read by * none";

class LoggedDirectory : public testing::Test {
 protected:
  void start(std::string_view access) {
    auto folder = support::WorkFolder::create("accesslog");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
    auto server = support::Slapd::start({.data = {company()}, .config_changes = {log_of(folder_->path(), access)}});
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
    apply("dn: uid=ann,dc=example,dc=test\nchangetype: modify\nreplace: sn\nsn: the first entry of the log\n");
  }
  void apply(const std::string& change) {
    const auto done = server_->apply(change);
    ASSERT_TRUE(done) << done.error().message;
  }
  static std::string on(std::string_view dn, std::string_view change) {
    return fmt::format("dn: {},dc=example,dc=test\nchangetype: modify\n{}", dn, change);
  }
  void collect() {
    LdapOptions options = lab::reader_of(*server_);
    harvest_ = make_ldap_source(std::move(options))->collect({&lab::now, {}});
  }
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

  std::optional<support::WorkFolder> folder_;
  std::optional<support::Slapd> server_;
  model::Harvest harvest_;
};

/// Between two looks at the clock, to the second that some servers cut to.
void expect_between(const model::TimeFact& fact, base::Instant before, base::Instant after) {
  ASSERT_EQ(fact.state, TimeState::known);
  EXPECT_TRUE(fact.bounds.exact()) << base::format_bounds(fact.bounds);
  EXPECT_GE(fact.bounds.earliest, before - 1s) << base::format_bounds(fact.bounds);
  EXPECT_LE(fact.bounds.latest, after) << base::format_bounds(fact.bounds);
}

TEST_F(LoggedDirectory, TellsWhenAccountsWereLockedAndUnlockedAndWhenMembersCameAndWent) {
  ASSERT_NO_FATAL_FAILURE(start(kReads));
  const base::Instant begun = lab::now();
  apply(on("uid=jane", "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"));
  const base::Instant locked = lab::now();
  std::this_thread::sleep_for(1500ms);
  apply(on("uid=bob", "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"));
  const base::Instant unlocking = lab::now();
  apply(on("uid=bob", "delete: pwdAccountLockedTime\n"));
  apply(on("cn=sales", "add: member\nmember: UID=bob, dc=example,dc=test\nmember: uid=jane,dc=example,dc=test\n"));
  const base::Instant removing = lab::now();
  apply(on("cn=sales", "delete: member\nmember: uid=jane,dc=example,dc=test\n"));
  const base::Instant done = lab::now();
  collect();
  EXPECT_EQ(harvest_.source.coverage.state, model::CoverageState::complete) << harvest_.source.coverage.in_words();
  expect_between(switched("jane"), begun, locked);
  expect_between(switched("bob"), unlocking, removing);
  EXPECT_EQ(switched("ann").state, TimeState::known);
  EXPECT_LE(switched("ann").bounds.latest, begun) << "nothing since the log begins";
  ASSERT_NE(since("bob"), nullptr);
  expect_between(*since("bob"), unlocking, removing);
  EXPECT_EQ(since("jane"), nullptr) << "she is not in it";
  ASSERT_NE(since("ann"), nullptr);
  EXPECT_LE(since("ann")->bounds.latest, begun);
  expect_between(harvest_.accounts.removed[account("jane")], removing, done);
}

// slapo-ppolicy itself ends a lock when the password is set anew, in the same request.
TEST_F(LoggedDirectory, TellsWhenAnAccountWasDeleted) {
  ASSERT_NO_FATAL_FAILURE(start(kReads));
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

TEST_F(LoggedDirectory, SeesThatANewPasswordEndsALock) {
  ASSERT_NO_FATAL_FAILURE(start(kReads));
  apply(on("uid=jane", "add: userPassword\nuserPassword: first-password\n"));
  apply(on("uid=jane", "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"));
  std::this_thread::sleep_for(1100ms);
  const base::Instant begun = lab::now();
  apply(on("uid=jane", "replace: userPassword\nuserPassword: another-password\n"));
  const base::Instant done = lab::now();
  collect();
  ASSERT_EQ(harvest_.accounts.enabled[account("jane")].value, model::Truth::yes);
  expect_between(switched("jane"), begun, done);
}

TEST_F(LoggedDirectory, SaysNothingWhenItsLogIsHidden) {
  ASSERT_NO_FATAL_FAILURE(start("{0}to * by * none"));
  apply(on("uid=jane", "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"));
  collect();
  EXPECT_EQ(harvest_.source.coverage.state, model::CoverageState::complete) << "a log is no part of what is audited";
  EXPECT_EQ(switched("jane").state, TimeState::unknown);
  EXPECT_THAT(why(switched("jane")), HasSubstr("cn=accesslog holds nothing of dc=example,dc=test that may be read"));
  EXPECT_EQ(harvest_.membership_times.size(), 0U);
}

TEST_F(LoggedDirectory, SaysNothingWhenWhatWasWrittenIsHidden) {
  ASSERT_NO_FATAL_FAILURE(start("{0}to attrs=reqMod by * none\nolcAccess: {1}to * by users read by * none"));
  collect();
  EXPECT_EQ(switched("ann").state, TimeState::unknown) << "or all would seem untouched";
  EXPECT_EQ(harvest_.membership_times.size(), 0U);
}

TEST_F(LoggedDirectory, SaysNothingWhenTheLogIsCut) {
  ASSERT_NO_FATAL_FAILURE(start(kReads));
  ASSERT_TRUE(
      server_->configure("dn: olcDatabase={2}mdb,cn=config\nchangetype: modify\nadd: olcLimits\n"
                         "olcLimits: users size.soft=2 size.hard=2 size.prtotal=2\n"));
  for (const char* how :
       {"add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n", "delete: pwdAccountLockedTime\n",
        "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"}) {
    apply(on("uid=jane", how));
  }
  collect();
  EXPECT_EQ(switched("jane").state, TimeState::unknown);
  EXPECT_THAT(harvest_.source.notes, Contains(testing::StartsWith("past: cn=accesslog")));
}

/// Another database of the same server, whose changes go to the same log.
std::string other_database(const std::filesystem::path& folder) {
  return fmt::format(
      "dn: olcDatabase={{3}}mdb,cn=config\nchangetype: add\nobjectClass: olcDatabaseConfig\nobjectClass: olcMdbConfig\n"
      "olcDatabase: {{3}}mdb\nolcDbDirectory: {}\nolcSuffix: dc=other\nolcDbMaxSize: 67108864\n"
      "olcRootDN: cn=admin,dc=example,dc=test\n\n"
      "dn: olcOverlay=accesslog,olcDatabase={{3}}mdb,cn=config\nchangetype: add\nobjectClass: olcAccessLogConfig\n"
      "objectClass: olcOverlayConfig\nolcOverlay: accesslog\nolcAccessLogDB: cn=accesslog\nolcAccessLogOps: writes\n"
      "olcAccessLogSuccess: TRUE\n\n",
      folder.string());
}

/// A log that is of the other database, and only in the end of ours.
class SharedLog : public LoggedDirectory {
 protected:
  void SetUp() override {
    auto other = support::WorkFolder::create("other");
    ASSERT_TRUE(other) << other.error().message;
    other_.emplace(std::move(*other));
    ASSERT_NO_FATAL_FAILURE(start(kReads));
    configure(other_database(other_->path()));
    // What the log holds of ours so far goes with the overlay: the whole log is emptied.
    configure("dn: olcOverlay={2}accesslog,olcDatabase={1}mdb,cn=config\nchangetype: delete\n\n");
    empty_log();
    apply("dn: dc=other\nobjectClass: dcObject\nobjectClass: organization\ndc: other\no: x\n\n");
    apply("dn: dc=other\nchangetype: modify\nreplace: o\no: y\n");
    std::this_thread::sleep_for(1100ms);
  }
  void configure(const std::string& ldif) {
    const auto done = server_->configure(ldif);
    ASSERT_TRUE(done) << done.error().message;
  }
  void empty_log() {
    const auto found = support::run_command(
        {.argv = {"ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", server_->uri(), "-D", server_->root_dn(),
                  "-w", server_->root_password(), "-b", "cn=accesslog", "-s", "one", "1.1"},
         .environment = {{"LDAPNOINIT", "1"}}},
        20s);
    ASSERT_TRUE(found && found->exit_code == 0) << found->err;
    std::string deletes = found->out;
    for (std::size_t at = 0; (at = deletes.find("\n\n", at)) != std::string::npos; at += 20)
      deletes.insert(at + 1, "changetype: delete\n");
    apply(deletes);
  }
  /// What `tallystick doctor` grants.
  void show_config() {
    configure(
        "dn: olcDatabase={0}config,cn=config\nchangetype: modify\nreplace: olcAccess\nolcAccess: to "
        "dn.subtree=\"cn=config\" attrs=entry,objectClass,olcDatabase,olcSuffix,olcRootDN,olcOverlay,olcDisabled,"
        "olcAccessLogDB,olcAccessLogOps by dn.exact=\"cn=reader,dc=example,dc=test\" read by * break\n");
  }
  void log_ours(std::string_view ops) {
    configure(fmt::format(
        "dn: olcOverlay=accesslog,olcDatabase={{1}}mdb,cn=config\nchangetype: add\nobjectClass: olcAccessLogConfig\n"
        "objectClass: olcOverlayConfig\nolcOverlay: accesslog\nolcAccessLogDB: cn=accesslog\nolcAccessLogOps: {}\n"
        "olcAccessLogSuccess: TRUE\n\n",
        ops));
  }
  void lock_jane() { apply(on("uid=jane", "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n")); }

  std::optional<support::WorkFolder> other_;
};

TEST_F(SharedLog, OfAnotherDatabaseSaysNothingAboutOurs) {
  lock_jane();
  for (const bool shown : {false, true}) {
    if (shown) show_config();
    collect();
    EXPECT_EQ(harvest_.accounts.enabled[account("jane")].value, model::Truth::no);
    for (const char* uid : {"jane", "bob"}) EXPECT_EQ(switched(uid).state, TimeState::unknown) << uid;
    EXPECT_THAT(why(switched("jane")), HasSubstr("cn=accesslog holds nothing of dc=example,dc=test"));
    EXPECT_EQ(harvest_.membership_times.size(), 0U);
    EXPECT_THAT(harvest_.source.notes, Contains(HasSubstr("past: cn=accesslog holds nothing of dc=example,dc=test")));
  }
}

TEST_F(SharedLog, ReachesBackToTheFirstChangeOfOurs) {
  lock_jane();
  const base::Instant locked = lab::now();
  std::this_thread::sleep_for(1100ms);
  log_ours("writes");
  apply(on("uid=ann", "replace: sn\nsn: the first of ours\n"));
  std::this_thread::sleep_for(1100ms);
  apply(on("cn=sales", "add: member\nmember: uid=bob,dc=example,dc=test\n"));
  for (const bool shown : {false, true}) {
    if (shown) show_config();
    collect();
    ASSERT_EQ(switched("jane").state, TimeState::known) << why(switched("jane"));
    EXPECT_GE(switched("jane").bounds.latest, locked) << "not before the log begins for the other database";
    ASSERT_NE(since("ann"), nullptr);
    EXPECT_GE(since("ann")->bounds.latest, locked);
  }
}

TEST_F(SharedLog, SaysNothingWhereCnConfigSaysThatItDoesNotTakeAllWrites) {
  log_ours("modify");
  apply(on("uid=ann", "replace: sn\nsn: the first of ours\n"));
  show_config();
  collect();
  EXPECT_THAT(why(switched("jane")), HasSubstr("cn=accesslog does not hold all writes to {1}mdb (olcAccessLogOps)"));
  configure("dn: olcOverlay={2}accesslog,olcDatabase={1}mdb,cn=config\nchangetype: delete\n\n");
  collect();
  EXPECT_THAT(why(switched("jane")), HasSubstr("what is written to {1}mdb does not go to cn=accesslog (cn=config)"));
}

TEST(UnloggedDirectory, SaysThatThereIsNoLog) {
  const auto server = support::Slapd::start({.data = {company()}});
  ASSERT_TRUE(server) << server.error().message;
  const model::Harvest h = make_ldap_source(lab::reader_of(*server))->collect({&lab::now, {}});
  ASSERT_GT(h.accounts.size(), 0U);
  EXPECT_EQ(h.text.view(h.accounts.switched[0].basis), "the server names no cn=accesslog");
}

}  // namespace
}  // namespace tally::directory
