// PageProgress: whether a server that says "another page follows" (RFC 2696) gets anywhere.
//
//   PageProgress progress;
//   if (auto gap = progress.take(name_of_first_entry, cookie)) …stop
//
// Cookies say nothing: 389-ds sends the same one with every page, and a loop may send a new one each time. The entries
// do: no page begins with an entry that an earlier one began with.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "policy/model/coverage.h"

namespace tally::directory {

class PageProgress {
 public:
  /// AD may send empty pages while it works through a big index; more in a row than this is no progress.
  static constexpr std::uint32_t kMaxEmptyPages = 1000;
  /// A cookie of a server is a few bytes, AD's some hundred; it is sent back with each request.
  static constexpr std::size_t kMaxCookieBytes = 64U << 10U;

  /// A page whose first entry has that DN ("": it had none), and the cookie behind it, not empty. Why the next page is
  /// not to be asked for, if so.
  std::optional<model::Gap> take(std::string_view first, std::string_view cookie);

 private:
  std::unordered_set<std::uint64_t> begun_with_;  ///< hashes of DNs
  std::uint32_t empty_pages_ = 0;
};

}  // namespace tally::directory
