// Who controls privileged entries by rights on them, worked out by hand.
#include "policy/access/control.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "tests/unit/policy/access/directory.h"

namespace tally::access {
namespace {

using model::ControlledKind;
using model::Tier;
using testing::AllOf;
using testing::HasSubstr;

/// A domain in which everything was read: Domain Admins with adm-mueller, a help desk with anna, and bert in nothing.
class Domain : public Directory {
 public:
  Domain() {
    snapshot().sources[0].controls_unread.clear();
    snapshot().sources[0].domains = {"S-1-5-21-1-2-3"};
    group("Domain Admins", Tier::tier0);
    join("adm-mueller", "Domain Admins");
    join("anna", "helpdesk");
    account("bert");
    read("Domain Admins");
    read("adm-mueller");
    read_head("DC=corp");
    read_template();
  }

  static std::string sid_of(const std::string& name) {
    std::size_t rid = 1000;
    for (const char c : name) rid = rid * 31 % 60000 + static_cast<unsigned char>(c);
    return fmt::format("S-1-5-21-1-2-3-{}", rid);
  }
  Domain& read(const std::string& object, const std::string& doubt = "") { return row("", object, 0, "", doubt); }
  Domain& read_head(const std::string& dn) { return other(ControlledKind::domain, dn, "", 0); }
  Domain& read_template() { return other(ControlledKind::admin_sd_holder, "CN=AdminSDHolder", "", 0); }
  Domain& right(const std::string& holder, std::uint32_t rights, const std::string& over,
                const std::string& unless = "", const std::string& doubt = "") {
    return row(sid_of(holder), over, rights, unless, doubt);
  }
  Domain& other(ControlledKind kind, const std::string& object, const std::string& holder, std::uint32_t rights) {
    return add(kind, {}, {}, object, holder.empty() ? "" : sid_of(holder), rights, "", "");
  }
  Domain& row(const std::string& sid, const std::string& over, std::uint32_t rights, const std::string& unless,
              const std::string& doubt) {
    if (over.starts_with("adm-") || over == "anna" || over == "bert" || over == "svc") {
      return add(ControlledKind::account, account(over), {}, over, sid, rights, unless, doubt);
    }
    return add(ControlledKind::group, {}, group(over), over, sid, rights, unless, doubt);
  }

  /// One object stands above another one, or above an account.
  Domain& above(const std::string& object, ControlledKind kind, const std::string& below,
                std::uint32_t how = model::kHolds) {
    const bool is_account = kind == ControlledKind::account;
    return add(kind, is_account ? account(below) : model::AccountId(), {}, below, object, how, "", "");
  }

  /// "yes: helpdesk > …", "no", "unknown: …".
  std::string control(const std::string& login) {
    const Access access = look();
    const Control control(snapshot(), access);
    const auto fact = control.of(account(login));
    if (fact.value == model::Truth::unknown) return "unknown: " + std::string(control.view(fact.basis));
    if (fact.value == model::Truth::no) return "no";
    return fmt::format("yes: {}", fmt::join(control.path(account(login)), " > "));
  }
  std::string secrets(const std::string& login) {
    const Access access = look();
    const Control control(snapshot(), access);
    const auto fact = control.replicates(account(login));
    if (fact.value == model::Truth::unknown) return "unknown: " + std::string(control.view(fact.basis));
    return fact.value == model::Truth::no ? "no" : "yes: " + control.replication_in_words(account(login));
  }
  std::string altered(std::size_t source = 0) {
    const Access access = look();
    const Control control(snapshot(), access);
    const auto fact = control.template_altered(model::SourceId::at(source));
    const std::string words[] = {"no", "yes", "unknown"};
    return words[static_cast<int>(fact.value)] + ": " + std::string(control.view(fact.basis));
  }
  std::string rule(const std::string& login) {
    const Access access = look();
    return std::string(Control(snapshot(), access).rule(account(login)));
  }
  /// A holder by DN, in that source.
  void power(const std::string& login, ControlledKind kind, const std::string& object, std::uint32_t rights,
             const std::string& rule) {
    add(kind, {}, {}, object, std::string(snapshot().view(snapshot().accounts.dn[account(login).index()])), rights, "",
        "");
    snapshot().controls.source.back() = snapshot().accounts.source[account(login).index()];
    snapshot().controls.rule.back() = snapshot().text.add(rule);
  }
  void to_everybody() { snapshot().controls.everybody.back() = 1; }
  void name_holder(const std::string& name) { snapshot().controls.holder_name.back() = snapshot().text.add(name); }

 private:
  /// Everybody gets the SID of their name.
  Access look() {
    const model::Snapshot& s = seen();
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      const std::string login(s.view(s.accounts.login[i]));
      account_sid(login, sid_of(login));
    }
    for (std::size_t i = 0; i < s.groups.size(); ++i) {
      const std::string name(s.view(s.groups.name[i]));
      sid(name, sid_of(name));
    }
    return access();
  }
  Domain& add(ControlledKind kind, model::AccountId over_account, model::GroupId over_group, const std::string& object,
              const std::string& holder, std::uint32_t rights, const std::string& unless, const std::string& doubt) {
    model::Controls& c = snapshot().controls;
    base::TextPool& text = snapshot().text;
    c.source.push_back(model::SourceId(0));
    c.kind.push_back(kind);
    c.account.push_back(over_account);
    c.group.push_back(over_group);
    c.object.push_back(text.add(object));
    c.holder.push_back(text.add(holder));
    c.holder_name.emplace_back();
    c.everybody.push_back(0);
    c.rights.push_back(rights);
    c.rule.emplace_back();
    c.unless_in.push_back(text.add(unless));
    c.doubt.push_back(text.add(doubt));
    return *this;
  }
};

TEST(Control, IsNobodysWhereNobodyHasRights) {
  Domain d;
  EXPECT_EQ(d.control("bert"), "no");
  EXPECT_EQ(d.control("adm-mueller"), "no") << "tier 0 by its group; rights give it no more";
  EXPECT_EQ(d.secrets("bert"), "no");
  EXPECT_EQ(d.altered(), "no: nobody has more rights over it than as delivered");
}

TEST(Control, OverAMemberOfAPrivilegedGroupComesWithItsPath) {
  Domain d;
  d.right("helpdesk", model::kResetPassword, "adm-mueller");
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > may reset the password of > adm-mueller > member of > Domain Admins");
  EXPECT_EQ(d.control("bert"), "no");
}

TEST(Control, OverThePrivilegedGroupItselfIsTheShorterWay) {
  Domain d;
  d.right("helpdesk", model::kResetPassword, "adm-mueller").right("bert", model::kAddMember, "Domain Admins");
  d.right("anna", model::kWriteDacl, "Domain Admins");
  EXPECT_EQ(d.control("bert"), "yes: bert > may add members to > Domain Admins");
  EXPECT_EQ(d.control("anna"), "yes: anna > may write the access control list of > Domain Admins");
}

TEST(Control, GoesOverSeveralEntries) {
  Domain d;
  d.right("helpdesk", model::kResetPassword, "svc").right("svc", model::kOwner, "operators");
  d.right("operators", model::kFullControl, "adm-mueller").read("svc").read("operators");
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > may reset the password of > svc > owns > operators > "
            "has full control of > adm-mueller > member of > Domain Admins");
  EXPECT_EQ(d.control("svc"),
            "yes: svc > owns > operators > has full control of > adm-mueller > member of > Domain Admins");
}

TEST(Control, ComesThroughNestedGroupsAndThePrimaryOneAndCircles) {
  Domain d;
  d.nest("helpdesk", "support");
  d.nest("support", "round");
  d.nest("round", "support");
  d.primary("bert", "round");
  d.right("support", model::kAddSelf, "Domain Admins");
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > member of > support > may add itself to > Domain Admins");
  EXPECT_THAT(d.control("bert"), HasSubstr("yes: bert > member of > round > member of > support"));
}

TEST(Control, OfEverybodyIsEverybodys) {
  Domain d;
  d.row("S-1-5-11", "adm-mueller", model::kWriteKeyCredential, "", "").to_everybody();
  d.name_holder("Authenticated Users");
  EXPECT_EQ(d.control("bert"),
            "yes: bert > is one of > Authenticated Users > may add a key to sign in as > adm-mueller > member of > "
            "Domain Admins");
}

TEST(Control, OfEverybodyIsADoubtForOtherDomainsThatMayBeTrusted) {
  Domain d;
  d.row("S-1-5-11", "adm-mueller", model::kWriteKeyCredential, "", "").to_everybody();
  d.name_holder("Authenticated Users");
  d.other(ControlledKind::domain, "DC=corp", "everybody", model::kGetChanges).to_everybody();
  d.name_holder("Everyone");
  d.another("partner");
  d.account("pia");
  d.snapshot().sources[1].controls_unread.clear();
  d.another("unix", "openldap");
  d.account("uma");
  d.snapshot().sources[2].controls_unread.clear();
  EXPECT_EQ(
      d.control("pia"),
      "unknown: ad: Authenticated Users may change privileged entries, and accounts of domains that it trusts are "
      "in it");
  EXPECT_EQ(d.secrets("pia"),
            "unknown: ad: Everyone may copy secrets, and accounts of domains that it trusts are in it");
  EXPECT_EQ(d.control("uma"), "no") << "who signs in at OpenLDAP is nobody for Active Directory";
  d.join("pia", "helpdesk");
  EXPECT_THAT(d.control("pia"), HasSubstr("yes: pia > is one of > Authenticated Users"))
      << "that a group of it has her shows that it trusts her domain";
}

TEST(Control, OfEverybodyThatLeadsToNoPowerIsNoDoubtForOtherDomains) {
  Domain d;
  d.row("S-1-5-11", "bert", model::kResetPassword, "", "").to_everybody();
  d.name_holder("Authenticated Users");
  d.another("partner");
  d.account("pia");
  d.snapshot().sources[1].controls_unread.clear();
  EXPECT_EQ(d.control("pia"), "no");
}

TEST(Control, IsNotOfThoseWhomADenyEntryNames) {
  Domain d;
  d.join("carl", "helpdesk");
  d.right("helpdesk", model::kResetPassword, "adm-mueller", Domain::sid_of("carl") + "\n" + Domain::sid_of("banned"));
  d.join("dora", "helpdesk");
  d.join("dora", "banned");
  EXPECT_THAT(d.control("anna"), HasSubstr("yes: "));
  EXPECT_EQ(d.control("carl"), "no");
  EXPECT_EQ(d.control("dora"), "no");
  d.right("dora", model::kWriteOwner, "adm-mueller");
  EXPECT_THAT(d.control("dora"), HasSubstr("yes: dora > may become the owner of")) << "another right is not denied";
}

TEST(Control, RisesFromTierOneToTierZero) {
  Domain d;
  d.group("Server Admins", Tier::tier1);
  d.read("Server Admins").read("anna");
  d.join("anna", "Server Admins");
  d.right("bert", model::kAddMember, "Server Admins");
  EXPECT_EQ(d.control("bert"), "yes: bert > may add members to > Server Admins");
  EXPECT_EQ(d.control("anna"), "no");
  d.right("Server Admins", model::kResetPassword, "adm-mueller");
  EXPECT_THAT(d.control("anna"), HasSubstr("yes: anna > member of > Server Admins > may reset"));
}

TEST(Control, OfTheDomainOrItsTemplateIsControlOfAll) {
  Domain d;
  d.other(ControlledKind::domain, "DC=corp", "helpdesk", model::kWriteDacl);
  d.other(ControlledKind::admin_sd_holder, "CN=AdminSDHolder", "bert", model::kResetPassword);
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > may write the access control list of > the domain DC=corp");
  EXPECT_EQ(d.control("bert"),
            "yes: bert > may reset the password of > the template of administrators CN=AdminSDHolder");
  EXPECT_THAT(d.altered(), AllOf(HasSubstr("yes: "), HasSubstr(Domain::sid_of("bert"))));
}

TEST(Secrets, NeedBothRightsFromWhereverTheyCome) {
  Domain d;
  d.other(ControlledKind::domain, "DC=corp", "helpdesk", model::kGetChanges);
  EXPECT_EQ(d.secrets("anna"), "no");
  d.other(ControlledKind::domain, "DC=corp", "anna", model::kGetChangesAll);
  EXPECT_EQ(d.secrets("anna"), "yes: anna has Get-Changes-All on DC=corp; helpdesk has Get-Changes on DC=corp");
  EXPECT_EQ(d.control("anna"), "no") << "copying secrets is a finding of its own";
  EXPECT_EQ(d.secrets("bert"), "no");
}

TEST(Secrets, OfTwoDomainsAreNotAddedUp) {
  Domain d;
  d.read_head("DC=eu,DC=corp");
  d.other(ControlledKind::domain, "DC=corp", "anna", model::kGetChanges);
  d.other(ControlledKind::domain, "DC=eu,DC=corp", "anna", model::kGetChangesAll);
  EXPECT_EQ(d.secrets("anna"), "no");
}

TEST(Control, OverSomebodyWhoMayCopySecretsCounts) {
  Domain d;
  d.other(ControlledKind::domain, "DC=corp", "svc", model::kReplicationRights);
  d.right("helpdesk", model::kResetPassword, "svc").read("svc");
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > may reset the password of > svc > may replicate the secrets of > "
            "the domain DC=corp");
  EXPECT_EQ(d.control("svc"), "no");
}

TEST(Control, IsUnknownWhereListsWereNotReadAndSaysWhichOnceForAll) {
  Domain d;
  d.group("DnsAdmins", Tier::tier0);
  EXPECT_EQ(d.control("bert"), "unknown: ad: the access control lists of DnsAdmins were not read");
  EXPECT_EQ(d.control("anna"), d.control("bert"));
  EXPECT_EQ(d.control("adm-mueller"), "no");
  EXPECT_EQ(d.secrets("bert"), "no") << "the head of the domain was read";
  d.snapshot().sources[0].controls_unread = "switched off";
  EXPECT_EQ(d.control("bert"), "unknown: ad: switched off");
  EXPECT_EQ(d.secrets("bert"), "unknown: ad: switched off");
  d.right("bert", model::kOwner, "adm-mueller");
  EXPECT_THAT(d.control("bert"), HasSubstr("yes: ")) << "what was seen is certain";
}

TEST(Control, IsUnknownWhereAListWasNotUnderstoodOrAHolderIsUnknown) {
  Domain d;
  d.read("Domain Admins", "an entry of type 21 is not understood");
  EXPECT_EQ(d.control("bert"), "unknown: access control list of Domain Admins: an entry of type 21 is not understood");
  Domain e;
  e.right("bert", model::kFullControl, "adm-mueller", "", "under a condition");
  EXPECT_EQ(e.control("bert"), "unknown: access control list of a privileged account: under a condition");
  Domain f;
  f.row("S-1-5-21-9-9-9-1104", "adm-mueller", model::kFullControl, "", "");
  EXPECT_EQ(f.control("bert"),
            "unknown: ad: S-1-5-21-9-9-9-1104 may change privileged entries, and no directory shows who that is");
  Domain g;
  g.row("S-1-5-21-1-2-3-77777", "adm-mueller", model::kFullControl, "", "");
  EXPECT_EQ(g.control("bert"), "no") << "a SID of the domain that was wholly seen, and that nobody has";
}

TEST(Control, IsUnknownWhereMembershipsThatMatterWereNotSeen) {
  Domain d;
  d.right("helpdesk", model::kResetPassword, "adm-mueller");
  d.hide_members("helpdesk", "range cut");
  EXPECT_EQ(d.control("bert"), "unknown: not all members of helpdesk could be read (range cut)");
  Domain e;
  e.group("clerks");
  e.hide_members("clerks", "range cut");
  EXPECT_EQ(e.control("bert"), "no") << "clerks have no rights";
}

TEST(Control, OverAnOrganizationalUnitIsControlOfThoseInIt) {
  Domain d;
  d.other(ControlledKind::container, "OU=Corp", "helpdesk", model::kWriteDacl);
  d.above("OU=Corp", ControlledKind::container, "OU=Admins,OU=Corp");
  d.above("OU=Admins,OU=Corp", ControlledKind::account, "adm-mueller");
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > may write the access control list of > OU=Corp > holds > "
            "OU=Admins,OU=Corp > holds > adm-mueller > member of > Domain Admins");
  EXPECT_EQ(d.control("bert"), "no");
}

TEST(Control, OverAnOrganizationalUnitWithNobodyOfPowerIsNone) {
  Domain d;
  d.other(ControlledKind::container, "OU=Clerks", "helpdesk", model::kFullControl);
  d.above("OU=Clerks", ControlledKind::account, "bert");
  EXPECT_EQ(d.control("anna"), "no");
}

TEST(Control, OverAGroupPolicyIsControlOfWhatItAppliesTo) {
  Domain d;
  d.other(ControlledKind::group_policy, "policy Baseline", "helpdesk", model::kWriteSettings);
  d.above("policy Baseline", ControlledKind::policy_scope, "all of OU=Admins", model::kApplies);
  d.above("all of OU=Admins", ControlledKind::account, "adm-mueller");
  EXPECT_EQ(d.control("anna"),
            "yes: anna > member of > helpdesk > may write the settings of > policy Baseline > applies to > all of "
            "OU=Admins > holds > adm-mueller > member of > Domain Admins");
  Domain e;
  e.other(ControlledKind::group_policy, "policy Baseline", "bert", model::kOwner);
  e.above("policy Baseline", ControlledKind::site, "CN=Berlin", model::kApplies);
  EXPECT_EQ(e.control("bert"),
            "yes: bert > owns > policy Baseline > applies to > every computer of the site CN=Berlin");
}

TEST(Control, OverCertificatesIsControlOfTheForest) {
  Domain d;
  d.other(ControlledKind::certificates, "CN=WebServer2", "bert", model::kEnroll);
  EXPECT_EQ(d.control("bert"),
            "yes: bert > may get certificates in anybody's name from > the certificates of the forest, CN=WebServer2");
  EXPECT_EQ(d.control("anna"), "no");
}

TEST(Control, OfAComputerIsNotControlOfWhatLiesBelowItsEntry) {
  Domain d;
  const std::string dn(d.snapshot().view(d.snapshot().accounts.dn[d.account("bert").index()]));
  d.read("bert");
  d.other(ControlledKind::container, dn, "", 0);
  d.above(dn, ControlledKind::account, "adm-mueller");
  EXPECT_EQ(d.control("bert"), "no") << "it may not write its own list";
  d.other(ControlledKind::container, dn, "anna", model::kWriteDacl);
  EXPECT_THAT(d.control("anna"), HasSubstr("> holds > adm-mueller"));
}

TEST(Control, IsUnknownInADirectoryWhoseRulesWereNotRead) {
  Domain d;
  d.another("unix", "openldap");
  d.account("uma");
  EXPECT_EQ(d.control("uma"), "unknown: unix: access control lists were not read");
  EXPECT_EQ(d.control("bert"), "no");
  EXPECT_EQ(d.altered(1), "unknown: only Active Directory has AdminSDHolder");
}

TEST(Control, OfHoldersByTheirDnSaysWhichRuleGivesIt) {
  Domain d;
  d.another("unix", "openldap");
  d.account("uma");
  d.account("uwe");
  d.snapshot().sources[1].controls_unread.clear();
  d.power("uma", ControlledKind::hosts, "every Unix host", model::kBecomeRoot, "sudoRole cn=ops: …");
  EXPECT_EQ(d.control("uma"), "yes: uma > may become root on > every Unix host");
  EXPECT_EQ(d.rule("uma"), "sudoRole cn=ops: …");
  EXPECT_EQ(d.control("uwe"), "no");
}

}  // namespace
}  // namespace tally::access
