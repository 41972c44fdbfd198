// The words by which a person is known, and texts that have them.
#include "daemon/pipeline/identifiers.h"

#include <gtest/gtest.h>

namespace tally::pipeline {
namespace {

Identifiers words(std::initializer_list<std::string_view> all) {
  Identifiers out;
  for (const auto word : all) out.add(word);
  return out;
}

TEST(Identifiers, AreFoundAsWholeWords) {
  const auto dana = words({"Dana Weiss", "dweiss", "001004", "CN=Dana Weiss,OU=Staff,DC=corp"});
  for (const char* text : {"dweiss in corp-ad still works", "DWEISS", "by dweiss.", "dweiss@example.com",
                           "her manager is dana weiss (HR)", "employee 001004", "x/CN=dana weiss,ou=staff,dc=corp"}) {
    EXPECT_TRUE(dana.in(text)) << text;
  }
  for (const char* text : {"", "dweissmann", "adweiss", "Jordana Weiss", "Dana Weisz", "10010040", "Dana", "Weiss"}) {
    EXPECT_FALSE(dana.in(text)) << text;
  }
}

TEST(Identifiers, KnowLettersBeyondAscii) {
  const auto joerg = words({"Jörg Groß"});
  EXPECT_TRUE(joerg.in("Jörg Groß left"));
  EXPECT_FALSE(joerg.in("Jörg Großmann left"));
  EXPECT_FALSE(words({"rg Gro"}).in("Jörg Groß left")) << "not in mid-word";
}

TEST(Identifiers, TakeShortOnesOnlyAlone) {
  const auto al = words({"al"});
  EXPECT_TRUE(al.in("AL"));
  EXPECT_FALSE(al.in("al in corp-ad"));
}

TEST(Identifiers, TakeNoCountOrTimeForAnEmployeeNumber) {
  const auto numbers = words({"7", "2026", "018243"});
  for (const char* text :
       {"7", "7 rows", "2026", "2026-03-31T22:00:00Z", "00:40:52.018243Z", "10.018243", "018243-1"}) {
    EXPECT_FALSE(numbers.in(text)) << text;
  }
  EXPECT_TRUE(numbers.in("employee 018243."));
  EXPECT_TRUE(numbers.in("018243"));
}

TEST(Identifiers, LeaveOutWhatNamesNobody) {
  EXPECT_TRUE(words({"", "  ", "-", "@", "..."}).words().empty());
  EXPECT_EQ(*words({"  dweiss\t"}).words().begin(), "dweiss");
}

}  // namespace
}  // namespace tally::pipeline
