// What holds for every refusal of an instruction: it says something, once, and names a place that is in the text.
#pragma once

#include <cstdio>
#include <string_view>
#include <vector>

#include "policy/base/assert.h"
#include "policy/base/diagnostic.h"

namespace tally::fuzz {

/// `text` is what was refused, of the file `file`. Columns count characters; an ill-formed text has at most as many as
/// bytes. Where a text ends too early may be told as the place behind its last line end.
inline void check_diagnostics(const base::Diagnostics& diagnostics, std::string_view file, std::string_view text) {
  TALLY_ASSERT(!diagnostics.empty());
  std::vector<std::size_t> lengths{0};
  for (const char c : text) {
    if (c == '\n') {
      lengths.push_back(0);
    } else {
      ++lengths.back();
    }
  }
  for (const base::Diagnostic& one : diagnostics) {
    TALLY_ASSERT(one.file == file && !one.message.empty());
    TALLY_ASSERT(to_string(one).find('\n') == std::string::npos);
    TALLY_ASSERT(one.line >= 0 && one.column >= 0);
    const auto line = static_cast<std::size_t>(one.line), column = static_cast<std::size_t>(one.column);
    const bool inside = line == 0 ? column == 0 : line <= lengths.size() && column <= lengths[line - 1] + 2;
    if (!inside) std::fprintf(stderr, "%s\n", to_string(one).c_str());
    TALLY_ASSERT(inside);
  }
}

}  // namespace tally::fuzz
