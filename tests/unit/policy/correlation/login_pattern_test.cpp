#include "policy/correlation/login_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::correlation {
namespace {

using testing::HasSubstr;

std::string made(std::string_view pattern, std::string_view given = "john", std::string_view family = "smith") {
  std::string out;
  return LoginPattern::parse(pattern)->fill(given, family, out) ? out : "(none)";
}

TEST(LoginPattern, MakesLoginsOfNames) {
  EXPECT_EQ(made("{given}.{family}"), "john.smith");
  EXPECT_EQ(made("{g}{family}"), "jsmith");
  EXPECT_EQ(made("{family}{g}"), "smithj");
  EXPECT_EQ(made("{given}{f}"), "johns");
  EXPECT_EQ(made("x-{family:3}{given:2}"), "x-smijo");
  EXPECT_EQ(made("{family:9}"), "smith");
}

TEST(LoginPattern, MakesNoneOfANameThatIsMissing) {
  EXPECT_EQ(made("{g}{family}", "", "smith"), "(none)");
  EXPECT_EQ(made("{family}", "", "smith"), "smith");
}

TEST(LoginPattern, KnowsWhetherItComesApartIntoAWholeNameAndALetter) {
  for (const char* apart : {"{given}.{family}", "{g}{family}", "{family}_{g}", "{given}{family:3}"})
    EXPECT_TRUE(LoginPattern::parse(apart)->comes_apart()) << apart;
  for (const char* whole :
       {"{family}", "x{g}{family}", "{g}x{family}", "{family:3}{given:3}", "{g}{f}", "{family}{g}.x"})
    EXPECT_FALSE(LoginPattern::parse(whole)->comes_apart()) << whole;
}

TEST(LoginPattern, SaysWhatIsWrongWithIt) {
  EXPECT_THAT(LoginPattern::parse("{name}").error(), HasSubstr("{name} is no part of a name: {given}, {family}"));
  EXPECT_THAT(LoginPattern::parse("{given").error(), HasSubstr("a { without its }"));
  EXPECT_THAT(LoginPattern::parse("given}").error(), HasSubstr("a } without its {"));
  EXPECT_THAT(LoginPattern::parse("admin").error(), HasSubstr("no part of a name"));
  EXPECT_THAT(LoginPattern::parse("").error(), HasSubstr("no part of a name"));
  for (const char* bad : {"{family:}", "{family:0}", "{family:65}", "{family:x}", "{family:3x}", "{family:-1}"})
    EXPECT_THAT(LoginPattern::parse(bad).error(), HasSubstr("no number of letters from 1 to 64")) << bad;
  EXPECT_THAT(LoginPattern::parse("{g:2}").error(), HasSubstr("no part of a name"));
}

}  // namespace
}  // namespace tally::correlation
