#include "daemon/recorder/witness_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::recorder {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// The checkpoint of the golden vector, 3 entries, and its witness.
struct Submitted {
  ledger::Note note = {ledger::Note::parse(ledger::vectors()["golden"]["checkpoint"].get<std::string>())->text, {}};
  ledger::Checkpoint tree = *ledger::Checkpoint::parse(note.text);
  ledger::TrustPolicy::Witness witness{"siem", ledger::witness_signer().key, "https://w.example.com"};

  [[nodiscard]] WitnessAnswer answer(int status, const std::string& body, const std::string& type = "text/plain",
                                     std::uint64_t old_size = 0) const {
    return read_reply({status, type, body}, note, tree, old_size, witness);
  }
};

std::string golden_line() { return ledger::vectors()["golden"]["witness_signature_line"].get<std::string>(); }
std::string ended(std::string line) { return line.ends_with('\n') ? line : line + "\n"; }

TEST(WitnessAnswer, IsACosignatureThatWasVerified) {
  const Submitted log;
  const WitnessAnswer answer = log.answer(200, ended(golden_line()));
  EXPECT_EQ(answer.says, WitnessSays::cosigned) << answer.sentence;
  EXPECT_EQ(answer.line, ended(golden_line()));
  ASSERT_TRUE(answer.signer);
  EXPECT_EQ(answer.signer->timestamp, 1800000000u);
  EXPECT_FALSE(answer.alarm());
}

TEST(WitnessAnswer, LeavesSignaturesOfUnknownKeysOut) {
  const Submitted log;
  const std::string others =
      ledger::format_signature_line(ledger::log_signer().sign(log.note.text)) + "\u2014 example.com/x AAAAAAAA\n";
  const WitnessAnswer answer = log.answer(200, others + ended(golden_line()));
  EXPECT_EQ(answer.says, WitnessSays::cosigned) << answer.sentence;
  EXPECT_EQ(answer.line, ended(golden_line()));
  EXPECT_EQ(log.answer(200, others).says, WitnessSays::unbelieved) << "its own is not among them";
}

TEST(WitnessAnswer, IsNotBelievedWhenAnyBitOfItsSignatureIsWrong) {
  const Submitted log;
  const ledger::NoteSignature right = ledger::witness_signer().sign(log.note.text, 1800000000);
  for (std::size_t bit = 0; bit < right.blob.size() * 8; ++bit) {
    ledger::NoteSignature wrong = right;
    wrong.blob[bit / 8] = static_cast<char>(wrong.blob[bit / 8] ^ 1 << bit % 8);
    const WitnessAnswer answer = log.answer(200, ledger::format_signature_line(wrong));
    EXPECT_EQ(answer.says, WitnessSays::unbelieved) << bit;
    EXPECT_TRUE(answer.line.empty() && !answer.signer);
  }
  const auto other_tree = ledger::witness_signer().sign("audit.example.com/hostA\n4\nAAAA\n", 1800000000);
  EXPECT_EQ(log.answer(200, ledger::format_signature_line(other_tree)).says, WitnessSays::unbelieved);
  for (const char* body : {"", "\n", "OK", "\u2014 witness.example.com/w1 lpmAz\n"}) {
    EXPECT_EQ(log.answer(200, body).says, WitnessSays::unbelieved) << body;
  }
  EXPECT_EQ(log.answer(200, golden_line().substr(0, golden_line().find('\n'))).says, WitnessSays::unbelieved)
      << "cut off";
}

TEST(WitnessAnswer, SaysHowFarTheWitnessIs) {
  const Submitted log;
  const WitnessAnswer answer = log.answer(409, "2\n", "text/x.tlog.size");
  EXPECT_EQ(answer.says, WitnessSays::has_size);
  EXPECT_EQ(answer.size, 2u);
  EXPECT_FALSE(answer.alarm());
  EXPECT_EQ(log.answer(409, "3\n", "text/x.tlog.size; charset=utf-8").size, 3u) << "as far as we are";
  EXPECT_EQ(log.answer(409, "0\n", "text/x.tlog.size", 2).size, 0u) << "it forgot everything";
}

TEST(WitnessAnswer, IsTheAlarmWhenTheWitnessIsAheadOfUs) {
  const Submitted log;
  const WitnessAnswer answer = log.answer(409, "4\n", "text/x.tlog.size");
  EXPECT_EQ(answer.says, WitnessSays::is_ahead);
  EXPECT_TRUE(answer.alarm());
  EXPECT_EQ(answer.size, 4u);
  EXPECT_EQ(answer.sentence, "witness siem: cosigned 4 entries, and this log has 3. THE LOG WAS SET BACK");
}

TEST(WitnessAnswer, IsTheAlarmWhenTheWitnessHasAnotherTree) {
  const Submitted log;
  EXPECT_TRUE(log.answer(422, "bad proof\n").alarm());
  EXPECT_THAT(log.answer(422, "bad proof\nmore", "text/plain", 2).sentence,
              HasSubstr("what it cosigned at 2 entries is no part of this log: bad proof. THE LOG WAS FORKED"));
  EXPECT_EQ(log.answer(409, "root mismatch\n").says, WitnessSays::contradicts) << "as older witnesses say it";
}

TEST(WitnessAnswer, TellsTheOtherRefusalsApart) {
  const Submitted log;
  EXPECT_EQ(log.answer(404, "").says, WitnessSays::not_ours);
  EXPECT_THAT(log.answer(404, "").sentence, HasSubstr("does not know the log audit.example.com/hostA"));
  EXPECT_EQ(log.answer(403, "").says, WitnessSays::not_ours);
  EXPECT_THAT(log.answer(403, "").sentence, HasSubstr("by another key"));
  for (const int status : {400, 100, 204, 301, 302, 307, 405, 413, 429, 500, 503, 0, -1}) {
    EXPECT_EQ(log.answer(status, "x").says, WitnessSays::refused) << status;
    EXPECT_FALSE(log.answer(status, "x").alarm());
  }
}

TEST(WitnessAnswer, TakesNoSizeThatMakesNoSense) {
  const Submitted log;
  for (const char* body : {"", "2", "two\n", "-1\n", "02\n", "2\n2\n"}) {
    EXPECT_EQ(log.answer(409, body, "text/x.tlog.size").says, WitnessSays::refused) << body;
  }
  EXPECT_EQ(log.answer(409, "2\n", "text/x.tlog.size", 2).says, WitnessSays::refused)
      << "that is what was sent: asking again would not end";
}

TEST(WitnessAnswer, QuotesAWitnessOnlyInDisplayableCharacters) {
  const Submitted log;
  const WitnessAnswer answer = log.answer(400, "\x1b[2Jgone\r\nsecond");
  EXPECT_THAT(answer.sentence, StartsWith("witness siem: answers 400: "));
  EXPECT_EQ(answer.sentence.find('\x1b'), std::string::npos);
  EXPECT_LT(log.answer(400, std::string(60000, 'x')).sentence.size(), 300u);
}

}  // namespace
}  // namespace tally::recorder
