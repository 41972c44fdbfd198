// tallystick verify-proof: what a .tlog-proof proves, in plain words. Of Tallystick it needs daemon/ledger alone, no
// configuration and no log. A command of its own, since `verify` is about a whole log and takes a folder.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/small_file.h"
#include "daemon/control/exit_code.h"
#include "daemon/ledger/exhibit.h"
#include "daemon/ledger/proof_trust.h"
#include "daemon/verifier/input.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

using base::Result;

constexpr std::size_t kMaxKeysBytes = ledger::kMaxEpochs * sizeof(ledger::PublicKey);

/// What the reader of the proof trusts.
struct Trust {
  ledger::VerifierKey log;
  std::optional<ledger::TrustPolicy> policy;
  std::optional<ledger::EpochTrust> epochs;
};

/// What the proof proves, and by whom.
struct Proven {
  ledger::Exhibit exhibit;
  std::optional<ledger::Quorum> quorum;
  std::optional<ledger::SigningEpoch> epoch;
};

Result<ledger::EpochTrust> epoch_trust(const Options& options) {
  if (!options.has("root") || !options.has("log")) {
    return base::failure(base::ErrorKind::malformed,
                         "--root and --log go together: the root's key, and a folder with what it certified");
  }
  auto root = verifier::key_of(options.get("root"));
  if (!root) return base::failure(base::ErrorKind::malformed, "--root: " + root.error().message);
  const std::string folder = options.get("log") + "/";
  auto certificate = read_small_file(folder + std::string(ledger::kCertificatePath), ledger::kMaxNoteBytes);
  if (!certificate) return tl::unexpected(certificate.error());
  auto keys = read_small_file(folder + std::string(ledger::kEpochKeysPath), kMaxKeysBytes);
  if (!keys) return tl::unexpected(keys.error());
  return ledger::EpochTrust{std::move(*root), std::move(*certificate), std::move(*keys)};
}

Result<Trust> trust_of(const Options& options) {
  Trust trust;
  if (options.has("policy")) {
    auto policy = verifier::policy_of(options.get("policy"));
    if (!policy) return tl::unexpected(policy.error());
    trust.policy = std::move(*policy);
  }
  auto key = verifier::log_key_of(options.get("key"), trust.policy);
  if (!key) return tl::unexpected(key.error());
  trust.log = std::move(*key);
  if (options.has("root") || options.has("log")) {
    auto epochs = epoch_trust(options);
    if (!epochs) return tl::unexpected(epochs.error());
    trust.epochs = std::move(*epochs);
  }
  return trust;
}

Result<Proven> judge(const std::string& bytes, const Trust& trust) {
  const auto proof = ledger::Proof::parse(bytes);
  if (!proof) return tl::unexpected(proof.error());
  auto exhibit = ledger::read_exhibit(*proof, {&trust.log, 1});
  if (!exhibit) return tl::unexpected(exhibit.error());
  Proven proven{std::move(*exhibit), {}, {}};
  if (trust.epochs) {
    const auto epoch = ledger::signing_epoch(proof->checkpoint, trust.log, *trust.epochs);
    if (!epoch) return tl::unexpected(epoch.error());
    proven.epoch = *epoch;
  }
  if (trust.policy) {
    auto quorum = ledger::quorum_of(proof->checkpoint, trust.log, *trust.policy);
    if (!quorum) return tl::unexpected(quorum.error());
    proven.quorum = std::move(*quorum);
  }
  return proven;
}

/// Who signed the tree, as far as that was looked at.
void print_signers(const Proven& proven, Streams& io) {
  const ledger::SignedCheckpoint& tree = proven.exhibit.tree;
  for (const ledger::Signer& signer : tree.check.signers) {
    fmt::print(io.out, "  signed   by {}\n", base::displayable(signer.key.name));
  }
  if (const auto& epoch = proven.epoch) {
    fmt::print(io.out,
               "  epoch    {}, from {}: by its own key, which the root certified and which is\n"
               "           destroyed when it ends, at {} or soon after\n",
               epoch->number, base::format_instant(epoch->begin), base::format_instant(epoch->end));
  }
  if (proven.quorum && proven.quorum->time) {
    fmt::print(io.out, "  witness  by {}, which is the quorum, at {}\n", proven.quorum->names,
               base::format_instant(*proven.quorum->time));
  }
  const std::size_t checked = (proven.epoch ? 1U : 0U) + (proven.quorum ? proven.quorum->signatures : 0U);
  if (const std::size_t unknown = tree.check.unknown - checked; unknown > 0) {
    fmt::print(io.out, "  beside   {} signatures by keys that were not given: not looked at\n", unknown);
  }
}

void print(const Proven& proven, Streams& io) {
  const ledger::Exhibit& exhibit = proven.exhibit;
  const ledger::Checkpoint& tree = exhibit.tree.checkpoint;
  const bool by_log_alone = !proven.epoch && !(proven.quorum && proven.quorum->time);
  fmt::print(io.out, "Proven{}: entry {} of {}\n", by_log_alone ? " by the log's key alone" : "", exhibit.index,
             base::displayable(tree.origin));
  fmt::print(io.out, "  type     {}\n  written  {}\n  tree     {} entries, root {}\n", exhibit.entry.type,
             base::format_instant(exhibit.entry.time), tree.size, tree.root.hex());
  print_signers(proven, io);
  fmt::print(io.out, "The entry, which is public:\n  {}\n", base::displayable(exhibit.leaf));
  if (!exhibit.disclosure) {
    fmt::print(io.out, "{}\n",
               exhibit.entry.commitment ? "It commits to personal values that are not shown."
                                        : "It commits to no personal values.");
    return;
  }
  fmt::print(io.out, "Its personal values, which are those that it committed to when it was written:\n");
  for (const auto& [pointer, value] : exhibit.disclosure->shown) {
    fmt::print(io.out, "  {:<30} {}\n", base::displayable(pointer), base::displayable(value));
  }
  for (const std::string& pointer : exhibit.disclosure->hidden) {
    fmt::print(io.out, "  {:<30} (hidden)\n", base::displayable(pointer));
  }
}

/// What a reader could take for granted, and is not.
void print_limits(const Proven& proven, Streams& io) {
  if (!proven.epoch) {
    fmt::print(io.out,
               "Not checked: the signature of the epoch's key. Whoever holds the log's key today could have made "
               "all of this\n"
               "today. Give --root and --log.\n");
  }
  if (!proven.quorum) {
    fmt::print(io.out, "Not checked: witnesses. The log may have shown somebody else another tree. Give --policy.\n");
  } else if (!proven.quorum->time) {
    fmt::print(io.out, "Not checked: witnesses. The quorum of the policy is none.\n");
  }
  fmt::print(io.out, "Not shown by this: that the log has no other entries about it, or that what it says is true.\n");
}

}  // namespace

int verify_proof(const std::vector<std::string>& arguments, Streams& io) {
  Options options("verify-proof", "FILE --key VKEY");
  options.word("file", "the .tlog-proof")
      .text("key", "VKEY", "the log's public key, or a file with it; from somewhere else than the proof")
      .text("policy", "FILE", "trust policy (C2SP tlog-policy): the witnesses who must have cosigned the proof's tree")
      .text("root", "VKEY", "the offline root's public key, or a file with it: it must have certified the epoch's key")
      .text("log", "FOLDER", "with --root: the log's folder, or log/ of a pack, for `certificate` and `epoch/keys`");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto trust = trust_of(options);
  if (!trust) return fail("verify-proof", trust.error(), io);
  const auto bytes = read_small_file(options.get("file"), ledger::kMaxExhibitBytes);
  if (!bytes) return fail("verify-proof", bytes.error(), io);
  const auto proven = judge(*bytes, *trust);
  if (!proven) {
    fmt::print(io.out, "NOTHING IS PROVEN: {}\n", base::displayable(proven.error().message));
    return control::kLogBroken;
  }
  print(*proven, io);
  print_limits(*proven, io);
  return control::kNothingFound;
}

}  // namespace tally::cli
