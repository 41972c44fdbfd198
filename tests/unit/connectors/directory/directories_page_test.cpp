// docs/directories.md names exactly the attributes that the profiles ask for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "connectors/directory/profile.h"

namespace tally::directory {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream rest(line);
  for (std::string cell; std::getline(rest, cell, '|');) out.push_back(cell);
  return out;
}

/// What stands in code type in one column of the first table.
std::set<std::string> named_in(std::size_t column) {
  std::set<std::string> out;
  std::ifstream page(TALLY_SOURCE_DIR "/docs/directories.md");
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| fact |")) inside = true;
    if (inside && !line.starts_with("|")) break;
    const auto cells = cells_of(line);
    if (!inside || cells.size() <= column) continue;
    std::istringstream cell(cells[column]);
    std::string word;
    for (bool code = false; std::getline(cell, word, '`'); code = !code) {
      if (code) out.insert(word);
    }
  }
  return out;
}

std::set<std::string> asked_by(Dialect dialect) {
  ProfileOptions options;
  options.dialect = dialect;
  options.bases = {"dc=example,dc=test"};
  options.generic = {.enabled_when = {}, .id = "", .mail = "", .expires = "", .password_changed = "", .members = {}};
  const auto profile = Profile::create(options, *base::parse_instant("2026-06-01T00:00:00Z"));
  const auto& names = (*profile)->query().attributes;
  return {names.begin(), names.end()};
}

TEST(DirectoriesPage, NamesWhatIsAskedForAndNothingElse) {
  constexpr std::size_t kOpenLdap = 2, kDs389 = 3, kActiveDirectory = 4, kGeneric = 5;
  EXPECT_EQ(named_in(kOpenLdap), asked_by(Dialect::openldap));
  EXPECT_EQ(named_in(kDs389), asked_by(Dialect::ds389));
  EXPECT_EQ(named_in(kActiveDirectory), asked_by(Dialect::active_directory));
  auto generic = asked_by(Dialect::generic);
  for (const char* members : {"member", "uniqueMember", "memberUid"}) generic.erase(members);  // as configured
  EXPECT_EQ(named_in(kGeneric), generic);
}

}  // namespace
}  // namespace tally::directory
