#include "tests/faults/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/epochs.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "tests/faults/promises.h"

namespace tally::faults {
namespace {

using base::Result;

auto broken(std::string message) { return base::failure(base::ErrorKind::corrupt, std::move(message)); }

/// Largest torn tail that can be: a frame of the write-ahead log with the largest batch there was.
constexpr std::uint64_t kMostBytesAnEntry = 65'537;

Result<std::uint64_t> verified_size(const Place& place, const std::string& vkey) {
  auto log = ledger::LogDirectory::open(place.root + "/log");
  if (!log) return tl::unexpected(log.error());
  const auto report = ledger::verify(**log, {{*ledger::VerifierKey::parse(vkey)}, {}});
  if (!report.ok()) return broken("does not verify: " + report.problems[0].path + ": " + report.problems[0].message);
  return report.size;
}

/// Entries that nobody was promised: the last batch, whole or not at all, and what a recorder writes by itself.
Result<void> check_unpromised(const Promises& promises, std::span<const model::RecordedEntry> entries) {
  std::uint64_t others = 0;
  for (std::uint64_t i = promises.size; i < entries.size(); ++i) {
    const auto entry = ledger::Entry::parse(entries[i].leaf);
    if (!entry) return tl::unexpected(entry.error());
    if (!ledger::is_of_the_log(entry->type)) ++others;
  }
  if (others == 0 || others == promises.tried) return {};
  return broken(
      fmt::format("{} entries that were never acknowledged are there, of a batch of {}", others, promises.tried));
}

Result<void> check_entries(const Promises& promises, std::span<const model::RecordedEntry> entries) {
  if (entries.size() < promises.size) {
    return broken(fmt::format("{} entries were acknowledged, {} are there", promises.size, entries.size()));
  }
  for (const auto& [index, promised] : promises.entries) {
    const Promises::Entry found = digests(entries[index]);
    if (found.leaf != promised.leaf) return broken(fmt::format("entry {} is not what was acknowledged", index));
    if (found.personal == promised.personal) continue;
    return broken(fmt::format("the personal values of entry {} are not what was acknowledged", index));
  }
  return check_unpromised(promises, entries);
}

/// Everything that is published, which is everything once a recorder was opened.
Result<void> check_log(const Place& place, const Promises& promises, const recorder::Recorder& log) {
  const auto verified = verified_size(place, log.vkey());
  if (!verified) return tl::unexpected(verified.error());
  if (*verified != log.size()) return broken(fmt::format("{} entries, {} of them signed", log.size(), *verified));
  auto reader = recorder::LogReader::open(place.root);
  if (!reader) return tl::unexpected(reader.error());
  const auto receipt = reader->read(0, reader->size());
  if (!receipt) return tl::unexpected(receipt.error());
  return check_entries(promises, receipt->entries());
}

/// One more entry, promised like the others.
Result<void> check_use(recorder::Recorder& log, PromiseFile& promises) {
  const std::vector<recorder::Draft> drafts{
      {"finding_opened", kTime, R"({"seq":0})", R"({"name":"Joe Bloggs"})", "E8"}};
  if (auto told = promises.opened(log.size()); !told) return told;
  if (auto told = promises.trying(log.size(), 1); !told) return told;
  auto receipt = log.append(drafts);
  if (!receipt) return tl::unexpected(receipt.error());
  if (auto told = promises.recorded(*receipt); !told) return told;
  auto note = log.publish();
  if (!note) return tl::unexpected(note.error());
  return {};
}

}  // namespace

Result<std::string> judge(const Place& place) {
  const auto promises = Promises::read(place.promises);
  if (!promises) return tl::unexpected(promises.error());
  auto log = recorder::Recorder::open(place.options());
  if (!log) return tl::unexpected(log.error());
  if (auto checked = check_log(place, *promises, *log); !checked) return tl::unexpected(checked.error());
  const recorder::OpenReport first = log->report();
  if (first.log.bytes_cut > (promises->longest + 1) * kMostBytesAnEntry) {
    return broken(fmt::format("{} bytes were cut off: that is no torn write", first.log.bytes_cut));
  }
  log = broken("closed");  // the lock is free before the next one opens
  log = recorder::Recorder::open(place.options());
  if (!log) return tl::unexpected(log.error().within("a second start"));
  if (!log->report().sentences().empty()) return broken("a second start mends something again");
  auto file = PromiseFile::open(place.promises);
  if (!file) return tl::unexpected(file.error());
  if (auto used = check_use(*log, *file); !used) return tl::unexpected(used.error().within("after recovery"));
  const auto verified = verified_size(place, log->vkey());
  if (!verified) return tl::unexpected(verified.error());
  return fmt::format("{} entries. {}", first.log.size, fmt::join(first.sentences(), " "));
}

}  // namespace tally::faults
