#include "policy/rules/message.h"

#include <gtest/gtest.h>

namespace tally::rules {
namespace {

std::string rendered(std::string_view text, std::string_view value) {
  const auto message = Message::parse(text);
  if (!message) return "refused: " + message.error().sentence;
  return message->render([&](std::string_view) { return std::string(value); });
}

TEST(Message, PutsValuesInTheirPlaces) {
  EXPECT_EQ(rendered("{account.login} is {account.login}.", "ada"), "ada is ada.");
  EXPECT_EQ(rendered("@{{a=1}}", ""), "@{a=1}");
}

TEST(Message, ShowsControlCharactersInsteadOfObeyingThem) { EXPECT_EQ(rendered("{a}", "x\x1b[2J"), "x\\x1B[2J"); }

TEST(Message, KeepsAStrangersNameInsideItsPowerShellString) {
  EXPECT_EQ(rendered("-Identity {a|powershell}", "cn=O'Brien"), "-Identity 'cn=O''Brien'");
  EXPECT_EQ(rendered("{a|powershell}", "x\xE2\x80\x99; Remove-Item"), "'x\xE2\x80\x99\xE2\x80\x99; Remove-Item'");
}

TEST(Message, KeepsAStrangersNameInsideItsShellWord) {
  EXPECT_EQ(rendered("disable -- {a|shell}", "ada'; rm -rf '$HOME"), "disable -- 'ada'\\''; rm -rf '\\''$HOME'");
}

TEST(Message, TellsItsPlaceholdersAndWhereTheyStand) {
  const auto message = Message::parse("{{x}} {a} and {b|ldif}");
  ASSERT_TRUE(message);
  const auto placeholders = message->placeholders();
  ASSERT_EQ(placeholders.size(), 2U);
  EXPECT_EQ(placeholders[0].name, "a");
  EXPECT_EQ(placeholders[0].offset, 6U);
  EXPECT_EQ(placeholders[1].form, Message::Form::ldif);
}

TEST(Message, WritesLdifValuesAsRfc2849Asks) {
  EXPECT_EQ(rendered("dn{a|ldif}", "cn=ada,dc=x"), "dn: cn=ada,dc=x");
  EXPECT_EQ(rendered("dn{a|ldif}", "cn=J\xC3\xBCrgen"), "dn:: Y249SsO8cmdlbg==");
  EXPECT_EQ(rendered("dn{a|ldif}", "cn=a\nchangetype: delete"), "dn:: Y249YQpjaGFuZ2V0eXBlOiBkZWxldGU=");
  EXPECT_EQ(rendered("dn{a|ldif}", ":x"), "dn:: Ong=");
}

TEST(Message, RefusesWhatIsNotClosedOrNotKnown) {
  EXPECT_TRUE(rendered("{a", "").starts_with("refused"));
  EXPECT_TRUE(rendered("a}", "").starts_with("refused"));
  EXPECT_TRUE(rendered("{a|perl}", "").starts_with("refused"));
}

}  // namespace
}  // namespace tally::rules
