// The whole verification beside a bare SHA-256 pass over the same files, and beside what an incremental one reads.
#include <fmt/format.h>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/tile.h"
#include "daemon/ledger/verify.h"
#include "tests/bench/ledger/bench_ledger.h"

namespace tally::bench {
namespace {

/// One hash over all files, one after the other: what reading and hashing cost at the least, by one processor.
std::uint64_t bare_pass(ledger::LogDirectory& log) {
  const auto paths = log.list();
  if (!paths) stop(paths.error().message);
  base::Sha256 sha;
  std::uint64_t total = 0;
  for (const std::string& path : *paths) {
    const auto bytes = log.read(path, ledger::kMaxTileBytes);
    if (!bytes) stop(bytes.error().message);
    sha.update(*bytes);
    total += bytes->size();
  }
  static_cast<void>(sha.finish());
  return total;
}

}  // namespace

void measure_reading(const Plan& plan, const std::string& vkey) {
  auto log = ledger::LogDirectory::open(plan.folder + "/batched/root/log");
  const auto key = ledger::VerifierKey::parse(vkey);
  if (!log || !key) stop("the log that was just written cannot be opened");
  std::vector<double> ours, limit, processor;
  std::uint64_t bytes = 0, checked = 0;
  for (int round = 0; round <= plan.rounds; ++round) {
    const double bare = seconds([&] { bytes = bare_pass(**log); });
    const std::clock_t begin = std::clock();
    const double verified = seconds([&] {
      const auto report = ledger::verify(**log, {{*key}});
      if (!report.ok()) stop(report.problems[0].message);
      checked = report.entries_checked;
      if (report.bytes_checked != bytes) stop(fmt::format("{} of {} bytes were read", report.bytes_checked, bytes));
    });
    if (round == 0) continue;  // warms the page cache for both
    limit.push_back(bare);
    ours.push_back(verified);
    processor.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  print_row(fmt::format("verification of {} entries, {:.0f} MB", checked, static_cast<double>(bytes) / 1e6), ours,
            limit, static_cast<double>(checked));
  print_row("the same in processor time", processor, limit, static_cast<double>(checked));
}

}  // namespace tally::bench
