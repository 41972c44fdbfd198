#include "daemon/ledger/verify_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/base/utf8.h"

namespace tally::ledger {

using base::Digest;

/// Bundles that are read at once: as many as keep all readers busy and are soon done.
constexpr std::uint64_t kBundlesAtOnce = 64;

bool Walk::run(const VerifyOptions& options) {
  if (options.seen) earlier_.push_back({*options.seen, {}});
  if (options.verified) earlier_.push_back({options.verified->checkpoint, {}});
  if (options.verified && !begin(options.verified->checkpoint)) return false;
  const std::uint64_t end = (report_.size + kTileWidth - 1) / kTileWidth;
  for (std::uint64_t n = report_.first_checked / kTileWidth; n < end && walkable_;) {
    n += take_bundles(n);
    if (options.progress) options.progress(std::min(n * kTileWidth, report_.size), report_.size);
  }
  if (walkable_) conclude();
  if (clock_steps_ != 0) {
    problems_.note(fmt::format("the time goes back {} times, first at entry {}: the clock was set", clock_steps_,
                               first_clock_step_));
  }
  return walkable_;
}

/// Takes up the tree where an earlier verification ended. Its hashes come from the tiles and are believed only because
/// the root that grows out of them is compared with the one that was verified.
bool Walk::begin(const Checkpoint& verified) {
  if (verified.size > report_.size) return true;  // what that means was told with the checkpoint
  const std::uint64_t first = verified.size / kTileWidth * kTileWidth;
  auto tree = TileTree::resume(first, log_);
  if (!tree) {
    problems_.add("", {}, tree.error().message);
    return walkable_ = false;
  }
  from_entries_.tree = std::move(*tree);
  report_.first_checked = first;
  files_.begin_at(first);
  note_root(from_entries_.tree);
  return first == 0 || std::all_of(shown_.begin(), shown_.end(),
                                   [&](const auto& one) { return one.first >= first || show(one.first, one.second); });
}

/// What the genesis entry promises holds for the entries that are read now, so the checks see it: read alone, and
/// proven by the signed root. So it is with the newest entry that prunes.
bool Walk::show(std::uint64_t index, std::string_view type) {
  const std::size_t i = index % kTileWidth;
  const auto bundle = log_.read(TileId{TileKind::entries, 0, index / kTileWidth, kTileWidth}.path(), kMaxTileBytes);
  const auto proof = inclusion_proof(index, report_.size, tile_nodes(log_, report_.size));
  const BundleParts parts = split_bundle(bundle ? *bundle : std::string_view());
  if (!proof || parts.entries.size() <= i ||
      !verify_inclusion(hasher_.leaf(parts.entries[i]), index, report_.size, *proof, report_.root)) {
    problems_.add(bundle_path(index), index,
                  fmt::format("the {} entry cannot be read, or is not the one that was signed", type));
    return walkable_ = false;
  }
  for (WalkCheck* check : checks_) {
    if (check->wants(type)) check->entry(index, parts.entries[i], hasher_.leaf(parts.entries[i]));
  }
  return true;
}

/// Full bundles in one go, read by several threads; anything else one by one. Gives how many there were.
std::uint64_t Walk::take_bundles(std::uint64_t first) {
  std::uint64_t count = 0;
  // The first one has the genesis entry, which the long way checks.
  while (first != 0 && count < kBundlesAtOnce && first + count < report_.size / kTileWidth &&
         files_.only_full(first + count))
    ++count;
  if (count == 0) {
    const bool full = first != 0 && first < report_.size / kTileWidth;
    full&& files_.gone(first) ? take_hashes(first) : check_bundle(first);
    return 1;
  }
  const auto bundles = read_full_bundles(log_, first, count, [this](std::string_view type) { return wanted(type); });
  for (std::uint64_t i = 0; i < count && walkable_; ++i) {
    if (bundles[i]) {
      take(first + i, *bundles[i]);
    } else {
      files_.gone(first + i) ? take_hashes(first + i) : check_bundle(first + i);
    }
  }
  return count;
}

void Walk::take(std::uint64_t n, const FullBundle& bundle) {
  report_.entries_checked += kTileWidth;
  see_time(n * kTileWidth, bundle.first_time);
  for (const std::uint64_t index : bundle.clock_steps) count_clock_step(index);
  report_.last_time = bundle.last_time;
  see_inside(n, bundle);
  for (Reading* reading : {&from_entries_, from_tiles_ ? &*from_tiles_ : nullptr}) {
    if (reading == nullptr) continue;
    std::vector<HashTile> full;
    reading->tree.add_tile(bundle.root, full);
    compare_tiles(*reading, std::move(full));
  }
  files_.count_full(n, bundle.bytes);
}

/// What somebody wants to know of the trees within a full bundle.
void Walk::see_inside(std::uint64_t n, const FullBundle& bundle) {
  const std::uint64_t begin = n * kTileWidth;
  const bool asked = std::any_of(earlier_.begin(), earlier_.end(), [&](const Earlier& earlier) {
    return earlier.checkpoint.size > begin && earlier.checkpoint.size <= begin + kTileWidth;
  });
  if (!asked && bundle.wanted.empty()) return;
  TileTree tree = from_entries_.tree;
  std::vector<HashTile> ignored;
  auto next = bundle.wanted.begin();
  for (const Digest& leaf : bundle.leaves) {
    tree.add(leaf, ignored);
    note_root(tree);
    if (next == bundle.wanted.end() || next->index + 1 != tree.size()) continue;
    tell_checks(next->index, next->type, next->leaf, tree);
    ++next;
  }
}

void Walk::note_root(const TileTree& tree) {
  for (Earlier& earlier : earlier_) {
    if (earlier.checkpoint.size == tree.size()) earlier.root = tree.root();
  }
}

std::string Walk::bundle_path(std::uint64_t index) const {
  const std::uint64_t n = index / kTileWidth;
  return TileId{TileKind::entries, 0, n, tile_width(0, n, report_.size)}.path();
}

/// Bundle `n` and the hash tile beside it: every entry is hashed again.
void Walk::check_bundle(std::uint64_t n) {
  const int width = tile_width(0, n, report_.size);
  const TileId bundle{TileKind::entries, 0, n, width};
  const auto bytes = files_.read_signed(bundle);
  const auto tile_bytes = files_.read_signed({TileKind::hashes, 0, n, width});
  const BundleParts parts = split_bundle(bytes ? *bytes : std::string_view());
  const std::vector<Digest> claimed =
      tile_bytes ? parse_hashes(*tile_bytes).value_or(std::vector<Digest>()) : std::vector<Digest>();

  std::vector<std::size_t> ends{0};
  for (std::size_t i = 0; i < static_cast<std::size_t>(width) && walkable_; ++i) {
    const std::uint64_t index = n * kTileWidth + i;
    std::optional<Digest> hashed;
    std::optional<Entry> entry;
    if (i < parts.entries.size()) {
      entry = check_entry(index, parts.entries[i]);
      hashed = hasher_.leaf(parts.entries[i]);
      ends.push_back(ends.back() + 2 + parts.entries[i].size());
    }
    add_leaf(index, hashed, i < claimed.size() ? std::optional(claimed[i]) : std::nullopt);
    if (entry && walkable_) tell_checks(index, entry->type, parts.entries[i], from_entries_.tree);
  }
  Problems::List found;
  files_.compare(bundle, bytes ? std::string_view(*bytes).substr(0, ends.back()) : std::string_view(), ends, found);
  problems_.add_all(std::move(found));
}

/// The bundle is not there: the hash tile stands for it. Whether it was pruned is asked at the end (PruningCheck).
void Walk::take_hashes(std::uint64_t n) {
  const auto tile = files_.read_signed({TileKind::hashes, 0, n, kTileWidth});
  const auto hashes = tile ? parse_hashes(*tile).value_or(std::vector<Digest>()) : std::vector<Digest>();
  for (std::uint64_t i = 0; i < kTileWidth; ++i) {
    const std::uint64_t index = n * kTileWidth + i;
    if (i >= hashes.size()) {
      problems_.add("", index, "neither the entry nor its hash can be read: the check ends here");
      walkable_ = false;
      return;
    }
    if (from_tiles_) grow(*from_tiles_, hashes[i]);
    grow(from_entries_, hashes[i]);
    note_root(from_entries_.tree);
    for (WalkCheck* check : checks_) check->gone(index, from_entries_.tree);
  }
}

/// The entry when it is well-formed; what is wrong with it is told.
std::optional<Entry> Walk::check_entry(std::uint64_t index, std::string_view leaf) {
  const std::string path = bundle_path(index);
  ++report_.entries_checked;
  auto entry = Entry::parse(leaf);
  if (!entry) {
    problems_.add(path, index, entry.error().message);
    return std::nullopt;
  }
  const bool genesis = entry->type == entry_type::kGenesis;
  if (genesis != (index == 0)) {
    problems_.add(path, index, genesis ? "a second genesis entry" : "the first entry is not a genesis entry");
  } else if (genesis && entry->origin != report_.origin) {
    problems_.add(path, index, "the genesis entry names another log: " + base::displayable(entry->origin));
  }
  see_time(index, entry->time);
  return std::move(*entry);
}

void Walk::see_time(std::uint64_t index, base::Instant time) {
  if (!report_.first_time) report_.first_time = time;
  if (report_.last_time && time < *report_.last_time) count_clock_step(index);
  report_.last_time = time;
}

void Walk::count_clock_step(std::uint64_t index) {
  if (clock_steps_++ == 0) first_clock_step_ = index;
}

bool Walk::wanted(std::string_view type) const {
  return std::any_of(checks_.begin(), checks_.end(), [&](const WalkCheck* check) { return check->wants(type); });
}

void Walk::tell_checks(std::uint64_t index, std::string_view type, std::string_view leaf, const TileTree& tree) {
  for (WalkCheck* check : checks_) {
    if (check->wants(type)) check->entry(index, leaf, tree.root());
  }
}

void Walk::add_leaf(std::uint64_t index, const std::optional<Digest>& hashed, const std::optional<Digest>& claimed) {
  if (!hashed) read_until_ = std::min(read_until_, index);
  if (!hashed && !claimed) {
    problems_.add("", index, "neither the entry nor its hash can be read: the check ends here");
    walkable_ = false;
    return;
  }
  if (hashed && claimed && *hashed != *claimed) {
    if (!from_tiles_) from_tiles_ = from_entries_;
    problems_.add_to(misfits_, {bundle_path(index), index, "the entry does not have the hash that its tile says"});
  }
  if (from_tiles_) grow(*from_tiles_, claimed ? *claimed : *hashed);
  grow(from_entries_, hashed ? *hashed : *claimed);
  note_root(from_entries_.tree);
}

void Walk::grow(Reading& reading, const Digest& leaf) {
  std::vector<HashTile> full;
  reading.tree.add(leaf, full);
  compare_tiles(reading, std::move(full));
}

/// The tiles that just became full and, at the signed size, those that stay partial.
void Walk::compare_tiles(Reading& reading, std::vector<HashTile> tiles) {
  if (reading.tree.size() == report_.size) {
    for (HashTile& tile : reading.tree.partial_tiles()) tiles.push_back(std::move(tile));
  }
  if (tiles.empty()) return;
  std::vector<std::size_t> ends(kTileWidth + 1);
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = 32 * i;
  for (const HashTile& tile : tiles) files_.compare(tile.id, format_hashes(tile.hashes), ends, reading.tile_problems);
}

/// Asks the signed root which reading of the leaves is the right one.
void Walk::conclude() {
  const bool entries_right = from_entries_.tree.root() == report_.root;
  const bool tiles_right = !entries_right && from_tiles_ && from_tiles_->tree.root() == report_.root;
  if (entries_right) {
    report_.last_good_size = std::min(report_.size, read_until_);
  } else if (tiles_right) {
    report_.last_good_size = std::min(misfits_.front().index.value_or(0), read_until_);
  } else {
    problems_.add("checkpoint", {},
                  fmt::format("the entries have the root {}, and {} is signed", from_entries_.tree.root().hex(),
                              report_.root.hex()));
  }
  if (!entries_right) problems_.add_all(std::move(misfits_));
  problems_.add_all(std::move((tiles_right ? *from_tiles_ : from_entries_).tile_problems));
  for (const Earlier& earlier : earlier_) {
    if (!earlier.root || *earlier.root == earlier.checkpoint.root) continue;
    problems_.add("checkpoint", {},
                  fmt::format("the first {} entries are not those that were seen before", earlier.checkpoint.size));
  }
}

}  // namespace tally::ledger
