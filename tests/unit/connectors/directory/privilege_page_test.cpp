// The page for people and the tables of SIDs are the same.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

std::string page() {
  std::ifstream in(TALLY_SOURCE_DIR "/docs/spec/privilege.md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(PrivilegePage, HasEveryGroupThatMeansPowerWithItsTierAndNoOther) {
  const std::string text = page();
  const auto half = text.find("## Groups of a domain");
  ASSERT_NE(half, std::string::npos);
  for (const bool of_domain : {false, true}) {
    const std::string part = of_domain ? text.substr(half) : text.substr(0, half);
    for (std::uint32_t rid = 0; rid < 2000; ++rid) {
      const auto known = privileged_sid(fmt::format("{}-{}", of_domain ? "S-1-5-21-1-2-3" : "S-1-5-32", rid));
      const auto row = part.find(fmt::format("\n| {} | ", rid));
      if (!known) {
        if (row == std::string::npos) continue;
        EXPECT_THAT(part.substr(row, part.find('\n', row + 1) - row), testing::HasSubstr("| none |")) << rid;
        continue;
      }
      const int tier = known->tier == model::Tier::tier0 ? 0 : 1;
      EXPECT_THAT(part, testing::HasSubstr(fmt::format("\n| {} | {} | {} | ", rid, known->name, tier)));
    }
  }
}

}  // namespace
}  // namespace tally::directory
