// Whether an attribute that is not shown is absent or hidden: worked out by hand from [MS-ADTS] 5.1.3.3.
#include "connectors/directory/read_check.h"

#include <gtest/gtest.h>

#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

constexpr const char* kLink = "f30e3bbe-9ff0-11d1-b603-0000f80367c1";
constexpr const char* kOther = "bf9679c0-0de6-11d0-a285-00aa003049e2";
constexpr const char* kMe = "S-1-5-21-1-2-3-1104";
constexpr const char* kGroup = "S-1-5-21-1-2-3-1200";
constexpr const char* kStranger = "S-1-5-21-1-2-3-1105";
constexpr std::uint32_t kRead = 0x10, kList = 0x4, kGenericRead = 0x80000000U;

bool reads(const std::vector<std::string>& entries) {
  return ReadCheck({kMe, kGroup}).surely_reads(descriptor("S-1-5-18", entries), Guid(kLink));
}

TEST(ReadCheck, IsYesWhereAnEntryForTheAccountOrAGroupOfItSaysSo) {
  EXPECT_TRUE(reads({allow(kMe, kRead)}));
  EXPECT_TRUE(reads({allow(kGroup, kGenericRead)}));
  EXPECT_TRUE(reads({allow(kGroup, kRead, kLink)}));
  EXPECT_TRUE(reads({allow("S-1-5-11", kRead)})) << "who is signed in is an authenticated user";
  EXPECT_TRUE(reads({allow("S-1-1-0", kRead)}));
}

TEST(ReadCheck, IsNoWhereNoneDoes) {
  EXPECT_FALSE(reads({}));
  EXPECT_FALSE(reads({allow(kStranger, kRead)}));
  EXPECT_FALSE(reads({allow(kMe, kList)})) << "the entry is seen, its attributes are not";
  EXPECT_FALSE(reads({allow(kMe, kRead, kOther)}));
  EXPECT_FALSE(reads({allow(kMe, kRead, kLink, AccessEntry::kInheritOnly)}));
}

TEST(ReadCheck, IsNoWhereAnEntryThatDeniesComesFirst) {
  EXPECT_FALSE(reads({deny(kGroup, kRead, kLink), allow(kMe, kRead)}));
  EXPECT_FALSE(reads({deny("S-1-1-0", kGenericRead), allow(kMe, kRead)}));
  EXPECT_TRUE(reads({allow(kMe, kRead), deny(kGroup, kRead, kLink)})) << "the order of the list decides";
  EXPECT_TRUE(reads({deny(kStranger, kRead), deny(kMe, kRead, kOther), allow(kMe, kRead)}));
}

TEST(ReadCheck, OfWhatLiesBelowAsksForTheRightToList) {
  const auto lists = [](const std::vector<std::string>& entries) {
    return ReadCheck({kMe}).surely_lists(descriptor("S-1-5-18", entries));
  };
  EXPECT_TRUE(lists({allow("S-1-5-11", kList)}));
  EXPECT_TRUE(lists({allow(kMe, kGenericRead)}));
  EXPECT_FALSE(lists({allow(kMe, kRead)}));
  EXPECT_FALSE(lists({deny("S-1-5-11", kList), allow(kMe, kList)}));
}

TEST(ReadCheck, IsNoWhereItCannotBeTold) {
  EXPECT_FALSE(reads({ace(9, 0, kRead, kMe)})) << "under a condition";
  EXPECT_FALSE(reads({ace(200, 0, kRead, kMe), allow(kMe, kRead)})) << "an entry that is not understood";
  const std::string open = descriptor("S-1-5-18", {allow("S-1-1-0", kRead)});
  EXPECT_FALSE(ReadCheck(std::vector<std::string>{}).surely_reads(open, Guid(kLink))) << "who we are is not known";
  EXPECT_FALSE(ReadCheck({kMe}).surely_reads("no descriptor", Guid(kLink)));
}

TEST(ReadCheck, HidesNothingOfWhatWasNotReadWithAnAccountsRights) {
  EXPECT_TRUE(ReadCheck().surely_reads("", Guid(kLink)));
}

}  // namespace
}  // namespace tally::directory
