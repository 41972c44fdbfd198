// The table for the compiler, and the page that is made of it.
#include "policy/rules/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "policy/rules/facts_page.h"

namespace tally::rules {
namespace {

TEST(Catalogue, IsTheFactsPage) {
  std::ifstream in(TALLY_SOURCE_DIR "/docs/facts.md");
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(), facts_page()) << "mend it: tallystick policy facts --page > docs/facts.md";
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

TEST(Catalogue, LetsARuleAboutAMembershipReadBothItsEndsAndThePerson) {
  const auto membership = model::SubjectKind::membership;
  for (const char* fact : {"membership.since", "account.login", "group.tier", "person.left", "source.name", "now"}) {
    EXPECT_TRUE(usable_in(*find_fact(fact), membership)) << fact;
  }
  EXPECT_FALSE(usable_in(*find_fact("run.missed"), membership));
  EXPECT_FALSE(usable_in(*find_fact("account.login"), model::SubjectKind::group));
  EXPECT_FALSE(usable_in(*find_fact("source.name"), model::SubjectKind::run));
}

TEST(Catalogue, SaysOfEveryFactOfAnEntryWhichAttributeItIs) {
  for (const FactInfo& fact : catalogue()) {
    if (!fact.name.starts_with("account.") || fact.name == "account.source") continue;
    EXPECT_FALSE(fact.from.active_directory.empty() && fact.from.openldap.empty()) << fact.name;
  }
}

}  // namespace
}  // namespace tally::rules
