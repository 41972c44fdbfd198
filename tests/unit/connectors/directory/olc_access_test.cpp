// Access rules of OpenLDAP: what they let whom write. Expected answers are worked out from slapd.access(5).
#include "connectors/directory/olc_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::directory {
namespace {

using model::Truth;
using testing::HasSubstr;

Requester anna() { return {.dn = "uid=anna,ou=people,dc=t", .groups = {"cn=helpdesk,dc=t"}}; }
Requester bert() { return {.dn = "uid=bert,ou=people,dc=t"}; }
const Target kAdmin{.dn = "uid=admin,ou=people,dc=t"};
const Target kWheel{.dn = "cn=wheel,ou=groups,dc=t"};

OlcAccess rules(std::initializer_list<const char*> all) {
  OlcAccess out;
  for (const char* one : all) out.add(one);
  return out;
}

Truth may(std::initializer_list<const char*> all, const Requester& one, const Target& target = kAdmin,
          std::string_view attribute = "userPassword") {
  return rules(all).of(one, target, attribute).value;
}

TEST(OlcAccess, TheFirstRuleAboutTheAttributeDecides) {
  const auto all = {"{0}to attrs=userPassword by self write by anonymous auth by * none",
                    "{1}to * by dn.exact=\"uid=bert,ou=people,dc=t\" manage by * read"};
  EXPECT_EQ(may(all, bert()), Truth::no) << "the rule for passwords comes first";
  EXPECT_EQ(may(all, bert(), kWheel, "member"), Truth::yes);
  EXPECT_EQ(may(all, anna(), kWheel, "member"), Truth::no);
  EXPECT_EQ(may(all, {.dn = kAdmin.dn}), Truth::yes) << "itself";
}

TEST(OlcAccess, TheFirstWhoThatFitsDecides) {
  EXPECT_EQ(may({"to * by dn.exact=uid=anna,ou=people,dc=t none by group.exact=cn=helpdesk,dc=t write"}, anna()),
            Truth::no);
  EXPECT_EQ(may({"to * by group.exact=cn=helpdesk,dc=t write by dn.exact=uid=anna,ou=people,dc=t none"}, anna()),
            Truth::yes);
  EXPECT_EQ(may({"to * by users write"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to * by users write"}, {.anonymous = true}), Truth::no);
  EXPECT_EQ(may({"to * by * write"}, {.anonymous = true}), Truth::yes);
}

TEST(OlcAccess, BreakGoesToTheNextRuleAndContinueToTheNextWho) {
  EXPECT_EQ(may({"to * by users +w break", "to * by * +r"}, bert()), Truth::yes) << "the last rule adds to the first";
  EXPECT_EQ(may({"to * by users =w break", "to * by * read"}, bert()), Truth::no) << "a level sets, it does not add";
  EXPECT_EQ(may({"to * by users =w continue by dn.exact=uid=bert,ou=people,dc=t -w"}, bert()), Truth::no);
  EXPECT_EQ(may({"to * by * +cs continue by users +w"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to * by users write break"}, bert()), Truth::no) << "to * by * none ends the list";
  EXPECT_EQ(may({"to * by users write continue"}, bert()), Truth::no) << "by * none ends the rule";
}

TEST(OlcAccess, WithoutAnyRuleEverybodyReadsAndNobodyWrites) { EXPECT_EQ(may({}, bert()), Truth::no); }

TEST(OlcAccess, NamesEntriesByTheirPlaceInTheTree) {
  EXPECT_EQ(may({"to dn.subtree=ou=people,dc=t by users write"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to dn.children=uid=admin,ou=people,dc=t by users write"}, bert()), Truth::no);
  EXPECT_EQ(may({"to dn.one=ou=people,dc=t by users write"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to dn.one=dc=t by users write"}, bert()), Truth::no);
  EXPECT_EQ(may({"to dn.regex=^uid=[^,]+,ou=people,dc=t$ by users write"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to dn.regex=^uid=[^,]+,dc=t$ by users write"}, bert()), Truth::no);
  EXPECT_EQ(may({"to * by dn.regex=^uid=b[^,]+,ou=people,dc=t$$ write"}, bert()), Truth::yes) << "$$ is a dollar";
  EXPECT_EQ(may({"to * by dn.level{2}=dc=t write"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to * by dn.level{1}=dc=t write"}, bert()), Truth::no);
}

TEST(OlcAccess, WritingIsAddingValues) {
  EXPECT_EQ(may({"to * by users add"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to * by users =a"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to * by users delete"}, bert()), Truth::no);
  EXPECT_EQ(may({"to * by users =rscxd"}, bert()), Truth::no);
}

TEST(OlcAccess, SelfwriteIsForOnesOwnNameAlone) {
  const Permission p = rules({"to attrs=member by users selfwrite"}).of(bert(), kWheel, "member");
  EXPECT_EQ(p.value, Truth::yes);
  EXPECT_TRUE(p.own_name_only);
}

TEST(OlcAccess, AnyConnectionThatWillDoIsEnough) {
  EXPECT_EQ(may({"to * by users peername.ip=10.0.0.1 write by * read"}, bert()), Truth::yes);
  EXPECT_EQ(may({"to * by users ssf=128 none by users write"}, bert()), Truth::yes) << "without encryption";
}

TEST(OlcAccess, WhatCannotBeEvaluatedIsUnknownOnlyWhereItMatters) {
  const auto all = {"{0}to * by set=\"this/manager & user\" write by * read"};
  const Permission p = rules(all).of(bert(), kAdmin, "userPassword");
  EXPECT_EQ(p.value, Truth::unknown);
  EXPECT_THAT(p.why, testing::StrEq("olcAccess {0}: set cannot be evaluated here"));
  EXPECT_EQ(may({"to * by set=\"x\" read by * none"}, bert()), Truth::no) << "either way";
  EXPECT_EQ(may({"to * by set=\"x\" write by users write"}, bert()), Truth::yes) << "either way";
  EXPECT_EQ(may({"to filter=(uid=a*) by users write"}, bert()), Truth::unknown);
  EXPECT_EQ(may({"to attrs=@inetOrgPerson by users write"}, bert()), Truth::unknown);
  EXPECT_EQ(may({"to attrs=userPassword val=x by users write"}, bert()), Truth::unknown);
  EXPECT_EQ(may({"to * by dnattr=seeAlso write"}, bert()), Truth::unknown);
  EXPECT_EQ(may({"to dn.regex=^uid=([^,]+),dc=t$ by dn.exact,expand=uid=$1 write"}, bert()), Truth::no);
  EXPECT_EQ(may({"to dn.regex=^uid=([^,]+),dc=t$ by dn.exact,expand=uid=$1 write"}, bert(), {.dn = "uid=x,dc=t"}),
            Truth::unknown);
}

TEST(OlcAccess, OwnersAreThoseThatTheEntryNames) {
  const auto all = {"to attrs=member by dnattr=owner write"};
  EXPECT_EQ(may(all, bert(), {.dn = kWheel.dn, .named = {{"owner", {bert().dn}}}}, "member"), Truth::yes);
  EXPECT_EQ(may(all, {}, kWheel, "member"), Truth::unknown) << "whoever it is, the entry may name them";
  EXPECT_EQ(may(all, anna(), {.dn = kWheel.dn, .named = {{"owner", {bert().dn}}}}, "member"), Truth::no);
}

TEST(OlcAccess, EvidenceIsTheRuleAsWritten) {
  const Permission p = rules({"{0}to attrs=userPassword by self write by * none",
                              "{1}to *  by dn.exact=\"uid=bert,ou=people,dc=t\" manage"})
                           .of(bert(), kWheel, "member");
  EXPECT_EQ(p.rule, "olcAccess {1}to * by dn.exact=uid=bert,ou=people,dc=t manage");
}

TEST(OlcAccess, ARuleThatCannotBeReadMakesWhatComesBehindItUnknown) {
  OlcAccess access = rules({"{0}to attrs=userPassword by * none", "{1}to * by everyone write"});
  EXPECT_EQ(access.not_understood(),
            "olcAccess {1} cannot be read: at word 4, *, self, users, anonymous, dn=, group= or another <who> of "
            "slapd.access(5) is expected");
  EXPECT_EQ(access.of(bert(), kAdmin, "userPassword").value, Truth::no);
  EXPECT_EQ(access.of(bert(), kAdmin, "member").value, Truth::unknown);
}

TEST(OlcRule, SaysWhatIsWrong) {
  for (const auto& [text, expected] : {std::pair{"by * read", "at word 1, \"to\" is expected"},
                                       {"to * by", "at the end, *, self"},
                                       {"to *", "at the end, \"by\" is expected"},
                                       {"to color=red by * read", "at word 2, *, dn=, filter="},
                                       {"to * by * writ", "at word 5, an access such as read"},
                                       {"{1to * by * read", "\"{\" without \"}\""}}) {
    const auto rule = OlcRule::parse(text);
    ASSERT_FALSE(rule) << text;
    EXPECT_THAT(rule.error().message, HasSubstr(expected)) << text;
  }
}

}  // namespace
}  // namespace tally::directory
