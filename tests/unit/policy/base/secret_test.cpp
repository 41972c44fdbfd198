#include "policy/base/secret.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace tally::base {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<std::string, Secret>);

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);

const std::string kLong(100, 'x');  // beyond the small-string buffer, so that moving could leave a block behind

TEST(Secret, WipesTheStringItCameIn) {
  for (const std::string& original : {std::string("short"), kLong}) {
    std::string password = original;
    const char* const bytes = password.data();
    const std::size_t size = password.size();
    const Secret secret(std::move(password));
    EXPECT_EQ(secret.reveal(), original);
    EXPECT_EQ(std::string(bytes, size), std::string(size, '\0'));  // the string still owns them
  }
}

TEST(Secret, WipesWhatItIsMovedFrom) {
  Secret first{std::string(kLong)};
  const std::string_view before = first.reveal();
  Secret second = std::move(first);
  EXPECT_EQ(second.reveal(), kLong);
  EXPECT_EQ(std::string(before), std::string(kLong.size(), '\0'));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(Secret, IsReplacedByAssignment) {
  Secret secret{std::string("old")};
  secret = Secret{std::string("new")};
  EXPECT_EQ(secret.reveal(), "new");
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.reveal(), "new");
}

TEST(Secret, ComparesAllOfItsBytes) {
  const Secret secret{std::string("password")};
  EXPECT_TRUE(secret.equals(secret.duplicate()));
  EXPECT_FALSE(secret.equals(Secret{std::string("passwore")}));
  EXPECT_FALSE(secret.equals(Secret{std::string("Password")}));
  EXPECT_FALSE(secret.equals(Secret{std::string("passwor")}));
  EXPECT_FALSE(secret.equals(Secret{}));
  EXPECT_TRUE(Secret{}.equals(Secret{}));
}

}  // namespace
}  // namespace tally::base
