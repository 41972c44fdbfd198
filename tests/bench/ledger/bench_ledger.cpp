// bench_ledger FOLDER ENTRIES SINGLES ROUNDS: see tests/bench/run_ledger, which calls it.
#include "tests/bench/ledger/bench_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tally::bench {

void print_row(const std::string& what, std::vector<double> ours, std::vector<double> limit, double units) {
  std::sort(ours.begin(), ours.end());
  std::sort(limit.begin(), limit.end());
  const double our = ours[ours.size() / 2], other = limit[limit.size() / 2];
  fmt::print("| {} | {:.3f} | {:.3f}–{:.3f} | {:.3f} | {:.0f} % | {:.0f} |\n", what, our, ours.front(), ours.back(),
             other, 100 * other / our, units / our);
  std::fflush(stdout);
}

void stop(const std::string& why) {
  fmt::print(stderr, "bench_ledger: {}\n", why);
  std::exit(1);
}

}  // namespace tally::bench

int main(int argc, char** argv) {
  using namespace tally::bench;
  if (argc != 5) stop("usage: bench_ledger FOLDER ENTRIES SINGLES ROUNDS");
  const Plan plan{argv[1], std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10),
                  std::atoi(argv[4])};
  if (plan.entries == 0 || plan.singles == 0 || plan.rounds < 1) stop("numbers from 1 on");
  fmt::print(
      "| | ours s | fastest to slowest | limit s | ours reaches | ours a second |\n|---|---:|---:|---:|---:|---:|\n");
  const std::string vkey = measure_appends(plan);
  measure_reading(plan, vkey);
  fmt::print("\nvkey {}\n", vkey);
}
