#include "daemon/ledger/trust_policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TestSigner witness(int i) {
  return {fmt::format("witness.example.com/w{}", i), KeyType::cosignature_v1,
          std::string(32, static_cast<char>('a' + i))};
}
std::string line_of(int i) { return fmt::format("witness w{} {}\n", i, witness(i).key.format()); }
std::string lines_of(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += line_of(i);
  return text;
}
std::string log_line() { return "log " + log_signer().key.format() + "\n"; }

TrustPolicy policy(const std::string& text) {
  auto parsed = TrustPolicy::parse(text, "trust.policy");
  EXPECT_TRUE(parsed) << (parsed ? "" : base::to_string(parsed.error().front()));
  return parsed ? *parsed : TrustPolicy();
}

/// Signers w1, w2, … at these times; 0: has not signed.
std::vector<Signer> signed_at(const std::vector<std::uint64_t>& times) {
  std::vector<Signer> signers{{log_signer().key, {}}};
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] != 0) signers.push_back({witness(static_cast<int>(i) + 1).key, times[i]});
  }
  return signers;
}

TEST(TrustPolicy, ReadsTheExampleOfTheSpecification) {
  const TrustPolicy read = policy("# two organisations\n" + log_line() + "\n" + lines_of(3) +
                                  "group X-witnesses 2 w1 w2 w3\n\t \n" + line_of(4) + line_of(5) +
                                  "group Y-witnesses any w4 w5\n\n  group\tX-and-Y all X-witnesses Y-witnesses \n"
                                  "quorum X-and-Y\n");
  EXPECT_THAT(read.logs(), SizeIs(1));
  EXPECT_TRUE(read.allows_log(log_signer().key));
  EXPECT_FALSE(read.allows_log({"audit.example.com/hostA", KeyType::ed25519, {1}}));
  ASSERT_THAT(read.witness_keys(), SizeIs(5));
  EXPECT_TRUE(read.needs_witnesses());
  EXPECT_FALSE(read.met(signed_at({})));
  EXPECT_FALSE(read.met(signed_at({7, 7, 7})));
  EXPECT_FALSE(read.met(signed_at({7, 0, 0, 7, 7})));
  EXPECT_TRUE(read.met(signed_at({7, 0, 7, 0, 7})));
}

TEST(TrustPolicy, TakesTheWitnessTimeThatTheQuorumMeetsByItself) {
  EXPECT_EQ(policy(line_of(1) + "quorum w1\n").witness_time(signed_at({5})), 5u);
  const std::string three = lines_of(3);
  EXPECT_EQ(policy(three + "group g any w1 w2 w3\nquorum g\n").witness_time(signed_at({10, 30, 20})), 30u);
  EXPECT_EQ(policy(three + "group g 2 w1 w2 w3\nquorum g\n").witness_time(signed_at({10, 30, 20})), 20u);
  EXPECT_EQ(policy(three + "group g all w1 w2 w3\nquorum g\n").witness_time(signed_at({10, 30, 20})), 10u);
  EXPECT_EQ(policy(three + "group g all w1 w2 w3\nquorum g\n").witness_time(signed_at({10, 30, 0})), std::nullopt);
  const std::string two_levels = "group x 2 w1 w2 w3\ngroup y any w4 w5\ngroup q all x y\nquorum q\n";
  EXPECT_EQ(policy(lines_of(5) + two_levels).witness_time(signed_at({10, 30, 20, 5, 15})), 15u);
}

/// Every subset of five witnesses, and every moment: the rule of the specification, word for word, is the judge.
TEST(TrustPolicy, AgreesWithAPlainReadingOfEverySubsetOfSigners) {
  const TrustPolicy read = policy(lines_of(5) + "group x 2 w1 w2 w3\ngroup y any w4 w5\ngroup q all x y\nquorum q\n");
  const auto plainly = [](const std::vector<std::uint64_t>& times, std::uint64_t from) {
    const auto has = [&](std::size_t i) { return times[i] != 0 && times[i] >= from ? 1 : 0; };
    return has(0) + has(1) + has(2) >= 2 && has(3) + has(4) >= 1;
  };
  for (unsigned subset = 0; subset < 32; ++subset) {
    std::vector<std::uint64_t> times;
    for (unsigned i = 0; i < 5; ++i) times.push_back((subset >> i & 1) != 0 ? 10 * (i * 3 % 5 + 1) : 0);
    std::optional<std::uint64_t> newest;
    for (std::uint64_t from = 1; from <= 60; ++from) {
      if (plainly(times, from)) newest = from;
    }
    EXPECT_EQ(read.witness_time(signed_at(times)), newest) << subset;
    EXPECT_EQ(read.met(signed_at(times)), newest.has_value()) << subset;
  }
}

TEST(TrustPolicy, WithoutAQuorumAnyCheckpointIsEnoughAndHasNoWitnessTime) {
  const TrustPolicy none = policy("quorum none\n");
  EXPECT_FALSE(none.needs_witnesses());
  EXPECT_TRUE(none.met({}));
  EXPECT_FALSE(none.witness_time(signed_at({5})));
  EXPECT_TRUE(none.allows_log(log_signer().key)) << "a policy without logs leaves the log's key to somebody else";
}

TEST(TrustPolicy, CountsAWitnessByItsKeyAndNotByItsName) {
  Signer impostor{witness(2).key, 7};
  impostor.key.name = witness(1).key.name;
  EXPECT_FALSE(policy(line_of(1) + "quorum w1\n").met({&impostor, 1}));
}

TEST(TrustPolicy, ReadsUrls) {
  const std::string log = log_signer().key.format();
  const TrustPolicy read = policy("log " + log + " https://audit.example.com/log/\nwitness w " +
                                  witness(1).key.format() + " http://127.0.0.1:7070\nquorum w\n");
  EXPECT_EQ(read.logs()[0].url, "https://audit.example.com/log");
  EXPECT_EQ(read.witnesses()[0].url, "http://127.0.0.1:7070");
}

struct Wrong {
  std::string text;
  int line;
  std::string message, hint;
};

std::vector<Wrong> wrong_lines() {
  const std::string w = line_of(1);
  const std::string key = witness(1).key.format();
  const std::string q = "quorum none\n";
  return {
      {q + "wittness a b\n", 2, "\"wittness\" begins no line", "did you mean \"witness\"?"},
      {"frobnicate\n" + q, 1, "\"frobnicate\" begins no line", "log, witness, group or quorum"},
      {"log\n" + q, 1, "expected: log VKEY [URL]", ""},
      {"log a b c\n" + q, 1, "expected: log VKEY [URL]", ""},
      {"log audit.example.com/hostA+9e67eb4d+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n" + q, 1,
       "key id does not belong", ""},
      {"log " + key + "\n" + q, 1, "this is a witness's key (0x04), and a log's is expected", ""},
      {"witness w\n" + q, 1, "expected: witness NAME VKEY [URL]", ""},
      {"witness w " + log_signer().key.format() + "\n" + q, 1, "this is a log's key (0x01), and a witness's", ""},
      {"witness w x+00000000+AAAA\n" + q, 1, "signature type 0x00 is not one of", ""},
      {w + w + q, 2, "\"w1\" is defined already, on line 1", ""},
      {w + "witness other " + key + "\n" + q, 2, "the same public key as on line 1", "a key counts once"},
      {log_line() + log_line() + q, 2, "the same public key as on line 1", ""},
      {"witness none " + key + "\n" + q, 1, "\"none\" cannot be a name", ""},
      {"witness w " + key + " ftp://example.com\n" + q, 1, "\"ftp://example.com\" is no URL", "https://HOST"},
      {"witness w " + key + " https://me:secret@example.com\n" + q, 1, "is no URL", ""},
      {"witness w " + key + " https://example.com:99999/\n" + q, 1, "is no URL", ""},
      {"witness w " + key + " https://\n" + q, 1, "is no URL", ""},
      {"witness w " + key + " https://[::1\n" + q, 1, "is no URL", ""},
      {w + "group g all\n" + q, 2, "expected: group NAME all|any|COUNT MEMBER...", ""},
      {w + "group g 2 w1\n" + q, 2, "\"2\" of 1 members", "all, any, or a number from 1 to 1"},
      {w + "group g 0 w1\n" + q, 2, "\"0\" of 1 members", ""},
      {w + "group g 01 w1\n" + q, 2, "\"01\" of 1 members", ""},
      {w + "group g most w1\n" + q, 2, "\"most\" of 1 members", "all, any, or a number"},
      {w + "group g any w1 w1\n" + q, 2, "\"w1\" is in a group already, on line 2", "each witness counts once"},
      {w + "group g any w1\ngroup h any w1\n" + q, 3, "\"w1\" is in a group already, on line 2", ""},
      {w + "group g any w1 g\n" + q, 2, "no witness or group \"g\" is defined above this line", ""},
      {"group g any w1\n" + w + q, 1, "no witness or group \"w1\" is defined above this line", ""},
      {w + "group g any none\n" + q, 2, "\"none\" can be the quorum, but not a member", ""},
      {w + "group w1 any w1\n" + q, 2, "\"w1\" is defined already, on line 1", ""},
      {w + "quorum w2\n", 2, "no witness or group \"w2\" is defined above", "did you mean \"w1\"?"},
      {"quorum w1\n" + w, 1, "no witness or group \"w1\" is defined above", ""},
      {w + "quorum w1 w1\n", 2, "expected: quorum NAME", ""},
      {w + "quorum w1\nquorum none\n", 3, "a second quorum line: the first is line 2", ""},
      {w, 0, "no quorum line", "quorum NAME"},
      {"", 0, "no quorum line", ""},
      {w + "quorum w1", 2, "the last line does not end with a line feed", "is the file whole?"},
      {"quorum none\r\n", 1, "a control character", "lines end with a line feed alone"},
      {"quorum none\n# \x7f\n", 2, "a control character", ""},
      {std::string(kMaxPolicyBytes, '\n') + q, 0, "at most 262144 are read", ""},
  };
}

TEST(TrustPolicy, SaysOfEachWrongLineWhatIsWrongAndWhatWasExpected) {
  for (const Wrong& wrong : wrong_lines()) {
    const auto parsed = TrustPolicy::parse(wrong.text, "trust.policy");
    ASSERT_FALSE(parsed) << wrong.message;
    ASSERT_THAT(parsed.error(), SizeIs(1)) << base::to_string(parsed.error().back());
    const base::Diagnostic& said = parsed.error()[0];
    EXPECT_EQ(said.file, "trust.policy");
    EXPECT_EQ(said.line, wrong.line) << base::to_string(said);
    EXPECT_THAT(said.message, HasSubstr(wrong.message));
    EXPECT_THAT(said.hint, HasSubstr(wrong.hint)) << said.message;
  }
}

TEST(TrustPolicy, ReportsEveryWrongLineAtOnceAndNoneForTheMistakeOfAnother) {
  const auto parsed = TrustPolicy::parse("log x\nwitness w1 x\ngroup g all w1\nfoo\nquorum g\n", "p");
  ASSERT_FALSE(parsed);
  ASSERT_THAT(parsed.error(), SizeIs(3));
  EXPECT_EQ(parsed.error()[1].line, 2);
  EXPECT_EQ(parsed.error()[2].line, 4);
}

TEST(TrustPolicy, TakesAsManyWitnessesAndGroupsAsItSays) {
  std::string text;
  std::string groups;
  for (int i = 1; i <= static_cast<int>(kMaxPolicyNames); ++i) {
    const TestSigner one("w", KeyType::cosignature_v1, fmt::format("{:032}", i));
    text += fmt::format("witness w{} {}\n", i, one.key.format());
    groups += i == 1 ? "group g1 any w1\n" : fmt::format("group g{} all w{} g{}\n", i, i, i - 1);
  }
  const TrustPolicy read = policy(text + groups + fmt::format("quorum g{}\n", kMaxPolicyNames));
  std::vector<Signer> signers;
  for (const VerifierKey& key : read.witness_keys()) signers.push_back({key, 9});
  EXPECT_EQ(read.witness_time(signers), 9u);
  signers.front().timestamp = 8;
  EXPECT_EQ(read.witness_time(signers), 8u) << "through every group";

  const TestSigner last("w", KeyType::cosignature_v1, std::string(32, 'z'));
  EXPECT_FALSE(TrustPolicy::parse(text + "witness more " + last.key.format() + "\nquorum w1\n", "p"));
  EXPECT_FALSE(TrustPolicy::parse(text + groups + "group more any g64\nquorum more\n", "p"));
}

}  // namespace
}  // namespace tally::ledger
