#include "daemon/ledger/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile.h"
#include "daemon/ledger/tile_tree.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::Digest;
using base::ErrorKind;

/// The files of one tile: a full one, partial ones of smaller trees, or both.
struct Position {
  TileKind kind;
  int level;
  std::uint64_t index;
  friend auto operator<=>(const Position&, const Position&) = default;
};
struct Files {
  std::set<int> widths;
  bool checked = false;
};

/// One reading of the leaves: hashed from the entries, or as the hash tiles of level 0 say. They part at the first
/// entry that does not fit its tile, and then the signed root tells which of the two was touched.
struct Reading {
  TileTree tree;
  std::vector<Problem> tile_problems;  ///< what the hash tiles look like if this reading is the right one
};

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

class Verification {
 public:
  Verification(TileReader& log, const VerifyOptions& options) : log_(log), options_(options) {}
  VerifyReport run();

 private:
  bool open_signed_checkpoint();
  bool list_files();
  void check_bundle(std::uint64_t n);
  void check_entry(std::uint64_t index, std::string_view leaf);
  std::optional<std::string> read_signed_width(TileId id);
  void add_leaf(std::uint64_t index, const std::optional<Digest>& hashed, const std::optional<Digest>& claimed);
  void grow(Reading& reading, const Digest& leaf);
  void check_files(const TileId& id, std::string_view right, const std::vector<std::size_t>& ends,
                   std::vector<Problem>& problems);
  void check_file(const TileId& file, int signed_width, std::string_view right, const std::vector<std::size_t>& ends,
                  std::vector<Problem>& problems);
  bool replaced_by_full(TileId file, ErrorKind kind);
  void conclude();
  void check_leftovers();
  void finish_report();
  [[nodiscard]] std::string bundle_path(std::uint64_t index) const {
    const std::uint64_t n = index / kTileWidth;
    return TileId{TileKind::entries, 0, n, tile_width(0, n, report_.size)}.path();
  }
  void add_problem(std::string path, std::optional<std::uint64_t> index, std::string message) {
    add(report_.problems, {std::move(path), index, std::move(message)});
  }
  void add(std::vector<Problem>& problems, Problem problem) {
    if (problems.size() < kMaxProblems) {
      problems.push_back(std::move(problem));
    } else {
      ++suppressed_;
    }
  }

  TileReader& log_;
  const VerifyOptions& options_;
  VerifyReport report_;
  std::map<Position, Files> files_;
  TreeHasher hasher_;
  Reading from_entries_;
  std::optional<Reading> from_tiles_;             ///< once the readings have parted
  std::vector<Problem> misfits_;                  ///< entries that do not hash to what their tile says
  std::uint64_t read_until_ = ~std::uint64_t{0};  ///< first entry whose bytes could not be read
  bool walkable_ = true;                          ///< so far every leaf hash is known from somewhere
  std::optional<Digest> root_at_seen_;
  std::uint64_t unsigned_files_ = 0, suppressed_ = 0;
  std::uint64_t clock_steps_ = 0, first_clock_step_ = 0;
};

VerifyReport Verification::run() {
  if (open_signed_checkpoint() && list_files()) {
    for (std::uint64_t n = 0; n * kTileWidth < report_.size && walkable_; ++n) check_bundle(n);
    if (walkable_) conclude();
    if (walkable_) check_leftovers();
  }
  finish_report();
  return std::move(report_);
}

bool Verification::open_signed_checkpoint() {
  const auto bytes = log_.read("checkpoint", kMaxNoteBytes);
  const auto opened = bytes ? open_checkpoint(*bytes, options_.keys) : tl::unexpected(bytes.error());
  if (!opened) {
    add_problem("checkpoint", {}, opened.error().message);
    return false;
  }
  report_.bytes_checked += bytes->size();
  report_.origin = opened->checkpoint.origin;
  report_.size = opened->checkpoint.size;
  report_.root = opened->checkpoint.root;
  if (const std::size_t unknown = opened->check.unknown; unknown != 0) {
    report_.notes.push_back(
        fmt::format("{} signatures are of keys that were not given, and were not checked", unknown));
  }
  if (report_.size == 0) add_problem("checkpoint", {}, "the log is empty: there is not even a genesis entry");
  if (options_.seen && options_.seen->size > report_.size) {
    add_problem(
        "checkpoint", report_.size,
        fmt::format("the log was cut: it has {} entries, and {} were seen before", report_.size, options_.seen->size));
  }
  return true;
}

bool Verification::list_files() {
  const auto paths = log_.list();
  if (!paths) {
    add_problem("", {}, paths.error().message);
    return false;
  }
  for (const std::string& path : *paths) {
    if (path == "checkpoint") continue;
    if (const auto id = TileId::parse(path)) {
      files_[{id->kind, id->level, id->index}].widths.insert(id->width);
    } else {
      add_problem(base::displayable(path), {}, "does not belong into a log");
    }
  }
  return true;
}

/// The file of the tile at the signed size, or the full one that has replaced it since.
std::optional<std::string> Verification::read_signed_width(TileId id) {
  const auto files = files_.find({id.kind, id.level, id.index});
  if (files != files_.end() && !files->second.widths.contains(id.width)) id.width = kTileWidth;
  auto bytes = log_.read(id.path(), kMaxTileBytes);
  if (!bytes) return std::nullopt;  // check_files says so
  return std::move(*bytes);
}

/// Bundle `n` and the hash tile beside it: every entry is hashed again.
void Verification::check_bundle(std::uint64_t n) {
  const int width = tile_width(0, n, report_.size);
  const TileId bundle{TileKind::entries, 0, n, width};
  const auto bytes = read_signed_width(bundle);
  const auto tile_bytes = read_signed_width({TileKind::hashes, 0, n, width});
  const BundleParts parts = split_bundle(bytes ? *bytes : std::string_view());
  const std::vector<Digest> claimed =
      tile_bytes ? parse_hashes(*tile_bytes).value_or(std::vector<Digest>()) : std::vector<Digest>();

  std::vector<std::size_t> ends{0};
  for (std::size_t i = 0; i < static_cast<std::size_t>(width) && walkable_; ++i) {
    const std::uint64_t index = n * kTileWidth + i;
    std::optional<Digest> hashed;
    if (i < parts.entries.size()) {
      check_entry(index, parts.entries[i]);
      hashed = hasher_.leaf(parts.entries[i]);
      ends.push_back(ends.back() + 2 + parts.entries[i].size());
    }
    add_leaf(index, hashed, i < claimed.size() ? std::optional(claimed[i]) : std::nullopt);
  }
  check_files(bundle, bytes ? std::string_view(*bytes).substr(0, ends.back()) : std::string_view(), ends,
              report_.problems);
}

void Verification::check_entry(std::uint64_t index, std::string_view leaf) {
  const std::string path = bundle_path(index);
  ++report_.entries_checked;
  const auto entry = Entry::parse(leaf);
  if (!entry) {
    add_problem(path, index, entry.error().message);
    return;
  }
  const bool genesis = entry->type == entry_type::kGenesis;
  if (genesis != (index == 0)) {
    add_problem(path, index, genesis ? "a second genesis entry" : "the first entry is not a genesis entry");
  } else if (genesis && entry->origin != report_.origin) {
    add_problem(path, index, "the genesis entry names another log: " + base::displayable(entry->origin));
  }
  if (!report_.first_time) report_.first_time = entry->time;
  if (report_.last_time && entry->time < *report_.last_time && clock_steps_++ == 0) first_clock_step_ = index;
  report_.last_time = entry->time;
}

void Verification::add_leaf(std::uint64_t index, const std::optional<Digest>& hashed,
                            const std::optional<Digest>& claimed) {
  if (!hashed) read_until_ = std::min(read_until_, index);
  if (!hashed && !claimed) {
    add_problem("", index, "neither the entry nor its hash can be read: the check ends here");
    walkable_ = false;
    return;
  }
  if (hashed && claimed && *hashed != *claimed) {
    if (!from_tiles_) from_tiles_ = from_entries_;
    add(misfits_, {bundle_path(index), index, "the entry does not have the hash that its tile says"});
  }
  if (from_tiles_) grow(*from_tiles_, claimed ? *claimed : *hashed);
  grow(from_entries_, hashed ? *hashed : *claimed);
  if (options_.seen && from_entries_.tree.size() == options_.seen->size) root_at_seen_ = from_entries_.tree.root();
}

void Verification::grow(Reading& reading, const Digest& leaf) {
  std::vector<HashTile> full;
  reading.tree.add(leaf, full);
  if (reading.tree.size() == report_.size) {
    for (HashTile& tile : reading.tree.partial_tiles()) full.push_back(std::move(tile));
  }
  std::vector<std::size_t> ends(kTileWidth + 1);
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = 32 * i;
  for (const HashTile& tile : full) check_files(tile.id, format_hashes(tile.hashes), ends, reading.tile_problems);
}

/// Every file of a tile must be a prefix or a continuation of `right`, whose items end at ends[1], ends[2], …
void Verification::check_files(const TileId& id, std::string_view right, const std::vector<std::size_t>& ends,
                               std::vector<Problem>& problems) {
  Files& files = files_[{id.kind, id.level, id.index}];
  files.checked = true;
  if (!files.widths.contains(id.width) && !files.widths.contains(kTileWidth)) {
    add(problems, {id.path(), first_entry(id.level, id.index, 0), "the file is missing"});
  }
  for (const int width : files.widths) {
    check_file({id.kind, id.level, id.index, width}, id.width, right, ends, problems);
  }
}

void Verification::check_file(const TileId& file, int signed_width, std::string_view right,
                              const std::vector<std::size_t>& ends, std::vector<Problem>& problems) {
  const std::string path = file.path();
  const std::uint64_t first = first_entry(file.level, file.index, 0);
  const auto bytes = log_.read(path, kMaxTileBytes);
  if (!bytes) {
    if (!replaced_by_full(file, bytes.error().kind)) add(problems, {path, first, bytes.error().message});
    return;
  }
  report_.bytes_checked += bytes->size();
  if (file.width > signed_width) ++unsigned_files_;
  if (const auto items = cut_or_too_long(file, *bytes)) {
    const std::uint64_t index = first_entry(file.level, file.index, *items);
    add(problems, {path, index < report_.size ? std::optional(index) : std::nullopt,
                   fmt::format("has {} bytes, which are not {} {}", bytes->size(), file.width,
                               file.kind == TileKind::entries ? "entries" : "hashes")});
  }
  const auto common = static_cast<std::size_t>(std::min(file.width, signed_width));
  for (std::size_t i = 0; i < common && i + 1 < ends.size() && ends[i] < right.size(); ++i) {
    const std::size_t length = ends[i + 1] - ends[i];
    if (ends[i] <= bytes->size() && bytes->substr(ends[i], length) == right.substr(ends[i], length)) continue;
    add(problems, {path, first_entry(file.level, file.index, static_cast<int>(i)), "does not fit the entries"});
    return;
  }
}

/// The writer removes partial tiles once the full one stands, maybe while we read.
bool Verification::replaced_by_full(TileId file, ErrorKind kind) {
  if (kind != ErrorKind::not_found || file.width == kTileWidth) return false;
  file.width = kTileWidth;
  return log_.read(file.path(), kMaxTileBytes).has_value();
}

/// Asks the signed root which reading of the leaves is the right one.
void Verification::conclude() {
  const bool entries_right = from_entries_.tree.root() == report_.root;
  const bool tiles_right = !entries_right && from_tiles_ && from_tiles_->tree.root() == report_.root;
  if (entries_right) {
    report_.last_good_size = std::min(report_.size, read_until_);
  } else if (tiles_right) {
    report_.last_good_size = std::min(misfits_.front().index.value_or(0), read_until_);
  } else {
    add_problem("checkpoint", {},
                fmt::format("the entries have the root {}, and {} is signed", from_entries_.tree.root().hex(),
                            report_.root.hex()));
  }
  if (!entries_right) {
    for (Problem& problem : misfits_) add(report_.problems, std::move(problem));
  }
  for (Problem& problem : (tiles_right ? *from_tiles_ : from_entries_).tile_problems) {
    add(report_.problems, std::move(problem));
  }
  if (options_.seen && root_at_seen_ && *root_at_seen_ != options_.seen->root) {
    add_problem("checkpoint", {},
                fmt::format("the first {} entries are not those that were seen before", options_.seen->size));
  }
}

/// Files beyond the signed size: a writer at work leaves some. They must at least look like the next entries.
void Verification::check_leftovers() {
  std::uint64_t written = report_.size;
  for (std::uint64_t n = report_.size / kTileWidth;; ++n) {
    const auto bundles = files_.find({TileKind::entries, 0, n});
    if (bundles == files_.end() || bundles->second.widths.empty()) break;
    const int width = *bundles->second.widths.rbegin();
    written = std::max(written, n * kTileWidth + static_cast<std::uint64_t>(width));
    if (width < kTileWidth) break;
  }
  for (const auto& [position, files] : files_) {
    const int allowed = tile_width(position.level, position.index, written);
    for (const int width : files.widths) {
      const TileId file{position.kind, position.level, position.index, width};
      if (width > allowed) {
        add_problem(file.path(), {}, "no entries stand behind this file");
      } else if (!files.checked) {
        check_file(file, 0, "", {0}, report_.problems);
      }
    }
  }
}

void Verification::finish_report() {
  for (const Problem& problem : report_.problems) {
    if (!problem.index) continue;
    report_.first_bad_index = std::min(problem.index.value(), report_.first_bad_index.value_or(*problem.index));
  }
  if (unsigned_files_ != 0) {
    report_.notes.push_back(
        fmt::format("{} files hold entries beyond the signed size {}: written, not yet signed, not proven",
                    unsigned_files_, report_.size));
  }
  if (clock_steps_ != 0) {
    report_.notes.push_back(fmt::format("the time goes back {} times, first at entry {}: the clock was set",
                                        clock_steps_, first_clock_step_));
  }
  if (suppressed_ != 0) report_.problems.back().message += fmt::format(" (and {} more problems)", suppressed_);
}

}  // namespace

VerifyReport verify(TileReader& log, const VerifyOptions& options) { return Verification(log, options).run(); }

}  // namespace tally::ledger
