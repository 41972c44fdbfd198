// The letters in which 389 Directory Server tells effective rights, as its documentation gives them.
#include "connectors/directory/effective_rights.h"

#include <gmock/gmock.h>

namespace tally::directory {
namespace {

using testing::HasSubstr;

TEST(EffectiveRights, AreToldForTheEntryAndForEachAttribute) {
  const auto rights = EffectiveRights::parse("vad", "member:rscwo, userPassword:none, mail:rsc, uniqueMember:rWO");
  ASSERT_TRUE(rights) << rights.error().message;
  EXPECT_TRUE(rights->may_add());
  EXPECT_TRUE(rights->may_delete());
  EXPECT_EQ(rights->write("MEMBER"), MayWrite::yes);
  EXPECT_EQ(rights->write("userpassword"), MayWrite::no);
  EXPECT_EQ(rights->write("mail"), MayWrite::no);
  EXPECT_EQ(rights->write("uniqueMember"), MayWrite::own_name) << "capitals: selfwrite";
  EXPECT_TRUE(rights->may_read("mail"));
  EXPECT_FALSE(rights->may_read("userPassword"));
}

TEST(EffectiveRights, OfWhichNothingIsSaidAreNotTakenForNone) {
  const auto rights = EffectiveRights::parse("none", "member:none");
  ASSERT_TRUE(rights) << rights.error().message;
  EXPECT_FALSE(rights->may_add());
  EXPECT_FALSE(rights->may_delete());
  EXPECT_TRUE(rights->tells("member"));
  EXPECT_FALSE(rights->tells("userPassword"));
}

TEST(EffectiveRights, ToObliterateAValueIsToWriteIt) {
  const auto rights = EffectiveRights::parse("v", "member:o");
  ASSERT_TRUE(rights) << rights.error().message;
  EXPECT_EQ(rights->write("member"), MayWrite::yes);
}

TEST(EffectiveRights, OfAnotherFormAreRefusedWithThePlace) {
  for (const char* entry : {"", "x", "vadn none"}) EXPECT_FALSE(EffectiveRights::parse(entry, "")) << entry;
  const auto letters = EffectiveRights::parse("v", "member:rsc, mail:rz");
  ASSERT_FALSE(letters);
  EXPECT_THAT(letters.error().message, HasSubstr("at byte 11: \"mail:rz\""));
  for (const char* bad : {"member", ":rsc", "member:", "member:rsc,", "member:rsc,,mail:r"})
    EXPECT_FALSE(EffectiveRights::parse("v", bad)) << bad;
}

}  // namespace
}  // namespace tally::directory
