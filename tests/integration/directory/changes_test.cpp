// A directory followed by its changes says what a full read at that moment says, whatever happened meanwhile: a real
// slapd with and without a session log, which tell changes in different ways.
#include <random>
#include <thread>

#include "tests/integration/directory/followed_directory.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using lab::company;
using lab::Log;
using lab::person;
using lab::unit;
using lab::with_sync;
using model::CoverageState;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class FollowedDirectory : public lab::FollowedDirectory {};

INSTANTIATE_TEST_SUITE_P(Slapd, FollowedDirectory, testing::Values(Log::kept, Log::none),
                         [](const auto& one) { return one.param == Log::kept ? "WithLog" : "WithoutLog"; });

TEST_P(FollowedDirectory, IsReadWholeFirstAndFollowedThen) {
  EXPECT_THAT(expect_same("nothing"), AllOf(HasSubstr("there is no replica yet"), HasSubstr("from now on")));
  follow("nothing again");
  apply("dn: uid=p1,ou=people,dc=example,dc=test\nchangetype: modify\nreplace: mail\nmail: a@example.test\n");
  follow("a new mail address");
}

TEST_P(FollowedDirectory, SaysWhatAFullReadSaysAfterEachKindOfChange) {
  expect_same("nothing");
  const auto step = [&](const std::string& change, std::string_view what) {
    apply(change);
    follow(what);
  };
  step(person(100, "ou=people"), "an account that is new");
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
  step(
      "dn: uid=p7,ou=people,dc=example,dc=test\nchangetype: modify\nadd: pwdAccountLockedTime\n"
      "pwdAccountLockedTime: 000001010000Z\n",
      "a lock for good");
  step("dn: uid=p7,ou=people,dc=example,dc=test\nchangetype: modify\ndelete: pwdAccountLockedTime\n", "its end");
  step(
      "dn: cn=default,ou=policies,dc=example,dc=test\nchangetype: modify\nreplace: pwdLockoutDuration\n"
      "pwdLockoutDuration: 0\n",
      "another policy");
  step(
      "dn: cn=other,ou=groups,dc=example,dc=test\nchangetype: add\nobjectClass: organizationalRole\ncn: other\n\n"
      "dn: cn=other,ou=groups,dc=example,dc=test\nchangetype: modify\nreplace: description\ndescription: x\n",
      "an entry that does not matter");
}

TEST_P(FollowedDirectory, SeesSignInsAndLockouts) {
  expect_same("nothing");
  sign_in(8, "secret8");
  follow("a sign-in");
  for (int i = 0; i < 3; ++i) sign_in(9, "wrong");
  follow("a lockout");
  std::this_thread::sleep_for(1200ms);
  sign_in(9, "secret9");
  follow("a sign-in after the lockout");
}

TEST_P(FollowedDirectory, SeesWhatABranchWithANewNameRenames) {
  expect_same("nothing");
  apply("dn: ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: ou=folk\ndeleteoldrdn: 1\n");
  follow("a branch with a new name");
  apply(unit("ou=new", "new") +
        "dn: ou=folk,dc=example,dc=test\nchangetype: modrdn\nnewrdn: ou=folk\ndeleteoldrdn: 0\n"
        "newsuperior: ou=new,dc=example,dc=test\n\n" +
        unit("ou=folk", "folk") + person(200, "ou=folk"));
  follow("a branch that moved, and another in its place");
}

TEST_P(FollowedDirectory, SeesWhatLeavesTheBaseAndWhatComesIn) {
  const auto inside = [&](LdapOptions o) {
    o.profile.bases = {"ou=people,dc=example,dc=test", "ou=groups,dc=example,dc=test"};
    return o;
  };
  const auto same = [&](std::string_view after) {
    const base::Instant when = lab::now();
    const model::Harvest followed = collect(inside(options()), when);
    EXPECT_EQ(lab::told(followed), lab::told(collect(inside(lab::reader_of(*server_)), when)))
        << "after " << after << "\n"
        << way(followed);
    return way(followed);
  };
  same("nothing");
  apply(
      "dn: uid=p5,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=p5\ndeleteoldrdn: 0\n"
      "newsuperior: ou=left,dc=example,dc=test\n");
  EXPECT_THAT(same("one that left"), HasSubstr("followed by"));
  apply(
      "dn: uid=p5,ou=left,dc=example,dc=test\nchangetype: modrdn\nnewrdn: uid=p5\ndeleteoldrdn: 0\n"
      "newsuperior: ou=people,dc=example,dc=test\n");
  EXPECT_THAT(same("one that came back"), HasSubstr("followed by"));
  apply(unit("ou=team,ou=left", "team") + person(300, "ou=team,ou=left") +
        "dn: ou=team,ou=left,dc=example,dc=test\nchangetype: modrdn\nnewrdn: ou=team\ndeleteoldrdn: 0\n"
        "newsuperior: ou=people,dc=example,dc=test\n");
  same("a branch that came in");
  apply(
      "dn: ou=team,ou=people,dc=example,dc=test\nchangetype: modrdn\nnewrdn: ou=team\ndeleteoldrdn: 0\n"
      "newsuperior: ou=left,dc=example,dc=test\n");
  same("a branch that left with what is in it");
}

TEST_P(FollowedDirectory, SeesEntriesThatStopToMatch) {
  const auto only = [&](LdapOptions o) {
    o.profile.account_filter = "(&(objectClass=inetOrgPerson)(!(employeeType=gone)))";
    return o;
  };
  const auto same = [&](std::string_view after) {
    const base::Instant when = lab::now();
    const model::Harvest followed = collect(only(options()), when);
    EXPECT_EQ(lab::told(followed), lab::told(collect(only(lab::reader_of(*server_)), when))) << "after " << after;
    return way(followed);
  };
  same("nothing");
  apply("dn: uid=p6,ou=people,dc=example,dc=test\nchangetype: modify\nadd: employeeType\nemployeeType: gone\n");
  EXPECT_THAT(same("one that does not count any more"), HasSubstr("followed by"));
  apply("dn: uid=p6,ou=people,dc=example,dc=test\nchangetype: modify\ndelete: employeeType\n");
  EXPECT_THAT(same("one that counts again"), HasSubstr("followed by"));
}

/// Any number of any changes in any order, seed by seed.
class ManyChanges {
 public:
  explicit ManyChanges(unsigned seed) : random_(seed) {
    for (int i = 0; i < 40; ++i) people_.emplace_back(i, "ou=people");
  }

  std::string next() {
    if (people_.size() < 5) return make();
    auto& [number, below] = people_[random_() % people_.size()];
    const std::string dn = fmt::format("dn: uid=p{},{},dc=example,dc=test\n", number, below);
    switch (random_() % 8) {
      case 0: return make();
      case 1: {
        people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(index_of(number)));
        return dn + "changetype: delete\n\n";
      }
      case 2: {
        below = below == "ou=people" ? "ou=left" : "ou=people";
        return dn + fmt::format(
                        "changetype: modrdn\nnewrdn: uid=p{}\ndeleteoldrdn: 0\nnewsuperior: {},dc=example,dc=test\n\n",
                        number, below);
      }
      case 3: return dn + "changetype: modify\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n\n";
      case 4: return dn + "changetype: modify\nreplace: pwdAccountLockedTime\n\n";
      case 5: return dn + fmt::format("changetype: modify\nreplace: mail\nmail: m{}@example.test\n\n", ++made_);
      case 6: return dn + fmt::format("changetype: modify\nreplace: userPassword\nuserPassword: new{}\n\n", ++made_);
      default:
        return fmt::format(
            "dn: cn=sales,ou=groups,dc=example,dc=test\nchangetype: modify\nreplace: member\n"
            "member: uid=p{},{},dc=example,dc=test\nmember: uid=p1,ou=people,dc=example,dc=test\n\n",
            number == 1 ? 2 : number, below);
    }
  }

 private:
  std::string make() {
    people_.emplace_back(1000 + ++made_, "ou=people");
    return person(people_.back().first, "ou=people");
  }
  std::size_t index_of(int number) const {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      if (people_[i].first == number) return i;
    }
    return 0;
  }

  std::mt19937 random_;
  std::vector<std::pair<int, std::string>> people_;
  int made_ = 0;
};

TEST_P(FollowedDirectory, SaysWhatAFullReadSaysAfterAnyChanges) {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    if (seed > 1) start({.data = {company()}, .config_changes = {with_sync(log())}});
    expect_same("nothing");
    ManyChanges changes(seed);
    for (int round = 0; round < 6; ++round) {
      std::string some;
      for (int i = 0; i < 15; ++i) some += changes.next();
      apply(some);
      follow(fmt::format("round {} of seed {}", round, seed));
    }
  }
}

// OpenLDAP 2.5.13 with dynlist ends by an assertion when it is asked for changes and there are none.
TEST(DirectoryWithDynamicLists, SurvivesBeingAskedWhenNothingChanged) {
  auto folder = support::WorkFolder::create("replicas");
  ASSERT_TRUE(folder);
  auto server = support::Slapd::start(
      {.data = {company()},
       .config_changes = {with_sync("olcSpSessionlog: 100\n") +
                          "dn: olcOverlay=dynlist,olcDatabase={1}mdb,cn=config\nchangetype: add\n"
                          "objectClass: olcOverlayConfig\nobjectClass: olcDynListConfig\nolcOverlay: dynlist\n"
                          "olcDynListAttrSet: groupOfURLs memberURL member\n\n"}});
  ASSERT_TRUE(server) << server.error().message;
  for (int i = 0; i < 4; ++i) {
    LdapOptions o = lab::reader_of(*server);
    o.replica = folder->path() / "replicas/lab.tsr";
    const model::Harvest harvest = make_ldap_source(std::move(o))->collect({&lab::now, {}});
    EXPECT_EQ(harvest.source.coverage.state, CoverageState::complete) << harvest.source.coverage.in_words();
    if (i > 0) {
      EXPECT_THAT(harvest.source.notes, Contains(HasSubstr("changes: followed")));
    }
  }
}

}  // namespace
}  // namespace tally::directory
