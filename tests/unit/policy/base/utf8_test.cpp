#include "policy/base/utf8.h"

#include <gtest/gtest.h>

namespace tally::base {
namespace {

TEST(Utf8, KnowsTheFirstAndLastCodePointOfEachLength) {
  EXPECT_EQ(utf8_sequence(std::string_view("\0", 1)), 1U);
  EXPECT_EQ(utf8_sequence("\x7F"), 1U);
  EXPECT_EQ(utf8_sequence("\xC2\x80"), 2U);
  EXPECT_EQ(utf8_sequence("\xDF\xBF"), 2U);
  EXPECT_EQ(utf8_sequence("\xE0\xA0\x80"), 3U);
  EXPECT_EQ(utf8_sequence("\xEF\xBF\xBF"), 3U);
  EXPECT_EQ(utf8_sequence("\xF0\x90\x80\x80"), 4U);
  EXPECT_EQ(utf8_sequence("\xF4\x8F\xBF\xBF"), 4U);  // U+10FFFF
}

TEST(Utf8, RefusesOverlongForms) {
  for (const char* bytes : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF"}) EXPECT_FALSE(is_utf8(bytes));
}

TEST(Utf8, RefusesSurrogatesAndWhatLiesBeyondUnicode) {
  EXPECT_TRUE(is_utf8("\xED\x9F\xBF"));  // U+D7FF, the last before the surrogates
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xED\xBF\xBF"));
  EXPECT_TRUE(is_utf8("\xEE\x80\x80"));  // U+E000, the first after them
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xF5\x80\x80\x80"));
}

TEST(Utf8, RefusesHalfASequence) {
  for (const char* bytes : {"\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xFF"}) EXPECT_FALSE(is_utf8(bytes));
  EXPECT_EQ(utf8_sequence(""), 0U);
  EXPECT_TRUE(is_utf8(""));
}

TEST(DisplayableText, LeavesOrdinaryTextAlone) {
  for (const char* text : {"", "cn=Ann,ou=people", "Jürgen Müller", "山田", "😀", "עברית"})
    EXPECT_EQ(displayable(text), text);
}

TEST(DisplayableText, CannotSteerATerminal) {
  EXPECT_EQ(displayable("a\x1B[31mred"), "a\\x1B[31mred");
  EXPECT_EQ(displayable("one\r\ntwo\t."), "one\\x0D\\x0Atwo\\x09.");
  EXPECT_EQ(displayable(std::string_view("\0\x7F", 2)), "\\x00\\x7F");
  EXPECT_EQ(displayable("\xC2\x9B"
                        "31m"),
            "\\u{009B}31m");  // U+009B is CSI in one character
}

TEST(DisplayableText, CannotTurnTheReadingDirection) {
  EXPECT_EQ(displayable("invoice\xE2\x80\xAE"
                        "fdp.exe"),
            "invoice\\u{202E}fdp.exe");
  EXPECT_EQ(displayable("\xE2\x81\xA6"), "\\u{2066}");
  EXPECT_EQ(displayable("\xE2\x80\x8F"), "\\u{200F}");
  EXPECT_EQ(displayable("\xD8\x9C"), "\\u{061C}");  // the Arabic letter mark
}

TEST(DisplayableText, CannotBreakTheLine) { EXPECT_EQ(displayable("\xE2\x80\xA8"), "\\u{2028}"); }

TEST(DisplayableText, ShowsIllFormedBytesOneByOne) {
  EXPECT_EQ(displayable("\xC3("), "\\xC3(");
  EXPECT_EQ(displayable("\xE2\x82"), "\\xE2\\x82");
  EXPECT_EQ(displayable("M\xFCller"), "M\\xFCller");  // Latin-1
}

TEST(DisplayableText, IsItselfDisplayable) {
  std::string everything;
  for (int byte = 0; byte < 256; ++byte) everything.push_back(static_cast<char>(byte));
  const std::string once = displayable(everything);
  EXPECT_TRUE(is_utf8(once));
  EXPECT_EQ(displayable(once), once);
}

}  // namespace
}  // namespace tally::base
