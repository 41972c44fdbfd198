// Who controls privileged entries by rights on them, worked out by hand.
#include "policy/access/control.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "tests/unit/policy/access/control_domain.h"

namespace tally::access {
namespace {

using testing::AllOf;
using testing::HasSubstr;

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
