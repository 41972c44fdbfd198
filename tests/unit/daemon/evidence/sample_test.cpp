#include "daemon/evidence/sample.h"

#include <gtest/gtest.h>

namespace tally::evidence {
namespace {

base::Digest root() {
  base::Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) digest.bytes[i] = static_cast<std::uint8_t>(i);
  return digest;
}

std::vector<std::uint64_t> numbers() {
  std::vector<std::uint64_t> out;
  for (std::uint64_t i = 5; i < 45; i += 3) out.push_back(i);
  return out;
}

// sorted(sorted(range(5, 45, 3), key=lambda n: sha256(b"tallystick-sample/v1\0" + bytes(range(32)) + str(n).encode())
// .digest())[:4]) in Python.
TEST(Sample, IsDrawnByTheRootAsPythonDrawsIt) {
  EXPECT_EQ(draw(numbers(), root(), 4), (std::vector<std::uint64_t>{8, 11, 29, 35}));
  EXPECT_EQ(draw(numbers(), root(), 1), std::vector<std::uint64_t>{11});
}

TEST(Sample, IsOfAllWhenThereAreNoMore) {
  EXPECT_EQ(draw(numbers(), root(), 14), numbers());
  EXPECT_EQ(draw(numbers(), root(), 1000), numbers());
  EXPECT_TRUE(draw({}, root(), 3).empty());
}

TEST(Sample, IsAnotherUnderAnotherRoot) {
  base::Digest other = root();
  other.bytes[0] ^= 1;
  EXPECT_NE(draw(numbers(), other, 4), draw(numbers(), root(), 4));
}

}  // namespace
}  // namespace tally::evidence
