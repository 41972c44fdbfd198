// Register: the values of one step for one batch of rows, and why some of them are not known.
//
// Inner to this library. A batch is small enough for the second-level cache and large enough to forget the cost of
// walking the plan. A Selection names the lanes (rows of the batch) that are asked for: what no lane needs is not
// computed, which is how && and || skip their right side.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "policy/cel/answer.h"
#include "policy/cel/interval.h"
#include "policy/cel/type.h"

namespace tally::cel {

inline constexpr std::size_t kBatchRows = 1024;
using Lane = std::uint16_t;
using Selection = std::span<const Lane>;

/// A list of a row: where its elements are in the column (0 for constants and literals), and how many.
struct ListSpan {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// Calls `visit(lane)` for each. Lanes ascend, so that the last one tells whether any is left out: a batch without a
/// gap, which is what most steps are asked for, needs no list.
template <class Visit>
void each_lane(Selection lanes, Visit visit) {
  if (lanes.empty()) return;
  const std::size_t end = std::size_t{lanes.back()} + 1;
  if (lanes.size() == end) {
    for (std::size_t lane = 0; lane < end; ++lane) visit(lane);
  } else {
    for (const std::size_t lane : lanes) visit(lane);
  }
}

/// One value for each lane of a batch. Lanes are below kBatchRows by construction: the innermost loops do not check
/// them.
template <class T>
class PerLane {
 public:
  void make() { values_ = std::make_unique<T[]>(kBatchRows); }
  [[nodiscard]] T& operator[](std::size_t lane) const { return values_[lane]; }
  [[nodiscard]] T* data() const { return values_.get(); }
  void clear() const { std::fill_n(values_.get(), kBatchRows, T{}); }

 private:
  std::unique_ptr<T[]> values_;
};

struct Register {
  PerLane<std::uint8_t> flags;  ///< 0 or 1
  PerLane<std::int64_t> ints;
  PerLane<std::uint64_t> uints;
  PerLane<double> reals;
  PerLane<std::string_view> texts;
  PerLane<Interval> times;  ///< timestamps and durations
  PerLane<ListSpan> lists;
  PerLane<ReasonSetId> unknown;  ///< read only when any_unknown
  bool any_unknown = false;

  explicit Register(const Type& type) {
    unknown.make();
    switch (type.kind) {
      case Kind::boolean: flags.make(); break;
      case Kind::integer: ints.make(); break;
      case Kind::uinteger: uints.make(); break;
      case Kind::real: reals.make(); break;
      case Kind::string: texts.make(); break;
      case Kind::timestamp:
      case Kind::duration: times.make(); break;
      case Kind::list: lists.make(); break;
      default: break;  // no column: only islands look at it, as a boxed value
    }
  }

  [[nodiscard]] ReasonSetId unknown_at(std::size_t lane) const { return any_unknown ? unknown[lane] : 0; }
  void set_unknown(std::size_t lane, ReasonSetId reasons) {
    if (!any_unknown) unknown.clear();
    any_unknown = true;
    unknown[lane] = reasons;
  }
};

/// Calls `visit(values of left, values of right)` with the values of the given kind.
template <class Left, class Right, class Visit>
void with_values(Kind kind, Left& left, Right& right, Visit visit) {
  switch (kind) {
    case Kind::boolean: return visit(left.flags, right.flags);
    case Kind::integer: return visit(left.ints, right.ints);
    case Kind::uinteger: return visit(left.uints, right.uints);
    case Kind::real: return visit(left.reals, right.reals);
    case Kind::string: return visit(left.texts, right.texts);
    case Kind::timestamp:
    case Kind::duration: return visit(left.times, right.times);
    default: return;
  }
}

inline void copy_lane(Kind kind, const Register& from, std::size_t lane, Register& to) {
  with_values(kind, from, to, [&](const auto& source, auto& target) { target[lane] = source[lane]; });
}

inline bool same_value(Kind kind, const Register& left, const Register& right, std::size_t lane) {
  bool same = false;
  with_values(kind, left, right, [&](const auto& a, const auto& b) { same = a[lane] == b[lane]; });
  return same;
}

/// Text made during a batch. Forgotten as a whole by clear(); a view lasts until then.
class TextArena {
 public:
  /// `left` and `right`, one behind the other.
  std::string_view store(std::string_view left, std::string_view right) {
    char* const place = reserve(left.size() + right.size());
    std::copy(left.begin(), left.end(), place);
    std::copy(right.begin(), right.end(), place + left.size());
    return {place, left.size() + right.size()};
  }
  /// Room for `size` bytes, to be written at once.
  char* reserve(std::size_t size) {
    if (blocks_.empty() || used_ + size > capacity_) {
      capacity_ = std::max(size, kBlockBytes);
      blocks_.push_back(std::make_unique<char[]>(capacity_));
      used_ = 0;
    }
    used_ += size;
    return blocks_.back().get() + (used_ - size);
  }
  void clear() {
    if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
    used_ = 0;
  }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{64} * 1024;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tally::cel
