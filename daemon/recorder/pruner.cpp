#include "daemon/recorder/pruner.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <system_error>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/tile.h"
#include "daemon/recorder/entry_reader.h"
#include "daemon/recorder/staging.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using ledger::kTileWidth;
using ledger::Pruned;

tl::unexpected<base::Error> refused(std::string why) { return failure(ErrorKind::malformed, "log_pruned: " + why); }

}  // namespace

Result<void> Pruner::open(std::uint64_t size) {
  auto log = ledger::LogDirectory::open(layout_.log());
  if (!log) return tl::unexpected(log.error());
  auto listed = read_pruned_list(**log);
  if (!listed) return tl::unexpected(listed.error());
  listed_ = std::move(*listed);
  auto newest = read_newest_pruned(**log, listed_, size);
  if (!newest) return tl::unexpected(newest.error());
  newest_ = std::move(*newest);
  return {};
}

Result<void> Pruner::check(std::string_view leaf, std::uint64_t published, base::Instant now) {
  if (leaf.find(ledger::entry_type::kLogPruned) == std::string_view::npos) return {};
  const auto parsed = Pruned::of(leaf);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!*parsed) return {};
  const Pruned& pruned = **parsed;
  const std::uint64_t before = newest_ ? newest_->what.minimum : 0;
  if (keep_.count() <= 0) return refused("this log is not to be pruned");
  if (!listed_.empty() && (!newest_ || listed_.back() != newest_->entry)) return refused("another one is under way");
  if (pruned.before != before) return refused(fmt::format("the minimum is {}, not {}", before, pruned.before));
  if (pruned.minimum > published) {
    return refused(fmt::format("{} entries are published, and those before {} are to go", published, pruned.minimum));
  }
  return check_age(std::max(before, ledger::kFirstPrunable), pruned.minimum, published, now);
}

/// Each by its own time: one that was written with an old time beside younger ones takes none of them along.
Result<void> Pruner::check_age(std::uint64_t from, std::uint64_t minimum, std::uint64_t published, base::Instant now) {
  auto log = ledger::LogDirectory::open(layout_.log());
  if (!log) return tl::unexpected(log.error());
  for (std::uint64_t at = from; at < minimum; at += kTileWidth) {
    const auto leaves = read_entries(**log, published, at, at + kTileWidth);
    if (!leaves) return tl::unexpected(leaves.error());
    for (std::size_t i = 0; i < leaves->size(); ++i) {
      const auto entry = ledger::Entry::parse((*leaves)[i]);
      if (!entry) return tl::unexpected(entry.error());
      if (base::add(entry->time, keep_) <= now) continue;
      return refused(fmt::format("entry {} is of {}, and only what is older than {} may go", at + i,
                                 base::format_instant(entry->time), base::format_duration(keep_)));
    }
  }
  return {};
}

Result<void> Pruner::list(std::uint64_t index, std::string_view leaf) {
  if (leaf.find(ledger::entry_type::kLogPruned) == std::string_view::npos) return {};
  const auto parsed = Pruned::of(leaf);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!*parsed) return {};
  if (listed_.empty() || listed_.back() < index) listed_.push_back(index);
  Staging staging(files_, layout_.staging());
  auto saved =
      staging.save(layout_.log() + "/" + std::string(ledger::kPrunedListPath), ledger::format_pruned_list(listed_));
  if (!saved) return saved;
  newest_ = ledger::PrunedBy{index, **parsed};
  return {};
}

Result<void> Pruner::remove() {
  if (!newest_) return {};
  std::set<std::string> folders;
  for (std::uint64_t n = ledger::kFirstPrunable / kTileWidth; n < newest_->what.minimum / kTileWidth; ++n) {
    const auto removed = remove_bundle(n);
    if (!removed) return tl::unexpected(removed.error());
    const ledger::TileId bundle{ledger::TileKind::entries, 0, n};
    if (*removed) folders.insert(std::filesystem::path(layout_.log() + "/" + bundle.path()).parent_path());
  }
  for (const std::string& path : folders) {
    const auto folder = open_file(path, O_RDONLY | O_DIRECTORY);
    if (!folder) return tl::unexpected(folder.error());
    if (const int error = files_.sync(folder->get()); error != 0) return base::system_failure(path, error);
  }
  return {};
}

/// Gives whether there was anything to remove: also partial bundles that a full one had replaced.
Result<bool> Pruner::remove_bundle(std::uint64_t n) {
  const std::string path = layout_.log() + "/" + ledger::TileId{ledger::TileKind::entries, 0, n}.path();
  bool removed = ::unlink(path.c_str()) == 0;
  if (!removed && errno != ENOENT) return base::system_failure("removing " + path, errno);
  std::error_code code;
  removed = std::filesystem::remove_all(path + ".p", code) > 0 || removed;
  if (code) return base::system_failure("removing " + path + ".p", code.value());
  return removed;
}

}  // namespace tally::recorder
