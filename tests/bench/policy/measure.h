// Measure: a job run several times, in turn with its rival, as medians of processor time; and what it allocates.
//
//   Measured ours = measure(5, [&] { return sum_of(effective_access(s)); });
//   print_row("effective access", ours, by_hand, edges);
//
// Every run of a job gives a number made of its whole answer, so that nothing is optimised away and both can be
// compared.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace tally::bench {

/// Bytes that are allocated now, and the most there were since reset_peak() (allocations.cpp counts them).
std::uint64_t allocated_now();
std::uint64_t allocated_peak();
void reset_peak();

/// Of this program since it began: what others do meanwhile does not count, but for what they take from the caches.
inline double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Measured {
  double seconds = 0;  ///< median
  double fastest = 0, slowest = 0;
  std::uint64_t bytes = 0;  ///< the most that the job held beside what was there before, its result included
  std::uint64_t answer = 0;
};

/// Ours and the rival in turn, so that a busy moment hits both.
template <class Ours, class ByHand>
std::pair<Measured, Measured> measure(int rounds, Ours ours, ByHand by_hand) {
  std::vector<double> times[2];
  Measured out[2];
  const auto once = [&](int which, auto& job) {
    const std::uint64_t before = allocated_now();
    reset_peak();
    const double begin = processor_seconds();
    out[which].answer = job();
    times[which].push_back(processor_seconds() - begin);
    out[which].bytes = std::max(out[which].bytes, allocated_peak() - before);
  };
  for (int round = 0; round < rounds; ++round) {
    once(0, ours);
    once(1, by_hand);
  }
  for (int which = 0; which < 2; ++which) {
    std::sort(times[which].begin(), times[which].end());
    out[which].seconds = times[which][times[which].size() / 2];
    out[which].fastest = times[which].front();
    out[which].slowest = times[which].back();
  }
  return {out[0], out[1]};
}

inline void print_head(const char* unit) {
  std::printf("| | ours s | fastest to slowest | by hand s | ratio | ours MB | by hand MB | bytes %s |\n", unit);
  std::printf("|---|---:|---:|---:|---:|---:|---:|---:|\n");
}

/// A row of the table; ends the program when the two answers differ.
inline void print_row(const char* job, const std::pair<Measured, Measured>& both, double units) {
  const auto& [ours, by_hand] = both;
  if (ours.answer != by_hand.answer) {
    std::fprintf(stderr, "%s: the answers differ\n", job);
    std::exit(1);
  }
  std::printf("| %s | %.3f | %.3f–%.3f | %.3f | %.2f × | %.0f | %.0f | %.1f |\n", job, ours.seconds, ours.fastest,
              ours.slowest, by_hand.seconds, ours.seconds / by_hand.seconds, static_cast<double>(ours.bytes) / 1e6,
              static_cast<double>(by_hand.bytes) / 1e6, static_cast<double>(ours.bytes) / units);
}

}  // namespace tally::bench
