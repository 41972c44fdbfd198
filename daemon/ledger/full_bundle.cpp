#include "daemon/ledger/full_bundle.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "daemon/ledger/leaf_glance.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile.h"

namespace tally::ledger {
namespace {

/// False when some entry needs a closer look.
bool look_at_entries(const std::vector<std::string_view>& entries, std::uint64_t first_index, const WantedType& wanted,
                     FullBundle& bundle) {
  LeafReader reader;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto seen = reader.glance(entries[i]);
    if (!seen) return false;
    if (i == 0) bundle.first_time = bundle.last_time = seen->time;
    if (seen->time < bundle.last_time) bundle.clock_steps.push_back(first_index + i);
    bundle.last_time = seen->time;
    if (wanted(seen->type))
      bundle.wanted.push_back({first_index + i, std::string(seen->type), std::string(entries[i])});
  }
  return true;
}

std::optional<FullBundle> read_full_bundle(TileReader& log, std::uint64_t n, const WantedType& wanted) {
  const auto bytes = log.read(TileId{TileKind::entries, 0, n, kTileWidth}.path(), kMaxTileBytes);
  const auto tile = log.read(TileId{TileKind::hashes, 0, n, kTileWidth}.path(), kMaxTileBytes);
  if (!bytes || !tile) return std::nullopt;
  const BundleParts parts = split_bundle(*bytes);
  if (parts.entries.size() != kTileWidth || !parts.rest.empty()) return std::nullopt;
  FullBundle bundle;
  if (!look_at_entries(parts.entries, n * kTileWidth, wanted, bundle)) return std::nullopt;
  TreeHasher hasher;
  bundle.leaves.reserve(kTileWidth);
  for (const std::string_view entry : parts.entries) bundle.leaves.push_back(hasher.leaf(entry));
  if (format_hashes(bundle.leaves) != *tile) return std::nullopt;
  bundle.root = complete_root(hasher, bundle.leaves);
  bundle.bytes = bytes->size() + tile->size();
  return bundle;
}

}  // namespace

std::vector<std::optional<FullBundle>> read_full_bundles(TileReader& log, std::uint64_t first, std::size_t count,
                                                         const WantedType& wanted) {
  std::vector<std::optional<FullBundle>> bundles(count);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) bundles[i] = read_full_bundle(log, first + i, wanted);
  };
  const std::size_t readers = std::min<std::size_t>({count, kMaxReaders, std::thread::hardware_concurrency()});
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < readers; ++i) others.emplace_back(work);
  work();
  others.clear();  // waits for them
  return bundles;
}

}  // namespace tally::ledger
