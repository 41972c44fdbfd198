// Who controls privileged entries of a real Samba AD, read by a plain domain user: rights given with samba-tool, and
// the lists compared, entry by entry, with what samba-tool reads back.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "connectors/directory/ldap_source.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/security_descriptor.h"
#include "connectors/directory/sid.h"
#include "policy/access/control.h"
#include "tests/integration/directory/control_company.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/integration/directory/dsacl.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::ControlledKind;
using model::Truth;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Lab {
  std::optional<support::SambaAd> dc;
  std::unique_ptr<support::InsideNamespace> inside;
  std::map<std::string, std::string> sids;  ///< by login or name
  model::Snapshot before, after;
  std::string trouble;
};

model::Snapshot collected(LdapOptions options) {
  std::vector<model::Harvest> all;
  all.push_back(make_ldap_source(std::move(options))->collect({&lab::now, {}}));
  return model::join(std::move(all), lab::now());
}

class AdControl : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    lab_ = new Lab{std::move(*started), nullptr, {}, {}, {}, {}};
    lab_->inside.reset(new support::InsideNamespace(lab_->dc->enter()));
    lab_->before = collected(lab::reader_of(*lab_->dc));
    const model::Snapshot& s = lab_->before;
    for (std::size_t i = 0; i < s.accounts.size(); ++i)
      lab_->sids[std::string(s.view(s.accounts.login[i]))] = s.view(s.accounts.sid[i]);
    for (std::size_t i = 0; i < s.groups.size(); ++i)
      lab_->sids[std::string(s.view(s.groups.name[i]))] = s.view(s.groups.sid[i]);
    const auto added = lab_->dc->apply(infrastructure());
    ASSERT_TRUE(added) << added.error().message;
    give_rights();
    lab_->after = collected(lab::reader_of(*lab_->dc));
  }
  static void TearDownTestSuite() {
    delete lab_;
    lab_ = nullptr;
  }

  static std::string sid(const std::string& name) { return lab_->sids.at(name); }

  static void give(const std::string& dn, const std::string& sddl) { directory::give(*lab_->dc, dn, sddl); }

  static void give_rights() {
    give(corp("adm-mueller"), fmt::format("(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;{})", sid("Helpdesk")));
    give(kAdmins, fmt::format("(A;;WD;;;{})(A;CIIO;GA;;;{})(OA;;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;{})",
                              sid("carl"), sid("hanna"), sid("emil")));
    give(kBase, fmt::format("(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;{})(OA;;CR;1131f6ad-9c07-11d1-f79f-"
                            "00c04fc2dcd2;;{})",
                            sid("Synchronisation"), sid("dora")));
    give(kTemplate, fmt::format("(A;;WO;;;{})", sid("gustav")));
    give(corp("anna"), fmt::format("(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;{})", sid("hanna")));
    give("OU=Units," + std::string(kBase), fmt::format("(A;;WD;;;{})", sid("jonas")));
    give("OU=Vault,OU=Units," + std::string(kBase),
         fmt::format("(OA;;WP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;;{})", sid("kira")));
    give(policy(1), fmt::format("(A;;WP;;;{})", sid("lars")));
    give(policy(2), fmt::format("(A;;WD;;;{})", sid("mona")));
    give(policy(3), fmt::format("(A;;WO;;;{})", sid("nora")));
    give(policy(4), fmt::format("(A;;WP;;;{})", sid("olaf")));
    give("OU=Domain Controllers," + std::string(kBase), fmt::format("(A;;WD;;;{})", sid("paula")));
    give("CN=Box," + std::string(kBase), fmt::format("(A;;WD;;;{})", sid("quirin")));
    give("CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System," + std::string(kBase),
         fmt::format("(A;;WP;;;{})", sid("rita")));
    constexpr const char* kEnroll = "(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;{})";
    give(in_templates("Vpn"), fmt::format(fmt::runtime(kEnroll), sid("sven")));
    give(in_templates("Plain"), fmt::format(fmt::runtime(kEnroll), sid("tina")));
    give(in_templates("Spare"), fmt::format("(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;{})", sid("tina")));
    give(in_templates("Plain"), fmt::format("(A;;WP;;;{})", sid("ulf")));
    give(in_services("NTAuthCertificates"), fmt::format("(A;;WD;;;{})", sid("vito")));
    const auto boxed =
        lab_->dc->apply(fmt::format("dn: {0}\nchangetype: modify\nreplace: nTSecurityDescriptor\n"
                                    "nTSecurityDescriptor: O:{1}G:{1}D:P(A;;RCRPLCLO;;;AU)(A;;GA;;;SY)\n\n",
                                    in_box("Boxed"), sid("Domain Admins")));
    EXPECT_TRUE(boxed) << boxed.error().message;
    // Order and owner as written: bert is denied what the help desk may, and frida owns the entry.
    const auto done = lab_->dc->apply(
        fmt::format("dn: {}\nchangetype: modify\nreplace: nTSecurityDescriptor\n"
                    "nTSecurityDescriptor: O:{}G:{}D:(D;;WD;;;{})(A;;WD;;;{})(A;;RCRPLCLO;;;AU)(A;;GA;;;SY)\n\n",
                    corp("adm-otto"), sid("frida"), sid("Domain Admins"), sid("bert"), sid("Helpdesk")));
    EXPECT_TRUE(done) << done.error().message;
  }

  static std::string name_of(std::string_view sid) {
    for (const auto& [name, one] : lab_->sids) {
      if (one == sid) return name;
    }
    return std::string(sid);
  }
  /// "holder: words [unless …]" of every right over that DN.
  static std::vector<std::string> rights_over(const model::Snapshot& s, std::string_view dn) {
    std::vector<std::string> out;
    const model::Controls& c = s.controls;
    for (std::size_t row = 0; row < c.size(); ++row) {
      if (s.view(c.object[row]) != dn || s.view(c.holder[row]).empty()) continue;
      if ((c.rights[row] & (model::kHolds | model::kApplies)) != 0) continue;
      std::string line = fmt::format("{}: {}", name_of(s.view(c.holder[row])), model::in_words(c.rights[row]));
      if (!s.view(c.unless_in[row]).empty()) line += " unless " + name_of(s.view(c.unless_in[row]));
      out.push_back(line);
    }
    return out;
  }

  static std::string control(const std::string& login) { return control(lab_->after, login); }
  static std::string control(const model::Snapshot& s, const std::string& login) {
    const access::Access access = access::effective_access(s);
    const access::Control control(s, access);
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      if (s.view(s.accounts.login[i]) != login) continue;
      const auto account = model::AccountId::at(i);
      const auto fact = control.of(account);
      const auto secrets = control.replicates(account);
      std::string out = fact.value == Truth::unknown ? "unknown: " + std::string(control.view(fact.basis))
                        : fact.value == Truth::no    ? "no"
                                                     : fmt::format("{}", fmt::join(control.path(account), " > "));
      if (secrets.value == Truth::yes) out += "; copies secrets: " + control.replication_in_words(account);
      return out;
    }
    return "not seen";
  }

  static inline Lab* lab_ = nullptr;
};

TEST_F(AdControl, OfADomainAsDeliveredIsNobodysBesideTheDeliveredOnes) {
  const model::Snapshot& s = lab_->before;
  EXPECT_EQ(s.sources[0].coverage.state, model::CoverageState::complete) << s.sources[0].coverage.in_words();
  EXPECT_EQ(s.sources[0].controls_unread, "");
  EXPECT_EQ(s.sources[0].ds_heuristics, "");
  std::set<std::string> holders;
  for (std::size_t row = 0; row < s.controls.size(); ++row) {
    const bool between_objects = (s.controls.rights[row] & (model::kHolds | model::kApplies)) != 0;
    const std::string_view holder = s.view(s.controls.holder[row]);
    if (!holder.empty() && !between_objects) holders.insert(name_of(holder));
  }
  EXPECT_THAT(holders, IsEmpty());
  const access::Access access = access::effective_access(s);
  const access::Control control(s, access);
  EXPECT_EQ(control.template_altered(model::SourceId(0)).value, Truth::no)
      << control.view(control.template_altered(model::SourceId(0)).basis);
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    const auto fact = control.of(model::AccountId::at(i));
    EXPECT_EQ(fact.value, Truth::no) << s.view(s.accounts.login[i]) << control.view(fact.basis);
    EXPECT_EQ(control.replicates(model::AccountId::at(i)).value, Truth::no) << s.view(s.accounts.login[i]);
  }
}

TEST_F(AdControl, RightsAreThoseThatWereGiven) {
  const model::Snapshot& s = lab_->after;
  EXPECT_THAT(rights_over(s, corp("adm-mueller")), UnorderedElementsAre("Helpdesk: may reset the password of"));
  EXPECT_THAT(rights_over(s, kAdmins),
              UnorderedElementsAre("carl: may write the access control list of", "emil: may add members to"))
      << "an entry that is only inherited gives nothing here";
  EXPECT_THAT(rights_over(s, kBase),
              UnorderedElementsAre("Synchronisation: may replicate", "dora: may replicate the secrets of"));
  EXPECT_THAT(rights_over(s, kTemplate), UnorderedElementsAre("gustav: may become the owner of"));
  EXPECT_THAT(rights_over(s, corp("adm-otto")),
              UnorderedElementsAre("frida: owns", "Helpdesk: may write the access control list of unless bert"));
  EXPECT_THAT(rights_over(s, corp("anna")), UnorderedElementsAre("hanna: has full control of"))
      << "read because anna is in the help desk, which holds rights";
}

TEST_F(AdControl, ComesWithItsPath) {
  for (const char* login : {"anna", "bert"}) {
    EXPECT_EQ(control(login),
              fmt::format("{} > member of > Helpdesk > may reset the password of > adm-mueller > member "
                          "of > Domain Admins",
                          login));
  }
  EXPECT_EQ(control("carl"), "carl > may write the access control list of > Domain Admins");
  EXPECT_EQ(control("emil"), "emil > may add members to > Domain Admins");
  EXPECT_EQ(control("frida"), "frida > owns > adm-otto > member of > Domain Admins");
  EXPECT_THAT(control("hanna"), HasSubstr("hanna > has full control of > anna > member of > Helpdesk > "));
  EXPECT_EQ(control("gustav"),
            "gustav > may become the owner of > the template of administrators " + std::string(kTemplate));
  EXPECT_EQ(control("dora"), fmt::format("no; copies secrets: dora has Get-Changes-All on {0}; Synchronisation has "
                                         "Get-Changes on {0}",
                                         kBase));
  EXPECT_EQ(control("reader"), "no");
  EXPECT_EQ(control("adm-mueller"), "no") << "an administrator by group";
}

TEST_F(AdControl, OverAUnitIsControlOfAdministratorsInIt) {
  EXPECT_EQ(control("jonas"), fmt::format("jonas > may write the access control list of > OU=Units,{0} > holds > "
                                          "OU=Sealed,OU=Units,{0} > holds > adm-willi > member of > Domain Admins",
                                          kBase));
  EXPECT_EQ(control("kira"), fmt::format("kira > may link group policies to > everything below OU=Vault,OU=Units,{0} > "
                                         "holds > adm-vera > member of > Domain Admins",
                                         kBase));
  EXPECT_THAT(control("paula"),
              AllOf(HasSubstr("paula > may write the access control list of > OU=Domain Controllers,"),
                    HasSubstr(" > holds > DC1$ > member of > Domain Controllers")));
  EXPECT_EQ(control("quirin"), "no") << "the group in the box is protected from what it would inherit";
}

TEST_F(AdControl, OverAGroupPolicyIsControlOfAdministratorsItAppliesTo) {
  EXPECT_EQ(
      control("lars"),
      fmt::format("lars > may write the settings of > the group policy Policy 1, {0} > applies to > what is below "
                  "OU=Vault,OU=Units,{1} and does not block group policies > holds > adm-vera > member of > "
                  "Domain Admins",
                  policy(1), kBase));
  EXPECT_EQ(control("mona"), "no") << "both units with administrators block what is linked above";
  EXPECT_THAT(control("nora"),
              AllOf(HasSubstr("nora > may become the owner of > the group policy Policy 3, "),
                    HasSubstr(fmt::format(" > applies to > everything below OU=Units,{} > holds > ", kBase)),
                    HasSubstr(" > member of > Domain Admins")))
      << "enforced";
  EXPECT_EQ(control("olaf"), "no") << "the link is disabled";
  EXPECT_THAT(control("rita"), HasSubstr("rita > may write the settings of > the group policy Default Domain Policy, "
                                         "CN={31B2F340-016D-11D2-945F-00C04FB984F9},"));
}

TEST_F(AdControl, OverCertificatesIsControlOfTheForest) {
  EXPECT_EQ(control("sven"), "sven > may get certificates in anybody's name from > the certificates of the forest, " +
                                 in_templates("Vpn"));
  EXPECT_EQ(control("tina"), "no") << "what she gets is in her own name, and nobody issues Spare";
  EXPECT_EQ(control("ulf"),
            "ulf > may write the settings of > the certificates of the forest, " + in_templates("Plain"));
  EXPECT_EQ(control("vito"), "vito > may write the access control list of > the certificates of the forest, " +
                                 in_services("NTAuthCertificates"));
  EXPECT_THAT(lab_->before.sources[0].notes,
              Contains("certificates: no certification authority issues for the forest"));
  EXPECT_THAT(lab_->after.sources[0].notes,
              Contains("certificates: 1 certification authorities issue 2 templates; 1 of them to whomever the "
                       "applicant names"));
}

TEST_F(AdControl, OverTheTemplateIsAnAlteration) {
  const model::Snapshot& s = lab_->after;
  const access::Access access = access::effective_access(s);
  const access::Control control(s, access);
  const auto altered = control.template_altered(model::SourceId(0));
  EXPECT_EQ(altered.value, Truth::yes);
  EXPECT_THAT(std::string(control.view(altered.basis)), HasSubstr(sid("gustav")));
}

TEST_F(AdControl, IsNotAskedForWhereTheConfigurationSaysSo) {
  LdapOptions o = lab::reader_of(*lab_->dc);
  o.profile.access_control_lists = false;
  const model::Snapshot s = collected(std::move(o));
  EXPECT_EQ(s.controls.size(), 0U);
  EXPECT_EQ(s.sources[0].controls_unread, "access_control_lists = false: access control lists are not read");
  EXPECT_EQ(s.sources[0].coverage.state, model::CoverageState::complete);
}

/// "(OA;CI;CR;guid;guid;S-1-…)" in the order of the list; a trustee that SDDL abbreviates is left out.
std::vector<std::string> entries_of(const std::string& sddl) {
  std::vector<std::string> out;
  const std::size_t dacl = sddl.find("D:"), sacl = sddl.find(")S:", dacl);
  for (std::size_t at = sddl.find('(', dacl); at < std::min(sacl, sddl.size()); at = sddl.find('(', at + 1)) {
    std::string one = sddl.substr(at, sddl.find(')', at) + 1 - at);
    if (const std::size_t who = one.rfind(';'); one.compare(who + 1, 2, "S-") != 0) one = one.substr(0, who + 1) + ")";
    out.push_back(one);
  }
  return out;
}

/// What [MS-DTYP] 2.5.1.1 calls rights, in the order in which Samba writes them.
constexpr std::initializer_list<std::pair<std::uint32_t, const char*>> kRights = {
    {0x10, "RP"},    {0x20, "WP"},    {0x100, "CR"},   {0x1, "CC"},     {0x2, "DC"},  {0x4, "LC"}, {0x80, "LO"},
    {0x20000, "RC"}, {0x80000, "WO"}, {0x40000, "WD"}, {0x10000, "SD"}, {0x40, "DT"}, {0x8, "SW"}, {0x10000000, "GA"}};

std::string letters(std::uint32_t bits, std::initializer_list<std::pair<std::uint32_t, const char*>> words) {
  std::string out;
  for (const auto& [bit, word] : words) out += (bits & bit) != 0 ? word : "";
  return out;
}

std::string as_sddl(const AccessEntry& ace, bool abbreviated) {
  const char* type = ace.type == 0 ? "A" : ace.type == 1 ? "D" : ace.type == 5 ? "OA" : ace.type == 6 ? "OD" : "?";
  return fmt::format(
      "({};{};{};{};{};{})", type, letters(ace.flags, {{1, "OI"}, {2, "CI"}, {4, "NP"}, {8, "IO"}, {16, "ID"}}),
      letters(ace.mask, kRights), guid_text(ace.object).value_or(""), guid_text(ace.inherited_object).value_or(""),
      abbreviated ? "" : sid_text(ace.trustee).value_or("?"));
}

TEST_F(AdControl, ListsAreReadAsSambaReadsThem) {
  auto session = lab::open(lab::reader_of(*lab_->dc));
  ASSERT_TRUE(session) << session.error().message;
  for (const std::string& dn : {std::string(kBase), std::string(kAdmins), std::string(kTemplate), corp("adm-mueller"),
                                corp("adm-otto"), corp("anna")}) {
    const std::vector<std::string> theirs = entries_of(dsacl(*lab_->dc, {"get", "--objectdn=" + dn}));
    ASSERT_FALSE(theirs.empty()) << dn;
    Search self;
    self.base = dn;
    self.scope = Scope::base;
    self.query = {"(objectClass=*)", {"nTSecurityDescriptor"}};
    self.descriptors = true;
    std::vector<std::string> ours;
    search(*session, self, {60s, connectors::Deadline::after(60s)}, [&](const Entry& entry) {
      const auto bytes = entry.first("nTSecurityDescriptor");
      ASSERT_TRUE(bytes) << dn << ": a plain user gets it by the control alone";
      const auto parsed = SecurityDescriptor::parse(*bytes);
      ASSERT_TRUE(parsed) << parsed.error().message;
      for (std::size_t i = 0; i < parsed->entries.size(); ++i) {
        ours.push_back(as_sddl(parsed->entries[i], i < theirs.size() && theirs[i].ends_with(";)")));
      }
    });
    EXPECT_EQ(ours, theirs) << dn;
  }
}

TEST_F(AdControl, OwnRightsAreNoneOfAPlainUserAndAFindingOfAnAdministrator) {
  EXPECT_THAT(lab_->after.sources[0].own_powers, IsEmpty());
  EXPECT_EQ(lab_->after.sources[0].own_powers_unread, "");
  LdapOptions admin = lab::reader_of(*lab_->dc);
  admin.bind_dn = fmt::format("CN=Administrator,CN=Users,{}", kBase);
  admin.password = base::Secret(lab_->dc->admin_password());
  const model::Snapshot s = collected(std::move(admin));
  EXPECT_THAT(s.sources[0].own_powers,
              AllOf(Contains(HasSubstr("is in Domain Admins (S-1-5-21-")),
                    Contains(HasSubstr("may write the owner or the access control list of " + std::string(kBase)))));
}

/// This and the next one, the last of all, change the directory.
TEST_F(AdControl, CannotBeToldWhereLinksOfAUnitAreHidden) {
  const std::string vault = "OU=Vault,OU=Units," + std::string(kBase);
  EXPECT_EQ(control("olaf"), "no");
  give(vault, "(OD;;RP;f30e3bbe-9ff0-11d1-b603-0000f80367c1;;AU)");
  const model::Snapshot s = collected(lab::reader_of(*lab_->dc));
  EXPECT_THAT(control(s, "olaf"), HasSubstr("gPLink is not shown, and this account may not read it"));
  EXPECT_THAT(control(s, "jonas"), HasSubstr("jonas > may write the access control list of > OU=Units,"))
      << "what was seen stays";
}

TEST_F(AdControl, CannotBeToldWhereAPolicyThatIsLinkedIsHidden) {
  const auto hidden =
      lab_->dc->apply(fmt::format("dn: {0}\nchangetype: modify\nreplace: nTSecurityDescriptor\n"
                                  "nTSecurityDescriptor: O:{1}G:{1}D:P(A;;GA;;;SY)\n\n",
                                  policy(2), sid("Domain Admins")));
  ASSERT_TRUE(hidden) << hidden.error().message;
  const model::Snapshot s = collected(lab::reader_of(*lab_->dc));
  EXPECT_EQ(s.sources[0].coverage.state, model::CoverageState::complete) << "accounts and groups were seen";
  EXPECT_THAT(s.sources[0].controls_unread, AllOf(HasSubstr(policy(2)), HasSubstr(" is linked and was not delivered")));
  EXPECT_THAT(control(s, "olaf"), HasSubstr("unknown: "));
  EXPECT_THAT(control(s, "jonas"), HasSubstr("jonas > may write the access control list of > OU=Units,"))
      << "what was seen stays";
}

}  // namespace
}  // namespace tally::directory
