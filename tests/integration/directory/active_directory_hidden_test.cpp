// What a real Samba AD hides from the account that reads, and what it lets it write: rights given with samba-tool, and
// the server's own answer beside ours.
#include <fmt/format.h>

#include "connectors/directory/examination.h"
#include "connectors/directory/ldap_source.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/sid.h"
#include "tests/integration/directory/control_company.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/dsacl.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

constexpr const char* kOperators = "CN=Account Operators,CN=Builtin,DC=ad,DC=lab,DC=test";
constexpr const char* kMemberOf = "bf9679c0-0de6-11d0-a285-00aa003049e2";
constexpr const char* kMembershipSet = "bc0ac240-79a9-11d0-9020-00c04fc2d4cf";
constexpr const char* kUserClass = "bf967aba-0de6-11d0-a285-00aa003049e2";
constexpr const char* kPublicInformation = "e48d0154-bcf8-11d1-8702-00c04fb96050";
constexpr const char* kGeneralInformation = "59ba2f42-79a2-11d0-9020-00c04fc2d3cf";
constexpr const char* kSpn = "f3a64788-5306-11d1-a9c5-0000f80367c1";
constexpr const char* kMail = "bf967961-0de6-11d0-a285-00aa003049e2";
const std::string kUnits = "OU=Units," + std::string(kBase);

struct Lab {
  std::optional<support::SambaAd> dc;
  std::unique_ptr<support::InsideNamespace> inside;
  std::string reader;  ///< SID
};

class AdHidden : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    lab_ = new Lab{std::move(*started), nullptr, {}};
    lab_->inside.reset(new support::InsideNamespace(lab_->dc->enter()));
    const model::Harvest h = audited();
    ASSERT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      if (h.text.view(h.accounts.login[i]) == "reader") lab_->reader = h.text.view(h.accounts.sid[i]);
    }
    const auto added = lab_->dc->apply(
        fmt::format("dn: {}\nchangetype: modify\nadd: member\nmember: {}\n\n", kOperators, corp("tina")));
    ASSERT_TRUE(added) << added.error().message;
  }
  static void TearDownTestSuite() {
    delete lab_;
    lab_ = nullptr;
  }

  static model::Harvest audited() { return make_ldap_source(lab::reader_of(*lab_->dc))->collect({&lab::now, {}}); }
  static model::Harvest looked_up(const std::string& login) {
    return make_ldap_source(lab::reader_of(*lab_->dc))->look_up({&lab::now, {}}, {.logins = {login}});
  }
  /// As what the reader sees of it.
  static bool shows_members(const std::string& dn) {
    auto session = lab::open(lab::reader_of(*lab_->dc));
    EXPECT_TRUE(session) << session.error().message;
    bool shown = false;
    const Patience patience{std::chrono::seconds(20), connectors::Deadline::after(std::chrono::seconds(60))};
    read_entry(*session, dn, {"member"}, patience, [&](const Entry& entry) { shown = entry.has("member"); });
    return shown;
  }
  static std::size_t row_of(const model::Harvest& h, std::string_view login) {
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      if (h.text.view(h.accounts.login[i]) == login) return i;
    }
    ADD_FAILURE() << login << " was not read";
    return 0;
  }
  static std::uint32_t flags_known(const model::Harvest& h, std::string_view login) {
    return h.accounts.flags_known[row_of(h, login)];
  }
  static std::string corp_sid(const model::Harvest& h, std::string_view login) {
    return std::string(h.text.view(h.accounts.sid[row_of(h, login)]));
  }
  /// By the server's schema: schemaIDGUID, and the property set that the attribute is in if it is in one.
  static std::vector<std::string> ids_of(std::string_view attribute) {
    auto session = lab::open(lab::reader_of(*lab_->dc));
    EXPECT_TRUE(session) << session.error().message;
    Search what;
    what.base = fmt::format("CN=Schema,CN=Configuration,{}", kBase);
    what.query = {fmt::format("(lDAPDisplayName={})", attribute), {"schemaIDGUID", "attributeSecurityGUID"}};
    std::vector<std::string> out;
    const Patience patience{std::chrono::seconds(20), connectors::Deadline::after(std::chrono::seconds(60))};
    search(*session, what, patience, [&](const Entry& entry) {
      for (const char* name : {"schemaIDGUID", "attributeSecurityGUID"}) {
        if (const auto bytes = entry.first(name)) out.push_back(guid_text(*bytes).value_or(""));
      }
    });
    EXPECT_FALSE(out.empty()) << attribute;
    return out;
  }
  /// A right that is there as long as this is.
  class Given {
   public:
    Given(std::string dn, const std::string& sddl) : dn_(std::move(dn)), before_(list()) { give(*lab_->dc, dn_, sddl); }
    ~Given() {
      const auto back = lab_->dc->apply(fmt::format(
          "dn: {}\nchangetype: modify\nreplace: nTSecurityDescriptor\nnTSecurityDescriptor: {}\n\n", dn_, before_));
      EXPECT_TRUE(back) << back.error().message;
    }

   private:
    /// "new descriptor for …:" and the text of it.
    [[nodiscard]] std::string list() const {
      const std::string told = dsacl(*lab_->dc, {"get", "--objectdn=" + dn_});
      const std::size_t at = told.find("O:");
      return told.substr(at, told.find('\n', at) - at);
    }
    std::string dn_, before_;
  };

  static Lab* lab_;
};
Lab* AdHidden::lab_ = nullptr;

TEST_F(AdHidden, MembersMakeTheirGroupOneThatWasReadInPart) {
  ASSERT_TRUE(shows_members(kOperators));
  ASSERT_EQ(audited().source.coverage.state, CoverageState::complete);
  for (const char* of_what : {kMemberOf, kMembershipSet}) {
    const Given hidden(kOperators, fmt::format("(OD;;RP;{};;{})", of_what, lab_->reader));
    ASSERT_FALSE(shows_members(kOperators)) << "tina is in it";
    const model::Harvest h = audited();
    EXPECT_NE(h.source.coverage.state, CoverageState::complete);
    EXPECT_THAT(h.source.coverage.in_words(),
                HasSubstr("1 group does not show member, and access rules may hide it from the account that reads: "
                          "Account Operators"));
    for (std::size_t g = 0; g < h.groups.size(); ++g) {
      const bool it = h.text.view(h.groups.name[g]) == "Account Operators";
      EXPECT_EQ(h.text.view(h.groups.members_unknown[g]).starts_with("member is not shown"), it);
    }
  }
}

TEST_F(AdHidden, MembersAreNotRuledOutWhenOnePersonIsLookedUp) {
  EXPECT_EQ(looked_up("tina").source.coverage.in_words(), "complete");
  const Given hidden(kOperators, fmt::format("(OD;;RP;{};;{})", kMemberOf, lab_->reader));
  const model::Harvest tina = looked_up("tina");
  EXPECT_NE(tina.source.coverage.state, CoverageState::complete);
  EXPECT_THAT(tina.source.coverage.in_words(), HasSubstr("S-1-5-32-548")) << "Account Operators";
  EXPECT_EQ(looked_up("ulf").source.coverage.in_words(), "complete") << "the server tells his groups";
}

TEST_F(AdHidden, MembersOfAnyGroupCountWhereTheServerDoesNotTellThePersonsGroups) {
  const Given silent(corp("ulf"), fmt::format("(OD;;RP;b7c69e6d-2cc7-11d2-854e-00a0c983f608;;{})", lab_->reader));
  EXPECT_EQ(looked_up("ulf").source.coverage.in_words(), "complete") << "every group shows what it has";
  const Given hidden(kOperators, fmt::format("(OD;;RP;{};;{})", kMemberOf, lab_->reader));
  EXPECT_THAT(looked_up("ulf").source.coverage.in_words(), HasSubstr("the person may be in them"));
}

TEST_F(AdHidden, MarksOfOneAccountAreUnknownForItAlone) {
  const struct {
    const char* attribute;
    std::uint32_t flags;
  } kMarks[] = {
      {"servicePrincipalName", model::kHasServicePrincipal},
      {"msDS-AllowedToDelegateTo", model::kDelegatesToServices},
      {"msDS-AllowedToActOnBehalfOfOtherIdentity", model::kResourceDelegation},
      {"sIDHistory", model::kSidHistory | model::kSidHistoryPrivileged | model::kSidHistoryOwnDomain},
      {"adminCount", model::kAdminCount},
      {"altSecurityIdentities", model::kAltSecurityIdentity},
      {"manager", model::kManagerNamed},
      {"description", model::kPasswordLikeText},
      {"info", model::kPasswordLikeText},
      {"comment", model::kPasswordLikeText},
  };
  std::uint32_t all = 0;
  for (const auto& mark : kMarks) all |= mark.flags;
  const model::Harvest before = audited();
  for (const char* login : {"tina", "ulf", "adm-vera"}) EXPECT_EQ(flags_known(before, login) & all, all) << login;
  for (const auto& mark : kMarks) {
    for (const std::string& of_what : ids_of(mark.attribute)) {
      if (of_what == kPublicInformation || of_what == kGeneralInformation) continue;  // the login is in them, too
      SCOPED_TRACE(std::string(mark.attribute) + " by " + of_what);
      const Given hidden(corp("tina"), fmt::format("(OD;;RP;{};;{})", of_what, lab_->reader));
      const model::Harvest h = audited();
      EXPECT_EQ(flags_known(h, "tina") & mark.flags, 0U);
      EXPECT_EQ(flags_known(h, "ulf") & all, all) << "in the same unit";
      EXPECT_EQ(flags_known(looked_up("tina"), "tina") & mark.flags, 0U);
    }
  }
}

TEST_F(AdHidden, MarksThatAUnitHidesAreUnknownForAllAccountsBelowIt) {
  const Given own(kUnits, fmt::format("(OD;CI;RP;{};;{})", ids_of("adminCount")[0], lab_->reader));
  const Given granted_below(kUnits, fmt::format("(OD;CI;RP;{};;{})", kSpn, lab_->reader));
  const model::Harvest h = audited();
  for (const char* login : {"adm-vera", "adm-willi"}) {
    EXPECT_EQ(flags_known(h, login) & model::kAdminCount, 0U) << login;
    EXPECT_NE(flags_known(h, login) & model::kHasServicePrincipal, 0U)
        << login
        << ": a new account's own list gives everybody its public information, and goes before what it inherits";
  }
  for (const char* login : {"tina", "ulf"}) EXPECT_NE(flags_known(h, login) & model::kAdminCount, 0U) << login;
}

TEST_F(AdHidden, AMarkThatIsThereIsNotDeniedAndANeverUsedAccountNotCalledSo) {
  const auto added = lab_->dc->apply(fmt::format(
      "dn: {}\nchangetype: modify\nadd: servicePrincipalName\nservicePrincipalName: http/ulf\n\n", corp("ulf")));
  ASSERT_TRUE(added) << added.error().message;
  const model::Harvest shown = audited();
  EXPECT_NE(shown.accounts.flags[row_of(shown, "ulf")] & model::kHasServicePrincipal, 0U);
  EXPECT_EQ(shown.accounts.last_sign_in[row_of(shown, "ulf")].state, model::TimeState::never);
  const Given spn(corp("ulf"), fmt::format("(OD;;RP;{};;{})", kSpn, lab_->reader));
  const Given sign_in(corp("ulf"), fmt::format("(OD;;RP;{};;{})", ids_of("lastLogonTimestamp")[0], lab_->reader));
  const model::Harvest h = audited();
  EXPECT_EQ((h.accounts.flags[row_of(h, "ulf")] | flags_known(h, "ulf")) & model::kHasServicePrincipal, 0U);
  const model::TimeFact& fact = h.accounts.last_sign_in[row_of(h, "ulf")];
  EXPECT_EQ(fact.state, model::TimeState::unknown);
  EXPECT_EQ(h.text.view(fact.basis),
            "lastLogonTimestamp is not shown, and access rules may hide it from the account that reads");
}

TEST_F(AdHidden, WhatMayBeHiddenIsListedBeforeAnAuditToo) {
  EXPECT_THAT(examine(lab::reader_of(*lab_->dc), lab::now()).may_be_hidden, IsEmpty());
  const Given spn(corp("tina"), fmt::format("(OD;;RP;{};;{})", kSpn, lab_->reader));
  const Given members(kOperators, fmt::format("(OD;;RP;{};;{})", kMemberOf, lab_->reader));
  EXPECT_THAT(examine(lab::reader_of(*lab_->dc), lab::now()).may_be_hidden,
              ElementsAre(MatchesRegex("servicePrincipalName of 1 of [0-9]+ accounts"), "member of 1 group"));
}

TEST_F(AdHidden, OnlyOneListOfAUnitIsAskedForWhereNobodyWroteOne) {
  const auto lists = [](const model::Harvest& h) {
    for (const std::string& note : h.source.notes) {
      if (note.starts_with("lists-of-accounts: ")) return std::stoul(note.substr(19));
    }
    return 0UL;
  };
  const model::Harvest before = audited();
  EXPECT_LT(lists(before), before.accounts.size() / 2);
  const Given own(corp("sven"), fmt::format("(OA;;WP;{};;{})", kMail, corp_sid(before, "vito")));
  EXPECT_EQ(lists(audited()), lists(before) + 1);
}

TEST_F(AdHidden, OwnRightsOverAUnitAndWhatLiesInItAreFound) {
  EXPECT_THAT(audited().source.own_powers, IsEmpty());
  {
    const Given all(kUnits, fmt::format("(A;CI;GA;;;{})", lab_->reader));
    EXPECT_THAT(audited().source.own_powers, Contains("may write the owner or the access control list of " + kUnits));
  }
  {
    const Given create(kUnits, fmt::format("(OA;;CC;{};;{})", kUserClass, lab_->reader));
    EXPECT_THAT(audited().source.own_powers, Contains("may create user below " + kUnits));
  }
  {
    const Given mails(kUnits, fmt::format("(OA;CIIO;WP;{};{};{})", kMail, kUserClass, lab_->reader));
    EXPECT_THAT(audited().source.own_powers, Contains(HasSubstr("may write mail of an account in OU=Vault," + kUnits)));
  }
  EXPECT_THAT(audited().source.own_powers, IsEmpty());
}

}  // namespace
}  // namespace tally::directory
