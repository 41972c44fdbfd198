// Two real Samba domain controllers that replicate: lastLogon is each one's own, and the newest of all counts.
#include <fmt/format.h>

#include <thread>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/value_syntax.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/stalling_server.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::TimeFact;
using model::TimeState;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// FILETIMEs of 2026-03-01, 2026-03-05 and 2026-04-02, each at 12:00:00Z.
constexpr const char* kFirstOfMarch = "134168400000000000";
constexpr const char* kFifthOfMarch = "134171856000000000";
constexpr const char* kSecondOfApril = "134196048000000000";

base::Instant at(const char* text) { return *base::parse_instant(text); }

std::string user(std::string_view name, std::string_view more) {
  return fmt::format(
      "dn: CN={0},OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: user\nsAMAccountName: {0}\nuserAccountControl: 514\n{1}\n",
      name, more);
}

std::string signed_in(std::string_view name, std::string_view when) {
  return fmt::format(
      "dn: CN={},OU=Corp,DC=ad,DC=lab,DC=test\nchangetype: modify\nreplace: lastLogon\nlastLogon: {}\n\n", name, when);
}

std::string company() {
  return "dn: OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: organizationalUnit\n\n" +
         user("here", fmt::format("lastLogonTimestamp: {0}\nlastLogon: {1}\n", kFirstOfMarch, kFifthOfMarch)) +
         user("there", fmt::format("lastLogonTimestamp: {0}\nlastLogon: {0}\n", kFirstOfMarch)) +
         user("only-there", "") + user("nowhere", "");
}

class TwoControllers : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto first = support::SambaAd::start({.ldif = {company()}, .smb_conf = {support::kReplicates}});
    ASSERT_TRUE(first) << first.error().message;
    first_ = new support::SambaAd(std::move(*first));
    const std::vector<std::string> ldif = {signed_in("there", kSecondOfApril), signed_in("only-there", kSecondOfApril)};
    auto second = support::SambaAd::start({.ldif = ldif, .joins = first_});
    ASSERT_TRUE(second) << second.error().message;
    second_ = new support::SambaAd(std::move(*second));
    replicate(*first_, *second_);  // the other way round the joining did
    inside_ = new support::InsideNamespace(first_->enter());
  }
  static void TearDownTestSuite() {
    delete inside_;
    delete second_;
    delete first_;
  }
  /// By themselves they do so within five minutes; at once they do not, for LDAP answers before the rest does.
  static void replicate(const support::SambaAd& to, const support::SambaAd& from) {
    const support::Command command = {.argv = {"samba-tool", "drs", "replicate", to.host_name(), from.host_name(),
                                               first_->base_dn(), "-s", "/mnt/etc/smb.conf", "-U",
                                               "Administrator%" + first_->admin_password()}};
    const auto until = std::chrono::steady_clock::now() + 60s;
    std::string why;
    while (std::chrono::steady_clock::now() < until) {
      const auto done = first_->run(command, 60s);
      if (done && done->exit_code == 0) return;
      why = done ? done->err : done.error().message;
      std::this_thread::sleep_for(200ms);
    }
    FAIL() << to.host_name() << " does not replicate from " << from.host_name() << ": " << why;
  }
  static model::Harvest read(std::vector<std::string> controllers) {
    LdapOptions o = lab::reader_of(*first_);
    o.domain_controllers = std::move(controllers);
    return make_ldap_source(std::move(o))->collect({&lab::now, {}});
  }
  /// The look-up of one person.
  static model::Harvest look_up(const std::string& login, std::vector<std::string> controllers,
                                std::chrono::milliseconds patience = 60s) {
    LdapOptions o = lab::reader_of(*first_);
    o.domain_controllers = std::move(controllers);
    model::PersonKeys keys;
    keys.logins = {login};
    return make_ldap_source(std::move(o))
        ->look_up({.now = &lab::now, .until = connectors::Deadline::after(patience)}, keys);
  }
  static TimeFact last_sign_in(const model::Harvest& h, std::string_view login) {
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      if (h.text.view(h.accounts.login[i]) == login) return h.accounts.last_sign_in[i];
    }
    throw std::runtime_error("no such account");
  }
  static inline support::SambaAd *first_ = nullptr, *second_ = nullptr;
  static inline support::InsideNamespace* inside_ = nullptr;
};

TEST_F(TwoControllers, OfWhichOneIsReadLeaveTheSignInImpreciseAndTheOtherIsNamed) {
  const model::Harvest h = read({first_->tls_uri()});
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  const TimeFact there = last_sign_in(h, "there");
  EXPECT_EQ(there.bounds.earliest, at("2026-03-01T12:00:00Z"));
  EXPECT_EQ(there.bounds.latest, at("2026-03-15T12:00:00Z")) << "14 days: the interval of lastLogonTimestamp";
  EXPECT_THAT(h.source.notes, Contains("domain-controller-not-asked: DC2"));
  EXPECT_THAT(h.source.notes, Contains(StartsWith("domain-controllers: 1 of 2 were asked")));
}

TEST_F(TwoControllers, ThatBothAnswerMakeTheSignInExact) {
  const model::Harvest h = read({first_->tls_uri(), second_->tls_uri()});
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_THAT(h.source.notes, Contains(HasSubstr("2 of 2 were asked for lastLogon; last sign-ins are exact")));
  EXPECT_EQ(last_sign_in(h, "here").bounds, base::Bounds::exactly(at("2026-03-05T12:00:00Z")));
  EXPECT_EQ(last_sign_in(h, "there").bounds, base::Bounds::exactly(at("2026-04-02T12:00:00Z")));
  const TimeFact only_there = last_sign_in(h, "only-there");
  ASSERT_EQ(only_there.state, TimeState::known) << "the first one shows no sign-in at all";
  EXPECT_EQ(only_there.bounds, base::Bounds::exactly(at("2026-04-02T12:00:00Z")));
  EXPECT_EQ(last_sign_in(h, "nowhere").state, TimeState::never);
}

TEST_F(TwoControllers, OneOfThemTwiceIsNotBoth) {
  const model::Harvest h = read({"ldaps://127.0.0.1:636"});
  EXPECT_THAT(h.source.notes, Contains("domain-controller-asked-before: ldaps://127.0.0.1:636 is DC1"));
  EXPECT_THAT(h.source.notes, Contains("domain-controller-not-asked: DC2"));
  EXPECT_LT(last_sign_in(h, "here").bounds.earliest, last_sign_in(h, "here").bounds.latest);
}

TEST_F(TwoControllers, OfWhichOneCannotBeReachedClearNobody) {
  const model::Harvest h = read({second_->tls_uri(), "ldaps://127.0.0.3"});
  // The one that is not there is no third one: the list of the forest counts, and both of it answered.
  EXPECT_THAT(h.source.notes, Contains(StartsWith("domain-controller-not-read: ldaps://127.0.0.3: ")));
  EXPECT_THAT(h.source.notes, Contains(HasSubstr("2 of 2 were asked")));
  const model::Harvest without = read({"ldaps://127.0.0.3"});
  EXPECT_THAT(without.source.notes, Not(Contains(HasSubstr("are exact"))));
  EXPECT_EQ(last_sign_in(without, "there").bounds.latest, at("2026-03-15T12:00:00Z"));
}

TEST_F(TwoControllers, AreBothAskedAboutOnePerson) {
  const model::Harvest h = look_up("there", {first_->tls_uri(), second_->tls_uri()});
  ASSERT_EQ(h.accounts.size(), 1U);
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_EQ(last_sign_in(h, "there").bounds, base::Bounds::exactly(at("2026-04-02T12:00:00Z")));
  EXPECT_THAT(h.source.notes, Contains(HasSubstr("2 of 2 were asked for lastLogon; last sign-ins are exact")));
}

TEST_F(TwoControllers, OfWhichOneAloneIsAskedAboutOnePersonLeaveTheSignInImprecise) {
  for (const model::Harvest& h : {look_up("there", {}), look_up("there", {first_->tls_uri()})}) {
    EXPECT_EQ(last_sign_in(h, "there").bounds.earliest, at("2026-03-01T12:00:00Z"));
    EXPECT_EQ(last_sign_in(h, "there").bounds.latest, at("2026-03-15T12:00:00Z"));
  }
  EXPECT_THAT(look_up("there", {first_->tls_uri()}).source.notes, Contains("domain-controller-not-asked: DC2"));
}

TEST_F(TwoControllers, OfWhichOneIsSilentStillTellOfOnePerson) {
  const auto silent = support::StallingServer::start(support::Stall::silent);
  ASSERT_TRUE(silent) << silent.error().message;
  const auto began = std::chrono::steady_clock::now();
  const model::Harvest h = look_up("there", {silent->tls_uri()}, 6s);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s) << "half of the time, and what the first one took";
  EXPECT_GT(silent->accepted(), 0);
  ASSERT_EQ(h.accounts.size(), 1U);
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_THAT(h.source.notes, Contains(StartsWith("domain-controller-not-read: " + silent->tls_uri())));
}

TEST_F(TwoControllers, AgreeWithOurExpansionOfGroups) {
  const model::Harvest h = read({});
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  const auto compared = std::to_string(h.accounts.size()) + " of " + std::to_string(h.accounts.size());
  EXPECT_THAT(h.source.notes,
              Contains("token-groups: " + compared + " accounts compared, 0 groups the server's alone, 0 ours alone"));
}

// Last: it hides something.
TEST_F(TwoControllers, ShowAHiddenGroupInTheToken) {
  const auto made = first_->apply(
      "dn: OU=Hidden,DC=ad,DC=lab,DC=test\nobjectClass: organizationalUnit\n\n"
      "dn: CN=secret,OU=Hidden,DC=ad,DC=lab,DC=test\nobjectClass: group\nsAMAccountName: secret\n"
      "groupType: -2147483646\nmember: CN=nowhere,OU=Corp,DC=ad,DC=lab,DC=test\n\n");
  ASSERT_TRUE(made) << made.error().message;
  const auto database = first_->ca_file().parent_path().parent_path() / "private/sam.ldb";
  const auto hidden =
      support::run_command({.argv = {"samba-tool", "dsacl", "set", "-H", database.string(), "--action=deny",
                                     "--objectdn=OU=Hidden,DC=ad,DC=lab,DC=test", "--sddl=(D;CI;LCRPLO;;;AU)"}},
                           30s);
  ASSERT_TRUE(hidden && hidden->exit_code == 0) << (hidden ? hidden->err : hidden.error().message);
  const model::Harvest h = read({});
  for (const base::TextId name : h.groups.name) ASSERT_NE(h.text.view(name), "secret") << "it is not hidden";
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::doubtful) << h.source.coverage.in_words();
  EXPECT_THAT(h.source.coverage.in_words(), testing::ContainsRegex("tokenGroups: the server has account S-1-5-21-"
                                                                   "[-0-9]+ in group S-1-5-21-[-0-9]+, which was not"));
}

}  // namespace
}  // namespace tally::directory
