// The Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1): hashes, inclusion and consistency proofs.
//
//   TreeHasher hasher;
//   Digest leaf = hasher.leaf(R"({"seq":1})");
//   bool in_log = verify_inclusion(leaf, 1, 3, proof, root);
//
// Not storage: a NodeReader says where the hashes come from (tile_tree.h, TileNodes).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

/// SHA-256(0x00 || entry) and SHA-256(0x01 || left || right). Keeps a hash context: one object for many hashes.
class TreeHasher {
 public:
  base::Digest leaf(std::string_view entry);
  base::Digest node(const base::Digest& left, const base::Digest& right);

 private:
  base::Sha256 sha_;
};

/// The root of the tree without entries: SHA-256("").
base::Digest empty_root();
/// Root of a complete subtree over `hashes`; their number is a power of two.
base::Digest complete_root(TreeHasher& hasher, std::span<const base::Digest> hashes);

/// The hash of the complete subtree of 2^level leaves whose first leaf is index << level.
using NodeReader = std::function<base::Result<base::Digest>(int level, std::uint64_t index)>;

/// MTH(D[begin:end]); `begin` is a multiple of the largest power of two ≤ end − begin.
base::Result<base::Digest> range_root(std::uint64_t begin, std::uint64_t end, const NodeReader& nodes);
/// Audit path of entry `index` in the tree of `size`, leaf sibling first (RFC 6962 §2.1.1). index < size.
base::Result<std::vector<base::Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                        const NodeReader& nodes);
/// Proof that the tree of `old_size` is a prefix of that of `new_size` (RFC 6962 §2.1.2). 0 < old_size <= new_size.
base::Result<std::vector<base::Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t new_size,
                                                          const NodeReader& nodes);

/// RFC 9162 §2.1.3.2. False for any proof that is too short, too long or wrong.
bool verify_inclusion(const base::Digest& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const base::Digest> proof, const base::Digest& root);
/// RFC 9162 §2.1.4.2. An old size of 0 fits anything with an empty proof.
bool verify_consistency(std::uint64_t old_size, std::uint64_t new_size, const base::Digest& old_root,
                        const base::Digest& new_root, std::span<const base::Digest> proof);

}  // namespace tally::ledger
