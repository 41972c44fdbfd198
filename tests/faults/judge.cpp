#include "tests/faults/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/epochs.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/pruning.h"
#include "daemon/ledger/tile.h"
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

/// What a reader finds in the log: all entries but those that were pruned.
struct Found {
  std::uint64_t size = 0;
  std::map<std::uint64_t, model::RecordedEntry> entries;
  std::optional<ledger::PrunedBy> pruned;
};

Result<Found> read_all(const Place& place) {
  auto reader = recorder::LogReader::open(place.root);
  if (!reader) return tl::unexpected(reader.error());
  Found found{reader->size(), {}, reader->pruned()};
  for (std::uint64_t at = 0; at < found.size;) {
    const auto receipt = reader->read(at, found.size);
    if (!receipt) return tl::unexpected(receipt.error());
    for (const model::RecordedEntry& entry : receipt->entries()) found.entries.emplace(entry.index, entry);
    at = receipt->end();
  }
  return found;
}

/// Entries that nobody was promised: the last batch, whole or not at all, and what a recorder writes by itself.
Result<void> check_unpromised(const Promises& promises, const Found& found) {
  std::uint64_t others = 0;
  for (auto one = found.entries.lower_bound(promises.size); one != found.entries.end(); ++one) {
    const auto entry = ledger::Entry::parse(one->second.leaf);
    if (!entry) return tl::unexpected(entry.error());
    if (!ledger::is_of_the_log(entry->type)) ++others;
  }
  if (others == 0 || others == promises.tried) return {};
  return broken(
      fmt::format("{} entries that were never acknowledged are there, of a batch of {}", others, promises.tried));
}

Result<void> check_entries(const Promises& promises, const Found& found) {
  if (found.size < promises.size) {
    return broken(fmt::format("{} entries were acknowledged, {} are there", promises.size, found.size));
  }
  for (const auto& [index, promised] : promises.entries) {
    if (found.pruned && found.pruned->what.covers(index)) continue;
    const auto entry = found.entries.find(index);
    if (entry == found.entries.end()) return broken(fmt::format("entry {} is gone, and nothing pruned it", index));
    const Promises::Entry there = digests(entry->second);
    if (there.leaf != promised.leaf) return broken(fmt::format("entry {} is not what was acknowledged", index));
    if (there.personal == promised.personal) continue;
    // The first bundle stays for its genesis entry; the personal values of its entries go with the others'.
    if (there.personal == "-" && found.pruned && index < found.pruned->what.minimum) continue;
    return broken(fmt::format("the personal values of entry {} are not what was acknowledged", index));
  }
  return check_unpromised(promises, found);
}

/// A recorder that was opened has removed what the newest pruning says.
Result<void> check_gone(const Place& place, const Found& found) {
  if (!found.pruned) return {};
  for (std::uint64_t n = 1; n < found.pruned->what.minimum / ledger::kTileWidth; ++n) {
    const std::string path = ledger::TileId{ledger::TileKind::entries, 0, n}.path();
    if (recorder::exists(place.root + "/log/" + path) || recorder::exists(place.root + "/log/" + path + ".p")) {
      return broken(path + " was pruned, and is there");
    }
  }
  return {};
}

/// Everything that is published, which is everything once a recorder was opened. Gives how many entries are pruned.
Result<std::uint64_t> check_log(const Place& place, const Promises& promises, const recorder::Recorder& log) {
  const auto verified = verified_size(place, log.vkey());
  if (!verified) return tl::unexpected(verified.error());
  if (*verified != log.size()) return broken(fmt::format("{} entries, {} of them signed", log.size(), *verified));
  const auto found = read_all(place);
  if (!found) return tl::unexpected(found.error());
  if (auto checked = check_entries(promises, *found); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_gone(place, *found); !checked) return tl::unexpected(checked.error());
  return found->size - found->entries.size();
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
  const auto pruned = check_log(place, *promises, *log);
  if (!pruned) return tl::unexpected(pruned.error());
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
  return fmt::format("{} entries, {} of them pruned. {}", first.log.size, *pruned, fmt::join(first.sentences(), " "));
}

}  // namespace tally::faults
