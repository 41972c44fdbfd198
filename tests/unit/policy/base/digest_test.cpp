#include "policy/base/digest.h"

#include <gtest/gtest.h>

namespace tally::base {
namespace {

// FIPS 180-4 examples (csrc.nist.gov, "SHA256.pdf" and "SHA_All.pdf").
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* kTwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
constexpr const char* kOfTwoBlocks = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
constexpr const char* kOfAMillionTimesA = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, MatchesTheStandardsExamples) {
  EXPECT_EQ(sha256("abc").hex(), kOfAbc);
  EXPECT_EQ(sha256("").hex(), kOfNothing);
  EXPECT_EQ(sha256(kTwoBlocks).hex(), kOfTwoBlocks);
  EXPECT_EQ(sha256(std::string(1000000, 'a')).hex(), kOfAMillionTimesA);
}

TEST(Sha256, DoesNotCareHowTheMessageIsCut) {
  const std::string_view message = kTwoBlocks;
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    Sha256 hash;
    EXPECT_EQ(hash.update(message.substr(0, cut)).update(message.substr(cut)).finish().hex(), kOfTwoBlocks);
  }
}

TEST(Sha256, BeginsAnewAfterEachMessage) {
  Sha256 hash;
  EXPECT_EQ(hash.update("abc").finish().hex(), kOfAbc);
  EXPECT_EQ(hash.finish().hex(), kOfNothing);
  EXPECT_EQ(hash.update("abc").finish().hex(), kOfAbc);
}

TEST(Digest, ReadsBackItsHexadecimalForm) {
  const Digest digest = sha256("abc");
  EXPECT_EQ(Digest::from_hex(digest.hex()), digest);
  EXPECT_EQ(Digest::from_hex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), digest);
  EXPECT_EQ(digest.view().size(), 32U);
  EXPECT_EQ(digest.view().front(), '\xBA');
}

TEST(Digest, RefusesOtherText) {
  const std::string good(64, '0');
  EXPECT_FALSE(Digest::from_hex(""));
  EXPECT_FALSE(Digest::from_hex(good.substr(1)));
  EXPECT_FALSE(Digest::from_hex(good + "0"));
  EXPECT_FALSE(Digest::from_hex("g" + good.substr(1)));
  EXPECT_FALSE(Digest::from_hex(good.substr(1) + " "));
}

}  // namespace
}  // namespace tally::base
