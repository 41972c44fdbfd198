#include "policy/base/text.h"

#include <functional>

namespace tally::base {

TextPool::TextPool() : ends_{0}, slots_(64, 0) {}

TextId TextPool::add(std::string_view text) {
  if (text.empty()) return TextId(0);
  block_.append(text);
  ends_.push_back(block_.size());
  return TextId::at(ends_.size() - 1);
}

TextId TextPool::intern(std::string_view text) {
  if (text.empty()) return TextId(0);
  if ((interned_ + 1) * 2 > slots_.size()) grow();
  const std::size_t slot = find_slot(text);
  if (slots_[slot] != 0) return TextId(slots_[slot]);
  const TextId id = add(text);
  slots_[slot] = id.index();
  ++interned_;
  return id;
}

std::string_view TextPool::view(TextId id) const {
  if (!id.valid() || id.index() == 0) return {};
  TALLY_ASSERT(id.index() < ends_.size());
  const std::uint64_t begin = ends_[id.index() - 1];
  return std::string_view(block_).substr(begin, ends_[id.index()] - begin);
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

TextId TextPool::shifted(TextId id, std::uint32_t shift) {
  if (!id.valid() || id.index() == 0) return id;
  return TextId(id.index() + shift);
}

std::size_t TextPool::bytes() const {
  return block_.capacity() + ends_.capacity() * sizeof(ends_[0]) + slots_.capacity() * sizeof(slots_[0]);
}

std::size_t TextPool::find_slot(std::string_view text) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(text)&mask;
  while (slots_[slot] != 0 && view(TextId(slots_[slot])) != text) slot = (slot + 1) & mask;
  return slot;
}

void TextPool::grow() {
  std::vector<std::uint32_t> old(slots_.size() * 2, 0);
  old.swap(slots_);
  for (const std::uint32_t id : old) {
    if (id != 0) slots_[find_slot(view(TextId(id)))] = id;
  }
}

}  // namespace tally::base
