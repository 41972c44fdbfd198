// Which password policy is in force in a real Samba AD, beside what its own server works out for each account
// (msDS-ResultantPSO, msDS-UserPasswordExpiryTimeComputed), and who may see it.
#include "connectors/directory/password_policies.h"

#include <fmt/format.h>

#include <map>
#include <sstream>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/value_syntax.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/process.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::TimeState;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kBase = "DC=ad,DC=lab,DC=test";
constexpr const char* kContainer = "CN=Password Settings Container,CN=System,DC=ad,DC=lab,DC=test";

std::string corp(std::string_view name) { return fmt::format("CN={},OU=Corp,{}", name, kBase); }

/// The password is "Disabled-passw0rd1", set on 1 May 2026.
std::string user(std::string_view name, int control = 512) {
  return fmt::format(
      "dn: {}\nobjectClass: user\nsAMAccountName: {}\nuserAccountControl: {}\npwdLastSet: 134220672000000000\n"
      "clearTextPassword:: RABpAHMAYQBiAGwAZQBkAC0AcABhAHMAcwB3ADAAcgBkADEA\n\n",
      corp(name), name, control);
}

std::string group(std::string_view name, std::string_view member, std::string_view type) {
  return fmt::format("dn: {0}\nobjectClass: group\nsAMAccountName: {1}\ngroupType: {2}\nmember: {3}\n\n", corp(name),
                     name, type, corp(member));
}

/// Passwords last so many days; 0: for ever.
std::string policy(std::string_view name, int precedence, int days, std::initializer_list<const char*> applies_to) {
  std::string out = fmt::format(
      "dn: CN={},{}\nobjectClass: msDS-PasswordSettings\nmsDS-PasswordSettingsPrecedence: {}\n"
      "msDS-MaximumPasswordAge: {}\nmsDS-MinimumPasswordAge: 0\nmsDS-MinimumPasswordLength: 7\n"
      "msDS-PasswordHistoryLength: 0\nmsDS-PasswordComplexityEnabled: FALSE\n"
      "msDS-PasswordReversibleEncryptionEnabled: FALSE\nmsDS-LockoutObservationWindow: -18000000000\n"
      "msDS-LockoutDuration: -18000000000\nmsDS-LockoutThreshold: 0\n",
      name, kContainer, precedence,
      days == 0 ? std::string("-9223372036854775808") : fmt::format("-{}000000000", 864 * days));
  for (const char* one : applies_to) out += "msDS-PSOAppliesTo: " + corp(one) + "\n";
  return out + "\n";
}

/// plain: the domain's; own: of two that name it; nested: over a group in a group.
std::string company() {
  std::string out = fmt::format("dn: OU=Corp,{}\nobjectClass: organizationalUnit\n\n", kBase);
  for (const char* name : {"plain", "own", "nested", "local", "lasting"}) out += user(name);
  out += user("flagged", 66048);
  out += group("Inner", "nested", "-2147483646") + group("Outer", "Inner", "-2147483646");
  out += group("Nearby", "local", "-2147483644");
  return out + policy("Own9", 9, 20, {"own"}) + policy("Own8", 8, 30, {"own"}) + policy("Groups1", 1, 10, {"Outer"}) +
         policy("Lasting", 2, 0, {"lasting"});
}

struct Computed {
  std::string policy;  ///< msDS-ResultantPSO; empty: none
  std::int64_t expires = 0;
};

struct Lab {
  std::optional<support::SambaAd> dc;
  std::unique_ptr<support::InsideNamespace> inside;
  model::Harvest before, after, with_local_group;
};

class AdPolicies : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    lab_ = new Lab{std::move(*started), nullptr, {}, {}, {}};
    lab_->inside.reset(new support::InsideNamespace(lab_->dc->enter()));
    lab_->before = make_ldap_source(lab::reader_of(*lab_->dc))->collect({&lab::now, {}});
    lab_->after = seen_by_an_administrator();
    const auto added = lab_->dc->apply(policy("Local", 1, 11, {"Nearby"}));
    ASSERT_TRUE(added) << added.error().message;
    lab_->with_local_group = seen_by_an_administrator();
  }
  static void TearDownTestSuite() {
    delete lab_;
    lab_ = nullptr;
  }

  static model::Harvest seen_by_an_administrator() {
    LdapOptions options = lab::reader_of(*lab_->dc);
    options.bind_dn = lab_->dc->admin_upn();
    options.password = base::Secret(lab_->dc->admin_password());
    return make_ldap_source(std::move(options))->collect({&lab::now, {}});
  }
  static std::size_t row(const model::Harvest& h, std::string_view login) {
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      if (h.text.view(h.accounts.login[i]) == login) return i;
    }
    throw std::runtime_error("no such account");
  }
  static Computed as_the_server_says(const std::string& login) {
    const auto database = lab_->dc->ca_file().parent_path().parent_path() / "private/sam.ldb";
    const auto read =
        support::run_command({.argv = {"ldbsearch", "-H", database.string(), "-b", corp(login), "-s", "base",
                                       "msDS-ResultantPSO", "msDS-UserPasswordExpiryTimeComputed"}},
                             30s);
    if (!read) throw std::runtime_error(read.error().message);
    Computed out;
    std::istringstream lines(read->out);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("msDS-ResultantPSO: CN=")) out.policy = line.substr(22, line.find(',') - 22);
      if (line.starts_with("msDS-UserPasswordExpiryTimeComputed: ")) out.expires = std::stoll(line.substr(37));
    }
    if (out.expires == 0) throw std::runtime_error("no expiry of " + login + ":\n" + read->out);
    return out;
  }

  static inline Lab* lab_ = nullptr;
};

TEST_F(AdPolicies, InForceAreThoseThatTheServerWorksOut) {
  const model::Harvest& h = lab_->after;
  ASSERT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
  const std::map<std::string, std::string> expected = {
      {"plain", ""}, {"own", "Own8"}, {"nested", "Groups1"}, {"lasting", "Lasting"}, {"flagged", ""}};
  for (const auto& [login, policy] : expected) {
    const Computed computed = as_the_server_says(login);
    EXPECT_EQ(computed.policy, policy) << login;
    const model::TimeFact& expires = h.accounts.password_expires[row(h, login)];
    if (computed.expires == kFiletimeNever) {
      EXPECT_EQ(expires.state, TimeState::never) << login << ": " << h.text.view(expires.basis);
    } else {
      ASSERT_EQ(expires.state, TimeState::known) << login << ": " << h.text.view(expires.basis);
      EXPECT_EQ(expires.bounds, base::Bounds::exactly(*filetime(computed.expires))) << login;
      EXPECT_THAT(h.text.view(expires.basis), HasSubstr(policy.empty() ? "the policy of the domain" : policy)) << login;
    }
  }
}

// MS-ADTS 3.1.1.4.5.36 passes over such a group; this server does not.
TEST_F(AdPolicies, AreNotGuessedWhereServersDiffer) {
  const model::Harvest& h = lab_->with_local_group;
  EXPECT_EQ(as_the_server_says("local").policy, "Local");
  EXPECT_EQ(h.accounts.password_expires[row(h, "local")].state, TimeState::unknown);
  EXPECT_EQ(h.accounts.password_expires[row(h, "own")].state, TimeState::known) << "its own comes first";
}

TEST_F(AdPolicies, AreNotGuessedForAReaderWhoMayNotSeeThem) {
  const model::Harvest& h = lab_->before;
  EXPECT_THAT(h.source.notes, Contains(HasSubstr("password-policies: cannot tell which is in force")));
  EXPECT_EQ(h.source.coverage.state, model::CoverageState::complete) << "accounts were all seen";
  for (const char* login : {"plain", "own", "nested"})
    EXPECT_EQ(h.accounts.password_expires[row(h, login)].state, TimeState::unknown) << login;
  EXPECT_EQ(h.accounts.password_expires[row(h, "flagged")].state, TimeState::never) << "its own flag says so";
}

}  // namespace
}  // namespace tally::directory
