// TextPool: all strings of a table in one block; a TextId is 4 bytes instead of 32.
//
//   TextPool pool;
//   TextId sales = pool.intern("Sales");   // equal strings share one id when interned
//   TextId dn = pool.add(entry_dn);        // unique strings: no lookup
//   std::string_view back = pool.view(sales);
//
// Ids of two pools do not compare; `append` moves one pool behind another and tells the shift.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/assert.h"
#include "policy/base/id.h"

namespace tally::base {

using TextId = Id<struct TextTag>;

class TextPool {
 public:
  TextPool();

  /// Stores `text` under a new id. The empty string is always id 0.
  TextId add(std::string_view text);
  /// Stores `text` once; later calls with an equal string give the same id. (Only ids given by `intern` are shared.)
  TextId intern(std::string_view text);
  /// The string; an invalid id reads as "". The view lasts until the next add, intern or append.
  [[nodiscard]] std::string_view view(TextId id) const {
    if (!id.valid() || id.index() == 0) return {};
    TALLY_ASSERT(id.index() < ends_.size());
    const std::uint64_t begin = ends_[id.index() - 1];
    return {block_.data() + begin, ends_[id.index()] - begin};
  }
  /// Copies all of `other`, another pool, behind this pool's strings. Its id i becomes i + the returned shift.
  std::uint32_t append(const TextPool& other);
  /// All strings one behind the other, and where each ends: what an archive keeps.
  [[nodiscard]] std::string_view block() const { return block_; }
  [[nodiscard]] const std::vector<std::uint64_t>& ends() const { return ends_; }
  /// A pool with the same ids as the one that had these. Nothing when the ends do not go from 0 up to the block's.
  static std::optional<TextPool> restore(std::string block, std::vector<std::uint64_t> ends);
  /// The id that `id` of an appended pool has here. An invalid id stays invalid.
  static TextId shifted(TextId id, std::uint32_t shift);

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::size_t bytes() const;

 private:
  /// Most of a hash beside the id: a probe looks at a string only when it is very likely the one, and growing looks at
  /// none.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id = 0;  ///< 0 is free
  };
  static std::uint32_t hash_of(std::string_view text);
  [[nodiscard]] std::size_t find_slot(std::string_view text, std::uint32_t hash) const;
  void grow();

  std::string block_;
  std::vector<std::uint64_t> ends_;  ///< ends_[i] is the end of string i in block_
  std::vector<Slot> slots_;          ///< open-addressing table of interned ids, at most three quarters full
  std::size_t interned_ = 0;
};

}  // namespace tally::base
