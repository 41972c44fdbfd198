// Access control instructions of 389 Directory Server: what they let whom do. Expected answers are worked out from the
// Administration Guide of Red Hat Directory Server; ds389_powers_test.cpp asks a server.
#include "connectors/directory/aci_access.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tally::directory {
namespace {

using model::Truth;
using testing::HasSubstr;

const Requester kAnna{.dn = "uid=anna,ou=people,dc=t", .all_groups = {"cn=helpdesk,dc=t"}};
const Requester kBert{.dn = "uid=bert,ou=people,dc=t"};
const Target kAdmin{.dn = "uid=admin,ou=people,dc=t"};

/// On dc=t, about passwords unless `targets` says otherwise.
Permission asked(std::initializer_list<std::string> permissions, const Requester& one,
                 std::string_view attribute = "userPassword",
                 std::string_view targets = "(targetattr=\"userPassword\")", const Target& target = kAdmin) {
  AciAccess access;
  for (const std::string& each : permissions)
    access.add("dc=t", fmt::format("{} (version 3.0; acl \"a\"; {})", targets, each));
  return access.of(one, target, attribute);
}
Truth may(std::initializer_list<std::string> permissions, const Requester& one) {
  return asked(permissions, one).value;
}

const std::string kAllowBert = "allow (write) userdn=\"ldap:///uid=bert,ou=people,dc=t\";";
const std::string kAllowHelp = "allow (write) groupdn=\"ldap:///cn=helpdesk,dc=t\";";

TEST(AciAccess, GivesWhatAnInstructionAllows) {
  EXPECT_EQ(may({kAllowBert}, kBert), Truth::yes);
  EXPECT_EQ(may({kAllowBert}, kAnna), Truth::no);
  EXPECT_EQ(may({kAllowHelp}, kAnna), Truth::yes);
  EXPECT_EQ(may({"allow (all) userdn=\"ldap:///all\";"}, kBert), Truth::yes);
  EXPECT_EQ(may({"allow (all) userdn=\"ldap:///all\";"}, {.anonymous = true}), Truth::no);
  EXPECT_EQ(may({"allow (all) userdn=\"ldap:///anyone\";"}, {.anonymous = true}), Truth::yes);
  EXPECT_EQ(may({"allow (read, search, compare) userdn=\"ldap:///all\";"}, kBert), Truth::no);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///self\";"}, kBert), Truth::no);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///self\";"}, {.dn = kAdmin.dn}), Truth::yes);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///uid=b*,ou=people,dc=t\";"}, kBert), Truth::yes);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///uid=b*,ou=people,dc=t\";"}, kAnna), Truth::no);
}

TEST(AciAccess, DenyBeatsAllowInWhateverOrder) {
  const std::string deny = "deny (write) userdn=\"ldap:///uid=anna,ou=people,dc=t\";";
  EXPECT_EQ(may({kAllowHelp, deny}, kAnna), Truth::no);
  EXPECT_EQ(may({deny, kAllowHelp}, kAnna), Truth::no);
  EXPECT_EQ(may({"deny (read) userdn=\"ldap:///all\";", kAllowHelp}, kAnna), Truth::yes) << "another right";
}

TEST(AciAccess, UnderstandsAndOrNot) {
  const std::string both =
      "allow (write) groupdn=\"ldap:///cn=helpdesk,dc=t\" and userdn=\"ldap:///uid=anna,ou=people,dc=t\";";
  EXPECT_EQ(may({both}, kAnna), Truth::yes);
  EXPECT_EQ(may({both}, kBert), Truth::no);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///all\" and not groupdn=\"ldap:///cn=helpdesk,dc=t\";"}, kAnna),
            Truth::no);
  EXPECT_EQ(may({"allow (write) userdn != \"ldap:///uid=anna,ou=people,dc=t\";"}, kBert), Truth::yes);
  EXPECT_EQ(may({"allow (write) (userdn=\"ldap:///uid=x,dc=t\" or (groupdn=\"ldap:///cn=a,dc=t || "
                 "ldap:///cn=helpdesk,dc=t\"));"},
                kAnna),
            Truth::yes);
}

TEST(AciAccess, AnyConnectionThatWillDoIsEnough) {
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///all\" and ip=\"10.0.0.*\";"}, kBert), Truth::yes);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///all\"; deny (write) not ip=\"10.0.0.*\";"}, kBert), Truth::yes);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///all\"; deny (write) timeofday > \"1800\";"}, kBert), Truth::yes);
}

TEST(AciAccess, WhatCannotBeEvaluatedIsUnknownOnlyWhereItMatters) {
  EXPECT_EQ(may({"allow (write) userattr=\"manager#GROUPDN\";"}, kBert), Truth::unknown);
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///dc=t??sub?(uid=b*)\";"}, kBert), Truth::unknown);
  EXPECT_EQ(may({"allow (write) userattr=\"manager#USERDN\";"}, {}), Truth::unknown) << "whoever it is";
  EXPECT_EQ(may({"allow (write) userdn=\"ldap:///parent\";"}, {}), Truth::unknown);
  EXPECT_EQ(may({"allow (write) userattr=\"x#GROUPDN\";", kAllowBert}, kBert), Truth::yes);
  EXPECT_EQ(may({"deny (write) userattr=\"x#GROUPDN\";", kAllowBert}, kBert), Truth::unknown);
  EXPECT_EQ(asked({kAllowBert}, kBert, "userPassword", "(targetattr=\"*\")(targetfilter=\"(uid=a)\")").value,
            Truth::unknown);
}

TEST(AciAccess, IsAboutAttributesAndEntriesOfItsTargets) {
  const auto value = [](std::string_view targets, std::string_view attribute, const Target& target = kAdmin) {
    return asked({kAllowBert}, kBert, attribute, targets, target).value;
  };
  EXPECT_EQ(value("(targetattr=\"cn || userPassword\")", "userPassword"), Truth::yes);
  EXPECT_EQ(value("(targetattr=\"cn || sn\")", "userPassword"), Truth::no);
  EXPECT_EQ(value("(targetattr!=\"cn || sn\")", "userPassword"), Truth::yes);
  EXPECT_EQ(value("(targetattr=\"*\")", "aci"), Truth::yes);
  EXPECT_EQ(value("", "userPassword"), Truth::no);
  EXPECT_EQ(value("(target=\"ldap:///ou=people,dc=t\")(targetattr=\"*\")", "cn"), Truth::yes);
  EXPECT_EQ(value("(target=\"ldap:///ou=groups,dc=t\")(targetattr=\"*\")", "cn"), Truth::no);
  EXPECT_EQ(value("(target=\"ldap:///uid=*,ou=people,dc=t\")(targetattr=\"*\")", "cn"), Truth::yes);
  EXPECT_EQ(value("(targetattr=\"*\")", "cn", {.dn = "uid=x,dc=other"}), Truth::no);
}

TEST(AciAccess, SelfwriteAndProxyAreRightsOfTheirOwn) {
  const std::string own = "allow (selfwrite) userdn=\"ldap:///all\";";
  EXPECT_TRUE(asked({own}, kBert).own_name_only);
  EXPECT_FALSE(asked({own, kAllowBert}, kBert).own_name_only);
  EXPECT_EQ(asked({"allow (all) userdn=\"ldap:///all\";"}, kBert, AciAccess::kProxy).value, Truth::no)
      << "all is all but proxy";
  EXPECT_EQ(asked({"allow (proxy) userdn=\"ldap:///all\";"}, kBert, AciAccess::kProxy).value, Truth::yes);
}

TEST(AciAccess, OneThatCannotBeReadMakesItsEntriesUnknown) {
  AciAccess access;
  access.add("ou=people,dc=t",
             "(targetattr=\"*\")(version 3.0; acl \"x\"; allow (everything) userdn=\"ldap:///all\";)");
  EXPECT_EQ(access.of(kBert, kAdmin, "cn").value, Truth::unknown);
  EXPECT_THAT(access.of(kBert, kAdmin, "cn").why, HasSubstr("a right such as read, write or all is expected"));
  EXPECT_EQ(access.of(kBert, {.dn = "cn=wheel,ou=groups,dc=t"}, "cn").value, Truth::no);
}

TEST(AciAccess, IsAboutTheAttributesThatItNames) {
  AciAccess access;
  access.add("dc=t",
             "(targetattr=\"cn || || mail || *\")(version 3.0; acl \"a\"; allow (write) userdn=\"ldap:///all\";)");
  EXPECT_THAT(access.attributes(), testing::ElementsAre("(add)", "(delete)", "cn", "mail"));
  EXPECT_THAT(access.places(), testing::ElementsAre(Named{Named::By::subtree, "dc=t", 0}));
}

TEST(Places, HaveExamplesOfTheirOwn) {
  const auto fits = [](const Named& place) {
    const std::vector<std::string> examples = examples_of(place);
    return std::any_of(examples.begin(), examples.end(),
                       [&](const std::string& dn) { return is_named(place, dn) == Truth::yes; });
  };
  using By = Named::By;
  for (const By by : {By::exact, By::one, By::subtree, By::children}) EXPECT_TRUE(fits({by, "ou=people,dc=t", 0}));
  EXPECT_TRUE(fits({By::level, "dc=t", 7}));
  EXPECT_TRUE(fits({By::wildcard, "uid=*,ou=*,dc=t", 0}));
  EXPECT_TRUE(fits({By::regex, "^uid=[^,]+,(ou=[a-z]*,)?dc=t$", 0}));
  EXPECT_FALSE(fits({By::regex, "^(uid|cn)=x{3},dc=t$", 0})) << "not of the common kind";
  EXPECT_LT(examples_of({By::level, "dc=t", 2'000'000'000}).size(), 100U) << "whatever a server writes";
}

TEST(Aci, SaysWhereItIsWrong) {
  for (const auto& [text, expected] :
       {std::pair{"", "at byte 0, \"(\" is expected"},
        {"(color=\"x\")", "target, targetattr"},
        {"(version 2.0; acl \"x\"; allow (read) userdn=\"ldap:///all\";)", "version 3.0"},
        {"(version 3.0; acl \"x\"; allow (read) color=\"ldap:///all\";)", "userdn, groupdn"},
        {"(version 3.0; acl \"x\"; allow (read) userdn=\"ldap:///all\")", "\";\" is expected"}}) {
    const auto aci = Aci::parse(text);
    ASSERT_FALSE(aci) << text;
    EXPECT_THAT(aci.error().message, HasSubstr(expected)) << text;
  }
  const std::string deep = "(version 3.0; acl \"x\"; allow (read) " + std::string(100, '(') + "userdn=\"ldap:///all\"";
  EXPECT_THAT(Aci::parse(deep).error().message, HasSubstr("fewer brackets"));
}

}  // namespace
}  // namespace tally::directory
