// KeyIndex: from a key (an employee number, a folded mail) to the people who have it. Open addressing over dense ids:
// about 40 bytes a person beside the keys. Built once, then read.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/base/text.h"
#include "policy/model/person.h"

namespace tally::correlation {

class KeyIndex {
 public:
  /// For at most so many calls of add().
  explicit KeyIndex(std::size_t people);

  /// An empty key is nobody's.
  void add(std::string_view key, model::PersonId person);
  /// Whoever is under that key, in the order added, at most kMaxCandidates of them.
  [[nodiscard]] std::vector<model::PersonId> find(std::string_view key) const;
  /// How many are under that key.
  [[nodiscard]] std::size_t count(std::string_view key) const;

 private:
  struct Holder {
    base::TextId key;
    model::PersonId person;
    std::uint32_t next = 0;   ///< position + 1 of the next holder of the same key; 0 ends
    std::uint32_t last = 0;   ///< of a key's first holder: position + 1 of the last one
    std::uint32_t count = 1;  ///< of a key's first holder: how many there are
  };
  /// Half of a hash beside the position: another key in the way is passed over without looking it up.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t first = 0;  ///< position + 1 of a key's first holder; 0 is free
  };
  static std::uint32_t hash_of(std::string_view key);
  [[nodiscard]] std::size_t slot_of(std::string_view key, std::uint32_t hash) const;

  base::TextPool keys_;
  std::vector<Holder> holders_;
  std::vector<Slot> slots_;
};

}  // namespace tally::correlation
