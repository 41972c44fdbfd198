// LogFiles: the files of the tiles beside the bytes that they must hold. A part of verify().
//
//   LogFiles files(log, problems);
//   if (files.list(signed_size)) ...
//   files.compare(id, right, ends, problems);      // every width of that tile: a prefix or a continuation of `right`
//   files.check_leftovers();                       // what nobody compared
//
// Not a judge of what is right: the walk over the entries (verify_walk.h) says that.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/tile.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/verify_problems.h"

namespace tally::ledger {

class LogFiles {
 public:
  LogFiles(TileReader& log, Problems& problems) : log_(log), problems_(problems) {}

  /// Reads the names of all files. False, after saying why, when they cannot be read.
  bool list(std::uint64_t signed_size);
  /// The file of the tile at the signed size, or the full one that has replaced it since. compare() says why not.
  std::optional<std::string> read_signed(TileId id);
  /// Every file of the tile `id` must be a prefix or a continuation of `right`, whose items end at ends[1], ends[2], …
  void compare(const TileId& id, std::string_view right, const std::vector<std::size_t>& ends, Problems::List& found);
  /// True when no file of the bundle `n` can be found, not even one that was listed.
  [[nodiscard]] bool gone(std::uint64_t n) const;
  /// True when the bundle `n` and its hash tile are there in full, and nothing beside them.
  [[nodiscard]] bool only_full(std::uint64_t n) const;
  /// Both were compared elsewhere (full_bundle.h), and have so many bytes.
  void count_full(std::uint64_t n, std::uint64_t bytes);
  /// Files of entries before that one were checked at another time: nobody compares them now.
  void begin_at(std::uint64_t index) { begin_ = index; }
  /// Files beyond the signed size: a writer at work leaves some. They must at least look like the next entries.
  void check_leftovers();

  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
  /// Paths that are neither tiles nor the checkpoint: what other checks know about.
  [[nodiscard]] const std::set<std::string>& beside() const { return beside_; }
  /// Files that hold entries beyond the signed size.
  [[nodiscard]] std::uint64_t unsigned_files() const { return unsigned_files_; }

 private:
  /// The files of one tile: a full one, partial ones of smaller trees, or both.
  struct Position {
    TileKind kind;
    int level;
    std::uint64_t index;
    friend auto operator<=>(const Position&, const Position&) = default;
  };
  struct Files {
    std::set<int> widths;
    bool compared = false;
  };

  void compare_file(const TileId& file, int signed_width, std::string_view right, const std::vector<std::size_t>& ends,
                    Problems::List& found);
  bool replaced_by_full(TileId file, base::ErrorKind kind);
  [[nodiscard]] std::uint64_t written_size() const;

  TileReader& log_;
  Problems& problems_;
  std::uint64_t signed_size_ = 0, begin_ = 0;
  std::map<Position, Files> files_;
  std::set<std::string> beside_;
  std::uint64_t bytes_read_ = 0, unsigned_files_ = 0;
};

}  // namespace tally::ledger
