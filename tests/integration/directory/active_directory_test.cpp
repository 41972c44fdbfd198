// A real Samba AD: binds, big groups by ranges, the primary group, and refusals with AD's own reasons.
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/range.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::CoverageState;
using model::Gap;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kBig = 5000;
constexpr std::size_t kMedium = 2000;

std::string user_dn(std::size_t i) { return fmt::format("CN=Member {:05},OU=Corp,DC=ad,DC=lab,DC=test", i); }

std::string group(std::string_view name, std::size_t members) {
  std::string out = fmt::format(
      "dn: CN={0},OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: group\nsAMAccountName: {0}\ngroupType: -2147483646\n",
      name);
  for (std::size_t i = 0; i < members; ++i) out += "member: " + user_dn(i) + "\n";
  return out + "\n";
}

std::string company() {
  std::string out = "dn: OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: organizationalUnit\n\n";
  for (std::size_t i = 0; i < kBig; ++i) {
    out += fmt::format("dn: {}\nobjectClass: user\nsAMAccountName: m{:05}\nuserAccountControl: 514\n\n", user_dn(i), i);
  }
  // The password is "Disabled-passw0rd1".
  out +=
      "dn: CN=Disabled,OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: user\nsAMAccountName: disabled\n"
      "userAccountControl: 514\nclearTextPassword:: RABpAHMAYQBiAGwAZQBkAC0AcABhAHMAcwB3ADAAcgBkADEA\n\n";
  return out + group("big", kBig) + group("medium", kMedium);
}

/// m00000's primary group is Domain Admins (512): AD then drops the member value and shows it nowhere else.
constexpr const char* kPrimaryGroup =
    "dn: CN=Domain Admins,CN=Users,DC=ad,DC=lab,DC=test\nchangetype: modify\nadd: member\n"
    "member: CN=Member 00000,OU=Corp,DC=ad,DC=lab,DC=test\n\n"
    "dn: CN=Member 00000,OU=Corp,DC=ad,DC=lab,DC=test\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: "
    "512\n\n";

class LiveAd : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company(), kPrimaryGroup}});
    ASSERT_TRUE(started) << started.error().message;
    dc_ = new support::SambaAd(std::move(*started));
    inside_ = new support::InsideNamespace(dc_->enter());
  }
  static void TearDownTestSuite() {
    delete inside_;
    delete dc_;
  }
  static LdapOptions options() { return lab::reader_of(*dc_); }
  static std::size_t members_of(const model::Harvest& h, std::string_view name) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      for (const model::GroupId g : h.groups_of_account.row(i)) count += h.text.view(h.groups.name[g.index()]) == name;
    }
    return count;
  }
  static inline support::SambaAd* dc_ = nullptr;
  static inline support::InsideNamespace* inside_ = nullptr;
};

TEST_F(LiveAd, BindsOverLdapsAndStartTls) {
  EXPECT_EQ(lab::refusal(options()), "");
  LdapOptions o = options();
  o.uri = dc_->uri();
  o.security = Security::starttls;
  o.bind_dn = dc_->reader_upn();
  EXPECT_EQ(lab::refusal(o), "");
}

TEST_F(LiveAd, SaysInWordsWhyABindIsRefused) {
  LdapOptions wrong = options();
  wrong.password = base::Secret(std::string("Wrong-passw0rd1"));
  EXPECT_THAT(lab::refusal(wrong), AllOf(StartsWith("denied: "), HasSubstr("wrong password, unknown account")));
  LdapOptions disabled = options();
  disabled.bind_dn = "disabled@ad.lab.test";
  disabled.password = base::Secret(std::string("Disabled-passw0rd1"));
  EXPECT_THAT(lab::refusal(disabled), AllOf(StartsWith("denied: "), HasSubstr("the account is disabled")));
}

TEST_F(LiveAd, IsReadCompletelyWithBigGroupsAndThePrimaryGroup) {
  const model::Harvest h = make_ldap_source(options())->collect({&lab::now, {}});
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_EQ(h.source.connector, "active-directory");
  EXPECT_EQ(members_of(h, "big"), kBig);
  EXPECT_EQ(members_of(h, "medium"), kMedium);
  // Administrator by member value, m00000 by its primary group alone.
  EXPECT_EQ(members_of(h, "Domain Admins"), 2U);
}

TEST_F(LiveAd, IsTheSameOverSeveralConnections) {
  LdapOptions several = options();
  several.connections = 3;
  const model::Harvest h = make_ldap_source(std::move(several))->collect({&lab::now, {}});
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_GT(h.accounts.size(), kBig);
  EXPECT_EQ(members_of(h, "big"), kBig);
  EXPECT_THAT(h.source.notes, testing::Contains("connections: 3, for 3 parts of the search by identifier"));
}

// Samba sends all members at once unless a range is asked for; AD sends the first 1,500. So the first part is asked for
// here, and the rest must follow by itself.
TEST_F(LiveAd, ReadsTheRestOfARangeUntilTheEnd) {
  auto session = lab::open(options());
  ASSERT_TRUE(session) << session.error().message;
  const LdapOptions o = options();
  for (const auto& [name, members] : {std::pair{"big", kBig}, std::pair{"medium", kMedium}}) {
    model::Harvest h;
    h.source.coverage.state = CoverageState::complete;
    TableBuilder builder(o.profile, h);
    const Patience patience{60s, connectors::Deadline::after(120s)};
    std::uint64_t first_part = 0;
    read_entry(*session, fmt::format("CN={},OU=Corp,DC=ad,DC=lab,DC=test", name), {"member;range=0-1499"}, patience,
               [&](const Entry& entry) {
                 const auto group = builder.add_group(entry);
                 ASSERT_TRUE(group);
                 builder.add_members(*group, entry, "member");
                 first_part = entry.range("member")->values.size();
               });
    EXPECT_EQ(first_part, 1500U);
    const RangeOutcome outcome = read_ranges(*session, builder, patience);
    EXPECT_EQ(outcome.groups, 1U);
    EXPECT_EQ(outcome.failed, 0U);
    EXPECT_TRUE(builder.open_ranges().empty());
    // The users were not read here, so each distinct member counts as unresolved: all of them, each once.
    EXPECT_EQ(builder.finish().in_bases_total, members);
    EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  }
}

// Last: it makes the process Kerberos's.
TEST_F(LiveAd, BindsWithAKeytabAndEncrypts) {
  // The server's Kerberos name is its host name, which only its own hosts file knows.
  ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
  ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  auto folder = support::WorkFolder::create("hosts");
  ASSERT_TRUE(folder);
  ASSERT_TRUE(support::write_file(folder->path() / "hosts", "127.0.0.1 dc1.ad.lab.test dc1\n127.0.0.1 localhost\n"));
  ASSERT_EQ(::mount((folder->path() / "hosts").c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr), 0);
  for (const auto& [name, value] : dc_->client_environment()) {
    if (name == "KRB5_CONFIG") ::setenv(name.c_str(), value.c_str(), 1);
  }
  LdapOptions o = options();
  o.uri = "ldap://" + dc_->host_name();
  o.security = Security::sasl;
  o.bind = Bind::gssapi;
  o.keytab = dc_->reader_keytab();
  const auto session = lab::open(o);
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_THAT(session->notes(), testing::Contains(StartsWith("sasl: GSSAPI, strength ")));
  ::umount("/etc/hosts");
}

}  // namespace
}  // namespace tally::directory
