#include "daemon/ledger/exhibit.h"

#include "daemon/ledger/canonical_json.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

struct Extra {
  std::string leaf, opening;  ///< opening: empty when there is none
};

Result<Extra> extra_of(const Proof& proof) {
  if (!proof.extra) return failure(ErrorKind::malformed, "the proof has no extra line, which would hold the entry");
  const auto json = parse_canonical(*proof.extra);
  if (!json) return failure(ErrorKind::malformed, "the extra of the proof " + json.error().message);
  const bool opened = json->contains("opening");
  if (!json->contains("entry") || json->size() != (opened ? 2U : 1U)) {
    return failure(ErrorKind::malformed, R"(the extra of the proof is not {"entry":…} or {"entry":…,"opening":…})");
  }
  return Extra{(*json)["entry"].dump(), opened ? (*json)["opening"].dump() : std::string()};
}

}  // namespace

Result<Proof> make_exhibit(TileReader& log, std::uint64_t index, std::string_view leaf, std::string_view opening) {
  auto proof = prove(log, index);
  if (!proof) return proof;
  // Both are canonical JSON, and "entry" comes before "opening": so is this.
  std::string extra = R"({"entry":)" + std::string(leaf);
  if (!opening.empty()) extra.append(R"(,"opening":)").append(opening);
  proof->extra = extra + "}";
  return proof;
}

Result<Exhibit> read_exhibit(const Proof& proof, std::span<const VerifierKey> keys) {
  auto extra = extra_of(proof);
  if (!extra) return tl::unexpected(extra.error());
  if (auto proven = proof.verify(extra->leaf, keys); !proven) return tl::unexpected(proven.error());
  auto tree = open_checkpoint(proof.checkpoint, keys);
  if (!tree) return tl::unexpected(tree.error());
  auto entry = Entry::parse(extra->leaf);
  if (!entry) return tl::unexpected(entry.error());
  Exhibit exhibit{std::move(*tree), proof.index, std::move(extra->leaf), std::move(*entry), {}};
  if (extra->opening.empty()) return exhibit;
  if (!exhibit.entry.commitment) {
    return failure(ErrorKind::untrusted, "the proof opens personal values, and the entry commits to none");
  }
  auto disclosure = read_opening(*exhibit.entry.commitment, extra->opening);
  if (!disclosure) return tl::unexpected(disclosure.error());
  exhibit.disclosure = std::move(*disclosure);
  return exhibit;
}

}  // namespace tally::ledger
