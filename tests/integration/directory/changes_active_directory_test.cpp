// Active Directory followed by its changes says what a full read at that moment says, whatever happened meanwhile: a
// real Samba domain controller, as a reader without rights (keys are compared) and as one who may use DirSync.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <random>
#include <thread>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/replica_writer.h"
#include "connectors/directory/usn_feed.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/told_harvest.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::CoverageState;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kPeople = 60;
const std::string kRoot = "DC=ad,DC=lab,DC=test";
/// Each test has a company of its own, on the same server.
int company_number = 0;
std::string corp() { return fmt::format("OU=Corp{},{}", company_number, kRoot); }
std::string outside() { return fmt::format("OU=Outside{},{}", company_number, kRoot); }
std::string staff() { return "OU=Staff," + corp(); }
std::string left() { return "OU=Left," + corp(); }
std::string login(int i) { return fmt::format("p{}x{}", company_number, i); }

std::string unit(std::string_view dn) {
  return fmt::format("dn: {}\nchangetype: add\nobjectClass: organizationalUnit\n\n", dn);
}
std::string person_dn(int i, const std::string& below = staff()) { return fmt::format("CN=Person {},{}", i, below); }
/// The password is "Some-passw0rd1".
std::string person(int i, const std::string& below = staff()) {
  return fmt::format(
      "dn: {}\nchangetype: add\nobjectClass: user\nsAMAccountName: {}\nuserAccountControl: 512\npwdLastSet: -1\n"
      "clearTextPassword:: UwBvAG0AZQAtAHAAYQBzAHMAdwAwAHIAZAAxAA==\n\n",
      person_dn(i, below), login(i));
}
std::string group_dn(std::string_view name) { return fmt::format("CN={},OU=Groups,{}", name, corp()); }
std::string group(std::string_view name, const std::vector<std::string>& members) {
  std::string out =
      fmt::format("dn: {}\nchangetype: add\nobjectClass: group\nsAMAccountName: {}\ngroupType: -2147483646\n",
                  group_dn(name), fmt::format("{}{}", name, company_number));
  for (const std::string& member : members) out += "member: " + member + "\n";
  return out + "\n";
}
std::string modify(std::string_view dn, std::string_view what) {
  return fmt::format("dn: {}\nchangetype: modify\n{}\n\n", dn, what);
}
std::string moved(std::string_view dn, std::string_view name, std::string_view below) {
  return fmt::format("dn: {}\nchangetype: modrdn\nnewrdn: {}\ndeleteoldrdn: 1\nnewsuperior: {}\n\n", dn, name, below);
}
std::string removal(std::string_view dn) { return fmt::format("dn: {}\nchangetype: delete\n\n", dn); }

std::string guest_dn() { return "CN=Guest," + staff(); }

std::string company() {
  std::string out = unit(corp()) + unit(staff()) + unit(left()) + unit("OU=Groups," + corp()) + unit(outside()) +
                    fmt::format("dn: {}\nchangetype: add\nobjectClass: contact\n\n", guest_dn());
  std::vector<std::string> all;
  for (int i = 0; i < kPeople; ++i) {
    out += person(i);
    all.push_back(person_dn(i));
  }
  return out + person(900, outside()) + group("big", all) + group("sales", {person_dn(1), guest_dn()}) +
         group("mixed", {person_dn(2), person_dn(900, outside())});
}

struct Reader {
  std::string_view name;
  bool dirsync;
  bool branch;  ///< not the whole domain
};

class FollowedAd : public testing::TestWithParam<Reader> {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start();
    ASSERT_TRUE(started) << started.error().message;
    dc_ = new support::SambaAd(std::move(*started));
    inside_ = new support::InsideNamespace(dc_->pid());
  }
  static void TearDownTestSuite() {
    delete inside_;
    delete dc_;
  }
  void SetUp() override {
    auto folder = support::WorkFolder::create("replicas");
    ASSERT_TRUE(folder) << folder.error().message;
    folder_.emplace(std::move(*folder));
    ++company_number;
    apply(company());
  }
  void apply(const std::string& change) {
    const auto done = dc_->apply(change);
    ASSERT_TRUE(done) << done.error().message << "\n" << change;
  }
  [[nodiscard]] std::string replica() const { return folder_->path() / "replicas/lab.tsr"; }
  [[nodiscard]] LdapOptions live() const {
    LdapOptions o = lab::reader_of(*dc_);
    o.profile.bases = {GetParam().branch ? corp() : kRoot};
    if (GetParam().dirsync) {
      o.bind_dn = dc_->admin_upn();
      o.password = base::Secret(dc_->admin_password());
    }
    return o;
  }
  [[nodiscard]] LdapOptions options() const {
    LdapOptions o = live();
    o.replica = replica();
    return o;
  }
  static model::Harvest collect(LdapOptions o, base::Instant when = lab::now()) {
    return make_ldap_source(std::move(o))->collect({[when] { return when; }, {}});
  }
  static std::string way(const model::Harvest& harvest) {
    std::string out;
    for (const std::string& note : harvest.source.notes) {
      if (note.starts_with("changes")) out += note + "\n";
    }
    return out;
  }
  /// All that is told, but for who binds here: each collection is a sign-in.
  static std::set<std::string> told(const model::Harvest& harvest) {
    std::set<std::string> out = lab::told(harvest);
    std::erase_if(out, [](const std::string& line) {
      return line.find("account [CN=reader,") != std::string::npos ||
             line.find("account [CN=Administrator,") != std::string::npos;
    });
    return out;
  }
  /// Both ways, now; what the one by changes said of itself.
  std::string expect_same(std::string_view after) {
    const base::Instant when = lab::now();
    const model::Harvest followed = collect(options(), when);
    const model::Harvest full = collect(live(), when);
    EXPECT_EQ(full.source.coverage.state, CoverageState::complete) << full.source.coverage.in_words();
    EXPECT_EQ(followed.source.coverage.state, CoverageState::complete) << followed.source.coverage.in_words();
    EXPECT_EQ(told(followed), told(full)) << "after " << after << "\n" << way(followed);
    EXPECT_EQ(followed.controls.size(), full.controls.size()) << "after " << after;
    return way(followed);
  }
  std::string follow(std::string_view after) {
    std::string out = expect_same(after);
    EXPECT_THAT(out, HasSubstr("changes: followed by uSNChanged")) << "after " << after;
    return out;
  }
  void step(const std::string& change, std::string_view what) {
    apply(change);
    follow(what);
  }

  std::optional<support::WorkFolder> folder_;
  static inline support::SambaAd* dc_ = nullptr;
  static inline support::InsideNamespace* inside_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Samba, FollowedAd,
                         testing::Values(Reader{"ByKeys", false, false}, Reader{"ByDirSync", true, false},
                                         Reader{"ByKeysOfABranch", false, true},
                                         Reader{"ByDirSyncOfABranch", true, true}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(FollowedAd, IsReadWholeFirstAndFollowedThen) {
  const std::string first = expect_same("nothing");
  EXPECT_THAT(first, AllOf(HasSubstr("there is no replica yet"), HasSubstr("from now on they are followed")));
  follow("nothing again");
  apply(modify(person_dn(1), "replace: mail\nmail: a@example.test"));
  const std::string notes = follow("a new mail address");
  if (GetParam().dirsync) {
    EXPECT_THAT(notes, HasSubstr("by DirSync; no keys compared"));
  } else {
    EXPECT_THAT(notes, AllOf(HasSubstr("the keys of all entries compared"), Not(HasSubstr("by DirSync"))));
  }
}

TEST_P(FollowedAd, SaysWhatAFullReadSaysAfterEachKindOfChange) {
  expect_same("nothing");
  step(person(100), "an account that is new");
  step(removal(person_dn(3)), "one that was deleted, a member of a group that did not change");
  step(moved(person_dn(4), "CN=Somebody Else", staff()), "a new name of a member");
  step(moved(person_dn(5), "CN=Person 5", left()), "a move");
  step(moved(person_dn(6), "CN=Person 6", outside()), "a move out of the branch");
  step(moved(person_dn(6, outside()), "CN=Person 6", staff()), "and back into it");
  step(modify(person_dn(7), "replace: userAccountControl\nuserAccountControl: 514"), "an account switched off");
  step(modify(group_dn("big"), "delete: member\nmember: " + person_dn(8)), "a member that went");
  step(modify(group_dn("big"), "add: member\nmember: " + person_dn(100)), "a member that came");
  step(modify("CN=Domain Admins,CN=Users," + kRoot, "add: member\nmember: " + person_dn(9)), "an administrator");
  step(modify(person_dn(9), "replace: primaryGroupID\nprimaryGroupID: 512"), "one by the primary group");
  step(modify(person_dn(10), "replace: manager\nmanager: " + person_dn(11)), "a manager");
  step(moved(person_dn(11), "CN=Boss", staff()), "who got another name");
  step(moved(guest_dn(), "CN=Visitor", staff()), "a member that is no account, renamed");
  step(removal("CN=Visitor," + staff()), "and deleted");
  step(moved(person_dn(900, outside()), "CN=Person 900b", outside()), "a member outside the branch, renamed");
  step(removal("CN=Person 900b," + outside()), "and deleted");
  step(modify(person_dn(12), "replace: info\ninfo: nothing that is read"), "an attribute of which only the time shows");
  step(modify(person_dn(13), "replace: carLicense\ncarLicense: nothing that is read"), "one that is not read");
  step(removal(group_dn("mixed")), "a group that was deleted");
  step(group("mixed", {person_dn(14)}), "and made again");
  step(moved(staff(), "OU=People", corp()), "a branch with a new name");
  step(moved("OU=People," + corp(), "OU=People", outside()), "one that was moved out");
  step(moved("OU=People," + outside(), "OU=Staff", corp()), "and back");
}

TEST_P(FollowedAd, ShowsSignInsAndLockouts) {
  expect_same("nothing");
  LdapOptions o = live();
  o.bind_dn = login(20) + "@ad.lab.test";
  o.password = base::Secret(std::string("Some-passw0rd1"));
  ASSERT_EQ(lab::refusal(o), "");
  follow("a sign-in");
  // Samba writes lastLogon only at sign-ins of other kinds; it moves no number.
  apply(modify(person_dn(22), "replace: lastLogon\nlastLogon: 134220672000000000"));
  EXPECT_THAT(follow("a sign-in at this server alone"), Not(HasSubstr("1 entries with a higher uSNChanged")));
  apply(modify(person_dn(23), "replace: lastLogon\nlastLogon: 134220671000000000"));
  follow("another, a little before that");
  step(
      modify("DC=ad,DC=lab,DC=test",
             "replace: lockoutThreshold\nlockoutThreshold: 2\n-\nreplace: lockoutDuration\nlockoutDuration: -30000000\n"
             "-\nreplace: lockOutObservationWindow\nlockOutObservationWindow: -30000000"),
      "a policy of lockouts");
  o.bind_dn = login(21) + "@ad.lab.test";
  o.password = base::Secret(std::string("Wrong-passw0rd1"));
  for (int i = 0; i < 3; ++i) lab::refusal(o);
  follow("a lockout");
  // Samba compares with whole seconds: a lockout of three may last nearly four, and must end before both readings.
  std::this_thread::sleep_for(4500ms);
  follow("its end, by itself");
}

TEST_P(FollowedAd, SaysTheSameAfterManyChangesInAnyOrder) {
  expect_same("nothing");
  std::mt19937 random(20261123);
  const auto any = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  std::vector<std::pair<int, std::string>> there;  // number, branch
  for (int i = 0; i < kPeople; ++i) there.emplace_back(i, staff());
  int next = 200;
  const std::vector<std::string> branches = {staff(), left(), outside()};
  for (int round = 0; round < 12; ++round) {
    for (int change = 0; change < 4; ++change) {
      const int kind = any(6);
      const std::size_t at = random() % there.size();
      const std::string dn = person_dn(there[at].first, there[at].second);
      if (kind == 0) {
        there.emplace_back(next, branches[random() % 3]);
        apply(person(next, there.back().second));
        ++next;
      } else if (kind == 1) {
        apply(removal(dn));
        there.erase(there.begin() + static_cast<std::ptrdiff_t>(at));
      } else if (kind == 2) {
        const std::string to = branches[random() % 3];
        if (to == there[at].second) continue;
        apply(moved(dn, fmt::format("CN=Person {}", there[at].first), to));
        there[at].second = to;
      } else if (kind == 3) {
        apply(modify(dn, fmt::format("replace: userAccountControl\nuserAccountControl: {}", 512 + 2 * any(2))));
      } else if (kind == 4) {
        const std::string_view name = any(2) == 0 ? "sales" : "mixed";
        apply(modify(group_dn(name), "replace: member\nmember: " + dn));
      } else {
        apply(modify(dn, fmt::format("replace: telephoneNumber\ntelephoneNumber: {}", any(1000))));
      }
    }
    follow(fmt::format("round {}", round));
    if (HasFailure()) return;
  }
}

TEST_P(FollowedAd, GoesOnAfterTheControllerWasRestarted) {
  expect_same("nothing");
  apply(person(100));
  delete inside_;
  const auto up = dc_->restart();
  ASSERT_TRUE(up) << up.error().message;
  inside_ = new support::InsideNamespace(dc_->pid());
  follow("a restart");
}

TEST_P(FollowedAd, ComparesWithAFullReadWhenThatIsDue) {
  expect_same("nothing");
  apply(removal(person_dn(30)) + moved(person_dn(31), "CN=Anew", staff()) + person(100));
  LdapOptions o = options();
  o.full_read_every = 0ms;
  const model::Harvest due = collect(std::move(o));
  EXPECT_EQ(due.source.coverage.state, CoverageState::complete) << due.source.coverage.in_words();
  EXPECT_THAT(way(due), AllOf(HasSubstr("full_read_every"), HasSubstr("compared with a full read, 0 entries differ")));
  follow("the comparison");
}

/// The replica as if the server had not told of an entry.
void forget(const std::string& path, std::string_view dn) {
  auto opened = Replica::open(path);
  ASSERT_TRUE(opened) << opened.error().message;
  std::optional<EntryKey> key;
  opened->each([&](const StoredEntry& stored, const Entry& entry) {
    if (entry.dn() == dn) key = stored.key;
  });
  ASSERT_TRUE(key);
  opened->remove(*key);
  ASSERT_TRUE(opened->commit(opened->state()));
}

TEST_P(FollowedAd, IsCountedWheneverItIsFollowed) {
  expect_same("nothing");
  apply(modify(person_dn(1), "replace: mail\nmail: b@example.test"));
  const model::Harvest counted = collect(options());
  const model::Coverage& coverage = counted.source.coverage;
  EXPECT_EQ(coverage.state, CoverageState::complete) << coverage.in_words();
  EXPECT_THAT(coverage.counted_by, GetParam().dirsync ? HasSubstr("compared by objectGUID")
                                                      : HasSubstr("the objectGUID of all entries, compared"));
  EXPECT_EQ(coverage.records_counted, coverage.records_read);
  if (GetParam().branch) {
    EXPECT_EQ(coverage.records_counted, kPeople + 3U);  // and three groups; the guest is no account
  }
  if (!GetParam().dirsync) return;  // keys that were compared bring back what is missing
  forget(replica(), person_dn(30));
  const model::Harvest doubted = collect(options());
  EXPECT_EQ(doubted.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(doubted.source.coverage.in_words(),
              HasSubstr("1 differ from what it told (1 that it did not tell of, 0 that are gone, 0 that changed)"));
  EXPECT_THAT(way(collect(options())), HasSubstr("there is no replica yet"));
}

/// A replica with that state instead of its own.
void with_state(const std::string& path, const std::function<void(UsnFeedState&)>& change) {
  auto opened = Replica::open(path);
  ASSERT_TRUE(opened) << opened.error().message;
  auto feed = UsnFeedState::parse(opened->state().feed);
  ASSERT_TRUE(feed);
  change(*feed);
  ReplicaState state = opened->state();
  state.feed = feed->text();
  ASSERT_TRUE(opened->commit(state));
}

TEST_P(FollowedAd, ReadsEverythingWhenTheServerDoesNotTakeTheStateOrWasSetBack) {
  expect_same("nothing");
  with_state(replica(), [](UsnFeedState& state) { state.usn += 1'000'000; });
  apply(removal(person_dn(30)));
  EXPECT_THAT(expect_same("a server set back"),
              HasSubstr("everything was read, because the server counts changes from"));
  follow("the full read");
  if (!GetParam().dirsync) return;
  with_state(replica(), [](UsnFeedState& state) { state.cookies = {"no cookie at all"}; });
  apply(removal(person_dn(31)));
  EXPECT_THAT(expect_same("garbage"), HasSubstr("everything was read, because the server refuses DirSync"));
  follow("the full read");
}

}  // namespace
}  // namespace tally::directory
