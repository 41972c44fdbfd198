#include "daemon/verifier/report_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <chrono>
#include <ostream>

namespace tally::verifier {
namespace {

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  const std::string digits = fmt::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

void print_pruned(const ledger::VerifyReport& report, std::ostream& out) {
  if (!report.pruned) return;
  const ledger::PrunedBy& by = report.pruned->by;
  fmt::print(
      out,
      "  pruned   {} entries of {} to {}, under the policy sha256:{} (entry {}): their hashes are checked, their "
      "content is gone\n",
      report.pruned->entries, ledger::kFirstPrunable, by.what.minimum - 1, by.what.policy.hex(), by.entry);
  if (report.epochs_by_seal_alone != 0) {
    fmt::print(out, "           {} ends of epochs among them are shown by their signed checkpoints alone\n",
               report.epochs_by_seal_alone);
  }
}

void print_good(const ledger::VerifyReport& report, std::ostream& out) {
  fmt::print(out, "{}: {}\n", report.stale.empty() ? "The log verifies" : "STALE, POSSIBLY TRUNCATED", report.origin);
  if (!report.stale.empty()) {
    fmt::print(out, "  What is there verifies, but {}.\n", report.stale);
  }
  if (report.first_checked != 0) {
    fmt::print(out, "  before   {} entries were verified earlier, and were not read now\n", report.first_checked);
  }
  fmt::print(out, "  entries  {} checked again from {} bytes\n  root     {}\n", report.entries_checked,
             report.bytes_checked, report.root.hex());
  if (report.epochs_closed != 0) {
    fmt::print(out, "  epochs   {} closed, each by a key that was destroyed then{}\n", report.epochs_closed,
               report.certified ? "; certified by the root" : "");
  }
  print_pruned(report, out);
  if (report.first_time && report.last_time) {
    fmt::print(out, "  from     {}\n  to       {}\n", base::format_instant(*report.first_time),
               base::format_instant(*report.last_time));
  }
  if (report.witnessed_size) {
    fmt::print(out, "  witness  {} entries at {}: nothing of them was cut off before then\n", *report.witnessed_size,
               report.witness_time ? base::format_instant(*report.witness_time) : "an unknown time");
  }
  fmt::print(out,
             "Not shown by this: that nothing was cut off after entry {}. Keep a copy of the file `checkpoint` "
             "elsewhere, and\n"
             "give it next time: --seen COPY.\n",
             report.size);
  if (report.first_checked != 0) {
    fmt::print(out,
               "Nor by this: that the files of the entries before {} are still what they were. The signed root holds "
               "what was\n"
               "verified then; without --remember all entries are read again.\n",
               report.first_checked);
  }
}

void print_bad(const ledger::VerifyReport& report, std::ostream& out) {
  fmt::print(out, "THE LOG DOES NOT VERIFY.\n");
  for (const ledger::Problem& problem : report.problems) {
    fmt::print(out, "  {}{}{}\n", problem.path.empty() ? "" : problem.path + ": ", problem.message,
               problem.index ? fmt::format(" (entry {})", *problem.index) : "");
  }
  if (report.first_bad_index) fmt::print(out, "First bad entry: {}\n", *report.first_bad_index);
  print_pruned(report, out);
  fmt::print(out, "Last good size: {} (the signed root proves the entries before that)\n", report.last_good_size);
}

}  // namespace

std::string progress_text(std::uint64_t done, std::uint64_t size, double per_second) {
  const std::string so_far = fmt::format("verifying: {} of {} entries", grouped(done), grouped(size));
  if (per_second < 1) return so_far;
  const auto left = std::chrono::seconds(static_cast<std::int64_t>(static_cast<double>(size - done) / per_second));
  return fmt::format("{}, {} a second, {} left", so_far, grouped(static_cast<std::uint64_t>(per_second)),
                     base::format_duration(left));
}

void print(const ledger::VerifyReport& report, std::ostream& out) {
  report.ok() ? print_good(report, out) : print_bad(report, out);
  for (const std::string& note : report.notes) fmt::print(out, "Note: {}\n", note);
}

}  // namespace tally::verifier
