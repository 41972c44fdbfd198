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
#include "daemon/verifier/input.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

void print(const ledger::Exhibit& exhibit, Streams& io) {
  const ledger::Checkpoint& tree = exhibit.tree.checkpoint;
  fmt::print(io.out, "Proven: entry {} of {}\n", exhibit.index, base::displayable(tree.origin));
  fmt::print(io.out, "  type     {}\n  written  {}\n  tree     {} entries, root {}\n", exhibit.entry.type,
             base::format_instant(exhibit.entry.time), tree.size, tree.root.hex());
  for (const ledger::Signer& signer : exhibit.tree.check.signers) {
    fmt::print(io.out, "  signed   by {}\n", base::displayable(signer.key.name));
  }
  if (exhibit.tree.check.unknown > 0) {
    fmt::print(io.out, "  beside   {} signatures by keys that were not given: not looked at\n",
               exhibit.tree.check.unknown);
  }
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

}  // namespace

int verify_proof(const std::vector<std::string>& arguments, Streams& io) {
  Options options("verify-proof", "FILE --key VKEY");
  options.word("file", "the .tlog-proof")
      .text("key", "VKEY", "the log's public key, or a file with it; from somewhere else than the proof");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (!options.has("key")) {
    fmt::print(io.err, "tallystick verify-proof: --key is missing: a proof is checked against a key that you trust\n");
    return control::kUsage;
  }
  const auto key = verifier::key_of(options.get("key"));
  if (!key) {
    fmt::print(io.err, "tallystick verify-proof: --key: {}\n", key.error().message);
    return control::kUsage;
  }
  const auto bytes = read_small_file(options.get("file"), ledger::kMaxExhibitBytes);
  if (!bytes) return fail("verify-proof", bytes.error(), io);
  const auto proof = ledger::Proof::parse(*bytes);
  const auto exhibit = proof ? ledger::read_exhibit(*proof, {&*key, 1}) : tl::unexpected(proof.error());
  if (!exhibit) {
    fmt::print(io.out, "NOTHING IS PROVEN: {}\n", base::displayable(exhibit.error().message));
    return control::kLogBroken;
  }
  print(*exhibit, io);
  fmt::print(io.out, "Not shown by this: that the log has no other entries about it, or that what it says is true.\n");
  return control::kNothingFound;
}

}  // namespace tally::cli
