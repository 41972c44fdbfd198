// Which password policy is in force, worked out by hand from MS-ADTS 3.1.1.4.5.36.
#include "connectors/directory/password_policies.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using testing::HasSubstr;

constexpr const char* kDay = "000000000";  // of 86400 * 10^7 steps: "-864" and this

/// A domain in which passwords last 40 days, set on 1 May 2026 (134220672000000000; profile_active_directory_test.cpp).
class Domain {
 public:
  Domain()
      : tree_([] {
          ProfileOptions options;
          options.dialect = Dialect::active_directory;
          options.bases = {"DC=corp,DC=example"};
          return options;
        }()) {}

  Domain& head(const std::string& age = "-34560000000000", const std::string& lockout = "-18000000000") {
    return add(fmt::format("dn: DC=corp,DC=example\nobjectClass: domainDNS\nmaxPwdAge: {}\nlockoutDuration: {}\n\n",
                           age, lockout));
  }
  Domain& container() {
    return add(
        "dn: CN=Password Settings Container,CN=System,DC=corp,DC=example\n"
        "objectClass: msDS-PasswordSettingsContainer\n\n");
  }
  Domain& user(const std::string& name, const std::string& more = "", int control = 512) {
    return add(
        fmt::format("dn: {}\nobjectClass: user\nsAMAccountName: {}\nuserAccountControl: {}\n"
                    "pwdLastSet: 134220672000000000\n{}\n",
                    dn(name), name, control, more));
  }
  Domain& group(const std::string& name, const std::vector<std::string>& members,
                const std::string& type = "-2147483646") {
    std::string text = fmt::format("dn: {}\nobjectClass: group\nsAMAccountName: {}\n", dn(name), name);
    if (!type.empty()) text += "groupType: " + type + "\n";
    for (const std::string& member : members) text += "member: " + dn(member) + "\n";
    return add(text + "\n");
  }
  /// Passwords last so many days, lockouts so many (0: for ever).
  Domain& fine(const std::string& name, const std::string& precedence, int days,
               const std::vector<std::string>& applies_to, const std::string& more = "") {
    std::string text = fmt::format(
        "dn: CN={},CN=Password Settings Container,CN=System,DC=corp,DC=example\n"
        "objectClass: msDS-PasswordSettings\n{}",
        name, more);
    if (!precedence.empty()) text += "msDS-PasswordSettingsPrecedence: " + precedence + "\n";
    const std::string time = days == 0 ? "0" : fmt::format("-{}{}", 864 * days, kDay);
    text += fmt::format("msDS-MaximumPasswordAge: {0}\nmsDS-LockoutDuration: {0}\n", time);
    for (const std::string& one : applies_to)
      text += "msDS-PSOAppliesTo: " + (one.find('=') == std::string::npos ? dn(one) : one) + "\n";
    return add(text + "\n");
  }

  std::string expires(const std::string& name) {
    return tree().fact(tree_.harvest.accounts.password_expires[row(name)]);
  }
  std::string locked(const std::string& name) { return tree().fact(tree_.harvest.accounts.locked[row(name)]); }
  Tree& tree() {
    if (!std::exchange(finished_, true)) tree_.finish();
    return tree_;
  }

 private:
  static std::string dn(const std::string& name) { return "CN=" + name + ",CN=Users,DC=corp,DC=example"; }
  std::uint32_t row(const std::string& name) { return tree().account(name); }
  Domain& add(const std::string& ldif) {
    tree_.read(ldif);
    return *this;
  }
  Tree tree_;
  bool finished_ = false;
};

constexpr const char* kIn40Days = "2026-06-10T00:00:00Z";
constexpr const char* kIn10Days = "2026-05-11T00:00:00Z";
constexpr const char* kIn20Days = "2026-05-21T00:00:00Z";

TEST(PasswordPolicies, AreTheDomainsWhereNoOtherNamesTheAccount) {
  Domain d;
  d.head().container().user("jane").fine("Other", "1", 10, {"john"}).user("john");
  EXPECT_EQ(d.expires("jane"), kIn40Days);
  EXPECT_EQ(d.expires("john"), kIn10Days);
}

TEST(PasswordPolicies, OfTheAccountItselfComeBeforeThoseOfItsGroups) {
  Domain d;
  d.head().container().user("jane").group("Staff", {"jane"});
  d.fine("Own", "9", 20, {"jane"}).fine("Groups", "1", 10, {"Staff"});
  EXPECT_EQ(d.expires("jane"), kIn20Days);
}

TEST(PasswordPolicies, OfTheLowestPrecedenceCountsThenOfTheSmallerGuid) {
  Domain d;
  d.head().container().user("jane").user("john").group("A", {"jane"}).group("B", {"jane"});
  d.fine("Low", "10", 10, {"A"}).fine("High", "9", 20, {"B"});
  d.fine("Later", "5", 10, {"john"}, "objectGUID: bbbbbbbbbbbbbbbb\n");
  d.fine("Sooner", "5", 20, {"john"}, "objectGUID: aaaaaaaaaaaaaaaa\n");
  EXPECT_EQ(d.expires("jane"), kIn20Days);
  EXPECT_EQ(d.expires("john"), kIn20Days);
}

TEST(PasswordPolicies, HoldOverGroupsInGroups) {
  Domain d;
  d.head().container().user("jane").group("Inner", {"jane"}).group("Middle", {"Inner"}).group("Outer", {"Middle"});
  d.fine("Fine", "1", 10, {"Outer"});
  EXPECT_EQ(d.expires("jane"), kIn10Days);
}

TEST(PasswordPolicies, AreNotGuessedWhereOneNamesAGroupThatIsNotGlobal) {
  for (const char* type : {"-2147483640", "-2147483644", "2"}) {  // universal, domain local, a global list for mail
    Domain d;
    d.head().container().user("jane").user("john").group("Staff", {"jane"}, type);
    d.fine("Fine", "1", 10, {"Staff"}).fine("Own", "2", 20, {"john"});
    EXPECT_EQ(d.expires("jane"),
              "unknown: a fine-grained password policy names a group that is not global, and servers differ in that");
    EXPECT_EQ(d.expires("john"), kIn20Days);
  }
  Domain untold;
  untold.head().container().user("jane").group("Staff", {"jane"}, "").fine("Fine", "1", 10, {"Staff"});
  EXPECT_EQ(untold.expires("jane"), "unknown: a fine-grained password policy names a group of unknown type");
}

TEST(PasswordPolicies, AreNotTakenForTheDomainsWhereTheyAreNotShown) {
  Domain hidden;
  hidden.head().user("jane").user("never", "", 512 + 0x10000);
  EXPECT_EQ(hidden.expires("jane"),
            "unknown: a fine-grained password policy may hold for it: the container of these is not shown");
  EXPECT_THAT(hidden.expires("never"), HasSubstr("never: userAccountControl"));
  Domain one;
  one.head().container().user("jane").fine("Hidden", "", 10, {});
  EXPECT_EQ(one.expires("jane"), "unknown: a fine-grained password policy could not be wholly read");
  Domain elsewhere;
  elsewhere.head().container().user("jane").user("john");
  elsewhere.fine("Far", "1", 10, {"CN=far,OU=Other,DC=corp,DC=example"}).fine("Own", "2", 20, {"john"});
  EXPECT_EQ(elsewhere.expires("jane"), "unknown: a fine-grained password policy names an entry that was not read");
  EXPECT_EQ(elsewhere.expires("john"), kIn20Days) << "its own counts whatever groups it is in";
  Domain none;
  none.container().user("jane");
  EXPECT_EQ(none.expires("jane"), "unknown: the password policy of its domain was not read");
}

TEST(PasswordPolicies, LetPasswordsLastForEverWhereTheySaySo) {
  Domain d;
  d.head("-9223372036854775808").container().user("jane").user("john").fine("Fine", "1", 10, {"john"});
  EXPECT_EQ(d.expires("jane"), "never: passwords never expire by the policy of the domain");
  EXPECT_EQ(d.expires("john"), kIn10Days);
  Domain longest;  // of all that can be written: 29,000 years
  longest.head("-9223372036854775807").container().user("jane");
  EXPECT_EQ(longest.expires("jane"), "never: pwdLastSet and the policy of the domain");
  Domain fine;
  fine.head().container().user("jane").fine("For ever", "1", 0, {"jane"});
  EXPECT_EQ(fine.expires("jane"), "never: passwords never expire by the policy of For ever");
}

TEST(PasswordPolicies, SayNothingOfWhoMustChangeOrIsNoPerson) {
  Domain d;
  d.head().container().user("jane", "objectClass: computer\n", 4096);
  EXPECT_THAT(d.expires("jane"), HasSubstr("never: a machine's"));
  Domain must;
  must.head().container();
  must.tree().read(
      "dn: CN=new,CN=Users,DC=corp,DC=example\nobjectClass: user\nsAMAccountName: new\nuserAccountControl: 512\n"
      "pwdLastSet: 0\n\n");
  EXPECT_EQ(must.tree().harvest.accounts.size(), 1U);
}

TEST(PasswordPolicies, SayHowLongALockoutLasts) {
  Domain d;
  const std::string locked = "lockoutTime: 134220672000000000\n";  // on 1 May; it is 1 June
  d.head().container().user("short", locked).user("long", locked).user("ever", locked);
  d.fine("Long", "1", 60, {"long"}).fine("Ever", "2", 0, {"ever"});
  EXPECT_EQ(d.locked("short"), "no: lockoutTime and the policy of the domain");
  EXPECT_EQ(d.locked("long"), "yes: lockoutTime and the policy of Long");
  EXPECT_EQ(d.locked("ever"), "yes: lockoutTime, until somebody unlocks, and the policy of Ever");
  Domain hidden;
  hidden.head().user("jane", locked);
  EXPECT_THAT(hidden.locked("jane"),
              HasSubstr("unknown: lockoutTime is set, and how long a lockout lasts was not read"));
}

TEST(PasswordPolicies, OfOtherDirectoriesAreNotRead) {
  ProfileOptions options;
  options.bases = {"dc=corp"};
  Tree t(options);
  t.read("dn: uid=jane,dc=corp\nobjectClass: inetOrgPerson\nuid: jane\n\n").finish();
  EXPECT_EQ(t.fact(t.harvest.accounts.password_expires.at(0)),
            "unknown: when passwords expire is read of Active Directory alone");
}

TEST(PasswordPolicies, WithTimesThatAreNoneAreNotUnderstood) {
  Domain d;
  d.head("86400").container().user("jane");
  EXPECT_EQ(d.expires("jane"), "unknown: how old a password may be was not delivered of its policy");
  ASSERT_EQ(d.tree().coverage().rejects_total, 1U);
  EXPECT_EQ(d.tree().coverage().rejects[0].column, "maxPwdAge");
}

}  // namespace
}  // namespace tally::directory
