// Two real Active Directory domains of two forests: power that accounts of the one have over groups of the other, and
// what nobody can tell while one of them is not read, not wholly read, or trusts everybody.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/directory/ldap_source.h"
#include "policy/access/access.h"
#include "tests/integration/directory/directory_lab.h"

namespace tally::directory {
namespace {

using model::Tier;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kAdministrators = "CN=Administrators,CN=Builtin,DC=ad,DC=lab,DC=test";
constexpr const char* kServerOperators = "CN=Server Operators,CN=Builtin,DC=ad,DC=lab,DC=test";
constexpr const char* kBackupOperators = "CN=Backup Operators,CN=Builtin,DC=ad,DC=lab,DC=test";

std::string user(std::string_view login, std::string_view base) {
  return fmt::format("dn: CN={0},CN=Users,{1}\nobjectClass: user\nsAMAccountName: {0}\nuserAccountControl: 514\n\n",
                     login, base);
}

/// olga, nils in the group Partner Ops, and mia in nothing.
std::string partner_people() {
  const std::string base = "DC=partner,DC=test";
  return user("olga", base) + user("nils", base) + user("mia", base) +
         fmt::format(
             "dn: OU=Teams,{0}\nobjectClass: organizationalUnit\n\ndn: CN=Partner Ops,OU=Teams,{0}\nobjectClass: "
             "group\n"
             "sAMAccountName: Partner Ops\ngroupType: -2147483646\nmember: CN=nils,CN=Users,{0}\n\n",
             base);
}

std::string member(std::string_view group, std::string_view member) {
  return fmt::format("dn: {}\nchangetype: modify\nadd: member\nmember: {}\n\n", group, member);
}
/// The server makes the foreign security principal.
std::string stranger(std::string_view group, std::string_view sid) {
  return member(group, fmt::format("<SID={}>", sid));
}

model::Harvest read(const LdapOptions& options) {
  return make_ldap_source(options_for_server(options, options.uri))->collect({&lab::now, {}});
}

class TwoDomains : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto corp = support::SambaAd::start({.ldif = {user("carl", "DC=ad,DC=lab,DC=test")}});
    ASSERT_TRUE(corp) << corp.error().message;
    corp_ = new support::SambaAd(std::move(*corp));
    auto partner = support::SambaAd::start({.ldif = {partner_people()}, .beside = corp_});
    ASSERT_TRUE(partner) << partner.error().message;
    partner_ = new support::SambaAd(std::move(*partner));
    inside_ = new support::InsideNamespace(corp_->enter());
    const model::Harvest h = read(partner_options());
    ASSERT_EQ(h.source.coverage.state, model::CoverageState::complete) << h.source.coverage.in_words();
    olga_ = sid_of(h.text, h.accounts.login, h.accounts.sid, "olga");
    ops_ = sid_of(h.text, h.groups.name, h.groups.sid, "Partner Ops");
    const auto given = corp_->apply(stranger(kAdministrators, olga_) + stranger(kServerOperators, ops_));
    ASSERT_TRUE(given) << given.error().message;
  }
  static void TearDownTestSuite() {
    delete inside_;
    delete partner_;
    delete corp_;
  }

  static LdapOptions corp_options() {
    LdapOptions o = lab::reader_of(*corp_);
    o.profile.name = "corp";
    return o;
  }
  static LdapOptions partner_options() {
    LdapOptions o = lab::reader_of(*partner_);
    o.profile.name = "partner";
    return o;
  }
  static std::string sid_of(const base::TextPool& text, const std::vector<base::TextId>& names,
                            const std::vector<base::TextId>& sids, std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (text.view(names[i]) == name) return std::string(text.view(sids[i]));
    }
    ADD_FAILURE() << "no " << name;
    return {};
  }

  /// Of a run over these directories.
  class Run {
   public:
    explicit Run(const std::vector<const LdapOptions*>& directories) {
      std::vector<model::Harvest> all;
      for (const LdapOptions* one : directories) all.push_back(read(*one));
      s = model::join(std::move(all), lab::now());
      access.emplace(access::effective_access(s));
    }
    /// "partner's olga > …", or why that cannot be told, or "no".
    [[nodiscard]] std::string power(std::string_view login) const {
      for (std::size_t i = 0; i < s.accounts.size(); ++i) {
        if (s.view(s.accounts.login[i]) != login) continue;
        const model::AccountId account = model::AccountId::at(i);
        const access::Reach& reach = access->reach(account);
        if (reach.tier != Tier::none)
          return fmt::format("{}: {}", model::to_string(reach.tier), fmt::join(access->path(s, account), " > "));
        const std::string_view unseen = access->view(reach.unseen);
        return unseen.empty() ? "no" : "cannot tell: " + std::string(unseen);
      }
      return "no such account";
    }
    [[nodiscard]] std::uint32_t strangers_in(std::string_view group) const {
      for (std::size_t g = 0; g < s.groups.size(); ++g) {
        if (s.view(s.groups.dn[g]) == group) return s.groups.unresolved_members[g];
      }
      return 99;
    }
    model::Snapshot s;
    std::optional<access::Access> access;
  };

  inline static support::SambaAd* corp_ = nullptr;
  inline static support::SambaAd* partner_ = nullptr;
  inline static support::InsideNamespace* inside_ = nullptr;
  inline static std::string olga_, ops_;
};

TEST_F(TwoDomains, AnAccountOfTheOneHasThePowerThatTheOtherGaveIt) {
  const LdapOptions corp = corp_options(), partner = partner_options();
  const Run run({&corp, &partner});
  EXPECT_EQ(run.power("olga"), "tier 0: olga > Administrators");
  EXPECT_EQ(run.power("nils"), "tier 0: nils > Partner Ops > Server Operators") << "over a group of its own domain";
  EXPECT_EQ(run.power("mia"), "no") << "both domains were wholly read";
  EXPECT_EQ(run.power("carl"), "no");
  EXPECT_EQ(run.strangers_in(kAdministrators), 0U);
  EXPECT_EQ(run.strangers_in(kServerOperators), 0U);
}

TEST_F(TwoDomains, OfADomainThatIsNotReadThereAreMembersWhomNobodyShows) {
  const LdapOptions corp = corp_options();
  const Run run({&corp});
  EXPECT_EQ(run.strangers_in(kAdministrators), 1U);
  EXPECT_EQ(run.strangers_in(kServerOperators), 1U);
  EXPECT_EQ(run.power("carl"), "no") << "a foreign principal is never of the group's own forest";
}

TEST_F(TwoDomains, WhereOneIsNotWhollyReadItsAccountsMayHaveThatPower) {
  LdapOptions users = partner_options();
  users.profile.bases = {"CN=Users," + partner_->base_dn()};
  const LdapOptions corp = corp_options();
  const Run run({&corp, &users});
  EXPECT_EQ(run.power("olga"), "tier 0: olga > Administrators") << "what was seen stays";
  EXPECT_THAT(run.power("mia"), AllOf(HasSubstr("cannot tell: "),
                                      HasSubstr("Server Operators of corp has 1 member that no directory shows")))
      << "she may be in the group that was not read";
  EXPECT_THAT(run.power("nils"), HasSubstr("cannot tell: "));
}

/// The last ones change the directory.
TEST_F(TwoDomains, WhoeverSignsInMayBeAnAccountOfTheOther) {
  const auto given =
      corp_->apply(member(kBackupOperators, "CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=ad,DC=lab,DC=test"));
  ASSERT_TRUE(given) << given.error().message;
  const LdapOptions corp = corp_options(), partner = partner_options();
  const Run run({&corp, &partner});
  EXPECT_THAT(run.power("carl"),
              HasSubstr("cannot tell: not all members of Backup Operators could be read (Authenticated "
                        "Users (S-1-5-11) is a member, and no directory lists who that is)"));
  EXPECT_THAT(run.power("mia"), HasSubstr("cannot tell: not all members of Backup Operators of corp could be read "
                                          "(Authenticated Users (S-1-5-11) is a member"));
  EXPECT_EQ(run.power("olga"), "tier 0: olga > Administrators");
}

}  // namespace
}  // namespace tally::directory
