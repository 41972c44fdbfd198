// Looking up attributes: names are ASCII without case (RFC 4512 §2.5), ";binary" is a way of sending and not another
// attribute (RFC 4522 §3), every other option is.
#include "connectors/directory/entry.h"

#include <gtest/gtest.h>

namespace tally::directory {
namespace {

TEST(DirectoryEntry, FindsAnAttributeInAnyCaseAndNoOtherOfItsSizeAndEnds) {
  Entry entry;
  entry.start("cn=x");
  entry.attribute("mFmbFr");  // as long as "member", and it begins and ends alike
  entry.value("wrong");
  entry.attribute("MEMBER");
  entry.value("right");
  EXPECT_EQ(entry.first("member"), "right");
  EXPECT_EQ(entry.first("Member"), "right");
  EXPECT_FALSE(entry.has("membe"));
  EXPECT_FALSE(entry.has("memberr"));
  EXPECT_FALSE(entry.has(""));
}

TEST(DirectoryEntry, TakesBinaryForTheAttributeItselfAndOtherOptionsForOthers) {
  Entry entry;
  entry.start("cn=x");
  entry.attribute("cn;lang-de");
  entry.value("deutsch");
  entry.attribute("objectGUID;Binary");
  entry.value("guid");
  EXPECT_EQ(entry.first("objectguid"), "guid");
  EXPECT_EQ(entry.first("objectGUID;binary"), "guid");
  EXPECT_FALSE(entry.has("cn"));
  EXPECT_EQ(entry.first("CN;LANG-DE"), "deutsch");
}

TEST(DirectoryEntry, TakesOffOneBinaryAlone) {
  Entry entry;
  entry.start("cn=x");
  entry.attribute("x;binary;binary");
  EXPECT_FALSE(entry.has("x"));
  EXPECT_TRUE(entry.has("x;binary"));
  entry.attribute(";binary");
  EXPECT_TRUE(entry.has(";binary"));
}

TEST(DirectoryEntry, FindsTheFirstOfTwoThatFit) {
  Entry entry;
  entry.start("cn=x");
  entry.attribute("x;binary");
  entry.value("first");
  entry.attribute("x");
  entry.value("second");
  EXPECT_EQ(entry.first("x"), "first");
}

TEST(DirectoryEntry, FindsWhatMergingJoined) {
  Entry entry;
  entry.start("cn=x");
  for (const auto& [name, value] : {std::pair("mail", "1"), std::pair("cn", "2"), std::pair("MAIL", "3")}) {
    entry.attribute(name);
    entry.value(value);
  }
  entry.merge();
  EXPECT_EQ(entry.values("Mail").size(), 2U);
  EXPECT_EQ(entry.first("cn"), "2");
}

}  // namespace
}  // namespace tally::directory
