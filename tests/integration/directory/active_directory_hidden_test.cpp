// What a real Samba AD hides from the account that reads, and what it lets it write: rights given with samba-tool, and
// the server's own answer beside ours.
#include <fmt/format.h>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/paged_search.h"
#include "tests/integration/directory/control_company.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/dsacl.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kOperators = "CN=Account Operators,CN=Builtin,DC=ad,DC=lab,DC=test";
constexpr const char* kMemberOf = "bf9679c0-0de6-11d0-a285-00aa003049e2";
constexpr const char* kMembershipSet = "bc0ac240-79a9-11d0-9020-00c04fc2d4cf";
constexpr const char* kUserClass = "bf967aba-0de6-11d0-a285-00aa003049e2";
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
