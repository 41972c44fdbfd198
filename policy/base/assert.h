// TALLY_ASSERT(condition): a bug, never bad input. Compiled in always; prints where and aborts.
// Not for input, files, servers or people: those get a reject, a Diagnostic or an Error.
#pragma once

namespace tally::base {

/// Writes "file:line: assertion failed: expression" to standard error and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace tally::base

#define TALLY_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::tally::base::assertion_failed(#condition, __FILE__, __LINE__))
