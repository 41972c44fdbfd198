// Search filters (RFC 4515) understood here, and those that are refused rather than guessed.
#include "connectors/directory/filter.h"

#include <gtest/gtest.h>

namespace tally::directory {
namespace {

bool matches(std::string_view filter) {
  Entry entry;
  entry.start("cn=jane,dc=t");
  entry.attribute("objectClass");
  entry.value("top");
  entry.value("User");
  entry.attribute("cn");
  entry.value("Jane (Sales) Doe");
  entry.attribute("userAccountControl");
  entry.value("514");
  entry.attribute("objectCategory");
  entry.value("CN=Person,CN=Schema,CN=Configuration,DC=t");
  const auto parsed = Filter::parse(filter);
  EXPECT_TRUE(parsed) << filter;
  return parsed && parsed->matches(entry);
}

TEST(Filter, KnowsAndOrNot) {
  EXPECT_TRUE(matches("(objectclass=user)"));
  EXPECT_TRUE(matches("(&(objectClass=user)(cn=*))"));
  EXPECT_FALSE(matches("(&(objectClass=user)(mail=*))"));
  EXPECT_TRUE(matches("(|(mail=*)(objectClass=top))"));
  EXPECT_TRUE(matches("(!(mail=*))"));
  EXPECT_TRUE(matches("(&)"));   // RFC 4526: true
  EXPECT_FALSE(matches("(|)"));  // RFC 4526: false
}

TEST(Filter, KnowsPiecesAndEscapes) {
  EXPECT_TRUE(matches("(cn=jane*)"));
  EXPECT_TRUE(matches("(cn=*doe)"));
  EXPECT_TRUE(matches("(cn=j*sales*e)"));
  EXPECT_FALSE(matches("(cn=*sales)"));
  EXPECT_TRUE(matches("(cn=jane \\28sales\\29 doe)"));
  EXPECT_FALSE(matches("(cn=jane\\2a)"));  // a star that is a star
}

TEST(Filter, KnowsTheBitRulesAndCategoriesOfActiveDirectory) {
  EXPECT_TRUE(matches("(userAccountControl:1.2.840.113556.1.4.803:=2)"));
  EXPECT_TRUE(matches("(userAccountControl:1.2.840.113556.1.4.803:=514)"));
  EXPECT_FALSE(matches("(userAccountControl:1.2.840.113556.1.4.803:=6)"));
  EXPECT_TRUE(matches("(userAccountControl:1.2.840.113556.1.4.804:=6)"));
  EXPECT_FALSE(matches("(userAccountControl:1.2.840.113556.1.4.804:=4)"));
  EXPECT_TRUE(matches("(objectCategory=person)"));
  EXPECT_FALSE(matches("(objectCategory=pers)"));
}

TEST(Filter, RefusesWhatItDoesNotUnderstand) {
  for (const char* bad :
       {"", "cn=a", "(cn=a", "(cn=a))", "(cn)", "()", "(!(a=b)(c=d))", "(!)", "(cn=a\\2)", "(cn=a(b)", "(=a)"}) {
    const auto parsed = Filter::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().kind, base::ErrorKind::malformed) << bad;
  }
  for (const char* other : {"(a>=1)", "(a<=1)", "(a~=b)", "(a:dn:=b)", "(memberOf:1.2.840.113556.1.4.1941:=cn=x)"}) {
    const auto parsed = Filter::parse(other);
    ASSERT_FALSE(parsed) << other;
    EXPECT_EQ(parsed.error().kind, base::ErrorKind::unsupported) << other;
  }
  std::string deep(1000, '(');
  for (std::size_t i = 1; i < deep.size(); i += 2) deep[i] = '!';
  EXPECT_FALSE(Filter::parse(deep));
}

TEST(Filter, NamesTheAttributesItNeeds) {
  EXPECT_EQ(Filter::parse("(&(a=1)(|(b=*)(!(c=x*))))")->attributes(), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace tally::directory
