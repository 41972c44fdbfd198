// docs/rules.md says of every shipped rule what the packs say.
#include "policy/rules/page.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/support/shipped_rules.h"

namespace tally::rules {
namespace {

TEST(RulesPage, IsFresh) {
  std::ifstream file(TALLY_SOURCE_DIR "/docs/rules.md", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), rules_page(support::shipped_rules()))
      << "mend it: tallystick policy list --page > docs/rules.md";
}

TEST(RulesPage, HasARowForEveryRule) {
  const std::string page = rules_page(support::shipped_rules());
  for (const Pack& pack : support::shipped_rules()) {
    for (const Rule& rule : pack.rules) EXPECT_THAT(page, testing::HasSubstr("| **" + rule.id + "** ")) << rule.id;
  }
}

}  // namespace
}  // namespace tally::rules
