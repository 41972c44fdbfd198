// The parts of a split search touch, do not overlap, and reach from the first identifier to the last.
#include "connectors/directory/split_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace tally::directory {
namespace {

using testing::ElementsAre;

/// The first four bytes of the lower and the upper bound of a part.
std::pair<std::uint64_t, std::uint64_t> ends_of(const std::string& filter) {
  static const std::regex kShape(R"(\(&\(objectClass=person\)\(entryUUID>=([0-9a-f]{8})-0000-0000-0000-0{12}\))"
                                 R"(\(entryUUID<=([0-9a-f]{8})-ffff-ffff-ffff-f{12}\)\))");
  std::smatch found;
  if (!std::regex_match(filter, found, kShape)) throw std::runtime_error(filter);
  return {std::stoull(found[1], nullptr, 16), std::stoull(found[2], nullptr, 16)};
}

TEST(PartsOfASearch, CoverEveryIdentifierOnce) {
  for (std::uint32_t count = 1; count <= kMaxConnections; ++count) {
    std::uint64_t next = 0;
    for (const std::string& filter : filters_of_parts("(objectClass=person)", Dialect::openldap, count)) {
      const auto [first, last] = ends_of(filter);
      EXPECT_EQ(first, next);
      EXPECT_LT(first, last);
      next = last + 1;
    }
    EXPECT_EQ(next, std::uint64_t{1} << 32U) << count << " parts";
  }
}

TEST(PartsOfASearch, AreWrittenAsBytesForActiveDirectory) {
  EXPECT_THAT(filters_of_parts("(objectClass=user)", Dialect::active_directory, 2),
              ElementsAre(R"((&(objectClass=user)(objectGUID>=\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00))"
                          R"((objectGUID<=\7f\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff)))",
                          R"((&(objectClass=user)(objectGUID>=\80\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00))"
                          R"((objectGUID<=\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff\ff)))"));
}

}  // namespace
}  // namespace tally::directory
