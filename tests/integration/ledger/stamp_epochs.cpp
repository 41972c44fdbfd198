// Gets and checks the timestamps of a log, for timestamps_test.py.
//   ledger_stamp_epochs get ROOT URL CA-FILE          one round, now; prints "stored S waiting W" and the trouble
//   ledger_stamp_epochs check ROOT CA-FILE CLOSED     every token of the epochs [0, CLOSED)
//   ledger_stamp_epochs retry ROOT URL CA-FILE        the pauses after failures, in seconds
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify_tokens.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/timestamps.h"

using namespace tally;

namespace {

const base::Instant kNow = *base::parse_instant("2026-03-31T22:00:00Z");

int fail(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 2;
}

int get(recorder::Timestamps& stamps) {
  const auto round = stamps.run(kNow, std::chrono::seconds(20));
  fmt::print("stored {} waiting {}\n", round.stored, round.waiting);
  if (!round.trouble) return 0;
  fmt::print("{}: {}\n", base::to_string(round.trouble->kind), round.trouble->message);
  return 1;
}

int retry(recorder::Timestamps& stamps) {
  base::Instant now = kNow;
  for (int i = 0; i < 8; ++i) {
    if (!stamps.run(now, std::chrono::seconds(5)).trouble) return 1;
    if (stamps.run(stamps.next_try() - std::chrono::seconds(1), std::chrono::seconds(5)).trouble) return 1;
    fmt::print("{} ", std::chrono::duration_cast<std::chrono::seconds>(stamps.next_try() - now).count());
    now = stamps.next_try();
  }
  return 0;
}

void tell(ledger::TokenCheck& tokens, std::uint64_t index, std::string_view type, std::string_view fields) {
  const auto leaf = ledger::make_leaf({type, kNow, "", std::nullopt}, fields);
  tokens.entry(index, *leaf, {});
}

int check(const std::string& root, const std::string& pem, std::uint64_t closed) {
  auto log = ledger::LogDirectory::open(root + "/log");
  if (!log) return fail(log.error());
  const auto authorities = ledger::TimestampAuthorities::parse(pem);
  if (!authorities) return fail(authorities.error());
  // A log whose last epoch ended within this hour.
  const auto late = std::chrono::hours(std::getenv("LATE") != nullptr ? 25 : 0);
  const auto start = std::chrono::floor<std::chrono::hours>(std::chrono::system_clock::now()) -
                     std::chrono::hours(static_cast<long>(closed)) - late;
  const ledger::EpochPlan plan{closed + 1, std::chrono::seconds(3600), base::Instant(start.time_since_epoch()), {}};
  ledger::TokenCheck tokens;
  tell(tokens, 0, ledger::entry_type::kGenesis, ledger::genesis_fields("audit.example.com/hostA", plan, {}));
  for (std::uint64_t epoch = 0; epoch < closed; ++epoch) {
    tell(tokens, epoch + 1, ledger::entry_type::kEpochClosed, ledger::EpochClosed{epoch, epoch + 1, 0, ""}.fields());
  }
  ledger::Problems problems;
  tokens.finish(**log, &*authorities, problems);
  ledger::VerifyReport report;
  problems.move_into(report);
  for (const auto& problem : report.problems) fmt::print("{}: {}\n", problem.path, problem.message);
  for (const auto& note : report.notes) fmt::print("Note: {}\n", note);
  return report.ok() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::string verb = argv[1], root = argv[2];
  const auto pem = recorder::read_file(verb == "check" ? argv[3] : argv[4]);
  if (!pem) return fail(pem.error());
  if (verb == "check") return check(root, *pem, std::strtoull(argv[4], nullptr, 10));
  auto stamps = recorder::Timestamps::open(root, {.url = argv[3], .authority_pem = *pem});
  if (!stamps) return fail(stamps.error());
  return verb == "get" ? get(*stamps) : retry(*stamps);
}
