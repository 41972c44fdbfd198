#include "connectors/directory/dn_index.h"

#include "connectors/directory/dn.h"
#include "policy/base/assert.h"

namespace tally::directory {
namespace {

constexpr std::uint32_t kKindBits = 2;
constexpr std::size_t kFirstSlots = 1024;

std::uint32_t packed(Node node) {
  TALLY_ASSERT(node.row < (1U << 30U) - 1);
  return (node.row << kKindBits | static_cast<std::uint32_t>(node.kind)) + 1;
}

Node unpacked(std::uint32_t stored) { return {static_cast<NodeKind>((stored - 1) & 3U), (stored - 1) >> kKindBits}; }

std::uint32_t tag_of(std::string_view key) { return static_cast<std::uint32_t>(std::hash<std::string_view>{}(key)); }

}  // namespace

DnIndex::Inserted DnIndex::insert(std::string_view dn, Node node) {
  if (!normalise_dn(dn, key_)) return Inserted::malformed;
  if (slots_.empty() || (used_ + 1) * 4 > slots_.size() * 3) grow();
  const std::size_t at = probe(dn, key_);
  if (slots_[at].node != 0) return Inserted::duplicate;
  slots_[at] = {tag_of(key_), packed(node)};
  ++used_;
  return Inserted::yes;
}

std::optional<Node> DnIndex::find(std::string_view dn) const {
  if (slots_.empty() || !normalise_dn(dn, key_)) return std::nullopt;
  const Slot& slot = slots_[probe(dn, key_)];
  if (slot.node == 0) return std::nullopt;
  return unpacked(slot.node);
}

void DnIndex::clear() {
  slots_ = {};
  used_ = 0;
}

/// The slot that holds the key, or the free one where it belongs.
std::size_t DnIndex::probe(std::string_view dn, std::string_view key) const {
  const std::uint32_t tag = tag_of(key);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = tag & mask;
  for (; slots_[at].node != 0; at = (at + 1) & mask) {
    if (slots_[at].tag != tag) continue;
    const std::string_view stored = dn_of_(unpacked(slots_[at].node));
    if (stored == dn) break;
    if (normalise_dn(stored, candidate_) && candidate_ == key) break;
  }
  return at;
}

/// Twice the slots; a tag alone tells where its slot belongs.
void DnIndex::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? kFirstSlots : old.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.node == 0) continue;
    std::size_t at = slot.tag & mask;
    while (slots_[at].node != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace tally::directory
