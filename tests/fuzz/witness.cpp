// What a log and a witness send each other. First byte even: a request as a witness gets it; odd: a reply as a log gets
// it. What is accepted is what would be written; nothing is believed without a signature.
#include "daemon/ledger/witness_protocol.h"
#include "daemon/recorder/witness_answer.h"
#include "daemon/witness/submission.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"
#include "tests/unit/daemon/ledger/vectors.h"

namespace tally {
namespace {

void request(std::string_view body) {
  if (const auto read = ledger::AddCheckpoint::parse(body)) TALLY_ASSERT(read->format() == body);
  static const std::vector<ledger::VerifierKey> logs{ledger::log_signer().key};
  const auto submission = witness::open_submission(body, logs);
  if (!submission) {
    const int status = submission.error().answer.status;
    TALLY_ASSERT(status == 400 || status == 403 || status == 404);
    return;
  }
  TALLY_ASSERT(submission->note.verify(logs) && submission->tree.origin == logs[0].name);
  const auto first = witness::judge(*submission, std::nullopt);
  TALLY_ASSERT(first || (submission->old_size == 0 && submission->proof.empty()));
  const auto again = witness::judge(*submission, submission->tree);
  TALLY_ASSERT(again || (submission->old_size == submission->tree.size && submission->proof.empty()));
  ledger::Checkpoint other = submission->tree;
  other.root.bytes[0] ^= 1;
  TALLY_ASSERT(witness::judge(*submission, other));
}

void reply(fuzz::Input input) {
  static const ledger::Note note{
      ledger::Note::parse(ledger::vectors()["golden"]["checkpoint"].get<std::string>())->text, {}};
  static const ledger::Checkpoint tree = *ledger::Checkpoint::parse(note.text);
  static const ledger::TrustPolicy::Witness one{"siem", ledger::witness_signer().key, ""};
  constexpr int kStatuses[] = {200, 409, 422, 404, 403, 400, 500, 302};
  const int status = kStatuses[input.byte() % 8];
  const std::uint64_t old_size = input.byte() % 4;
  const std::string type = input.byte() % 2 == 0 ? "text/x.tlog.size" : std::string(input.take(input.byte()));
  const auto answer = recorder::read_reply({status, type, std::string(input.rest())}, note, tree, old_size, one);
  TALLY_ASSERT(!answer.sentence.empty() && answer.sentence.find('\n') == std::string::npos);
  const bool cosigned = answer.says == recorder::WitnessSays::cosigned;
  TALLY_ASSERT(cosigned == answer.signer.has_value() && cosigned == !answer.line.empty());
  if (cosigned) {
    const auto whole = ledger::Note::parse(note.text + "\n" + answer.line);
    TALLY_ASSERT(whole && whole->verify({&one.key, 1}));
  }
  TALLY_ASSERT(!answer.size || *answer.size != old_size);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::fuzz::Input input(data, size);
  if (input.byte() % 2 == 0) {
    tally::request(input.rest());
  } else {
    tally::reply(input);
  }
  return 0;
}
