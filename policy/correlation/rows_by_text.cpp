#include "policy/correlation/rows_by_text.h"

#include <bit>
#include <functional>

#include "policy/base/assert.h"

namespace tally::correlation {

// The table never fills beyond two thirds.
RowsByText::RowsByText(const base::TextPool& text, std::size_t rows)
    : text_(&text), slots_(std::bit_ceil(rows + rows / 2 + 16)) {
  rows_.reserve(rows);
}

void RowsByText::add(base::TextId text) {
  TALLY_ASSERT(rows_.size() < slots_.size() * 2 / 3);
  const auto position = static_cast<std::uint32_t>(rows_.size() + 1);
  rows_.push_back({text, 0});
  const std::string_view key = text_->view(text);
  if (key.empty()) return;
  const std::uint32_t hash = hash_of(key);
  Slot& slot = slots_[slot_of(key, hash)];
  if (slot.first == 0) {
    slot = {hash, position, position};
  } else {
    rows_[slot.last - 1].next = position;
    slot.last = position;
  }
}

std::uint32_t RowsByText::hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
}

std::size_t RowsByText::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].first != 0 &&
         (slots_[slot].hash != hash || text_->view(rows_[slots_[slot].first - 1].text) != text)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

}  // namespace tally::correlation
