#include "policy/correlation/key_index.h"

#include <bit>
#include <functional>

#include "policy/base/assert.h"
#include "policy/correlation/correlation.h"

namespace tally::correlation {

// The table never fills beyond a half.
KeyIndex::KeyIndex(std::size_t people) : slots_(std::bit_ceil(people * 2 + 16)) {}

void KeyIndex::add(std::string_view key, model::PersonId person) {
  if (key.empty()) return;
  TALLY_ASSERT(holders_.size() * 2 < slots_.size());
  const std::uint32_t hash = hash_of(key);
  Slot& slot = slots_[slot_of(key, hash)];
  const auto position = static_cast<std::uint32_t>(holders_.size() + 1);
  if (slot.first == 0) {
    holders_.push_back({keys_.add(key), person, 0, position, 1});
    slot = {hash, position};
    return;
  }
  holders_.push_back({base::TextId(), person, 0, 0, 0});
  Holder& first = holders_[slot.first - 1];
  holders_[first.last - 1].next = position;
  first.last = position;
  ++first.count;
}

std::vector<model::PersonId> KeyIndex::find(std::string_view key) const {
  std::vector<model::PersonId> found;
  if (key.empty()) return found;
  for (std::uint32_t at = slots_[slot_of(key, hash_of(key))].first; at != 0 && found.size() < kMaxCandidates;
       at = holders_[at - 1].next) {
    found.push_back(holders_[at - 1].person);
  }
  return found;
}

std::size_t KeyIndex::count(std::string_view key) const {
  const std::uint32_t first = key.empty() ? 0 : slots_[slot_of(key, hash_of(key))].first;
  return first == 0 ? 0 : holders_[first - 1].count;
}

std::uint32_t KeyIndex::hash_of(std::string_view key) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(key));
}

std::size_t KeyIndex::slot_of(std::string_view key, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].first != 0 &&
         (slots_[slot].hash != hash || keys_.view(holders_[slots_[slot].first - 1].key) != key)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

}  // namespace tally::correlation
