#include "daemon/recorder/entry_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile.h"
#include "daemon/ledger/tile_tree.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using ledger::kTileWidth;

/// The bytes of bundle `index` at this size; the full bundle stands in for a partial one that was removed since.
Result<std::string> read_bundle(ledger::TileReader& log, std::uint64_t index, std::uint64_t size) {
  ledger::TileId id{ledger::TileKind::entries, 0, index, ledger::tile_width(0, index, size)};
  auto bytes = log.read(id.path(), ledger::kMaxTileBytes);
  if (bytes || bytes.error().kind != ErrorKind::not_found) return bytes;
  id.width = kTileWidth;
  return log.read(id.path(), ledger::kMaxTileBytes);
}

}  // namespace

Result<std::vector<std::string>> read_entries(ledger::TileReader& log, std::uint64_t size, std::uint64_t from,
                                              std::uint64_t to) {
  std::vector<std::string> leaves;
  ledger::TreeHasher hasher;
  for (std::uint64_t next = from; next < to;) {
    const std::uint64_t n = next / kTileWidth;
    const auto bundle = read_bundle(log, n, size);
    if (!bundle) return tl::unexpected(bundle.error());
    const auto hashes = ledger::read_hash_tile(log, 0, n, size);
    if (!hashes) return tl::unexpected(hashes.error());
    const auto entries = ledger::split_bundle(*bundle).entries;
    const std::uint64_t end = std::min<std::uint64_t>(to, (n + 1) * kTileWidth);
    for (; next < end; ++next) {
      const std::size_t i = next % kTileWidth;
      if (i >= entries.size() || hasher.leaf(entries[i]) != (*hashes)[i]) {
        return failure(ErrorKind::corrupt, fmt::format("entry {} does not have the hash that its tile says", next));
      }
      leaves.emplace_back(entries[i]);
    }
  }
  return leaves;
}

Result<std::vector<std::uint64_t>> read_pruned_list(ledger::TileReader& log) {
  const std::string path(ledger::kPrunedListPath);
  const auto bytes = log.read(path, ledger::kMaxPrunedListBytes);
  if (!bytes && bytes.error().kind == ErrorKind::not_found) return std::vector<std::uint64_t>();
  if (!bytes) return tl::unexpected(bytes.error());
  auto list = ledger::parse_pruned_list(*bytes);
  if (!list) return failure(ErrorKind::corrupt, path + ": no ascending list of entries");
  return std::move(*list);
}

Result<std::optional<ledger::PrunedBy>> read_newest_pruned(ledger::TileReader& log,
                                                           const std::vector<std::uint64_t>& list, std::uint64_t size) {
  const auto index = ledger::last_below(list, size);
  if (!index) return std::optional<ledger::PrunedBy>();
  const auto leaf = read_entries(log, size, *index, *index + 1);
  if (!leaf) return tl::unexpected(leaf.error());
  const auto pruned = ledger::Pruned::of(leaf->front());
  if (pruned && *pruned) return std::optional(ledger::PrunedBy{*index, **pruned});
  return failure(ErrorKind::corrupt, fmt::format("{}: entry {} prunes nothing", ledger::kPrunedListPath, *index));
}

}  // namespace tally::recorder
