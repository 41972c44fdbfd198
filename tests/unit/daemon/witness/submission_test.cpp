#include "daemon/witness/submission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/witness_protocol.h"
#include "tests/unit/daemon/witness/growing_log.h"

namespace tally::witness {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

/// What the witness says to a request from a log at `size` that thinks it is at `old`; 0: it may be cosigned.
int status(const std::string& body, std::optional<std::uint64_t> latest = {}) {
  const std::vector<ledger::VerifierKey> logs{ledger::log_signer().key};
  const auto submission = open_submission(body, logs);
  if (!submission) return submission.error().answer.status;
  const auto refusal = judge(*submission, latest ? std::optional(tree_of(*latest)) : std::nullopt);
  return refusal ? refusal->answer.status : 0;
}

TEST(Submission, FollowsALogFromItsFirstTreeOn) {
  EXPECT_EQ(status(request(0, 1)), 0);
  for (std::uint64_t old = 1; old <= 40; ++old) {
    for (std::uint64_t size = old; size <= 40; ++size) {
      EXPECT_EQ(status(request(old, size), old), 0) << old << " to " << size;
    }
  }
}

TEST(Submission, IsNotInTheForm) {
  for (const char* body : {"", "old 0\n\n", "old 0\n\nabc\n", "old x\n\n"}) EXPECT_EQ(status(body), 400) << body;
}

TEST(Submission, IsOfALogThatNobodyNamed) {
  const ledger::TestSigner other("audit.example.com/other", ledger::KeyType::ed25519, std::string(32, 'x'));
  const std::string text = "audit.example.com/other\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  EXPECT_EQ(status("old 0\n\n" + ledger::Note{text, {other.sign(text)}}.format()), 404);
}

TEST(Submission, IsNotSignedByTheKeyOfTheLog) {
  const std::string text = tree_of(5).format();
  const ledger::TestSigner impostor("audit.example.com/hostA", ledger::KeyType::ed25519, std::string(32, 'x'));
  EXPECT_EQ(status("old 0\n\n" + ledger::Note{text, {impostor.sign(text)}}.format()), 403) << "the key is unknown";
  ledger::NoteSignature forged = ledger::log_signer().sign(text);
  forged.blob[5] = static_cast<char>(forged.blob[5] ^ 1);
  EXPECT_EQ(status("old 0\n\n" + ledger::Note{text, {forged}}.format()), 403) << "the signature is wrong";
}

TEST(Submission, BeginsBeyondItsOwnEnd) { EXPECT_EQ(status("old 6\n\n" + signed_note(5), 6), 400); }

TEST(Submission, FromAnotherSizeIsToldOurs) {
  const std::vector<ledger::VerifierKey> logs{ledger::log_signer().key};
  for (const std::uint64_t old : {0, 3, 7}) {
    const auto submission = open_submission(request(old, 9), logs);
    ASSERT_TRUE(submission);
    const auto refusal = judge(*submission, tree_of(5));
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->answer.status, 409);
    EXPECT_EQ(refusal->answer.body, "5\n");
    EXPECT_EQ(refusal->answer.type, "text/x.tlog.size");
    EXPECT_EQ(refusal->suspicion, Suspicion::none);
  }
  const auto back = open_submission("old 3\n\n" + signed_note(3), logs);
  EXPECT_EQ(judge(*back, tree_of(5))->answer.body, "5\n") << "a log that was set back";
}

TEST(Submission, WithAWrongProofIsRefused) {
  const std::vector<ledger::VerifierKey> logs{ledger::log_signer().key};
  auto submission = open_submission(request(5, 9), logs);
  for (auto& hash : submission->proof) {
    hash.bytes[7] ^= 1;
    const auto refusal = judge(*submission, tree_of(5));
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->answer.status, 422);
    EXPECT_EQ(refusal->suspicion, Suspicion::wrong_proof);
    hash.bytes[7] ^= 1;
  }
  submission->proof.emplace_back();
  EXPECT_EQ(judge(*submission, tree_of(5))->answer.status, 422) << "too long";
  submission->proof.clear();
  EXPECT_EQ(judge(*submission, tree_of(5))->answer.status, 422) << "missing";
  EXPECT_EQ(status("old 0\n" + ledger::base64(tree_of(1).root.view()) + "\n\n" + signed_note(5)), 422)
      << "there is no proof from nothing";
}

TEST(Submission, OfAnotherTreeOfTheSameSizeIsAFork) {
  const std::vector<ledger::VerifierKey> logs{ledger::log_signer().key};
  const auto submission = open_submission("old 5\n\n" + signed_note(5, "another history"), logs);
  ASSERT_TRUE(submission);
  const auto refusal = judge(*submission, tree_of(5));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->answer.status, 422);
  EXPECT_EQ(refusal->suspicion, Suspicion::fork);
  EXPECT_EQ(status("old 0\n\n" + signed_note(0, "not the empty tree")), 422);
}

TEST(Submission, KeepsNoSignatureThatItDidNotCheck) {
  const std::string text = tree_of(5).format();
  ledger::Note note{text, {ledger::witness_signer().sign(text, 7), ledger::log_signer().sign(text)}};
  const std::vector<ledger::VerifierKey> logs{ledger::log_signer().key};
  const auto submission = open_submission("old 0\n\n" + note.format(), logs);
  ASSERT_TRUE(submission);
  ASSERT_THAT(submission->note.signatures, SizeIs(1));
  EXPECT_EQ(submission->note.signatures[0].name, "audit.example.com/hostA");
}

}  // namespace
}  // namespace tally::witness
