// A directory followed by its changes says what a full read at that moment says, whatever happened meanwhile: a real
// slapd with and without a session log, which tell changes in different ways.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/replica_writer.h"
#include "connectors/directory/sync_feed.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/told_harvest.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::CoverageState;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string unit(std::string_view dn, std::string_view ou) {
  return fmt::format("dn: {},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {}\n\n", dn, ou);
}

std::string person(int number, std::string_view below) {
  return fmt::format(
      "dn: uid=p{0},{1},dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: p{0}\ncn: Person {0}\nsn: {0}\n"
      "employeeNumber: {0}\nuserPassword: secret{0}\n\n",
      number, below);
}

std::string group(std::string_view name, std::string_view member) {
  return fmt::format("dn: cn={0},ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: {0}\nmember: {1}\n\n",
                     name, member);
}

std::string company() {
  std::string out = unit("ou=policies", "policies") +
                    "dn: cn=default,ou=policies,dc=example,dc=test\nobjectClass: pwdPolicy\nobjectClass: device\n"
                    "cn: default\npwdAttribute: userPassword\npwdLockout: TRUE\npwdMaxFailure: 2\n"
                    "pwdLockoutDuration: 1\n\n" +
                    unit("ou=people", "people") + unit("ou=groups", "groups") + unit("ou=left", "left");
  for (int i = 0; i < 40; ++i) out += person(i, "ou=people");
  return out + group("sales", "uid=p1,ou=people,dc=example,dc=test") +
         group("admins", "uid=p2,ou=people,dc=example,dc=test");
}

std::string with_sync(std::string_view session_log) {
  return fmt::format(
      "dn: olcOverlay=syncprov,olcDatabase={{1}}mdb,cn=config\nchangetype: add\nobjectClass: olcOverlayConfig\n"
      "objectClass: olcSyncProvConfig\nolcOverlay: syncprov\n{}\n"
      "dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\nreplace: olcLastBind\nolcLastBind: TRUE\n\n",
      session_log);
}

enum class Log : std::uint8_t { kept, none };

class FollowedDirectory : public testing::TestWithParam<Log> {
 protected:
  void SetUp() override {
    auto folder = support::WorkFolder::create("replicas");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
    start({.data = {company()}, .config_changes = {with_sync(log())}});
  }
  static std::string log() { return GetParam() == Log::kept ? "olcSpSessionlog: 10000\n" : ""; }
  void start(const support::SlapdOptions& options) {
    auto server = support::Slapd::start(options);
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }
  void apply(const std::string& change) {
    const auto done = server_->apply(change);
    ASSERT_TRUE(done) << done.error().message << "\n" << change;
  }
  [[nodiscard]] std::string replica() const { return folder_->path() / "replicas/lab.tsr"; }
  [[nodiscard]] LdapOptions options() const {
    LdapOptions o = lab::reader_of(*server_);
    o.replica = replica();
    return o;
  }
  static model::Harvest collect(LdapOptions o, base::Instant when = lab::now()) {
    return make_ldap_source(std::move(o))->collect({[when] { return when; }, {}});
  }
  /// By changes, or why not: what the notes say of it.
  static std::string way(const model::Harvest& harvest) {
    std::string out;
    for (const std::string& note : harvest.source.notes) {
      if (note.starts_with("changes: ")) out += note + "\n";
    }
    return out;
  }
  /// Both ways, now; what the one by changes said of itself.
  std::string expect_same(std::string_view after) {
    const base::Instant when = lab::now();
    const model::Harvest followed = collect(options(), when);
    const model::Harvest full = collect(lab::reader_of(*server_), when);
    EXPECT_EQ(full.source.coverage.state, CoverageState::complete) << full.source.coverage.in_words();
    EXPECT_EQ(followed.source.coverage.state, CoverageState::complete) << followed.source.coverage.in_words();
    EXPECT_EQ(lab::told(followed), lab::told(full)) << "after " << after << "\n" << way(followed);
    return way(followed);
  }
  void follow(std::string_view after) { EXPECT_THAT(expect_same(after), HasSubstr("changes: followed by RFC 4533")); }
  /// Binds once, and fails when the password is wrong.
  void sign_in(int number, std::string_view password) {
    LdapOptions o = lab::reader_of(*server_);
    o.bind_dn = fmt::format("uid=p{},ou=people,dc=example,dc=test", number);
    o.password = base::Secret(std::string(password));
    lab::refusal(o);
  }

  std::optional<support::WorkFolder> folder_;
  std::optional<support::Slapd> server_;
};

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

/// A replica with another state of its feed, as if it had been kept so.
void set_cookie(const std::string& path, const std::string& cookie) {
  auto replica = Replica::open(path);
  ASSERT_TRUE(replica) << replica.error().message;
  ReplicaState state = replica->state();
  auto feed = SyncFeedState::parse(state.feed);
  ASSERT_TRUE(feed);
  feed->cookies = {cookie};
  state.feed = feed->text();
  ASSERT_TRUE(replica->commit(state));
}

TEST_P(FollowedDirectory, IsReadWholeAfterACookieThatIsNotOneOfTheServer) {
  expect_same("nothing");
  apply("dn: uid=p1,ou=people,dc=example,dc=test\nchangetype: delete\n");
  set_cookie(replica(), "garbage");
  EXPECT_THAT(expect_same("garbage"), HasSubstr("everything was read, because the cookie is not one of OpenLDAP"));
  apply("dn: uid=p2,ou=people,dc=example,dc=test\nchangetype: delete\n");
  set_cookie(replica(), "rid=000,csn=20360101000000.000000Z#000000#000#000000");
  EXPECT_THAT(expect_same("a cookie of the future"), HasSubstr("the server does not go on from the cookie (53"));
  apply("dn: uid=p3,ou=people,dc=example,dc=test\nchangetype: delete\n");
  set_cookie(replica(), "rid=000,csn=20010101000000.000000Z#000000#000#000000");
  expect_same("a cookie from before the first entry");
}

TEST_P(FollowedDirectory, IsReadWholeWhenTheReplicaIsOfAnotherQueryOrIdentity) {
  expect_same("nothing");
  LdapOptions other = options();
  other.profile.employee_number_attribute = "departmentNumber";
  EXPECT_THAT(way(collect(std::move(other))), HasSubstr("of another server, query or identity"));
  other = options();
  other.bind_dn = server_->root_dn();
  other.password = base::Secret(server_->root_password());
  EXPECT_THAT(way(collect(std::move(other))), HasSubstr("of another server, query or identity"));
}

TEST_P(FollowedDirectory, IsReadWholeWhenAnotherServerTookThePlace) {
  expect_same("nothing");
  const std::string uri = server_->uri();
  start({.data = {company()}, .config_changes = {with_sync(log())}});
  // The name of the first server now leads to the second.
  {
    auto kept = Replica::open(replica());
    ASSERT_TRUE(kept);
    std::string identity(kept->identity());
    const std::size_t at = identity.find(uri);
    ASSERT_NE(at, std::string::npos);
    identity.replace(at, uri.size(), server_->uri());
    auto writer = ReplicaWriter::create(replica(), identity);
    ASSERT_TRUE(writer);
    kept->each([&](const StoredEntry& stored, const Entry& entry) { writer->put(stored.key, stored.flags, entry); });
    ASSERT_TRUE(std::move(*writer).finish(kept->state()));
    ASSERT_TRUE(ReplicaWriter::put_in_place(replica()));
  }
  EXPECT_THAT(expect_same("another server"), HasSubstr("of another server, query or identity"));
}

TEST_P(FollowedDirectory, IsReadWholeAgainAfterATimeAndFindsTheSame) {
  expect_same("nothing");
  apply("dn: uid=p1,ou=people,dc=example,dc=test\nchangetype: delete\n");
  sign_in(8, "secret8");
  LdapOptions now = options();
  now.full_read_every = 1ms;
  const model::Harvest harvest = collect(std::move(now));
  EXPECT_EQ(harvest.source.coverage.state, CoverageState::complete) << harvest.source.coverage.in_words();
  EXPECT_THAT(way(harvest), AllOf(HasSubstr("it is time to"), HasSubstr("compared with a full read, 0 entries differ"),
                                  HasSubstr("from now on")));
  follow("a full read");
}

TEST_P(FollowedDirectory, IsDoubtedWhenAFullReadFindsWhatTheServerDidNotTell) {
  expect_same("nothing");
  {
    auto replica_file = Replica::open(replica());
    ASSERT_TRUE(replica_file);
    std::vector<EntryKey> some;
    replica_file->each([&](const StoredEntry& stored, const Entry& entry) {
      if (entry.dn().starts_with("uid=p1,") || entry.dn().starts_with("uid=p2,")) some.push_back(stored.key);
    });
    ASSERT_EQ(some.size(), 2U);
    Entry untold;
    untold.start("uid=ghost,ou=people,dc=example,dc=test");
    untold.attribute("objectClass");
    untold.value("inetOrgPerson");
    replica_file->put(*EntryKey::of_text("00000000-0000-0000-0000-00000000000a"), 0, untold);
    replica_file->put(some[0], 0, untold);
    replica_file->remove(some[1]);
    ASSERT_TRUE(replica_file->commit(replica_file->state()));
  }
  LdapOptions now = options();
  now.full_read_every = 1ms;
  const model::Harvest harvest = collect(std::move(now));
  EXPECT_EQ(harvest.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(harvest.source.coverage.in_words(),
              HasSubstr("3 differ from what it told (1 that it did not tell of, 1 that are gone, 1 that changed)"));
  EXPECT_EQ(harvest.source.coverage.rejects.size(), 3U);
  EXPECT_THAT(expect_same("a difference"), HasSubstr("there is no replica yet"));
}

TEST_P(FollowedDirectory, IsReadWholeWhenTheReplicaWasDamaged) {
  expect_same("nothing");
  {
    std::fstream file(replica(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2000);
    file.put('\xff');
  }
  EXPECT_THAT(expect_same("damage"), HasSubstr("does not fit"));
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

TEST(DirectoryWithoutChanges, IsReadWholeAndSaysWhy) {
  auto folder = support::WorkFolder::create("replicas");
  ASSERT_TRUE(folder);
  auto server = support::Slapd::start({.data = {company()}});
  ASSERT_TRUE(server) << server.error().message;
  LdapOptions o = lab::reader_of(*server);
  o.replica = folder->path() / "replicas/lab.tsr";
  const model::Harvest harvest = make_ldap_source(std::move(o))->collect({&lab::now, {}});
  EXPECT_EQ(harvest.source.coverage.state, CoverageState::complete) << harvest.source.coverage.in_words();
  EXPECT_THAT(harvest.source.notes, Contains(HasSubstr("contextCSN cannot be read")));
  EXPECT_FALSE(std::filesystem::exists(folder->path() / "replicas/lab.tsr"));
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
