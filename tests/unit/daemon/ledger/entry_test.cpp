#include "daemon/ledger/entry.h"

#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {
namespace {

const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");

Salt golden_salt() {
  Salt salt;
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(i);
  return salt;
}

TEST(Commitment, IsThatOfTheVector) {
  const auto& vector = vectors()["commitment"];
  const Commitment commitment = *commit(CommitmentForm::whole, golden_salt(), vector["personal"].get<std::string>());
  EXPECT_EQ(commitment.digest.hex(), vector["hex"].get<std::string>());
  EXPECT_EQ(parse_commitment(format_commitment(commitment)), commitment);
  EXPECT_FALSE(parse_commitment("hs256:AQ=="));
  EXPECT_FALSE(parse_commitment("hf256:AQ=="));
  EXPECT_FALSE(parse_commitment("hx256:" + format_commitment(commitment).substr(6)));
  EXPECT_FALSE(parse_commitment(format_commitment(commitment) + "\n"));
}

TEST(Commitment, OpensWithTheRightSaltAndValuesOnly) {
  const std::string personal = vectors()["commitment"]["personal"];
  for (const auto form : {CommitmentForm::whole, CommitmentForm::by_field}) {
    const auto leaf = *make_leaf(
        {"finding_opened", kTime, "s:00112233445566778899aabbccddeeff", *commit(form, golden_salt(), personal)},
        R"({"rule":"LVR-001"})");
    EXPECT_TRUE(opens(leaf, golden_salt(), personal));
    EXPECT_FALSE(opens(leaf, golden_salt(), R"({"display":"John Doe"})"));
    Salt other = golden_salt();
    other[31] ^= 1;
    EXPECT_FALSE(opens(leaf, other, personal));
  }
  EXPECT_FALSE(opens(*make_leaf({"run_started", kTime, "", {}}, "{}"), golden_salt(), personal))
      << "commits to nothing";
}

TEST(Leaf, IsCanonicalJsonWithItsEnvelope) {
  const auto leaf = make_leaf({"run_started", kTime, "", {}}, R"({"run":"r-1","zone":[1,true,null]})");
  ASSERT_TRUE(leaf);
  EXPECT_EQ(*leaf, R"({"run":"r-1","ts":"2026-03-31T22:00:00Z","type":"run_started","v":1,"zone":[1,true,null]})");
  const auto entry = Entry::parse(*leaf);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->type, "run_started");
  EXPECT_EQ(entry->time, kTime);
  EXPECT_FALSE(entry->commitment);
}

TEST(Leaf, RefusesFieldsThatTheRecorderAdds) {
  for (const char* fields : {R"({"v":1})", R"({"type":"x"})", R"({"ts":"x"})", R"({"subj":"x"})", R"({"pii":"x"})"}) {
    EXPECT_FALSE(make_leaf({"t", kTime, "", {}}, fields)) << fields;
  }
  EXPECT_FALSE(make_leaf({"Type", kTime, "", {}}, "{}"));
  EXPECT_FALSE(make_leaf({"", kTime, "", {}}, "{}"));
  EXPECT_FALSE(make_leaf({"t", base::kEndOfTime, "", {}}, "{}"));
}

TEST(Leaf, HasAtMost65535Bytes) {
  const std::size_t frame = make_leaf({"t", kTime, "", {}}, R"({"x":""})")->size();
  const auto fields = [&](std::size_t n) { return R"({"x":")" + std::string(n, 'a') + R"("})"; };
  EXPECT_EQ(make_leaf({"t", kTime, "", {}}, fields(65535 - frame))->size(), 65535u);
  EXPECT_EQ(make_leaf({"t", kTime, "", {}}, fields(65536 - frame)).error().kind, base::ErrorKind::limit);
}

TEST(CanonicalJson, HasOneTextForEachValue) {
  for (const char* good : {"{}", R"({"a":1,"b":[{"c":"\u0001\n\"\\"}]})", R"({"a":"ü€😀"})", R"({"a":9007199254740991})",
                           R"({"a":-9007199254740991})"}) {
    EXPECT_FALSE(canonical_json_fault(good)) << good;
  }
  for (const char* bad : {"",
                          "[]",
                          "1",
                          "null",
                          "{",
                          "{} ",
                          " {}",
                          "{ }",
                          R"({"b":1,"a":2})",
                          R"({"a":1,"a":1})",
                          R"({"a":1.0})",
                          R"({"a":1e3})",
                          R"({"a":-0})",
                          R"({"a":01})",
                          R"({"a":9007199254740992})",
                          R"({"a":-9007199254740992})",
                          R"({"a":18446744073709551616})",
                          R"({"a":"\u0041"})",
                          R"({"a":"\/"})",
                          R"({"a":"\u00fc"})",
                          R"({"ü":1})",
                          "{\"a\":\"\xff\"}",
                          "{\"a\":\"\n\"}",
                          R"({"a":"\ud800"})",
                          "{}{}"}) {
    EXPECT_TRUE(canonical_json_fault(bad)) << bad;
  }
}

TEST(CanonicalJson, IsAtMost32LevelsDeep) {
  const auto nested = [](std::size_t n) { return R"({"a":)" + std::string(n, '[') + std::string(n, ']') + "}"; };
  EXPECT_FALSE(canonical_json_fault(nested(31)));
  EXPECT_TRUE(canonical_json_fault(nested(32)));
  EXPECT_TRUE(canonical_json_fault(nested(200'000))) << "would overflow the stack of a recursive reader";
  EXPECT_FALSE(canonical_json_fault(R"({"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["})"));
}

TEST(Entry, IsOfVersionOneWithTypeAndTime) {
  for (const char* bad :
       {R"({"ts":"2026-03-31T22:00:00Z","type":"t","v":2})", R"({"ts":"2026-03-31T22:00:00Z","type":"t"})",
        R"({"ts":"2026-03-31T22:00:00Z","type":"t","v":"1"})", R"({"ts":"2026-03-31","type":"t","v":1})",
        R"({"ts":"2026-04-01T00:00:00+02:00","type":"t","v":1})", R"({"ts":1,"type":"t","v":1})",
        R"({"ts":"2026-03-31T22:00:00Z","type":"T","v":1})", R"({"type":"t","v":1})",
        R"({"pii":"x","ts":"2026-03-31T22:00:00Z","type":"t","v":1})",
        R"({"subj":"jdoe","ts":"2026-03-31T22:00:00Z","type":"t","v":1})"}) {
    EXPECT_FALSE(Entry::parse(bad)) << bad;
  }
  EXPECT_TRUE(Entry::parse(R"({"ts":"2026-03-31T22:00:00Z","type":"not_known_yet","v":1})")) << "the list is open";
}

}  // namespace
}  // namespace tally::ledger
