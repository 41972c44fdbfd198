// What stands above an administrator's entry: worked out by hand from [MS-DTYP] 2.5.3.4 and [MS-GPOL] 3.2.5.1.
#include "connectors/directory/control_tree.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "connectors/directory/dn.h"
#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

using model::ControlledKind;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr const char* kDesk = "S-1-5-21-1-2-3-1104";
constexpr const char* kGpLinkGuid = "f30e3bbe-9ff0-11d1-b603-0000f80367c1";
constexpr const char* kFileSysPathGuid = "f30e3bc1-9ff0-11d1-b603-0000f80367c1";
constexpr std::uint16_t kProtected = 0x9004;
constexpr const char* kPolicy = "CN={A},CN=Policies,CN=System,DC=corp";

std::string nobody(std::uint16_t control = 0x8004) { return descriptor("S-1-5-18", {}, control); }
std::string link(int options) { return fmt::format("[LDAP://cn={{a}},cn=policies,cn=system,DC=corp;{}]", options); }

struct Object {
  std::string of, descriptor, links = "", options = "";
};

/// DC=corp with units, asked for as a connector does.
class Forest {
 public:
  Forest() { objects_["DC=corp"] = {"domainDNS", nobody()}; }

  Forest& unit(const std::string& dn, const Object& object) {
    objects_[dn] = object;
    return *this;
  }
  Forest& head(const std::string& links) {
    objects_["DC=corp"].links = links;
    return *this;
  }
  Forest& site(const std::string& dn, const Object& object) {
    tell(dn, object, &ControlTree::site);
    return *this;
  }
  Forest& account(const std::string& dn, bool inherits) {
    tree.leaf({ControlledKind::account, model::AccountId(0), {}}, dn, dn, inherits);
    return *this;
  }
  Forest& group(const std::string& dn, bool inherits) {
    tree.leaf({ControlledKind::group, {}, model::GroupId(0)}, dn, dn, inherits);
    return *this;
  }

  /// "below < above", and "below: holder words" of rights.
  std::vector<std::string> rows() {
    tell("DC=corp", objects_.at("DC=corp"), &ControlTree::head);
    for (auto places = tree.wanted_places(), policies = tree.wanted_policies(); !places.empty() || !policies.empty();
         places = tree.wanted_places(), policies = tree.wanted_policies()) {
      for (const auto& [dns, take] : {std::pair(places, &ControlTree::place), {policies, &ControlTree::policy}}) {
        for (const std::string& dn : dns) give(dn, take);
      }
    }
    tree.link();
    std::vector<std::string> out;
    const model::Controls& c = harvest.controls;
    for (std::size_t i = 0; i < c.size(); ++i) {
      const auto text = [&](base::TextId id) { return std::string(harvest.text.view(id)); };
      if (!text(c.doubt[i]).empty()) out.push_back(text(c.object[i]) + " in doubt: " + text(c.doubt[i]));
      if (text(c.holder[i]).empty()) continue;
      const bool step = (c.rights[i] & (model::kHolds | model::kApplies)) != 0;
      out.push_back(step
                        ? text(c.object[i]) + " < " + text(c.holder[i])
                        : fmt::format("{}: {} {}", text(c.object[i]), text(c.holder[i]), model::in_words(c.rights[i])));
    }
    return out;
  }

  model::Harvest harvest;
  ControlTree tree{harvest};
  std::vector<std::string> asked;

 private:
  void give(const std::string& dn, void (ControlTree::*take)(const Entry&)) {
    asked.push_back(dn);
    for (const auto& [known, object] : objects_) {
      if (equal_ignoring_case(known, dn)) tell(known, object, take);
    }
  }
  void tell(const std::string& dn, const Object& object, void (ControlTree::*take)(const Entry&)) {
    Entry entry;
    entry.start(dn);
    for (const auto& [name, value] : {std::pair("objectClass", &object.of),
                                      {"gPLink", &object.links},
                                      {"gPOptions", &object.options},
                                      {"nTSecurityDescriptor", &object.descriptor}}) {
      if (value->empty()) continue;
      entry.attribute(name);
      entry.value(*value);
    }
    (tree.*take)(entry);
  }
  std::map<std::string, Object> objects_;
};

const Object kUnit{"organizationalUnit", nobody()};
const Object kPlain{"container", nobody()};

TEST(ControlTree, AsksForEveryContainerAboveOnceAndNotForTheHead) {
  Forest f;
  f.unit("OU=Admins,OU=Corp,DC=corp", kUnit).unit("OU=Corp,DC=corp", kUnit);
  f.account("CN=a,OU=Admins,OU=Corp,DC=corp", true).account("CN=b\\,c,ou=admins,OU=Corp,DC=corp", true);
  f.account("CN=d,DC=corp", true);
  f.rows();
  EXPECT_THAT(f.asked, UnorderedElementsAre("OU=Admins,OU=Corp,DC=corp", "OU=Corp,DC=corp"));
  EXPECT_EQ(f.tree.unread(), "");
}

TEST(ControlTree, AUnitHoldsWhatInheritsFromIt) {
  Forest f;
  f.unit("OU=Admins,OU=Corp,DC=corp", kUnit);
  f.unit("OU=Corp,DC=corp", {"organizationalUnit", descriptor("S-1-5-18", {allow(kDesk, 0x40000)})});
  f.group("CN=g,OU=Admins,OU=Corp,DC=corp", true);
  EXPECT_THAT(f.rows(), AllOf(Contains("OU=Corp,DC=corp: S-1-5-21-1-2-3-1104 may write the access control list of"),
                              Contains("OU=Admins,OU=Corp,DC=corp < OU=Corp,DC=corp"),
                              Contains("CN=g,OU=Admins,OU=Corp,DC=corp < OU=Admins,OU=Corp,DC=corp")));
}

TEST(ControlTree, WhatIsProtectedInheritsNothingButGroupPoliciesReachAccountsThere) {
  Forest f;
  f.unit("OU=Admins,DC=corp", kUnit);
  f.account("CN=a,OU=Admins,DC=corp", false).group("CN=g,OU=Admins,DC=corp", false);
  EXPECT_THAT(f.rows(), UnorderedElementsAre("everything below OU=Admins,DC=corp < OU=Admins,DC=corp",
                                             "CN=a,OU=Admins,DC=corp < everything below OU=Admins,DC=corp"));
  Forest middle;
  middle.unit("OU=Corp,DC=corp", kPlain).unit("OU=Admins,OU=Corp,DC=corp", {"container", nobody(kProtected)});
  middle.account("CN=a,OU=Admins,OU=Corp,DC=corp", true);
  EXPECT_THAT(middle.rows(), ElementsAre("CN=a,OU=Admins,OU=Corp,DC=corp < OU=Admins,OU=Corp,DC=corp"))
      << "a container that is protected ends it; policies are not linked to containers";
}

TEST(ControlTree, WhoMayOnlyLinkPoliciesReachesAccountsAndNotGroups) {
  Forest f;
  f.unit("OU=Corp,DC=corp", {"organizationalUnit", descriptor("S-1-5-18", {allow(kDesk, 0x20, kGpLinkGuid)})});
  f.unit("OU=Admins,OU=Corp,DC=corp", {"organizationalUnit", nobody(kProtected), "", "1"});
  f.account("CN=a,OU=Admins,OU=Corp,DC=corp", false).group("CN=g,OU=Corp,DC=corp", true);
  const auto rows = f.rows();
  EXPECT_THAT(rows, AllOf(Contains("everything below OU=Corp,DC=corp: S-1-5-21-1-2-3-1104 may link group policies to"),
                          Contains("everything below OU=Admins,OU=Corp,DC=corp < everything below OU=Corp,DC=corp"),
                          Contains("CN=a,OU=Admins,OU=Corp,DC=corp < everything below OU=Admins,OU=Corp,DC=corp")))
      << "who may link may enforce, and what is enforced passes a unit that blocks";
  EXPECT_THAT(rows, Contains("CN=g,OU=Corp,DC=corp < OU=Corp,DC=corp"));
  EXPECT_THAT(rows, Not(Contains("CN=g,OU=Corp,DC=corp < everything below OU=Corp,DC=corp")));
}

void add_policy(Forest& f, const std::string& policy_descriptor) {
  f.unit(kPolicy, {"groupPolicyContainer", policy_descriptor});
  f.unit("CN=Policies,CN=System,DC=corp", kPlain).unit("CN=System,DC=corp", kPlain);
}

TEST(ControlTree, APolicyAppliesToWhatItIsLinkedTo) {
  Forest f;
  add_policy(f, descriptor("S-1-5-18", {allow(kDesk, 0x20, kFileSysPathGuid)}, kProtected));
  f.unit("OU=Admins,DC=corp", {"organizationalUnit", nobody(), link(0)});
  f.account("CN=a,OU=Admins,DC=corp", false);
  EXPECT_THAT(
      f.rows(),
      UnorderedElementsAre(
          "the group policy without a name, CN={A},CN=Policies,CN=System,DC=corp: S-1-5-21-1-2-3-1104 may write the "
          "settings of",
          "what is below OU=Admins,DC=corp and does not block group policies < the group policy without a name, "
          "CN={A},CN=Policies,CN=System,DC=corp",
          "CN=a,OU=Admins,DC=corp < what is below OU=Admins,DC=corp and does not block group policies",
          "everything below OU=Admins,DC=corp < OU=Admins,DC=corp",
          "CN=a,OU=Admins,DC=corp < everything below OU=Admins,DC=corp",
          "CN=Policies,CN=System,DC=corp < CN=System,DC=corp"));
}

TEST(ControlTree, APolicyOfTheDomainStopsWhereAUnitBlocksUnlessItIsEnforced) {
  for (const int options : {0, 2}) {
    Forest f;
    add_policy(f, nobody());
    f.head(link(options));
    f.unit("OU=Admins,DC=corp", {"organizationalUnit", nobody(), "", "1"}).unit("OU=Servers,DC=corp", kUnit);
    f.account("CN=a,OU=Admins,DC=corp", false).account("CN=s,OU=Servers,DC=corp", false);
    const auto rows = f.rows();
    const std::string scope =
        options == 2 ? "everything below {}" : "what is below {} and does not block group policies";
    const auto edge = [&](const char* below) {
      return fmt::format("{} < {}", fmt::format(fmt::runtime(scope), below),
                         fmt::format(fmt::runtime(scope), "DC=corp"));
    };
    EXPECT_THAT(rows, Contains(edge("OU=Servers,DC=corp")));
    EXPECT_THAT(rows, Contains(edge("OU=Admins,DC=corp")).Times(options == 2 ? 1 : 0));
  }
}

TEST(ControlTree, ALinkThatIsDisabledIsNone) {
  Forest f;
  add_policy(f, nobody());
  f.unit("OU=Admins,DC=corp", {"organizationalUnit", nobody(), link(1)});
  f.account("CN=a,OU=Admins,DC=corp", false);
  EXPECT_THAT(f.rows(), Not(Contains(HasSubstr("group policy"))));
  EXPECT_THAT(f.asked, ElementsAre("OU=Admins,DC=corp"));
}

TEST(ControlTree, APolicyOfASiteReachesAllOfIt) {
  Forest f;
  add_policy(f, nobody());
  const std::string dn = "CN=Berlin,CN=Sites,CN=Configuration,DC=corp";
  f.unit("CN=Sites,CN=Configuration,DC=corp", kPlain).unit("CN=Configuration,DC=corp", {"configuration", nobody()});
  f.site(dn, {"site", descriptor("S-1-5-18", {allow(kDesk, 0x20, kGpLinkGuid)}), link(0)});
  EXPECT_THAT(f.rows(), AllOf(Contains(dn + ": S-1-5-21-1-2-3-1104 may link group policies to"),
                              Contains(dn + " < the group policy without a name, " + kPolicy),
                              Contains(dn + " < CN=Sites,CN=Configuration,DC=corp"),
                              Contains("CN=Sites,CN=Configuration,DC=corp < CN=Configuration,DC=corp")));
  EXPECT_EQ(f.tree.unread(), "");
}

TEST(ControlTree, SaysWhatWasNotDelivered) {
  Forest f;
  f.account("CN=a,OU=Admins,DC=corp", true);
  EXPECT_THAT(f.rows(), IsEmpty());
  EXPECT_THAT(f.tree.unread(), HasSubstr("OU=Admins,DC=corp, which holds entries that matter, was not delivered"));
  Forest g;
  g.unit("OU=Admins,DC=corp", {"organizationalUnit", nobody(), link(0)}).account("CN=a,OU=Admins,DC=corp", true);
  g.rows();
  EXPECT_THAT(g.tree.unread(),
              HasSubstr("the group policy cn={a},cn=policies,cn=system,DC=corp is linked and was not delivered"));
}

TEST(ControlTree, ALinkThatCannotBeReadIsADoubt) {
  Forest f;
  f.unit("OU=Admins,DC=corp", {"organizationalUnit", nobody(), "[LDAP:CN={A};0]"});
  f.account("CN=a,OU=Admins,DC=corp", false);
  EXPECT_THAT(f.rows(), Contains("OU=Admins,DC=corp in doubt: gPLink: at byte 1: expected LDAP://"));
}

TEST(ControlTree, ALinkThatIsNotShownIsADoubtUnlessItMayBeRead) {
  const auto rows = [](const std::vector<std::string>& entries, const std::string& links = "") {
    Forest f;
    f.tree.set_reader(ReadCheck({kDesk}));
    f.head("[LDAP://CN={B},DC=corp;1]");
    f.unit("OU=Admins,DC=corp", {"organizationalUnit", descriptor("S-1-5-18", entries), links});
    f.account("CN=a,OU=Admins,DC=corp", false);
    return f.rows();
  };
  const auto doubt = Contains("OU=Admins,DC=corp in doubt: gPLink is not shown, and this account may not read it");
  EXPECT_THAT(rows({}), doubt);
  EXPECT_THAT(rows({}, "[LDAP://CN={B},DC=corp;1]"), Not(doubt));
  EXPECT_THAT(rows({allow(kDesk, 0x10)}), Not(doubt));
}

TEST(ParentOfAName, IsWhatFollowsItsFirstPart) {
  EXPECT_EQ(parent_dn("CN=a,OU=b,DC=c"), "OU=b,DC=c");
  EXPECT_EQ(parent_dn("CN=Smith\\, John, OU=b"), "OU=b");
  EXPECT_EQ(parent_dn("CN=\"Smith, John\",OU=b"), "OU=b");
  EXPECT_EQ(parent_dn("DC=c"), "");
  EXPECT_EQ(parent_dn("CN=a\\"), "");
  EXPECT_EQ(parent_dn(""), "");
}

TEST(NamingContext, IsTheConfigurationOrTheDomain) {
  EXPECT_EQ(naming_context("CN=Sites,CN=Configuration,DC=corp"), "CN=Configuration,DC=corp");
  EXPECT_EQ(naming_context("cn=configuration,DC=corp"), "cn=configuration,DC=corp");
  EXPECT_EQ(naming_context("OU=CN=Configuration,OU=a,DC=corp"), "DC=corp");
  EXPECT_EQ(naming_context("OU=a,DC=sub,DC=corp"), "DC=sub,DC=corp");
}

}  // namespace
}  // namespace tally::directory
