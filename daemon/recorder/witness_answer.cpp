#include "daemon/recorder/witness_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/witness_protocol.h"
#include "policy/base/utf8.h"

namespace tally::recorder {
namespace {

std::string first_line(std::string_view body) {
  constexpr std::size_t kShown = 200;
  const std::string_view line = body.substr(0, std::min(body.find('\n'), kShown));
  return line.empty() ? std::string() : ": " + base::displayable(line);
}

WitnessAnswer answer(WitnessSays says, const ledger::TrustPolicy::Witness& witness, std::string_view what) {
  return {says, fmt::format("witness {}: {}", base::displayable(witness.name), what)};
}

bool is_tree_size(std::string_view type) { return type.substr(0, type.find(';')) == ledger::kTreeSizeType; }

WitnessAnswer read_cosignature(std::string_view body, const ledger::Note& checkpoint,
                               const ledger::TrustPolicy::Witness& witness) {
  const auto unbelieved = [&](std::string_view why) { return answer(WitnessSays::unbelieved, witness, why); };
  auto note = ledger::Note::parse(checkpoint.text + "\n" + std::string(body));
  if (!note) return unbelieved("its answer is no list of signatures: " + note.error().message);
  std::erase_if(note->signatures, [&](const ledger::NoteSignature& line) {
    return line.name != witness.key.name || line.id != witness.key.id();
  });
  const auto check = note->verify({&witness.key, 1});
  if (!check) return unbelieved("its answer cannot be believed: " + check.error().message);
  const ledger::Signer& signer = check->signers.front();
  WitnessAnswer cosigned = answer(WitnessSays::cosigned, witness, "cosigned");
  cosigned.signer = signer;
  cosigned.line = ledger::format_signature_line(note->signatures.front());
  return cosigned;
}

WitnessAnswer read_conflict(const WitnessReply& reply, const ledger::Checkpoint& tree, std::uint64_t old_size,
                            const ledger::TrustPolicy::Witness& witness) {
  if (!is_tree_size(reply.type)) {
    return answer(WitnessSays::contradicts, witness,
                  fmt::format("cosigned another tree of {} entries. THE LOG WAS FORKED", tree.size));
  }
  const auto size = ledger::parse_tree_size(reply.body);
  if (!size || *size == old_size) {
    return answer(WitnessSays::refused, witness, "answers 409 without saying how far it is" + first_line(reply.body));
  }
  const bool ahead = *size > tree.size;
  WitnessAnswer said =
      answer(ahead ? WitnessSays::is_ahead : WitnessSays::has_size, witness,
             ahead ? fmt::format("cosigned {} entries, and this log has {}. THE LOG WAS SET BACK", *size, tree.size)
                   : fmt::format("is at {} entries", *size));
  said.size = size;
  return said;
}

}  // namespace

WitnessAnswer read_reply(const WitnessReply& reply, const ledger::Note& checkpoint, const ledger::Checkpoint& tree,
                         std::uint64_t old_size, const ledger::TrustPolicy::Witness& witness) {
  switch (reply.status) {
    case 200: return read_cosignature(reply.body, checkpoint, witness);
    case 409: return read_conflict(reply, tree, old_size, witness);
    case 422:
      return answer(WitnessSays::contradicts, witness,
                    fmt::format("what it cosigned at {} entries is no part of this log{}. THE LOG WAS FORKED", old_size,
                                first_line(reply.body)));
    case 404:
      return answer(WitnessSays::not_ours, witness,
                    fmt::format("does not know the log {}: give its operator the log's public key", tree.origin));
    case 403:
      return answer(WitnessSays::not_ours, witness,
                    fmt::format("knows the log {} by another key{}", tree.origin, first_line(reply.body)));
    default:
      return answer(WitnessSays::refused, witness, fmt::format("answers {}{}", reply.status, first_line(reply.body)));
  }
}

}  // namespace tally::recorder
