// The page for people and the table for the compiler are the same.
#include "policy/rules/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tally::rules {
namespace {

std::string page() {
  std::ifstream in(TALLY_SOURCE_DIR "/docs/spec/rules.md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Catalogue, StandsWordForWordOnThePageAboutRules) {
  const std::string text = page();
  for (const FactInfo& fact : catalogue()) {
    const std::string line =
        "| `" + std::string(fact.name) + "` | " + fact.type.name() + " | " + std::string(fact.meaning) + " |";
    EXPECT_THAT(text, testing::HasSubstr(line));
  }
}

TEST(Catalogue, NamesEveryFactOnce) {
  std::vector<std::string_view> names;
  for (const FactInfo& fact : catalogue()) names.push_back(fact.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

TEST(Catalogue, KeepsAccountsOutOfRulesAboutPeopleAndSources) {
  EXPECT_TRUE(usable_in(*find_fact("account.login"), model::SubjectKind::account));
  EXPECT_FALSE(usable_in(*find_fact("account.login"), model::SubjectKind::person));
  EXPECT_FALSE(usable_in(*find_fact("person.left"), model::SubjectKind::source));
  EXPECT_TRUE(usable_in(*find_fact("source.kind"), model::SubjectKind::account));
}

}  // namespace
}  // namespace tally::rules
