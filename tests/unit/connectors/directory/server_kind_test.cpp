// A server is recognised by what its root DSE says, and one that is plainly of another kind than configured is named.
#include "connectors/directory/server_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/directory/grant.h"
#include "connectors/directory/schema.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::optional<Dialect> kind(std::string_view attribute, std::string_view value) {
  Entry root;
  root.start("");
  root.attribute(attribute);
  root.value(value);
  return recognise(root);
}

TEST(Server, IsRecognisedByItsRootDse) {
  EXPECT_EQ(kind("supportedCapabilities", "1.2.840.113556.1.4.800"), Dialect::active_directory);
  EXPECT_EQ(kind("supportedCapabilities", "1.2.840.113556.1.4.1851"), Dialect::active_directory);
  EXPECT_EQ(kind("vendorName", "389 Project"), Dialect::ds389);
  EXPECT_EQ(kind("objectClass", "OpenLDAProotDSE"), Dialect::openldap);
  EXPECT_EQ(kind("vendorName", "Acme"), std::nullopt);
  EXPECT_EQ(kind("supportedCapabilities", "1.2.840.113556.1.4.8001"), std::nullopt);
}

TEST(Server, OfAnotherKindThanConfiguredIsNamed) {
  EXPECT_EQ(misread(Dialect::openldap, Dialect::openldap), std::nullopt);
  EXPECT_EQ(misread(Dialect::openldap, std::nullopt), std::nullopt) << "nothing is known against it";
  EXPECT_EQ(misread(Dialect::generic, Dialect::active_directory), std::nullopt) << "generic fits every server";
  const auto why = misread(Dialect::openldap, Dialect::active_directory);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, HasSubstr("set type = \"active-directory\""));
}

TEST(Schema, NamesItsAttributesOnceOrSeveralTimes) {
  EXPECT_THAT(names_of_type("( 2.5.4.3 NAME ( 'cn' 'commonName' ) DESC 'it''s' SUP name )"),
              ElementsAre("cn", "commonName"));
  EXPECT_THAT(names_of_type("( 1.2 NAME 'uid' DESC 'User (identification)' )"), ElementsAre("uid"));
  EXPECT_THAT(names_of_type("( 1.2 DESC 'nothing' )"), ElementsAre());
  EXPECT_THAT(names_of_type("( 1.2 NAME ( 'cn"), ElementsAre());
  EXPECT_THAT(names_of_type(" NAME "), ElementsAre());
}

LdapOptions of(Dialect dialect) {
  LdapOptions o;
  o.profile.dialect = dialect;
  o.profile.bases = {"dc=example,dc=test"};
  o.bind_dn = "cn=reader,dc=example,dc=test";
  return o;
}

TEST(Grant, NamesWhatIsAskedForAndNeverAPassword) {
  for (const Dialect dialect : {Dialect::openldap, Dialect::active_directory, Dialect::ds389, Dialect::generic}) {
    const auto grant = least_grant(of(dialect));
    ASSERT_TRUE(grant) << grant.error().message;
    EXPECT_THAT(*grant, HasSubstr("employeeNumber"));
    EXPECT_THAT(*grant, Not(HasSubstr("userPassword"))) << "passwords are never read";
    EXPECT_THAT(*grant, Not(HasSubstr("write")));
  }
  EXPECT_THAT(*least_grant(of(Dialect::openldap)), HasSubstr("by dn.exact=\"cn=reader,dc=example,dc=test\" read"));
  EXPECT_THAT(*least_grant(of(Dialect::ds389)), HasSubstr("userdn=\"ldap:///cn=reader,dc=example,dc=test\""));
}

TEST(Grant, LeavesOutWhatTheServerDoesNotKnow) {
  const auto grant = least_grant(of(Dialect::ds389), {"UID", "cn", "nsAccountLock"});
  ASSERT_TRUE(grant);
  EXPECT_THAT(*grant, HasSubstr("(targetattr=\"uid || cn || nsAccountLock\")"));
}

}  // namespace
}  // namespace tally::directory
