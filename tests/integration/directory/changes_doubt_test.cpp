// When there is any doubt about what changed, everything is read; and what a full read finds that nobody told is said.
#include <filesystem>
#include <fstream>

#include "connectors/directory/replica_writer.h"
#include "connectors/directory/sync_feed.h"
#include "connectors/directory/untold_changes.h"
#include "tests/integration/directory/followed_directory.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using lab::company;
using lab::Log;
using lab::with_sync;
using model::CoverageState;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class DoubtedDirectory : public lab::FollowedDirectory {};

INSTANTIATE_TEST_SUITE_P(Slapd, DoubtedDirectory, testing::Values(Log::kept, Log::none),
                         [](const auto& one) { return one.param == Log::kept ? "WithLog" : "WithoutLog"; });

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

TEST_P(DoubtedDirectory, IsReadWholeAfterACookieThatIsNotOneOfTheServer) {
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

/// The replica as if the server had not told of the last change of that entry: it says what it said before.
void untell(const std::string& path, std::string_view rdn, std::string_view attribute, std::string_view value) {
  auto replica = Replica::open(path);
  ASSERT_TRUE(replica) << replica.error().message;
  std::optional<EntryKey> key;
  replica->each([&](const StoredEntry& stored, const Entry& entry) {
    if (entry.dn().starts_with(rdn)) key = stored.key;
  });
  ASSERT_TRUE(key);
  Entry now, before;
  ASSERT_TRUE(replica->read(*key, now));
  before.start(now.dn());
  for (const Entry::Attribute& one : now.attributes()) {
    if (one.name == attribute) continue;
    before.attribute(one.name);
    for (const std::string_view each : now.values_of(one)) before.value(each);
  }
  if (!value.empty()) {
    before.attribute(attribute);
    before.value(value);
  }
  ASSERT_TRUE(replica->put(*key, value.empty() ? 0 : UntoldChanges::kLocked, before));
  ASSERT_TRUE(replica->commit(replica->state()));
}

// OpenLDAP 2.5.13 tells of them like of any change, other versions and consumers do not.
TEST_P(DoubtedDirectory, SeesSignInsAndLockoutsThatTheServerDidNotTell) {
  expect_same("nothing");
  sign_in(8, "secret8");
  for (int i = 0; i < 3; ++i) sign_in(9, "wrong");
  follow("a sign-in and a lockout");
  untell(replica(), "uid=p8,", "pwdLastSuccess", "");
  untell(replica(), "uid=p9,", "pwdAccountLockedTime", "");
  follow("a sign-in and a lockout that nobody told");
  untell(replica(), "uid=p9,", "pwdAccountLockedTime", "");
  untell(replica(), "uid=p10,", "pwdAccountLockedTime", "20261101000000Z");
  follow("the end of a lockout that nobody told");
}

TEST_P(DoubtedDirectory, IsReadWholeWhenSignInsMayNotBeSearched) {
  start({.data = {company()},
         .access = {"to attrs=pwdLastSuccess filter=(uid=p7) by * none", "to attrs=userPassword by * auth",
                    "to * by dn.exact={reader} read by * none"},
         .config_changes = {with_sync(log())}});
  EXPECT_THAT(expect_same("nothing"), HasSubstr("of 41 accounts, 1 cannot be searched by what the server changes"));
  EXPECT_THAT(expect_same("nothing again"), HasSubstr("there is no replica yet"));
}

TEST_P(DoubtedDirectory, IsReadWholeWhenTheReplicaIsOfAnotherQueryOrIdentity) {
  expect_same("nothing");
  LdapOptions other = options();
  other.profile.employee_number_attribute = "departmentNumber";
  EXPECT_THAT(way(collect(std::move(other))), HasSubstr("of another server, query or identity"));
  other = options();
  other.bind_dn = server_->root_dn();
  other.password = base::Secret(server_->root_password());
  EXPECT_THAT(way(collect(std::move(other))), HasSubstr("of another server, query or identity"));
}

TEST_P(DoubtedDirectory, IsReadWholeWhenAnotherServerTookThePlace) {
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

TEST_P(DoubtedDirectory, IsReadWholeAgainAfterATimeAndFindsTheSame) {
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

TEST_P(DoubtedDirectory, IsDoubtedWhenAFullReadFindsWhatTheServerDidNotTell) {
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

TEST_P(DoubtedDirectory, IsReadWholeWhenTheReplicaWasDamaged) {
  expect_same("nothing");
  {
    std::fstream file(replica(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2000);
    file.put('\xff');
  }
  EXPECT_THAT(expect_same("damage"), HasSubstr("does not fit"));
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

}  // namespace
}  // namespace tally::directory
