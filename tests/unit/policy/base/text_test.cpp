#include "policy/base/text.h"

#include <gtest/gtest.h>

namespace tally::base {
namespace {

TEST(TextPool, GivesBackWhatWasStored) {
  TextPool pool;
  const TextId ann = pool.add("Ann");
  const TextId zero = pool.add(std::string_view("a\0b", 3));
  EXPECT_EQ(pool.view(ann), "Ann");
  EXPECT_EQ(pool.view(zero), std::string_view("a\0b", 3));
}

TEST(TextPool, KeepsTheEmptyStringAtZero) {
  TextPool pool;
  EXPECT_EQ(pool.add("").index(), 0U);
  EXPECT_EQ(pool.intern("").index(), 0U);
  EXPECT_EQ(pool.view(TextId(0)), "");
  EXPECT_EQ(pool.view(TextId()), "");
}

TEST(TextPool, SharesInternedStringsOnly) {
  TextPool pool;
  const TextId first = pool.intern("Sales");
  EXPECT_EQ(pool.intern("Sales"), first);
  EXPECT_NE(pool.add("Sales"), first);
  EXPECT_EQ(pool.intern("Sales"), first);
}

TEST(TextPool, StillFindsItsStringsAfterGrowing) {
  TextPool pool;
  std::vector<TextId> ids;
  for (int i = 0; i < 10000; ++i) ids.push_back(pool.intern("string " + std::to_string(i)));
  for (int i = 0; i < 10000; ++i) {
    const std::string text = "string " + std::to_string(i);
    ASSERT_EQ(pool.view(ids[static_cast<std::size_t>(i)]), text);
    ASSERT_EQ(pool.intern(text), ids[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(pool.size(), 10001U);
}

TEST(TextPool, MovesBehindAnother) {
  TextPool one;
  const TextId ann = one.add("Ann");
  TextPool two;
  const TextId bob = two.intern("Bob");
  const TextId cid = two.add("Cid");
  const std::uint32_t shift = one.append(two);
  EXPECT_EQ(one.view(ann), "Ann");
  EXPECT_EQ(one.view(TextPool::shifted(bob, shift)), "Bob");
  EXPECT_EQ(one.view(TextPool::shifted(cid, shift)), "Cid");
  EXPECT_EQ(one.view(TextPool::shifted(TextId(0), shift)), "");
  EXPECT_FALSE(TextPool::shifted(TextId(), shift).valid());
}

TEST(TextPool, StoresAPieceOfItself) {
  TextPool pool;
  TextId last = pool.add("a string that is long enough to make the block grow when it is stored again and again");
  for (int i = 0; i < 100; ++i) last = pool.add(pool.view(last));
  EXPECT_TRUE(pool.view(last).starts_with("a string that is long enough"));
}

TEST(TextPoolDeathTest, RefusesAnIdThatItNeverGave) {
  const TextPool pool;
  EXPECT_DEATH({ [[maybe_unused]] const auto text = pool.view(TextId(7)); }, "assertion failed");
}

TEST(TextPoolDeathTest, RefusesToMoveBehindItself) {
  TextPool pool;
  pool.add("Ann");
  EXPECT_DEATH(pool.append(pool), "assertion failed");
}

}  // namespace
}  // namespace tally::base
