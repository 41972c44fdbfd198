#include "policy/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "policy/base/id.h"

namespace tally::base {
namespace {

TEST(AnError, TellsItsCircumstanceFirst) {
  const Error error{ErrorKind::timed_out, "no answer in 30 s"};
  const Error outer = error.within("directory corp-ad");
  EXPECT_EQ(outer.message, "directory corp-ad: no answer in 30 s");
  EXPECT_EQ(outer.kind, ErrorKind::timed_out);
}

TEST(AnError, TakesItsKindFromTheOperatingSystem) {
  EXPECT_EQ(system_failure("reading a", ENOENT).value().kind, ErrorKind::not_found);
  EXPECT_EQ(system_failure("reading a", EACCES).value().kind, ErrorKind::denied);
  EXPECT_EQ(system_failure("reading a", EPERM).value().kind, ErrorKind::denied);
  EXPECT_EQ(system_failure("reading a", ENOSPC).value().kind, ErrorKind::io);
  EXPECT_EQ(system_failure("reading a", ENOENT).value().message, "reading a: No such file or directory");
}

TEST(AnErrorKind, HasWordsOfItsOwn) {
  std::set<std::string_view> words;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::io); ++kind)
    words.insert(to_string(static_cast<ErrorKind>(kind)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(ErrorKind::io) + 1);
}

using ThingId = Id<struct ThingTag>;

TEST(AnId, IsNothingUntilItIsGiven) {
  EXPECT_FALSE(ThingId().valid());
  EXPECT_TRUE(ThingId(0).valid());
  EXPECT_EQ(ThingId::at(7).index(), 7U);
  EXPECT_LT(ThingId(1), ThingId(2));
  EXPECT_NE(std::hash<ThingId>{}(ThingId(0)), std::hash<ThingId>{}(ThingId()));
}

TEST(AnIdDeathTest, OfNothingHasNoIndex) {
  EXPECT_DEATH({ [[maybe_unused]] const auto index = ThingId().index(); }, "assertion failed: valid\\(\\)");
}

TEST(AnIdDeathTest, DoesNotWrapAround) {
  EXPECT_DEATH({ [[maybe_unused]] const auto id = ThingId::at(std::size_t{1} << 32); }, "assertion failed");
}

}  // namespace
}  // namespace tally::base
