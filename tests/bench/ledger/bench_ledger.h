// The parts of the benchmark of the log: each measures ours and its limit in turn, so that a busy moment hits both.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tally::bench {

struct Plan {
  std::string folder;         ///< for logs and files; on the disk that is to be measured
  std::uint64_t entries = 0;  ///< of the batched log
  std::uint64_t singles = 0;  ///< appends of one entry
  int rounds = 0;             ///< of each reading
};

/// Seconds of one job, by the clock on the wall: waiting for the disk counts.
template <class Job>
double seconds(Job job) {
  const auto begin = std::chrono::steady_clock::now();
  job();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Writes the log `<folder>/batched` and prints the rows about appends. Gives its vkey.
std::string measure_appends(const Plan& plan);
/// Reads that log again and prints the rows about that.
void measure_reading(const Plan& plan, const std::string& vkey);

/// Prints "| what | ours s (fastest–slowest) | limit s | ours at … of the limit | per second |".
void print_row(const std::string& what, std::vector<double> ours, std::vector<double> limit, double units);
/// Says it on standard error and ends the program.
[[noreturn]] void stop(const std::string& why);

}  // namespace tally::bench
