// Power across directories: who is believed to be where, and what is in doubt for whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/access/directory.h"

namespace tally::access {
namespace {

using model::SourceId;
using model::Tier;
using ::testing::ElementsAre;

constexpr const char* kCut = "was not completely seen (the server stopped after 500 entries)";

/// corp with a privileged group, and dmz with an account; both Active Directories with a domain of their own.
struct TwoDomains : Directory {
  TwoDomains() : Directory("corp") {
    snapshot().sources[0].connector = "active-directory";
    group("admins", Tier::tier0);
    sid("admins", "S-1-5-21-1-1-1-512");
    account("carl");
    account_sid("carl", "S-1-5-21-1-1-1-1000");
    dmz = another("dmz");
    account("dora");
    account_sid("dora", "S-1-5-21-2-2-2-1000");
  }
  SourceId dmz;
};

TEST(AcrossDirectories, PrivilegeIsReachedThroughAGroupOfAnotherOne) {
  TwoDomains d;
  d.join("dora", "team");
  d.nest("team", "admins");
  EXPECT_EQ(d.reach("dora").tier, Tier::tier0);
  EXPECT_THAT(d.path("dora"), ElementsAre("dora", "team", "admins"));
}

TEST(AcrossDirectories, NobodyIsInDoubtWhileEverythingIsSeen) {
  TwoDomains d;
  EXPECT_EQ(d.unseen("carl"), "");
  EXPECT_EQ(d.unseen("dora"), "");
}

TEST(AcrossDirectories, AnUnresolvedSidIsADoubtForItsOwnDomain) {
  TwoDomains d;
  d.foreign("admins", "CN=S-1-5-21-2-2-2-1105,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-1105");
  EXPECT_EQ(d.unseen("dora"), "admins of corp has 1 member that no directory shows");
  EXPECT_EQ(d.unseen("carl"), "") << "a foreign principal is never of the group's own forest";
}

TEST(AcrossDirectories, AnUnresolvedSidOfADomainThatWasWhollySeenIsNobody) {
  TwoDomains d;
  d.snapshot().sources[1].domains = {"S-1-5-21-2-2-2"};
  d.foreign("admins", "CN=S-1-5-21-2-2-2-1105,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-1105");
  EXPECT_EQ(d.unseen("dora"), "") << "whoever it was is deleted";
  d.cut(1);
  EXPECT_THAT(d.unseen("dora"), ::testing::HasSubstr("admins of corp has 1 member that no directory shows"));
}

TEST(AcrossDirectories, AnUnresolvedSidOfADomainThatNobodyReadsMayBeAGroupOfAnotherDomainsPeople) {
  TwoDomains d;
  d.foreign("admins", "CN=S-1-5-21-9-9-9-1105,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-9-9-9-1105");
  EXPECT_EQ(d.unseen("dora"), "admins of corp has 1 member that no directory shows");
  EXPECT_EQ(d.unseen("carl"), "");
}

TEST(AcrossDirectories, APopulationIsADoubtForAllDomainsForOneThatIsTrustedIsInItToo) {
  TwoDomains d;
  d.another("unix", "openldap");
  d.account("uma");
  d.hide_members("admins", "Authenticated Users (S-1-5-11) is a member", true);
  EXPECT_EQ(d.unseen("carl"), "not all members of admins could be read (Authenticated Users (S-1-5-11) is a member)");
  EXPECT_EQ(d.unseen("dora"),
            "not all members of admins of corp could be read (Authenticated Users (S-1-5-11) is a member)");
  EXPECT_EQ(d.unseen("uma"), "") << "who signs in at OpenLDAP is nobody for Active Directory";
}

TEST(AcrossDirectories, APopulationThatHasNoNameIsADoubtForEverybody) {
  for (const std::string population : {"S-1-5-64-10", "S-1-5-21-0-0-0-497"}) {
    TwoDomains d;
    d.foreign("admins", "CN=" + population + ",CN=ForeignSecurityPrincipals,DC=corp", population);
    EXPECT_EQ(d.unseen("carl"), "admins has 1 member that no directory shows");
    EXPECT_EQ(d.unseen("dora"), "admins of corp has 1 member that no directory shows");
  }
}

TEST(AcrossDirectories, WhatHostsCallThemselvesIsNobodysAccount) {
  TwoDomains d;
  for (const std::string sid : {"S-1-5-9", "S-1-5-18", "S-1-5-20", "S-1-5-80-1-2-3-4-5"})
    d.foreign("admins", "CN=" + sid + ",CN=ForeignSecurityPrincipals,DC=corp", sid);
  EXPECT_EQ(d.unseen("carl"), "");
  EXPECT_EQ(d.unseen("dora"), "");
}

TEST(AcrossDirectories, AnUnresolvedMemberOfAGroupWithoutPowerMattersToNobody) {
  TwoDomains d;
  d.group("sales");
  d.foreign("sales", "CN=S-1-5-21-2-2-2-1105,CN=ForeignSecurityPrincipals,DC=corp", "S-1-5-21-2-2-2-1105");
  EXPECT_EQ(d.unseen("dora"), "");
}

TEST(AcrossDirectories, AnUnresolvedDnMayBeAGroupOfAnybodyInTheForest) {
  TwoDomains d;
  d.foreign("admins", "CN=Enterprise Admins,CN=Users,DC=root");
  d.foreign("admins", "CN=Others,CN=Users,DC=root");
  EXPECT_EQ(d.unseen("carl"), "admins has 2 members that no directory shows");
  EXPECT_EQ(d.unseen("dora"), "admins of corp has 2 members that no directory shows");
}

TEST(AcrossDirectories, AnUnresolvedDnOfOpenLdapIsADoubtForItsOwnTreeAndTheGroupsDirectory) {
  Directory d("unix");
  d.snapshot().sources[0].connector = "openldap";
  d.group("wheel", Tier::tier1);
  d.account("anna");
  d.another("partner", "openldap");
  d.account("paul");  // uid=paul,dc=partner
  d.another("elsewhere", "openldap");
  d.account("emma");
  d.foreign("wheel", "cn=ops,ou=groups,DC=Partner");
  EXPECT_EQ(d.unseen("anna"), "wheel has 1 member that no directory shows");
  EXPECT_EQ(d.unseen("paul"), "wheel of unix has 1 member that no directory shows");
  EXPECT_EQ(d.unseen("emma"), "");
}

TEST(AcrossDirectories, WhatOneHidesIsADoubtForAllOfItsKind) {
  TwoDomains d;
  d.another("unix", "openldap");
  d.account("uma");
  d.cut(0);
  EXPECT_EQ(d.unseen("dora"), std::string("directory corp ") + kCut) << "she may be in a group that was not seen";
  EXPECT_EQ(d.unseen("uma"), "");
  d.join("uma", "admins");
  d.account("ulla");
  EXPECT_EQ(d.unseen("ulla"), std::string("directory corp ") + kCut) << "others of her directory are members there";
}

TEST(AcrossDirectories, UnreadMembersOfARelatedDirectoryAreADoubt) {
  TwoDomains d;
  d.hide_members("admins", "a dynamic group");
  EXPECT_EQ(d.unseen("dora"), "") << "nothing shows that anybody of dmz is in groups of corp";
  d.account("dirk");
  d.group("readers");
  d.snapshot().groups.source[d.group("readers").index()] = SourceId(0);
  d.join("dirk", "readers");
  EXPECT_EQ(d.unseen("dora"), "not all members of admins of corp could be read (a dynamic group)");
}

TEST(AcrossDirectories, DoubtTravelsOverDirectoriesInBetween) {
  Directory d("top");
  d.snapshot().sources[0].connector = "openldap";
  d.group("admins", Tier::tier0);
  d.hide_members("admins", "cut");
  d.another("middle", "active-directory");
  d.group("team");
  d.nest("team", "readers");
  d.snapshot().groups.source[d.group("readers").index()] = SourceId(0);
  d.another("low", "other");
  d.account("lena");
  d.join("lena", "team");
  EXPECT_EQ(d.unseen("lena"), "not all members of admins of top could be read (cut)");
}

TEST(Hosts, AreTheDirectoriesInWhoseGroupsEntriesAre) {
  TwoDomains d;
  d.join("dora", "admins");
  const Access access = d.access();
  EXPECT_THAT(std::vector<SourceId>(access.hosts_of(d.dmz).begin(), access.hosts_of(d.dmz).end()),
              ElementsAre(SourceId(0)));
  EXPECT_TRUE(access.hosts_of(SourceId(0)).empty());
}

}  // namespace
}  // namespace tally::access
