// A real 389 Directory Server followed by its changes says what a full read at that moment says.
#include <fmt/format.h>

#include <thread>

#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/told_harvest.h"
#include "tests/support/ds389.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::CoverageState;
using testing::HasSubstr;

std::string unit(std::string_view name) {
  return fmt::format("dn: ou={0},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {0}\n\n", name);
}

std::string person(std::string_view uid) {
  return fmt::format(
      "dn: uid={0},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nobjectClass: nsMemberOf\nuid: {0}\n"
      "cn: {0}\nsn: {0}\nuserPassword: secret-{0}\n\n",
      uid);
}

std::string company() {
  std::string out = unit("people") + unit("left") + unit("groups");
  for (int i = 0; i < 20; ++i) out += person(fmt::format("p{}", i));
  return out +
         "dn: cn=sales,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: sales\n"
         "member: uid=p1,ou=people,dc=example,dc=test\n\n";
}

class Followed389 : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = support::WorkFolder::create("replicas");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
    auto server = support::Ds389::start({.data = {company()}});
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }
  [[nodiscard]] LdapOptions options(bool changes) const {
    LdapOptions o = lab::reader_of(*server_);
    o.profile.bases = bases_;
    o.profile.account_filter = account_filter_;
    if (changes) o.replica = folder_->path() / "replicas/lab.tsr";
    return o;
  }
  static model::Harvest collect(LdapOptions o, base::Instant when) {
    return make_ldap_source(std::move(o))->collect({[when] { return when; }, {}});
  }
  /// What the reading by changes said of itself. The reader's own sign-in is recorded at each read.
  std::string expect_same(std::string_view after) {
    std::this_thread::sleep_for(1100ms);
    const base::Instant when = lab::now();
    const model::Harvest followed = collect(options(true), when);
    const model::Harvest full = collect(options(false), when);
    std::string way;
    for (const std::string& note : followed.source.notes) {
      if (note.starts_with("changes")) way += note + "\n";
    }
    EXPECT_EQ(full.source.coverage.state, CoverageState::complete) << full.source.coverage.in_words();
    EXPECT_EQ(followed.source.coverage.state, CoverageState::complete) << followed.source.coverage.in_words();
    EXPECT_EQ(lab::told_but_the_reader(followed, "uid=reader,"), lab::told_but_the_reader(full, "uid=reader,"))
        << "after " << after << "\n"
        << way;
    return way;
  }
  void step(const std::string& change, std::string_view what) {
    const auto done = server_->apply(change);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(expect_same(what), HasSubstr("changes: followed by RFC 4533")) << what;
  }

  std::vector<std::string> bases_ = {"dc=example,dc=test"};
  std::string account_filter_;
  std::optional<support::WorkFolder> folder_;
  std::optional<support::Ds389> server_;
};

TEST_F(Followed389, SaysWhatAFullReadSaysAfterEachKindOfChange) {
  EXPECT_THAT(expect_same("nothing"), HasSubstr("from now on"));
  EXPECT_THAT(expect_same("nothing again"), HasSubstr("changes: followed by RFC 4533"));
  step(person("new"), "an account that is new");
  step("dn: uid=p3,ou=people,dc=example,dc=test\nchangetype: delete\n", "one that was deleted");
  step("dn: uid=p4,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=q4\ndeleteoldrdn: 1\n", "a new name");
  step(
      "dn: uid=p5,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=p5\ndeleteoldrdn: 0\n"
      "newsuperior: ou=left,dc=example,dc=test\n",
      "a move");
  step(
      "dn: cn=sales,ou=groups,dc=example,dc=test\nchangetype: modify\nadd: member\n"
      "member: uid=p6,ou=people,dc=example,dc=test\n-\ndelete: member\nmember: uid=p1,ou=people,dc=example,dc=test\n",
      "members that came and went");
  step("dn: uid=p7,ou=people,dc=example,dc=test\nchangetype: modify\nadd: nsAccountLock\nnsAccountLock: true\n",
       "an account that was switched off");
  step("dn: uid=p7,ou=people,dc=example,dc=test\nchangetype: modify\ndelete: nsAccountLock\n", "and on again");
  step("dn: ou=left,dc=example,dc=test\nchangetype: modrdn\nnewrdn: ou=gone\ndeleteoldrdn: 1\n",
       "a branch with a new name");
  step("dn: ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: ou=folk\ndeleteoldrdn: 1\n",
       "another branch with a new name");
}

TEST_F(Followed389, SeesWhatLeavesTheBaseAndWhatComesIn) {
  bases_ = {"ou=people,dc=example,dc=test", "ou=groups,dc=example,dc=test"};
  expect_same("nothing");
  step(
      "dn: uid=p5,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=p5\ndeleteoldrdn: 0\n"
      "newsuperior: ou=left,dc=example,dc=test\n",
      "one that left");
  step(
      "dn: uid=p5,ou=left,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=p5\ndeleteoldrdn: 0\n"
      "newsuperior: ou=people,dc=example,dc=test\n",
      "one that came back");
}

TEST_F(Followed389, SeesEntriesThatStopToMatch) {
  account_filter_ = "(&(objectClass=inetOrgPerson)(!(employeeType=gone)))";
  expect_same("nothing");
  step("dn: uid=p6,ou=people,dc=example,dc=test\nchangetype: modify\nadd: employeeType\nemployeeType: gone\n",
       "one that does not count any more");
  step("dn: uid=p6,ou=people,dc=example,dc=test\nchangetype: modify\ndelete: employeeType\n", "one that counts again");
}

TEST_F(Followed389, SeesSignInsAndLockouts) {
  expect_same("nothing");
  EXPECT_EQ(server_->bind("uid=p8,ou=people,dc=example,dc=test", "secret-p8"), 0);
  EXPECT_THAT(expect_same("a sign-in"), HasSubstr("changes: followed"));
  for (int i = 0; i < 4; ++i) EXPECT_NE(server_->bind("uid=p9,ou=people,dc=example,dc=test", "wrong"), 0);
  EXPECT_THAT(expect_same("a lockout"), HasSubstr("changes: followed"));
  step("dn: uid=p9,ou=people,dc=example,dc=test\nchangetype: modify\nreplace: userPassword\nuserPassword: other\n",
       "a new password");
}

TEST_F(Followed389, IsCountedWheneverItIsFollowedAndDoubtedWhenAccessRulesHideAnEntryThatWasShown) {
  expect_same("nothing");
  const model::Harvest counted = collect(options(true), lab::now());
  EXPECT_THAT(counted.source.coverage.counted_by, HasSubstr("compared by nsUniqueId"));
  EXPECT_EQ(counted.source.coverage.records_counted, counted.source.coverage.records_read);
  const auto hidden =
      server_->apply(fmt::format("dn: dc=example,dc=test\nchangetype: modify\nadd: aci\naci: "
                                 "(target=\"ldap:///uid=p7,ou=people,dc=example,dc=test\")"
                                 "(targetattr=\"*\")(version 3.0; acl \"hidden\"; deny (all) userdn=\"ldap:///{}\";)\n",
                                 server_->reader_dn()));
  ASSERT_TRUE(hidden) << hidden.error().message;
  const model::Harvest harvest = collect(options(true), lab::now());
  EXPECT_EQ(harvest.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(harvest.source.coverage.in_words(),
              HasSubstr("1 differ from what it told (0 that it did not tell of, 1 that are gone, 0 that changed)"));
  EXPECT_THAT(harvest.source.notes, testing::Contains(HasSubstr("1 of the replica are not shown)")));
}

TEST_F(Followed389, IsReadWholeWhileThereAreRoles) {
  expect_same("nothing");
  const auto done = server_->apply(
      "dn: cn=operators,dc=example,dc=test\nobjectClass: LDAPsubentry\nobjectClass: nsRoleDefinition\n"
      "objectClass: nsSimpleRoleDefinition\nobjectClass: nsManagedRoleDefinition\ncn: operators\n");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_THAT(expect_same("a role"), HasSubstr("because it has roles or classes of service"));
}

}  // namespace
}  // namespace tally::directory
