#include "connectors/hr/line_end_count.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tally::hr {
namespace {

constexpr std::size_t kBlock = 64;

/// Bit i is set where block[i] is `wanted`.
std::uint64_t places_of(const char* block, char wanted) {
  std::uint64_t places = 0;
#if defined(__SSE2__)
  const __m128i pattern = _mm_set1_epi8(wanted);
  for (unsigned i = 0; i < kBlock; i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
    places |= std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern)))} << i;
  }
#else
  for (unsigned i = 0; i < kBlock; ++i) places |= std::uint64_t{block[i] == wanted} << i;
#endif
  return places;
}

/// Bit i of the result: is the number of bits at or below i odd?
std::uint64_t running_parity(std::uint64_t bits) {
  for (unsigned step = 1; step < 64; step *= 2) bits ^= bits << step;
  return bits;
}

}  // namespace

void LineEndCount::update(std::string_view chunk) {
  if (chunk.empty()) return;
  last_ = chunk.back();
  for (; chunk.size() >= kBlock; chunk.remove_prefix(kBlock)) {
    const std::uint64_t odd = running_parity(places_of(chunk.data(), '"')) ^ (inside_ ? ~std::uint64_t{0} : 0);
    line_ends_ += static_cast<std::uint64_t>(std::popcount(places_of(chunk.data(), '\n') & ~odd));
    inside_ = (odd >> 63) != 0;
  }
  for (const char c : chunk) {
    inside_ ^= c == '"';
    line_ends_ += c == '\n' && !inside_ ? 1 : 0;
  }
}

std::uint64_t LineEndCount::records(std::uint64_t blank_lines) const {
  return line_ends_ + (last_ == '\n' ? 0 : 1) - blank_lines;
}

}  // namespace tally::hr
