// Id<Tag>: a dense index (0, 1, 2 …) into the columns of one table, in a type of its own.
//
//   using AccountId = base::Id<struct AccountTag>;
//   accounts.dn[account.index()]
//
// Not a key that outlives its Snapshot: fingerprints and native ids are for that.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

#include "policy/base/assert.h"

namespace tally::base {

template <class Tag>
class Id {
 public:
  /// The id of nothing; `valid()` is false.
  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t index) : index_(index) {}
  static constexpr Id at(std::size_t index) {
    TALLY_ASSERT(index < kNone);
    return Id(static_cast<std::uint32_t>(index));
  }

  [[nodiscard]] constexpr bool valid() const { return index_ != kNone; }
  /// Position in the columns; asks for a valid id.
  [[nodiscard]] constexpr std::uint32_t index() const {
    TALLY_ASSERT(valid());
    return index_;
  }
  friend constexpr auto operator<=>(Id, Id) = default;

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t index_ = kNone;
};

}  // namespace tally::base

template <class Tag>
struct std::hash<tally::base::Id<Tag>> {
  std::size_t operator()(tally::base::Id<Tag> id) const noexcept { return id.valid() ? id.index() : ~std::size_t{0}; }
};
