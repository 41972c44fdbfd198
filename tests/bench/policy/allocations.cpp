// Counts what operator new gives out. One thread: benchmarks have no others.
#include <malloc.h>

#include <new>

#include "tests/bench/policy/measure.h"

namespace {

std::uint64_t now = 0, peak = 0;

/// nullptr when there is no memory.
void* counted(std::size_t size) noexcept {
  void* block = std::malloc(size == 0 ? 1 : size);
  now += malloc_usable_size(block);
  peak = std::max(peak, now);
  return block;
}

void* counted_or_thrown(std::size_t size) {
  if (void* block = counted(size)) return block;
  throw std::bad_alloc();
}

void give_back(void* block) {
  now -= malloc_usable_size(block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return counted_or_thrown(size); }
void* operator new[](std::size_t size) { return counted_or_thrown(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* block) noexcept { give_back(block); }
void operator delete[](void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
void operator delete[](void* block, std::size_t) noexcept { give_back(block); }

namespace tally::bench {

std::uint64_t allocated_now() { return now; }
std::uint64_t allocated_peak() { return peak; }
void reset_peak() { peak = now; }

}  // namespace tally::bench
