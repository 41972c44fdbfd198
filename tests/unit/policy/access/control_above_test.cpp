// Control over what stands above privileged entries: units, group policies, certificates; worked out by hand.
#include <gmock/gmock.h>

#include "tests/unit/policy/access/control_domain.h"

namespace tally::access {
namespace {

using testing::HasSubstr;

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

}  // namespace
}  // namespace tally::access
