#include "daemon/ledger/merkle.h"

#include <bit>
#include <utility>

#include "policy/base/assert.h"

namespace tally::ledger {
namespace {

using base::Digest;
using base::Result;

/// The split point of RFC 6962 §2.1: the largest power of two smaller than n (n > 1).
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

/// SUBPROOF(m, D[begin:end], complete) of RFC 6962 §2.1.2.
Result<void> add_subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool complete,
                          const NodeReader& nodes, std::vector<Digest>& proof) {
  const std::uint64_t n = end - begin;
  std::uint64_t from = begin;
  std::uint64_t to = end;
  if (m != n) {
    const std::uint64_t middle = begin + split(n);
    const bool left = m <= middle - begin;
    const auto inner = left ? add_subproof(m, begin, middle, complete, nodes, proof)
                            : add_subproof(m - (middle - begin), middle, end, false, nodes, proof);
    if (!inner) return inner;
    (left ? from : to) = middle;
  } else if (complete) {
    return {};
  }
  auto hash = range_root(from, to, nodes);
  if (!hash) return tl::unexpected(hash.error());
  proof.push_back(*hash);
  return {};
}

}  // namespace

Digest TreeHasher::leaf(std::string_view entry) {
  return sha_.update(std::string_view("\0", 1)).update(entry).finish();
}

Digest TreeHasher::node(const Digest& left, const Digest& right) {
  char bytes[65];
  bytes[0] = '\x01';
  left.view().copy(bytes + 1, 32);
  right.view().copy(bytes + 33, 32);
  return sha_.update({bytes, sizeof bytes}).finish();
}

Digest empty_root() { return base::sha256(""); }

Digest complete_root(TreeHasher& hasher, std::span<const Digest> hashes) {
  TALLY_ASSERT(std::has_single_bit(hashes.size()));
  std::vector<Digest> row(hashes.begin(), hashes.end());
  for (; row.size() > 1; row.resize(row.size() / 2)) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = hasher.node(row[2 * i], row[2 * i + 1]);
  }
  return row.front();
}

Result<Digest> range_root(std::uint64_t begin, std::uint64_t end, const NodeReader& nodes) {
  TALLY_ASSERT(begin < end);
  const std::uint64_t n = end - begin;
  if (std::has_single_bit(n)) return nodes(std::countr_zero(n), begin / n);
  const std::uint64_t middle = begin + split(n);
  auto left = range_root(begin, middle, nodes);
  if (!left) return left;
  auto right = range_root(middle, end, nodes);
  if (!right) return right;
  return TreeHasher().node(*left, *right);
}

Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& nodes) {
  TALLY_ASSERT(index < size);
  std::vector<Digest> root_first;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split(end - begin);
    const bool left = index < middle;
    auto sibling = left ? range_root(middle, end, nodes) : range_root(begin, middle, nodes);
    if (!sibling) return tl::unexpected(sibling.error());
    root_first.push_back(*sibling);
    (left ? end : begin) = middle;
  }
  return std::vector<Digest>(root_first.rbegin(), root_first.rend());
}

Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t new_size, const NodeReader& nodes) {
  TALLY_ASSERT(0 < old_size && old_size <= new_size);
  std::vector<Digest> proof;
  const auto done = add_subproof(old_size, 0, new_size, true, nodes, proof);
  if (!done) return tl::unexpected(done.error());
  return proof;
}

bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size, std::span<const Digest> proof,
                      const Digest& root) {
  if (index >= size) return false;
  TreeHasher hasher;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      hash = hasher.node(sibling, hash);
      while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      hash = hasher.node(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root;
}

bool verify_consistency(std::uint64_t old_size, std::uint64_t new_size, const Digest& old_root, const Digest& new_root,
                        std::span<const Digest> proof) {
  if (old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  std::uint64_t fn = old_size - 1;
  std::uint64_t sn = new_size - 1;
  while ((fn & 1) != 0) fn >>= 1, sn >>= 1;
  // When the old tree is a complete subtree of the new one, its root is the first node and is not sent.
  std::size_t next = 0;
  Digest old_hash = old_root;
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return false;
    old_hash = proof[next++];
  }
  Digest new_hash = old_hash;
  TreeHasher hasher;
  for (; next < proof.size(); ++next) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      old_hash = hasher.node(proof[next], old_hash);
      new_hash = hasher.node(proof[next], new_hash);
      while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      new_hash = hasher.node(new_hash, proof[next]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace tally::ledger
