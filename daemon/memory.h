// Memory: what an audit no longer needs goes back to the system at once. For the two programs, first in main().
//
//   tally::return_freed_memory();
//
// Not an allocator, and no promise: an allocator other than glibc's ignores it.
#pragma once

#include <malloc.h>

namespace tally {

/// Blocks of this size and more are mapped one by one. Tables grow by doubling, and one is freed whenever its double is
/// filled; glibc would raise its own threshold with every such block and keep them all: a quarter to a third of the
/// peak. Smaller blocks than these are not worth a system call.
inline constexpr int kMappedBytes = 256 * 1024;

inline void return_freed_memory() { mallopt(M_MMAP_THRESHOLD, kMappedBytes); }

}  // namespace tally
