// What keeps an account of OpenLDAP out, told beside what the server does: each account here binds, and the word about
// it is "disabled" or "expired" only where that is refused (slapo-ppolicy(5), OpenLDAP 2.5).
#include <fmt/format.h>

#include "connectors/directory/examination.h"
#include "connectors/directory/grant.h"
#include "connectors/directory/ldap_source.h"
#include "connectors/directory/schema.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using model::Truth;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kSuffix = "dc=example,dc=test";
constexpr const char* kDefault = "cn=default,ou=policies,dc=example,dc=test";
constexpr const char* kOverlay = "olcOverlay={1}ppolicy,olcDatabase={1}mdb,cn=config";
constexpr const char* kForGood = "pwdAccountLockedTime: 000001010000Z\n";
constexpr const char* kLater = "pwdStartTime: 20990101000000Z\n";
constexpr const char* kOver = "pwdEndTime: 20200101000000Z\n";

std::string dn_of(std::string_view uid) { return fmt::format("uid={},{}", uid, kSuffix); }

std::string person(std::string_view uid, std::string_view more) {
  return fmt::format(
      "dn: {}\nobjectClass: inetOrgPerson\nuid: {}\ncn: x\nsn: x\nuserPassword: secret\n"
      "createTimestamp: 20200101000000Z\n{}\n",
      dn_of(uid), uid, more);
}

/// As the OpenLDAP Administrator's Guide writes them: of class person.
std::string policy(std::string_view cn, std::string_view more) {
  return fmt::format(
      "dn: cn={},ou=policies,{}\nobjectClass: person\nobjectClass: pwdPolicy\ncn: {}\nsn: x\n"
      "pwdAttribute: userPassword\n{}\n",
      cn, kSuffix, cn, more);
}

std::string by(std::string_view cn) { return fmt::format("pwdPolicySubentry: cn={},ou=policies,{}\n", cn, kSuffix); }

/// Everybody in every position: by the default policy, by one of the account's own, by one that is not there.
std::string company(std::string_view pwd_lockout_of_default) {
  std::string out = fmt::format("dn: ou=policies,{}\nobjectClass: organizationalUnit\nou: policies\n\n", kSuffix);
  out += policy("default", pwd_lockout_of_default) + policy("strict", "pwdLockout: TRUE\npwdLockoutDuration: 60\n") +
         policy("lenient", "") + person("free", "") + person("empty", std::string(kForGood) + "pwdPolicySubentry:\n");
  for (const auto& [what, lines] : {std::pair{"locked", kForGood}, {"later", kLater}, {"over", kOver}}) {
    out += person(what, lines);
    for (const char* own : {"strict", "lenient", "missing"})
      out += person(fmt::format("{}-{}", what, own), lines + by(own));
  }
  return out;
}

/// For the reader: what `tallystick doctor` prints, or other attributes of cn=config.
std::string show_config(std::string_view attributes) {
  return fmt::format(
      "dn: olcDatabase={{0}}config,cn=config\nchangetype: modify\nreplace: olcAccess\nolcAccess: to "
      "dn.subtree=\"cn=config\" attrs={} by dn.exact=\"cn=reader,{}\" read by * break\n",
      attributes, kSuffix);
}
constexpr const char* kGranted =
    "entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy,olcOverlay,olcDisabled,"
    "olcPPolicyDefault";

std::string change(std::string_view dn, std::string_view lines) {
  return fmt::format("dn: {}\nchangetype: modify\n{}", dn, lines);
}

class PpolicyDirectory : public testing::Test {
 protected:
  void start(std::string_view pwd_lockout_of_default, std::vector<std::string> config,
             std::vector<std::string> access = {}) {
    auto server = support::Slapd::start(
        {.data = {company(pwd_lockout_of_default)}, .access = std::move(access), .config_changes = std::move(config)});
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(std::move(*server));
  }

  [[nodiscard]] bool binds(const std::string& dn, const std::string& password) const {
    const auto outcome =
        support::run_command({.argv = {"ldapwhoami", "-x", "-H", server_->local_uri(), "-D", dn, "-w", password},
                              .environment = {{"LDAPNOINIT", "1"}}},
                             std::chrono::seconds(20));
    EXPECT_TRUE(outcome);
    EXPECT_THAT(outcome->exit_code, testing::AnyOf(0, 49)) << outcome->err;
    return outcome && outcome->exit_code == 0;
  }
  [[nodiscard]] LdapOptions options(std::string said = {}) const {
    LdapOptions out = lab::reader_of(*server_);
    out.profile.default_password_policy = std::move(said);
    return out;
  }
  /// Reads, and holds each word against what the server does.
  void collect(std::string said = {}, std::vector<std::string> changed_after = {}) {
    const LdapOptions of = options(std::move(said));
    harvest_ = make_ldap_source(options_for_server(of, of.uri))->collect({&lab::now, {}});
    for (const std::string& ldif : changed_after) ASSERT_TRUE(server_->configure(ldif));
    ASSERT_EQ(harvest_.source.coverage.state, model::CoverageState::complete) << harvest_.source.coverage.in_words();
    for (std::size_t i = 0; i < harvest_.accounts.size(); ++i) {
      const std::string dn(harvest_.text.view(harvest_.accounts.dn[i]));
      if (!dn.starts_with("uid=")) continue;
      const std::string word = of_row(i);
      if (word == "cannot tell") continue;
      EXPECT_EQ(word == "works", binds(dn, "secret")) << dn << ": " << why(i);
    }
  }
  [[nodiscard]] std::string of_row(std::size_t i) const {
    const Truth enabled = harvest_.accounts.enabled[i].value;
    const model::TimeFact& expires = harvest_.accounts.expires[i];
    const bool over = expires.state == model::TimeState::known && expires.bounds.latest <= lab::now();
    if (enabled == Truth::no || over) return "out";
    return enabled == Truth::unknown || expires.state == model::TimeState::unknown ? "cannot tell" : "works";
  }
  [[nodiscard]] std::size_t row(std::string_view uid) const {
    for (std::size_t i = 0; i < harvest_.accounts.size(); ++i) {
      if (harvest_.text.view(harvest_.accounts.login[i]) == uid) return i;
    }
    throw std::runtime_error("no such account");
  }
  [[nodiscard]] std::string word(std::string_view uid) const { return of_row(row(uid)); }
  [[nodiscard]] std::string why(std::size_t i) const {
    return fmt::format("{} {}", harvest_.text.view(harvest_.accounts.enabled[i].basis),
                       harvest_.text.view(harvest_.accounts.expires[i].basis));
  }
  [[nodiscard]] std::string why(std::string_view uid) const { return why(row(uid)); }
  void expect_all(std::string_view of, std::string_view what) const {
    for (const char* how : {"locked", "later", "over"}) {
      const std::string uid = of.empty() ? how : fmt::format("{}-{}", how, of);
      EXPECT_EQ(word(uid), what) << uid << ": " << why(uid);
    }
  }

  std::optional<support::Slapd> server_;
  model::Harvest harvest_;
};

TEST_F(PpolicyDirectory, TellsByThePolicyInForce) {
  ASSERT_NO_FATAL_FAILURE(start("pwdLockout: TRUE\n", {show_config(kGranted)}));
  collect();
  expect_all("", "out");
  expect_all("strict", "out");
  EXPECT_EQ(word("locked-lenient"), "works") << "its own policy is without pwdLockout";
  EXPECT_EQ(word("later-lenient"), "out") << "any policy will do";
  EXPECT_EQ(word("over-lenient"), "out");
  EXPECT_EQ(word("empty"), "works") << "names no policy, and has not the default one either";
  expect_all("missing", "cannot tell");
  EXPECT_THAT(why("locked-missing"), HasSubstr("was not seen: cn=missing,ou=policies,dc=example,dc=test"));
  EXPECT_TRUE(binds(dn_of("locked-missing"), "secret")) << "so \"out\" would be wrong";
  EXPECT_THAT(harvest_.source.notes,
              Contains(HasSubstr("{1}mdb has slapo-ppolicy, in force by default: cn=default,ou=policies")));
  EXPECT_THAT(harvest_.source.notes, Contains(HasSubstr("3 entries of class person are policies")));
  for (const base::TextId dn : harvest_.accounts.dn)
    EXPECT_THAT(std::string(harvest_.text.view(dn)), testing::Not(HasSubstr("ou=policies")));
}

TEST_F(PpolicyDirectory, TellsWhereTheDefaultLocksNobodyOut) {
  ASSERT_NO_FATAL_FAILURE(start("pwdLockout: FALSE\n", {show_config(kGranted)}));
  collect();
  EXPECT_EQ(word("locked"), "works");
  EXPECT_EQ(word("later"), "out");
  EXPECT_EQ(word("over"), "out");
  expect_all("strict", "out");
}

TEST_F(PpolicyDirectory, TellsThatNothingCountsWhereThereIsNoDefault) {
  ASSERT_NO_FATAL_FAILURE(
      start("pwdLockout: TRUE\n", {show_config(kGranted), change(kOverlay, "delete: olcPPolicyDefault\n")}));
  collect();
  expect_all("", "works");
  expect_all("strict", "out");
  collect(kDefault);
  expect_all("", "works");
  EXPECT_THAT(harvest_.source.notes, Contains(HasSubstr("default_password_policy says another, and counts not")));
}

TEST_F(PpolicyDirectory, CannotTellWhereTheOverlayIsOff) {
  ASSERT_NO_FATAL_FAILURE(
      start("pwdLockout: TRUE\n", {show_config(kGranted), change(kOverlay, "add: olcDisabled\nolcDisabled: TRUE\n")}));
  EXPECT_TRUE(binds(dn_of("locked-strict"), "secret"));
  for (const char* said : {"", kDefault}) {
    collect(said);
    for (const char* of : {"", "strict", "lenient", "missing"}) expect_all(of, "cannot tell");
    EXPECT_THAT(why("locked"), HasSubstr("cn=config shows no slapo-ppolicy that is at work on {1}mdb"));
  }
}

TEST_F(PpolicyDirectory, CannotTellWhatIsHidden) {
  ASSERT_NO_FATAL_FAILURE(start("pwdLockout: TRUE\n", {}));
  const auto told = [&](std::string_view granted) {
    ASSERT_TRUE(server_->configure(show_config(granted)));
    collect();
    for (const char* of : {"", "strict", "lenient", "missing"}) expect_all(of, "cannot tell");
  };
  told("olcAccess");
  EXPECT_THAT(why("locked"), HasSubstr("cn=config shows no database to the account that reads; let the account read "
                                       "it (see tallystick doctor), or set default_password_policy"));
  told("entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy");
  told("entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy,olcDisabled");
  told("entry,objectClass,olcDatabase,olcSuffix,olcAccess,olcRootDN,olcAuthzPolicy,olcPPolicyDefault");
  EXPECT_THAT(why("locked"), HasSubstr("cn=config does not show olcPPolicyDefault and olcDisabled of slapo-ppolicy on "
                                       "{1}mdb; let the account read it"));
  told("entry,objectClass,olcDatabase,olcDisabled,olcPPolicyDefault");
  ASSERT_NO_FATAL_FAILURE(collect(kDefault));
  expect_all("", "out");
  expect_all("strict", "out");
  EXPECT_EQ(word("locked-lenient"), "works");
  expect_all("missing", "cannot tell");
}

TEST_F(PpolicyDirectory, CannotTellUnderAPolicyThatIsHidden) {
  ASSERT_NO_FATAL_FAILURE(start("pwdLockout: FALSE\n", {show_config(kGranted)},
                                {fmt::format("to dn.exact={} by dn.exact={{reader}} none by * read", kDefault),
                                 "to attrs=userPassword by * auth", "to * by * read"}));
  EXPECT_TRUE(binds(dn_of("locked"), "secret"));
  collect();
  expect_all("", "cannot tell");
  expect_all("strict", "out");
  collect(kDefault);
  expect_all("", "cannot tell");
}

TEST_F(PpolicyDirectory, CannotTellWhereOnlyPwdLockoutIsHidden) {
  ASSERT_NO_FATAL_FAILURE(start("pwdLockout: TRUE\n", {show_config(kGranted)},
                                {"to attrs=pwdLockout by dn.exact={reader} none by * read",
                                 "to attrs=userPassword by * auth", "to * by * read"}));
  EXPECT_FALSE(binds(dn_of("locked"), "secret")) << "so \"works\" would be wrong too";
  collect();
  EXPECT_EQ(word("locked"), "cannot tell");
  EXPECT_THAT(why("locked"), HasSubstr("pwdLockout of the policy in force is not shown"));
  EXPECT_EQ(word("later"), "out") << "which asks for any policy";
}

// The overlay on one database says nothing about another.
TEST_F(PpolicyDirectory, IsToldForTheDatabaseThatHoldsTheAccount) {
  auto folder = support::WorkFolder::create("other-database");
  ASSERT_TRUE(folder) << folder.error().message;
  ASSERT_NO_FATAL_FAILURE(
      start("pwdLockout: TRUE\n",
            {show_config(kGranted), fmt::format("dn: olcDatabase={{1}}mdb,cn=config\nchangetype: add\nobjectClass: "
                                                "olcMdbConfig\nolcDatabase: {{1}}mdb\nolcDbDirectory: {}\nolcSuffix: "
                                                "ou=apart,{}\nolcSubordinate: TRUE\nolcRootDN: cn=admin,{}\n"
                                                "olcAccess: to attrs=userPassword by * auth\n"
                                                "olcAccess: to * by * read\n",
                                                folder->path().string(), kSuffix, kSuffix)}));
  const std::string apart = fmt::format("ou=apart,{}", kSuffix);
  const auto made = server_->apply(fmt::format(
      "dn: {0}\nobjectClass: organizationalUnit\nou: apart\n\ndn: uid=anna,{0}\nobjectClass: inetOrgPerson\nuid: "
      "anna\ncn: x\nsn: x\nuserPassword: secret\npwdAccountLockedTime: 000001010000Z\npwdPolicySubentry: {1}\n\n",
      apart, kDefault));
  ASSERT_TRUE(made) << made.error().message;
  collect();
  EXPECT_EQ(word("locked"), "out");
  EXPECT_EQ(word("anna"), "cannot tell") << why("anna");
  EXPECT_TRUE(binds("uid=anna," + apart, "secret"));
}

TEST_F(PpolicyDirectory, DoesNotTakeTheRootOfADatabaseForLocked) {
  ASSERT_NO_FATAL_FAILURE(start(
      "pwdLockout: TRUE\n",
      {show_config(kGranted), change("olcDatabase={1}mdb,cn=config",
                                     "replace: olcRootDN\nolcRootDN: uid=locked," + std::string(kSuffix) + "\n")}));
  EXPECT_TRUE(binds(dn_of("locked"), "root-password"));
  const LdapOptions of = options();
  harvest_ = make_ldap_source(options_for_server(of, of.uri))->collect({&lab::now, {}});
  EXPECT_EQ(word("locked"), "works");
  EXPECT_THAT(why("locked"), HasSubstr("it is the olcRootDN, above all password policies"));
}

/// What doctor prints is enough, and until then it says what cannot be told.
TEST_F(PpolicyDirectory, IsGrantedByWhatDoctorPrints) {
  ASSERT_NO_FATAL_FAILURE(start("pwdLockout: TRUE\n", {}));
  const std::string what = "whether pwdAccountLockedTime, pwdStartTime and pwdEndTime keep anybody out: ";
  const Examination before = examine(options(), lab::now());
  EXPECT_THAT(before.cannot_tell, Contains(AllOf(HasSubstr(what), HasSubstr("or set default_password_policy"))));
  EXPECT_THAT(examine(options(kDefault), lab::now()).cannot_tell, IsEmpty());
  const auto grant = least_grant(options(), before.schema);
  ASSERT_TRUE(grant);
  const std::size_t begin = grant->find("olcAccess: to dn.subtree=\"cn=config\"");
  ASSERT_NE(begin, std::string::npos) << *grant;
  const auto done = server_->configure("dn: olcDatabase={0}config,cn=config\nchangetype: modify\nreplace: olcAccess\n" +
                                       grant->substr(begin));
  ASSERT_TRUE(done) << done.error().message << *grant;
  EXPECT_THAT(examine(options(), lab::now()).cannot_tell, IsEmpty());
  collect();
  expect_all("", "out");
}

}  // namespace
}  // namespace tally::directory
