#include "daemon/ledger/verify_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/ledger/pruning.h"
#include "daemon/ledger/verify_witnesses.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;

/// Nothing when the file is exactly as many whole items as its name says; else how many of them it has.
std::optional<int> cut_or_too_long(const TileId& file, std::string_view bytes) {
  std::size_t items = bytes.size() / 32;
  bool whole = bytes.size() % 32 == 0;
  if (file.kind == TileKind::entries) {
    const BundleParts parts = split_bundle(bytes);
    items = parts.entries.size();
    whole = parts.rest.empty();
  }
  if (whole && items == static_cast<std::size_t>(file.width)) return std::nullopt;
  return static_cast<int>(std::min(items, static_cast<std::size_t>(file.width)));
}

}  // namespace

bool LogFiles::list(std::uint64_t signed_size) {
  signed_size_ = signed_size;
  const auto paths = log_.list();
  if (!paths) {
    problems_.add("", {}, paths.error().message);
    return false;
  }
  for (const std::string& path : *paths) {
    if (path == "checkpoint" || path == kWitnessedPath || path == kPrunedListPath) continue;
    if (const auto id = TileId::parse(path)) {
      files_[{id->kind, id->level, id->index}].widths.insert(id->width);
    } else {
      beside_.insert(path);
    }
  }
  return true;
}

std::optional<std::string> LogFiles::read_signed(TileId id) {
  const auto files = files_.find({id.kind, id.level, id.index});
  if (files != files_.end() && !files->second.widths.contains(id.width)) id.width = kTileWidth;
  auto bytes = log_.read(id.path(), kMaxTileBytes);
  if (!bytes && bytes.error().kind == ErrorKind::not_found && id.width != kTileWidth) {  // gone since it was listed
    id.width = kTileWidth;
    bytes = log_.read(id.path(), kMaxTileBytes);
  }
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

bool LogFiles::only_full(std::uint64_t n) const {
  const auto full = [&](TileKind kind) {
    const auto files = files_.find({kind, 0, n});
    return files != files_.end() && files->second.widths == std::set<int>{kTileWidth};
  };
  return full(TileKind::entries) && full(TileKind::hashes);
}

bool LogFiles::gone(std::uint64_t n) const {
  const auto files = files_.find({TileKind::entries, 0, n});
  std::set<int> widths = files != files_.end() ? files->second.widths : std::set<int>();
  widths.insert(kTileWidth);
  return std::all_of(widths.begin(), widths.end(), [&](int width) {
    const auto bytes = log_.read(TileId{TileKind::entries, 0, n, width}.path(), kMaxTileBytes);
    return !bytes && bytes.error().kind == ErrorKind::not_found;
  });
}

void LogFiles::count_full(std::uint64_t n, std::uint64_t bytes) {
  files_[{TileKind::entries, 0, n}].compared = true;
  files_[{TileKind::hashes, 0, n}].compared = true;
  bytes_read_ += bytes;
}

void LogFiles::compare(const TileId& id, std::string_view right, const std::vector<std::size_t>& ends,
                       Problems::List& found) {
  Files& files = files_[{id.kind, id.level, id.index}];
  files.compared = true;
  if (!files.widths.contains(id.width) && !files.widths.contains(kTileWidth)) {
    problems_.add_to(found, {id.path(), first_entry(id.level, id.index, 0), "the file is missing"});
  }
  for (const int width : files.widths) {
    compare_file({id.kind, id.level, id.index, width}, id.width, right, ends, found);
  }
}

void LogFiles::compare_file(const TileId& file, int signed_width, std::string_view right,
                            const std::vector<std::size_t>& ends, Problems::List& found) {
  const std::string path = file.path();
  const std::uint64_t first = first_entry(file.level, file.index, 0);
  const auto bytes = log_.read(path, kMaxTileBytes);
  if (!bytes) {
    if (!replaced_by_full(file, bytes.error().kind)) problems_.add_to(found, {path, first, bytes.error().message});
    return;
  }
  bytes_read_ += bytes->size();
  if (file.width > signed_width) ++unsigned_files_;
  if (const auto items = cut_or_too_long(file, *bytes)) {
    const std::uint64_t index = first_entry(file.level, file.index, *items);
    problems_.add_to(found, {path, index < signed_size_ ? std::optional(index) : std::nullopt,
                             fmt::format("has {} bytes, which are not {} {}", bytes->size(), file.width,
                                         file.kind == TileKind::entries ? "entries" : "hashes")});
  }
  const auto common = static_cast<std::size_t>(std::min(file.width, signed_width));
  for (std::size_t i = 0; i < common && i + 1 < ends.size() && ends[i] < right.size(); ++i) {
    const std::size_t length = ends[i + 1] - ends[i];
    if (ends[i] <= bytes->size() && bytes->substr(ends[i], length) == right.substr(ends[i], length)) continue;
    problems_.add_to(found,
                     {path, first_entry(file.level, file.index, static_cast<int>(i)), "does not fit the entries"});
    return;
  }
}

/// The writer removes partial tiles once the full one stands, maybe while we read.
bool LogFiles::replaced_by_full(TileId file, ErrorKind kind) {
  if (kind != ErrorKind::not_found || file.width == kTileWidth) return false;
  file.width = kTileWidth;
  return log_.read(file.path(), kMaxTileBytes).has_value();
}

/// How many entries the bundles hold that follow each other from the signed size on.
std::uint64_t LogFiles::written_size() const {
  std::uint64_t written = signed_size_;
  for (std::uint64_t n = signed_size_ / kTileWidth;; ++n) {
    const auto bundles = files_.find({TileKind::entries, 0, n});
    const bool listed = bundles != files_.end() && !bundles->second.widths.empty();
    int width = listed ? *bundles->second.widths.rbegin() : 0;
    // A writer at work fills a bundle while the names are listed, and goes on to the next.
    if (width < kTileWidth && log_.read(TileId{TileKind::entries, 0, n}.path(), kMaxTileBytes)) width = kTileWidth;
    if (width == 0) return written;
    written = std::max(written, n * kTileWidth + static_cast<std::uint64_t>(width));
    if (width < kTileWidth) return written;
  }
}

void LogFiles::check_leftovers() {
  const std::uint64_t written = written_size();
  for (const auto& [position, files] : files_) {
    const int allowed = tile_width(position.level, position.index, written);
    for (const int width : files.widths) {
      const TileId file{position.kind, position.level, position.index, width};
      Problems::List found;
      if (width > allowed) {
        problems_.add(file.path(), {}, "no entries stand behind this file");
      } else if (!files.compared && first_entry(position.level, position.index, width) > begin_) {
        compare_file(file, 0, "", {0}, found);
      }
      problems_.add_all(std::move(found));
    }
  }
}

}  // namespace tally::ledger
