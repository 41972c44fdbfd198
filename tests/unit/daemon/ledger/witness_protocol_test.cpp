#include "daemon/ledger/witness_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

/// The example of the specification (C2SP tlog-witness, add-checkpoint).
constexpr std::string_view kExample =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\u2014 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 example.com/behind-the-sofa "
    "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

TEST(AddCheckpoint, ReadsAndWritesTheExampleOfTheSpecification) {
  const auto request = AddCheckpoint::parse(kExample);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->old_size, 20852014u);
  ASSERT_THAT(request->proof, SizeIs(4));
  EXPECT_EQ(request->proof[0].hex(), "3e544d0abc07a6a846aeea6e7b42fb8316e36cc88a03db5e9afb996430e991ac");
  EXPECT_THAT(request->note, testing::StartsWith("example.com/behind-the-sofa\n20852163\n"));
  EXPECT_EQ(request->format(), kExample);
}

TEST(AddCheckpoint, RefusesEveryOtherSpelling) {
  const std::string hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
  std::string many;
  for (int i = 0; i < 63; ++i) many += hash;
  EXPECT_TRUE(AddCheckpoint::parse("old 1\n" + many + "\nx"));
  const std::vector<std::string> wrong{"",
                                       "old 1",
                                       "old\n\nx",
                                       "old 01\n\nx",
                                       "old -1\n\nx",
                                       "old  1\n\nx",
                                       "old 1 \n\nx",
                                       "Old 1\n\nx",
                                       "old 18446744073709551616\n\nx",
                                       "old 1\r\n\nx",
                                       "old 1\n" + hash,
                                       "old 1\n " + hash + "\nx",
                                       "old 1\nPlRN\n\nx",
                                       "old 1\n" + many + hash + "\nx",
                                       "old 1\n\n" + std::string(kMaxAddCheckpointBytes, 'x')};
  for (const std::string& body : wrong) {
    const auto request = AddCheckpoint::parse(body);
    ASSERT_FALSE(request) << body.substr(0, 100);
    EXPECT_THAT(request.error().message, HasSubstr("add-checkpoint: "));
  }
}

TEST(AddCheckpoint, HoldsTheLongestRequestThatTheLimitsAllow) {
  AddCheckpoint longest{~std::uint64_t{0}, std::vector<base::Digest>(63), std::string(kMaxNoteBytes, 'x')};
  EXPECT_TRUE(AddCheckpoint::parse(longest.format()));
}

TEST(TreeSize, HasOneSpelling) {
  EXPECT_EQ(format_tree_size(421), "421\n");
  EXPECT_EQ(parse_tree_size("421\n"), 421u);
  EXPECT_EQ(parse_tree_size("0\n"), 0u);
  for (const char* wrong : {"", "421", "421\n\n", " 421\n", "0421\n", "-1\n", "421 \n", "18446744073709551616\n"}) {
    EXPECT_FALSE(parse_tree_size(wrong)) << wrong;
  }
}

TEST(MonitorPath, NamesTheHashOfTheOrigin) {
  // printf audit.example.com/hostA | sha256sum
  EXPECT_EQ(monitor_path("audit.example.com/hostA"),
            "/b7e0960e1472168a488a2fa6c2572be21871e83bae8cec3a2ca1ec0a27bad77b/checkpoint");
}

}  // namespace
}  // namespace tally::ledger
