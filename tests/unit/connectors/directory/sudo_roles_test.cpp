// Sudo roles and the number of root: who may become root, as sudoers.ldap(5) says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ProfileOptions openldap() {
  ProfileOptions options;
  options.bases = {"dc=t"};
  return options;
}

struct Company : Tree {
  Company() : Tree(openldap()) {
    int number = 0;
    for (const char* uid : {"anna", "bert", "carl"})
      read(
          fmt::format("dn: uid={0},dc=t\nobjectClass: inetOrgPerson\nuid: {0}\nuidNumber: {1}\nentryUUID: "
                      "f81d4fae-7dec-11d0-a765-00a0c91e6bf{1}\n\n",
                      uid, ++number));
    read("dn: cn=ops,dc=t\nobjectClass: posixGroup\ncn: ops\ngidNumber: 500\nmemberUid: anna\n\n");
  }
  Company& role(std::string_view lines) {
    read(fmt::format("dn: cn=r,dc=t\nobjectClass: sudoRole\ncn: r\n{}\n", lines));
    return *this;
  }
  /// "holder: words object [unless …]" of each row.
  std::vector<std::string> rows() {
    finish();
    std::vector<std::string> out;
    const model::Controls& c = harvest.controls;
    for (std::size_t i = 0; i < c.size(); ++i) {
      out.push_back(fmt::format("{}: {} {}", view(c.holder[i]), model::in_words(c.rights[i]), view(c.object[i])));
      if (!view(c.unless_in[i]).empty()) out.back() += fmt::format(" unless {}", view(c.unless_in[i]));
      if (!view(c.doubt[i]).empty()) out.back() += fmt::format(" doubt {}", view(c.doubt[i]));
    }
    return out;
  }
};

constexpr const char* kAll = "sudoHost: ALL\nsudoCommand: ALL\n";

TEST(SudoRoles, NameUsersNumbersAndGroups) {
  EXPECT_THAT(
      Company().role(fmt::format("sudoUser: anna\nsudoUser: #2\nsudoUser: %ops\nsudoUser: %#500\n{}", kAll)).rows(),
      ElementsAre(
          "uid=anna,dc=t: may become root on every Unix host", "uid=bert,dc=t: may become root on every Unix host",
          "cn=ops,dc=t: may become root on every Unix host", "cn=ops,dc=t: may become root on every Unix host"));
  EXPECT_THAT(Company().role(fmt::format("sudoUser: nobody-here\n{}", kAll)).rows(), IsEmpty());
}

TEST(SudoRoles, OfAGroupThatWasNotReadCannotBeTold) {
  for (const char* group : {"%admins", "%#501"}) {
    EXPECT_THAT(Company().role(fmt::format("sudoUser: {}\n{}", group, kAll)).rows(),
                ElementsAre(HasSubstr(fmt::format("doubt cn=r,dc=t names {}: no such group was read", group))));
  }
}

/// A server: what it does not show is absent only where that is proven.
struct Server : Company {
  Server& role(std::string_view lines) {
    profile->expect_proof();
    Company::role(lines);
    return *this;
  }
  /// As a search for entries without these attributes would.
  Server& prove(const std::vector<std::string_view>& absent) {
    const Absences roles = profile->absences(builder).at(2);
    EXPECT_EQ(roles.kind, "sudo roles");
    const auto& names = roles.unshown->attributes();
    for (const std::string_view one : absent) {
      const auto at = std::find(names.begin(), names.end(), one);
      roles.unshown->absent(Unshown::bit(static_cast<std::size_t>(at - names.begin())),
                            roles.row_of("CN=R,dc=t").value());
    }
    return *this;
  }
};

const std::vector<std::string_view> kRunAs = {"sudoRunAs", "sudoRunAsUser", "sudoRunAsGroup"};

TEST(SudoRoles, OfAServerGiveRootWhenWhatTheyDoNotShowIsNotThere) {
  EXPECT_THAT(Server().role(fmt::format("sudoUser: anna\n{}", kAll)).prove(kRunAs).rows(),
              ElementsAre("uid=anna,dc=t: may become root on every Unix host"));
  EXPECT_THAT(Server().role(fmt::format("sudoUser: anna\nsudoRunAs: oracle\n{}", kAll)).prove(kRunAs).rows(),
              IsEmpty());
  EXPECT_THAT(Server().role("sudoUser: anna\nsudoHost: ALL\n").prove(kRunAs).prove({"sudoCommand"}).rows(), IsEmpty());
  EXPECT_THAT(Server().role("sudoUser: anna\nsudoCommand: ALL\n").prove(kRunAs).prove({"sudoHost"}).rows(), IsEmpty());
  EXPECT_THAT(Server().role(kAll).prove(kRunAs).prove({"sudoUser"}).rows(), IsEmpty());
}

TEST(SudoRoles, OfAServerCannotBeToldWhenWhatDecidesMayBeHidden) {
  const auto doubt = [](std::string_view names) {
    return ElementsAre(HasSubstr(fmt::format("doubt cn=r,dc=t does not show {}, and access rules may hide it", names)));
  };
  EXPECT_THAT(Server().role("sudoUser: anna\nsudoHost: ALL\n").prove(kRunAs).rows(), doubt("sudoCommand"));
  EXPECT_THAT(Server().role("sudoUser: anna\nsudoCommand: ALL\n").prove(kRunAs).rows(), doubt("sudoHost"));
  EXPECT_THAT(Server().role(kAll).prove(kRunAs).rows(), doubt("sudoUser"));
  const std::string anna = fmt::format("sudoUser: anna\n{}", kAll);
  EXPECT_THAT(Server().role(anna).rows(), doubt("sudoRunAsUser, sudoRunAs, sudoRunAsGroup"));
  EXPECT_THAT(Server().role(anna + "sudoRunAs: oracle\n").rows(), doubt("sudoRunAsUser"));
  EXPECT_THAT(Server().role(anna + "sudoRunAsGroup: dba\n").rows(), doubt("sudoRunAsUser, sudoRunAs"));
}

TEST(SudoRoles, OfAServerGiveNoRootByWhatTheyShow) {
  EXPECT_THAT(Server().role("sudoCommand: /bin/ls\n").rows(), IsEmpty());
  EXPECT_THAT(Server().role("sudoHost: !ALL\n").rows(), IsEmpty());
  EXPECT_THAT(Server().role("sudoRunAsUser: oracle\n").rows(), IsEmpty());
}

TEST(SudoRoles, OfEverybodyLeaveOutWhomTheyExclude) {
  EXPECT_THAT(Company().role(fmt::format("sudoUser: ALL\nsudoUser: !bert\n{}", kAll)).rows(),
              ElementsAre("*: may become root on every Unix host unless uid=bert,dc=t"));
}

TEST(SudoRoles, OfSomeHostsSayWhich) {
  EXPECT_THAT(Company().role("sudoUser: anna\nsudoHost: db1\nsudoHost: !db2\nsudoCommand: ALL\n").rows(),
              ElementsAre("uid=anna,dc=t: may become root on the hosts db1"));
}

TEST(SudoRoles, GiveNoRootForSomeCommandsOrAsSomebodyElse) {
  EXPECT_THAT(Company().role("sudoUser: anna\nsudoHost: ALL\nsudoCommand: /bin/ls\n").rows(), IsEmpty());
  EXPECT_THAT(Company().role(fmt::format("sudoUser: anna\nsudoCommand: !ALL\n{}", kAll)).rows(), IsEmpty());
  EXPECT_THAT(Company().role(fmt::format("sudoUser: anna\nsudoRunAsUser: oracle\n{}", kAll)).rows(), IsEmpty());
  EXPECT_THAT(Company().role(fmt::format("sudoUser: anna\nsudoRunAsUser: #0\n{}", kAll)).rows(), testing::SizeIs(1));
  EXPECT_THAT(Company().role(fmt::format("sudoUser: anna\nsudoRunAs: ALL\n{}", kAll)).rows(), testing::SizeIs(1));
}

TEST(SudoRoles, OfNetgroupsCannotBeTold) {
  EXPECT_THAT(Company().role(fmt::format("sudoUser: +admins\n{}", kAll)).rows(),
              ElementsAre(HasSubstr("doubt cn=r,dc=t names +admins: netgroups are not read")));
}

TEST(SudoRoles, StandAsTheyAreWrittenInTheEvidence) {
  Company company;
  company.role(fmt::format("sudoUser: anna\nsudoOption: !authenticate\n{}", kAll)).finish();
  EXPECT_EQ(company.view(company.harvest.controls.rule[0]),
            "sudoRole cn=r,dc=t: sudoUser=anna sudoHost=ALL sudoCommand=ALL sudoOption=!authenticate");
}

TEST(NumberZero, IsRoot) {
  Company company;
  company.read("dn: uid=toor,dc=t\nobjectClass: inetOrgPerson\nuid: toor\nuidNumber: 0\n\n");
  EXPECT_THAT(company.rows(), ElementsAre("uid=toor,dc=t: has user number 0, which is root on every Unix host"));
}

}  // namespace
}  // namespace tally::directory
