// Walk: goes over the entries of a log from the first to the last signed one, hashes each again from its bytes, grows
// the tree and compares every tile with it. A part of verify().
//
//   Walk walk(log, files, problems, report, {&epoch_check});
//   if (walk.run(options)) ...   // every leaf hash was known from somewhere; the root was compared with the signed one
//
// A check that needs more than hashes (which epoch is closed where) follows the walk as a WalkCheck, in a file of its
// own. Not a check of signatures: verify.cpp opened the checkpoint before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/full_bundle.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile_tree.h"
#include "daemon/ledger/verify_files.h"
#include "daemon/ledger/verify_problems.h"

namespace tally::ledger {

/// What else is checked of entries of certain types, in the order of the log.
class WalkCheck {
 public:
  virtual ~WalkCheck() = default;
  /// Whether entry() is to be called for entries of this type. May be asked by several threads at once.
  [[nodiscard]] virtual bool wants(std::string_view type) const = 0;
  /// `root_behind` is the root of the tree of the entries [0, index].
  virtual void entry(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) = 0;
  /// The entry `index` is gone with its bundle, and its hash alone is known; `behind` is the tree of [0, index].
  virtual void gone(std::uint64_t /*index*/, const TileTree& /*behind*/) {}
};

class Walk {
 public:
  /// `report` has the signed origin, size and root, and gets what is counted.
  Walk(TileReader& log, LogFiles& files, Problems& problems, VerifyReport& report, std::vector<WalkCheck*> checks)
      : log_(log), files_(files), problems_(problems), report_(report), checks_(std::move(checks)) {}

  /// Before run(): an entry that a check has to see although an earlier verification read it.
  void also_show(std::uint64_t index, std::string_view type) { shown_.push_back({index, type}); }
  /// False when the walk ended early: neither an entry nor its hash could be read.
  bool run(const VerifyOptions& options);

 private:
  /// One reading of the leaves: hashed from the entries, or as the hash tiles of level 0 say. They part at the first
  /// entry that does not fit its tile, and then the signed root tells which of the two was touched.
  struct Reading {
    TileTree tree;
    Problems::List tile_problems;  ///< what the hash tiles look like if this reading is the right one
  };

  /// A checkpoint that the log must still hold, and the root that it has at that size.
  struct Earlier {
    Checkpoint checkpoint;
    std::optional<base::Digest> root;
  };

  bool begin(const Checkpoint& verified);
  bool show(std::uint64_t index, std::string_view type);
  std::uint64_t take_bundles(std::uint64_t first);
  void take(std::uint64_t n, const FullBundle& bundle);
  void see_inside(std::uint64_t n, const FullBundle& bundle);
  void see_time(std::uint64_t index, base::Instant time);
  void count_clock_step(std::uint64_t index);
  void note_root(const TileTree& tree);
  void check_bundle(std::uint64_t n);
  void take_hashes(std::uint64_t n);
  std::optional<Entry> check_entry(std::uint64_t index, std::string_view leaf);
  void add_leaf(std::uint64_t index, const std::optional<base::Digest>& hashed,
                const std::optional<base::Digest>& claimed);
  void grow(Reading& reading, const base::Digest& leaf);
  void compare_tiles(Reading& reading, std::vector<HashTile> tiles);
  [[nodiscard]] bool wanted(std::string_view type) const;
  void tell_checks(std::uint64_t index, std::string_view type, std::string_view leaf, const TileTree& tree);
  void conclude();
  [[nodiscard]] std::string bundle_path(std::uint64_t index) const;

  TileReader& log_;
  LogFiles& files_;
  Problems& problems_;
  VerifyReport& report_;
  std::vector<WalkCheck*> checks_;
  std::vector<Earlier> earlier_;
  std::vector<std::pair<std::uint64_t, std::string_view>> shown_{{0, entry_type::kGenesis}};
  TreeHasher hasher_;
  Reading from_entries_;
  std::optional<Reading> from_tiles_;             ///< once the readings have parted
  Problems::List misfits_;                        ///< entries that do not hash to what their tile says
  std::uint64_t read_until_ = ~std::uint64_t{0};  ///< first entry whose bytes could not be read
  bool walkable_ = true;                          ///< so far every leaf hash is known from somewhere
  std::uint64_t clock_steps_ = 0, first_clock_step_ = 0;
};

}  // namespace tally::ledger
