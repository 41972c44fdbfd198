// Rights as 389 Directory Server writes them down.
#include "connectors/directory/effective_rights.h"

#include <gmock/gmock.h>

namespace tally::directory {
namespace {

using Rights = std::map<std::string, std::string, std::less<>>;

TEST(AttributeRights, AreListedByTheirAttributes) {
  EXPECT_EQ(attribute_rights("member:rscwo, userPassword:none,CN:rsc"),
            (Rights{{"member", "rscwo"}, {"userpassword", "none"}, {"cn", "rsc"}}));
}

TEST(AttributeRights, OfWhatIsNoListAreThoseThatAre) {
  EXPECT_EQ(attribute_rights(""), Rights());
  EXPECT_EQ(attribute_rights("none"), Rights());
  EXPECT_EQ(attribute_rights(":rw, , cn:r,"), (Rights{{"cn", "r"}}));
}

}  // namespace
}  // namespace tally::directory
