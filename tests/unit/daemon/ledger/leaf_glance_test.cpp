#include "daemon/ledger/leaf_glance.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/entry.h"

namespace tally::ledger {
namespace {

/// By the exact reader alone.
base::Result<Entry> exact_entry(std::string_view leaf) {
  const auto json = parse_leaf(leaf);
  if (!json) return tl::unexpected(json.error());
  return entry_from(*json);
}

/// An entry with one more member, sorted in.
std::string with(std::string_view member) {
  return fmt::format(R"({{{},"ts":"2026-03-31T22:00:00.25Z","type":"run_started","v":1}})", member);
}

TEST(LeafGlance, SeesWhatTheExactReaderSees) {
  LeafReader reader;
  for (const char* member :
       {R"("a":1)", R"("a":-7)", R"("a":0)", R"("a":999999999999999)", R"("a":true,"b":false,"c":null)", R"("a":[])",
        R"("a":{})", R"("a":[1,"x",{"b":[]}])", R"("a":"")", R"("a":"long enough to be read eight bytes at a time")",
        R"("a":"\"\\\b\f\n\r\t")", R"("a":"\u0000\u0007\u000b\u000e\u001f")", R"("a":"zwölf Boxkämpfer 𝄞 €")",
        "\"a\":\"\x7f\"", R"("a":"/")", R"("pii":"hs256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc=")",
        R"("pii":"hf256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc=")",
        R"("subj":"s:000102030405060708090a0b0c0d0e0f")"}) {
    const std::string leaf = with(member);
    const auto exact = exact_entry(leaf);
    ASSERT_TRUE(exact) << leaf << exact.error().message;
    const auto seen = reader.glance(leaf);
    ASSERT_TRUE(seen) << leaf;
    EXPECT_EQ(seen->type, exact->type);
    EXPECT_EQ(seen->time, exact->time);
    EXPECT_EQ(seen->subject, exact->subject);
    EXPECT_EQ(seen->commitment, exact->commitment ? format_commitment(*exact->commitment) : "");
  }
}

TEST(LeafGlance, AcceptsNothingThatTheExactReaderRefuses) {
  for (const char* member : {R"("a": 1)",
                             R"("a":01)",
                             R"("a":-0)",
                             R"("a":1.0)",
                             R"("a":1e3)",
                             R"("a":+1)",
                             R"("a":9007199254740992)",
                             R"("a":)",
                             R"("a":"\u0041")",
                             R"("a":"\/")",
                             R"("a":"\u000a")",
                             R"("a":"\u000B")",
                             R"("a":"\u0020")",
                             R"("a":"\ud834\udd1e")",
                             "\"a\":\"\n\"",
                             "\"a\":\"\xff\"",
                             "\"a\":\"\xc0\x80\"",
                             "\"a\":\"\xed\xa0\x80\"",
                             R"("b":1,"a":1)",
                             R"("a":1,"a":1)",
                             R"("ä":1)",
                             R"("a":[1,])",
                             R"("a":{,})",
                             R"("a":[1}")",
                             R"("a":tru)",
                             R"("a":"x)",
                             R"("a")",
                             R"("a":nul)",
                             R"("pii":"hs256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJd=")",
                             R"("pii":"")",
                             R"("pii":7)",
                             R"("subj":"")",
                             R"("subj":"s:000102030405060708090A0b0c0d0e0f")",
                             R"("subj":"s:00")"}) {
    const std::string leaf = with(member);
    EXPECT_FALSE(exact_entry(leaf)) << leaf;
    EXPECT_FALSE(LeafReader().glance(leaf)) << leaf;
  }
  const std::string good = with(R"("a":1)");
  for (const std::string& leaf : {good + " ", good + "\n", " " + good, good.substr(1), good.substr(0, good.size() - 1),
                                  std::string("{}"), std::string(), std::string("[]")}) {
    EXPECT_FALSE(LeafReader().glance(leaf)) << leaf;
  }
}

TEST(LeafGlance, RefusesEveryOtherTypeTimeAndVersion) {
  for (const char* leaf :
       {R"({"ts":"2026-03-31T22:00:00Z","type":"genesis","v":1})",
        R"({"ts":"2026-03-31T22:00:00Z","type":"Run","v":1})", R"({"ts":"2026-03-31T22:00:00Z","type":"","v":1})",
        R"({"ts":"2026-03-31T22:00:00Z","v":1})", R"({"ts":"2026-03-31T22:00:00Z","type":"run","v":2})",
        R"({"ts":"2026-03-31T22:00:00Z","type":"run"})", R"({"ts":"2026-03-31T22:00:00+00:00","type":"run","v":1})",
        R"({"ts":"","type":"run","v":1})", R"({"ts":"2026-02-30T22:00:00Z","type":"run","v":1})",
        R"({"type":"run","v":1})"}) {
    EXPECT_FALSE(LeafReader().glance(leaf)) << leaf;
  }
}

TEST(LeafGlance, GivesTheMembersOfAnObjectAsTheyStand) {
  const auto members = members_of(R"({"a":[1,{"x":2}],"b c":"d,\"e","z":null})");
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 3u);
  EXPECT_EQ((*members)[0].name, "a");
  EXPECT_EQ((*members)[0].text, R"("a":[1,{"x":2}])");
  EXPECT_EQ((*members)[1].name, "b c");
  EXPECT_EQ((*members)[1].text, R"("b c":"d,\"e")");
  EXPECT_EQ((*members)[2].text, R"("z":null)");
  EXPECT_TRUE(members_of("{}")->empty());
  EXPECT_FALSE(members_of("[]"));
  EXPECT_FALSE(members_of(R"({"b":1,"a":1})"));
}

TEST(LeafGlance, LeavesWhatIsDeeperThanAnEntryMayBe) {
  for (const int depth : {30, 31, 32, 40}) {
    const std::string leaf = with("\"a\":" + std::string(static_cast<std::size_t>(depth), '[') +
                                  std::string(static_cast<std::size_t>(depth), ']'));
    EXPECT_EQ(LeafReader().glance(leaf).has_value(), exact_entry(leaf).has_value()) << depth;
    EXPECT_EQ(LeafReader().glance(leaf).has_value(), depth < kMaxJsonDepth) << depth;
  }
}

}  // namespace
}  // namespace tally::ledger
