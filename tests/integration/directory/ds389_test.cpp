// A real 389 Directory Server: accounts in every state that it knows are read as it treats them at a bind, its roles
// are groups, and what access rules hide is "cannot tell". Expected values follow from the entries written here.
#include <fmt/format.h>

#include <thread>

#include "connectors/directory/examination.h"
#include "connectors/directory/grant.h"
#include "connectors/directory/ldap_source.h"
#include "connectors/directory/ldif_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/ds389.h"
#include "tests/support/work_folder.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::CoverageState;
using model::Gap;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr int kInvalidCredentials = 49, kConstraintViolation = 19, kUnwillingToPerform = 53;

std::string dn_of(std::string_view uid, std::string_view unit = "people") {
  return fmt::format("uid={},ou={},dc=example,dc=test", uid, unit);
}

std::string person(std::string_view uid, std::string_view more = "", std::string_view unit = "people") {
  return fmt::format(
      "dn: {0}\nobjectClass: inetOrgPerson\nobjectClass: nsMemberOf\nuid: {1}\ncn: {1}\nsn: {1}\n"
      "userPassword: secret-{1}\n{2}\n",
      dn_of(uid, unit), uid, more);
}

std::string unit(std::string_view name) {
  return fmt::format("dn: ou={0},dc=example,dc=test\nobjectClass: organizationalUnit\nou: {0}\n\n", name);
}

std::string role(std::string_view cn, std::string_view classes, std::string_view more = "") {
  std::string out = fmt::format("dn: cn={0},dc=example,dc=test\nobjectClass: LDAPsubentry\n", cn);
  out += fmt::format("objectClass: nsRoleDefinition\n{}cn: {}\n{}\n", classes, cn, more);
  return out;
}

const std::string kManaged = "objectClass: nsSimpleRoleDefinition\nobjectClass: nsManagedRoleDefinition\n";
const std::string kNested = "objectClass: nsComplexRoleDefinition\nobjectClass: nsNestedRoleDefinition\n";
const std::string kFiltered = "objectClass: nsComplexRoleDefinition\nobjectClass: nsFilteredRoleDefinition\n";

std::string in_role(std::string_view cn) { return fmt::format("nsRoleDN: cn={},dc=example,dc=test\n", cn); }

/// Roles, and what ns-inactivate.pl and dsidm write to inactivate some of them: nsDisabledRole holds those roles, and a
/// class of service gives nsAccountLock to whoever is in it.
std::string roles() {
  return role("operators", kManaged) + role("contractors", kManaged) +
         role("everybody", kNested, in_role("operators") + in_role("tall")) +
         role("tall", kFiltered, "nsRoleFilter: (description=tall)\n") + role("nsManagedDisabledRole", kManaged) +
         role("nsDisabledRole", kNested, in_role("nsManagedDisabledRole") + in_role("contractors")) +
         "dn: cn=nsAccountInactivationTmp,dc=example,dc=test\nobjectClass: nsContainer\ncn: "
         "nsAccountInactivationTmp\n\n"
         "dn: cn=\"cn=nsDisabledRole,dc=example,dc=test\",cn=nsAccountInactivationTmp,dc=example,dc=test\n"
         "objectClass: extensibleObject\nobjectClass: cosTemplate\nobjectClass: LDAPsubentry\ncosPriority: 1\n"
         "nsAccountLock: true\n\n"
         "dn: cn=nsAccountInactivation_cos,dc=example,dc=test\nobjectClass: LDAPsubentry\n"
         "objectClass: cosSuperDefinition\nobjectClass: cosClassicDefinition\n"
         "cosTemplateDn: cn=nsAccountInactivationTmp,dc=example,dc=test\ncosSpecifier: nsRole\n"
         "cosAttribute: nsAccountLock operational\ncn: nsAccountInactivation_cos\n\n";
}

std::string people() {
  return unit("people") + unit("hidden") + person("active", "description: tall\n" + in_role("operators")) +
         person("switched-off", "nsAccountLock: true\n") + person("role-off", in_role("nsManagedDisabledRole")) +
         person("contractor", in_role("contractors")) + person("locked-out") + person("signed-in") +
         person("capitals", "nsAccountLock: TRUE\n") + person("truest", "nsAccountLock: truest\n") +
         person("blank", "nsAccountLock:: dHJ1ZSA=\n") + person("yes", "nsAccountLock: yes\n") +
         person("both", "nsAccountLock: false\nnsAccountLock: true\n") + person("unseen", "", "hidden") +
         person("idle", "acctPolicySubentry: cn=idle,dc=example,dc=test\nlastLoginTime: 20260101000000Z\n") +
         "dn: cn=idle,dc=example,dc=test\nobjectClass: top\nobjectClass: ldapSubEntry\nobjectClass: extensibleObject\n"
         "objectClass: accountPolicy\ncn: idle\naccountInactivityLimit: 86400\n\n"
         "dn: cn=inner,dc=example,dc=test\nobjectClass: groupOfNames\ncn: inner\nmember: " +
         dn_of("active") +
         "\n\ndn: cn=outer,dc=example,dc=test\nobjectClass: groupOfNames\ncn: outer\n"
         "member: cn=inner,dc=example,dc=test\n\n"
         "dn: cn=unique,dc=example,dc=test\nobjectClass: groupOfUniqueNames\ncn: unique\nuniqueMember: " +
         dn_of("signed-in") + "\n\n";
}

std::string setting(std::string_view attribute, std::string_view value) {
  return fmt::format("dn: cn=config\nchangetype: modify\nreplace: {0}\n{0}: {1}\n\n", attribute, value);
}

std::string new_password(std::string_view uid) {
  return fmt::format("dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: secret-{}\n\n", dn_of(uid), uid);
}

/// One password that is over a second after it was set, and one that an administrator reset.
std::vector<std::string> passwords() {
  return {setting("passwordExp", "on") + setting("passwordMaxAge", "1"),
          person("password-over"),
          setting("passwordMaxAge", "8640000") + setting("passwordMustChange", "on"),
          person("must-change"),
          new_password("must-change"),
          setting("passwordMustChange", "off") + setting("passwordExp", "off")};
}

/// The reader sees everything but nsAccountLock below ou=hidden.
std::vector<std::string> access() {
  return {support::ds389_reader_aci(),
          R"((targetattr="nsAccountLock")(target="ldap:///ou=hidden,dc=example,dc=test")(version 3.0; acl "hidden"; )"
          R"(deny (read, search, compare) userdn="ldap:///uid=reader,dc=example,dc=test";))"};
}

model::Harvest collect(LdapOptions options) { return make_ldap_source(std::move(options))->collect({&lab::now, {}}); }

std::uint32_t row_of(const model::Harvest& h, std::string_view login) {
  for (std::uint32_t i = 0; i < h.accounts.size(); ++i) {
    if (h.text.view(h.accounts.login[i]) == login) return i;
  }
  throw std::runtime_error(fmt::format("no account {}; {}", login, h.source.coverage.in_words()));
}

std::string words(const model::Harvest& h, const model::BoolFact& fact) {
  const char* word = fact.value == model::Truth::yes ? "yes" : fact.value == model::Truth::no ? "no" : "unknown";
  return fmt::format("{}: {}", word, h.text.view(fact.basis));
}

std::string enabled(const model::Harvest& h, std::string_view login) {
  return words(h, h.accounts.enabled[row_of(h, login)]);
}
std::string locked(const model::Harvest& h, std::string_view login) {
  return words(h, h.accounts.locked[row_of(h, login)]);
}
std::string expires(const model::Harvest& h, std::string_view login) {
  const model::TimeFact& fact = h.accounts.expires[row_of(h, login)];
  if (fact.state == model::TimeState::known) return base::format_bounds(fact.bounds);
  return fmt::format("{}: {}", fact.state == model::TimeState::never ? "never" : "unknown", h.text.view(fact.basis));
}

std::vector<std::string> groups_of(const model::Harvest& h, std::string_view login) {
  std::vector<std::string> out;
  for (const model::GroupId g : h.groups_of_account.row(row_of(h, login)))
    out.emplace_back(h.text.view(h.groups.name[g.index()]));
  return out;
}

auto gap(Gap::Kind kind, const std::string& words) {
  return Contains(AllOf(Field(&Gap::kind, kind), Field(&Gap::sentence, HasSubstr(words))));
}

/// One server in all states, read once.
class States : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::vector<std::string> data = {roles() + people()};
    for (std::string& text : passwords()) data.push_back(std::move(text));
    auto started = support::Ds389::start({.data = std::move(data), .access = access()});
    ASSERT_TRUE(started) << started.error().message;
    server_ = new support::Ds389(std::move(*started));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(server_->bind(dn_of("locked-out"), "wrong"), kInvalidCredentials);
    before_ = lab::now();
    EXPECT_EQ(server_->bind(dn_of("signed-in"), "secret-signed-in"), 0);
    std::this_thread::sleep_for(1500ms);  // until the password of one second is over
    harvest_ = new model::Harvest(collect(lab::reader_of(*server_)));
  }
  static void TearDownTestSuite() {
    delete harvest_;
    delete server_;
  }
  void SetUp() override { ASSERT_NE(harvest_, nullptr); }
  static int bind(std::string_view uid) { return server_->bind(dn_of(uid), fmt::format("secret-{}", uid)); }

  static inline support::Ds389* server_ = nullptr;
  static inline model::Harvest* harvest_ = nullptr;
  static inline base::Instant before_;
};

TEST_F(States, AreReadInFull) {
  EXPECT_EQ(harvest_->source.coverage.state, CoverageState::complete) << harvest_->source.coverage.in_words();
  EXPECT_EQ(harvest_->source.connector, "389ds");
  EXPECT_EQ(harvest_->accounts.size(), 16U) << "the reader and fifteen people";
  EXPECT_THAT(harvest_->source.notes, Contains("vendorName: 389 Project"));
}

TEST_F(States, OfADisabledAccountAreThoseInWhichTheServerRefusesIt) {
  EXPECT_EQ(bind("active"), 0);
  EXPECT_EQ(enabled(*harvest_, "active"), "yes: no nsAccountLock");
  for (const char* off : {"switched-off", "role-off", "contractor"}) {
    EXPECT_EQ(bind(off), kUnwillingToPerform) << off;
    EXPECT_EQ(enabled(*harvest_, off), "no: nsAccountLock=true") << off;
  }
}

TEST_F(States, OfALockThatTheServerDoesNotTakeForOneAreNotDisabled) {
  EXPECT_EQ(bind("capitals"), kUnwillingToPerform);
  EXPECT_EQ(enabled(*harvest_, "capitals"), "no: nsAccountLock=true");
  for (const char* who : {"truest", "blank", "yes"}) {
    EXPECT_EQ(bind(who), 0) << who;
    EXPECT_EQ(enabled(*harvest_, who), "unknown: nsAccountLock has a value that cannot be read") << who;
  }
  EXPECT_EQ(bind("both"), 0) << "the first value counts";
  EXPECT_EQ(enabled(*harvest_, "both"), "yes: nsAccountLock=false");
}

TEST_F(States, OfALockedOutAccountAreNoSwitch) {
  EXPECT_EQ(bind("locked-out"), kConstraintViolation) << "the right password, after three wrong ones";
  EXPECT_EQ(locked(*harvest_, "locked-out"), "yes: accountUnlockTime");
  EXPECT_EQ(enabled(*harvest_, "locked-out"), "yes: no nsAccountLock");
  EXPECT_EQ(locked(*harvest_, "active"), "no: no accountUnlockTime");
}

TEST_F(States, OfAnIdleAccountCannotBeTold) {
  EXPECT_EQ(bind("idle"), kConstraintViolation) << "the Account Policy plug-in refuses it";
  EXPECT_THAT(expires(*harvest_, "idle"), StartsWith("unknown: accountInactivityLimit has passed"));
  EXPECT_THAT(expires(*harvest_, "active"), StartsWith("never: "));
}

TEST_F(States, OfAPasswordAreNoneOfTheAccount) {
  const model::Accounts& a = harvest_->accounts;
  const std::uint32_t over = row_of(*harvest_, "password-over"), reset = row_of(*harvest_, "must-change");
  EXPECT_THAT(expires(*harvest_, "password-over"), StartsWith("never: "))
      << "whoever may set a password opens it again";
  EXPECT_EQ(a.flags_known[over] & model::kMustChangePassword, 0U);
  EXPECT_THAT(harvest_->text.view(a.flags_basis[over]), StartsWith("passwordExpirationTime is over"));
  EXPECT_NE(a.flags[reset] & a.flags_known[reset] & model::kMustChangePassword, 0U);
  EXPECT_EQ(a.password_changed[reset].state, model::TimeState::known) << "passwordTrackUpdateTime is on";
}

TEST_F(States, TellTheLastSignIn) {
  const model::TimeFact& seen = harvest_->accounts.last_sign_in[row_of(*harvest_, "signed-in")];
  ASSERT_EQ(seen.state, model::TimeState::known);
  EXPECT_GE(seen.bounds.latest, before_ - std::chrono::seconds{1}) << "the server writes whole seconds";
  EXPECT_LE(seen.bounds.latest, lab::now());
  const model::TimeFact& never = harvest_->accounts.last_sign_in[row_of(*harvest_, "active")];
  EXPECT_EQ(never.state, model::TimeState::unknown) << "since when sign-ins are recorded is not configured";
}

TEST_F(States, ThatAreHiddenCannotBeTold) {
  EXPECT_EQ(enabled(*harvest_, "unseen"),
            "unknown: nsAccountLock was not delivered, and access rules may hide it from us");
  EXPECT_EQ(locked(*harvest_, "unseen"), "no: no accountUnlockTime") << "that one is not hidden";
}

TEST_F(States, OfRolesAreDirectMemberships) {
  EXPECT_THAT(groups_of(*harvest_, "active"), UnorderedElementsAre("operators", "tall", "inner"))
      << "outer holds inner, and everybody holds operators and tall: no memberships of the account's own";
  EXPECT_THAT(groups_of(*harvest_, "contractor"), UnorderedElementsAre("contractors"));
  EXPECT_THAT(groups_of(*harvest_, "signed-in"), UnorderedElementsAre("unique"));
}

TEST_F(States, OfAnExportSayTheSame) {
  const auto text = server_->exported();
  ASSERT_TRUE(text) << text.error().message;
  const auto folder = support::WorkFolder::create("ds389-export");
  ASSERT_TRUE(folder);
  const auto file = support::write_file(folder->path() / "export.ldif", *text);
  ASSERT_TRUE(file);
  LdifOptions options;
  options.profile = lab::reader_of(*server_).profile;
  options.path = file->string();
  const model::Harvest h = make_ldif_source(std::move(options))->collect({&lab::now, {}});
  EXPECT_EQ(h.source.connector, "ldif/389ds");
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  ASSERT_EQ(h.accounts.size(), harvest_->accounts.size());
  for (std::uint32_t i = 0; i < h.accounts.size(); ++i) {
    const auto login = h.text.view(h.accounts.login[i]);
    if (login == "unseen") continue;
    const std::uint32_t live = row_of(*harvest_, login);
    EXPECT_EQ(h.accounts.enabled[i].value, harvest_->accounts.enabled[live].value) << login;
    EXPECT_EQ(h.accounts.locked[i].value, harvest_->accounts.locked[live].value) << login;
    EXPECT_EQ(h.accounts.expires[i].state, harvest_->accounts.expires[live].state) << login;
    EXPECT_EQ(h.text.view(h.accounts.native_id[i]), harvest_->text.view(harvest_->accounts.native_id[live])) << login;
  }
  EXPECT_EQ(enabled(h, "unseen"), "yes: no nsAccountLock");
  EXPECT_EQ(enabled(h, "contractor"), "no: nsRoleDN=cn=contractors,dc=example,dc=test, an inactivated role");
}

TEST_F(States, OfOnePersonAreTheSameWhenAskedForAlone) {
  model::PersonKeys keys;
  keys.logins = {"role-off", "active"};
  const std::uint32_t known = row_of(*harvest_, "unseen");
  keys.known = {{.source = "lab",
                 .native_id = std::string(harvest_->text.view(harvest_->accounts.native_id[known])),
                 .dn = "uid=renamed-since,dc=example,dc=test"}};
  const auto source = make_ldap_source(lab::reader_of(*server_));
  const model::Harvest h = source->look_up({&lab::now, {}}, keys);
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  ASSERT_EQ(h.accounts.size(), 3U);
  EXPECT_EQ(enabled(h, "role-off"), "no: nsAccountLock=true");
  EXPECT_EQ(enabled(h, "active"), "yes: no nsAccountLock");
  EXPECT_THAT(enabled(h, "unseen"), StartsWith("unknown: ")) << "found by its nsUniqueId alone";
  EXPECT_THAT(groups_of(h, "active"), UnorderedElementsAre("operators", "tall", "inner"));
}

/// A search that access rules empty ends with success and no entries.
TEST_F(States, SeenByNobodyAreNotClear) {
  LdapOptions o = lab::reader_of(*server_);
  o.bind_dn = dn_of("active");
  o.password = base::Secret("secret-active");
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::hidden, "no account was seen"));
  EXPECT_EQ(h.accounts.size(), 0U);
}

/// The value of `attribute` in the text of a grant.
std::string value_in(const std::string& text, const std::string& attribute) {
  const std::size_t begin = text.find(attribute + ": ");
  if (begin == std::string::npos) throw std::runtime_error("no " + attribute + " in " + text);
  const std::size_t from = begin + attribute.size() + 2;
  return text.substr(from, text.find('\n', from) - from);
}

TEST_F(States, AreNotBelievedWhenTheServerIsOfAnotherKind) {
  LdapOptions o = lab::reader_of(*server_);
  o.profile.dialect = Dialect::openldap;
  const model::Harvest h = collect(std::move(o));
  EXPECT_EQ(h.source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(h.source.coverage.gaps, gap(Gap::Kind::rejected, "set type = \"389ds\""));
  EXPECT_THAT(h.source.notes, Contains("server: 389 Directory Server"));
}

/// What doctor prints, entered as it is: no attribute is missing, and the server takes the text.
TEST(Ds389Grant, IsEnoughAndSaysWhatIsShown) {
  const auto server = support::Ds389::start({.data = {roles() + people()}});
  ASSERT_TRUE(server) << server.error().message;
  const model::Harvest all = collect(lab::reader_of(*server));
  const Examination seen = examine(lab::reader_of(*server), lab::now());
  ASSERT_EQ(seen.trouble, "");
  EXPECT_EQ(seen.server, Dialect::ds389);
  EXPECT_EQ(seen.misread, std::nullopt);
  EXPECT_THAT(seen.bases_not_shown, testing::IsEmpty());
  EXPECT_THAT(seen.never_shown, AllOf(Contains("krbPrincipalExpiration"), testing::Not(Contains("nsUniqueId"))));
  const auto grant = least_grant(lab::reader_of(*server), seen.schema);
  ASSERT_TRUE(grant);
  EXPECT_THAT(*grant, testing::Not(HasSubstr("userPassword")));
  const auto entered = server->apply(
      fmt::format("dn: {}\nchangetype: modify\nreplace: aci\naci: {}\n", server->suffix(), value_in(*grant, "aci")));
  ASSERT_TRUE(entered) << entered.error().message;
  const model::Harvest least = collect(lab::reader_of(*server));
  EXPECT_EQ(least.source.coverage.state, CoverageState::complete) << least.source.coverage.in_words();
  ASSERT_EQ(least.accounts.size(), all.accounts.size());
  for (std::uint32_t i = 0; i < least.accounts.size(); ++i) {
    const auto login = least.text.view(least.accounts.login[i]);
    EXPECT_EQ(enabled(least, login), enabled(all, login));
    EXPECT_EQ(locked(least, login), locked(all, login));
    EXPECT_EQ(expires(least, login), expires(all, login));
    EXPECT_EQ(groups_of(least, login), groups_of(all, login));
  }
}

/// More people than the 2000 entries that the server gives at once.
TEST(Ds389Population, BeyondTheSizeLimitIsReadInPages) {
  constexpr int kPeople = 2300;
  std::string all = unit("people");
  for (int i = 0; i < kPeople; ++i) all += person(fmt::format("u{:04}", i));
  const auto server = support::Ds389::start({.data = {std::move(all)}});
  ASSERT_TRUE(server) << server.error().message;
  LdapOptions paged = lab::reader_of(*server);
  paged.page_size = 500;
  const model::Harvest whole = collect(std::move(paged));
  EXPECT_EQ(whole.source.coverage.state, CoverageState::complete) << whole.source.coverage.in_words();
  EXPECT_EQ(whole.accounts.size(), kPeople + 1U);
  EXPECT_EQ(whole.source.coverage.records_counted, whole.source.coverage.records_read);
  EXPECT_EQ(enabled(whole, "u2299"), "yes: no nsAccountLock");

  LdapOptions unpaged = lab::reader_of(*server);
  unpaged.page_size = 0;
  const model::Harvest cut = collect(std::move(unpaged));
  EXPECT_EQ(cut.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(cut.source.coverage.gaps, gap(Gap::Kind::size_limit, "after 2000 entries: the server's size limit"));
  EXPECT_EQ(cut.source.coverage.records_read, 2000U);
}

}  // namespace
}  // namespace tally::directory
