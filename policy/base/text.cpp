#include "policy/base/text.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace tally::base {

TextPool::TextPool() : ends_{0}, slots_(64) {}

TextId TextPool::add(std::string_view text) {
  if (text.empty()) return TextId(0);
  block_.append(text);
  ends_.push_back(block_.size());
  return TextId::at(ends_.size() - 1);
}

TextId TextPool::intern(std::string_view text) {
  if (text.empty()) return TextId(0);
  if ((interned_ + 1) * 4 > slots_.size() * 3) grow();
  const std::uint32_t hash = hash_of(text);
  const std::size_t slot = find_slot(text, hash);
  if (slots_[slot].id != 0) return TextId(slots_[slot].id);
  const TextId id = add(text);
  slots_[slot] = {hash, id.index()};
  ++interned_;
  return id;
}

std::uint32_t TextPool::append(const TextPool& other) {
  TALLY_ASSERT(&other != this);
  const auto shift = static_cast<std::uint32_t>(ends_.size() - 1);
  const std::uint64_t offset = block_.size();
  block_.append(other.block_);
  ends_.reserve(ends_.size() + other.ends_.size());
  for (std::size_t i = 1; i < other.ends_.size(); ++i) ends_.push_back(other.ends_[i] + offset);
  return shift;
}

std::optional<TextPool> TextPool::restore(std::string block, std::vector<std::uint64_t> ends) {
  if (ends.empty() || ends.front() != 0 || ends.back() != block.size()) return std::nullopt;
  if (!std::is_sorted(ends.begin(), ends.end())) return std::nullopt;
  TextPool pool;
  pool.block_ = std::move(block);
  pool.ends_ = std::move(ends);
  return pool;
}

TextId TextPool::shifted(TextId id, std::uint32_t shift) {
  if (!id.valid() || id.index() == 0) return id;
  return TextId(id.index() + shift);
}

std::size_t TextPool::bytes() const {
  return block_.capacity() + ends_.capacity() * sizeof(ends_[0]) + slots_.capacity() * sizeof(slots_[0]);
}

std::uint32_t TextPool::hash_of(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>{}(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32U);
}

std::size_t TextPool::find_slot(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].id != 0 && (slots_[slot].hash != hash || view(TextId(slots_[slot].id)) != text)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void TextPool::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& moved : old) {
    if (moved.id == 0) continue;
    std::size_t slot = moved.hash & mask;
    while (slots_[slot].id != 0) slot = (slot + 1) & mask;
    slots_[slot] = moved;
  }
}

}  // namespace tally::base
