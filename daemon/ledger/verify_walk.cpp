#include "daemon/ledger/verify_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/base/utf8.h"

namespace tally::ledger {

using base::Digest;

bool Walk::run(const std::optional<Checkpoint>& seen) {
  seen_ = seen;
  for (std::uint64_t n = 0; n * kTileWidth < report_.size && walkable_; ++n) check_bundle(n);
  if (walkable_) conclude();
  if (clock_steps_ != 0) {
    problems_.note(fmt::format("the time goes back {} times, first at entry {}: the clock was set", clock_steps_,
                               first_clock_step_));
  }
  return walkable_;
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
    if (entry && walkable_) tell_checks(index, parts.entries[i], *entry);
  }
  Problems::List found;
  files_.compare(bundle, bytes ? std::string_view(*bytes).substr(0, ends.back()) : std::string_view(), ends, found);
  problems_.add_all(std::move(found));
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
  if (!report_.first_time) report_.first_time = entry->time;
  if (report_.last_time && entry->time < *report_.last_time && clock_steps_++ == 0) first_clock_step_ = index;
  report_.last_time = entry->time;
  return std::move(*entry);
}

void Walk::tell_checks(std::uint64_t index, std::string_view leaf, const Entry& entry) {
  for (WalkCheck* check : checks_) {
    if (check->wants(entry.type)) check->entry(index, leaf, from_entries_.tree.root());
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
  if (seen_ && from_entries_.tree.size() == seen_->size) root_at_seen_ = from_entries_.tree.root();
}

void Walk::grow(Reading& reading, const Digest& leaf) {
  std::vector<HashTile> full;
  reading.tree.add(leaf, full);
  if (reading.tree.size() == report_.size) {
    for (HashTile& tile : reading.tree.partial_tiles()) full.push_back(std::move(tile));
  }
  if (full.empty()) return;
  std::vector<std::size_t> ends(kTileWidth + 1);
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = 32 * i;
  for (const HashTile& tile : full) files_.compare(tile.id, format_hashes(tile.hashes), ends, reading.tile_problems);
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
  if (seen_ && root_at_seen_ && *root_at_seen_ != seen_->root) {
    problems_.add("checkpoint", {},
                  fmt::format("the first {} entries are not those that were seen before", seen_->size));
  }
}

}  // namespace tally::ledger
