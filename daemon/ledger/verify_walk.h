// Walk: goes over the entries of a log from the first to the last signed one, hashes each again from its bytes, grows
// the tree and compares every tile with it. A part of verify().
//
//   Walk walk(files, problems, report, {&epoch_check});
//   if (walk.run(seen)) ...      // every leaf hash was known from somewhere; the root was compared with the signed one
//
// A check that needs more than hashes (which epoch is closed where) follows the walk as a WalkCheck, in a file of its
// own. Not a check of signatures: verify.cpp opened the checkpoint before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile_tree.h"
#include "daemon/ledger/verify_files.h"
#include "daemon/ledger/verify_problems.h"

namespace tally::ledger {

/// What else is checked of entries of certain types, in the order of the log.
class WalkCheck {
 public:
  virtual ~WalkCheck() = default;
  /// Whether entry() is to be called for entries of this type.
  [[nodiscard]] virtual bool wants(std::string_view type) const = 0;
  /// `root_behind` is the root of the tree of the entries [0, index].
  virtual void entry(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) = 0;
};

class Walk {
 public:
  /// `report` has the signed origin, size and root, and gets what is counted.
  Walk(LogFiles& files, Problems& problems, VerifyReport& report, std::vector<WalkCheck*> checks)
      : files_(files), problems_(problems), report_(report), checks_(std::move(checks)) {}

  /// False when the walk ended early: neither an entry nor its hash could be read.
  bool run(const std::optional<Checkpoint>& seen);

 private:
  /// One reading of the leaves: hashed from the entries, or as the hash tiles of level 0 say. They part at the first
  /// entry that does not fit its tile, and then the signed root tells which of the two was touched.
  struct Reading {
    TileTree tree;
    Problems::List tile_problems;  ///< what the hash tiles look like if this reading is the right one
  };

  void check_bundle(std::uint64_t n);
  std::optional<Entry> check_entry(std::uint64_t index, std::string_view leaf);
  void add_leaf(std::uint64_t index, const std::optional<base::Digest>& hashed,
                const std::optional<base::Digest>& claimed);
  void grow(Reading& reading, const base::Digest& leaf);
  void tell_checks(std::uint64_t index, std::string_view leaf, const Entry& entry);
  void conclude();
  [[nodiscard]] std::string bundle_path(std::uint64_t index) const;

  LogFiles& files_;
  Problems& problems_;
  VerifyReport& report_;
  std::vector<WalkCheck*> checks_;
  std::optional<Checkpoint> seen_;
  TreeHasher hasher_;
  Reading from_entries_;
  std::optional<Reading> from_tiles_;             ///< once the readings have parted
  Problems::List misfits_;                        ///< entries that do not hash to what their tile says
  std::uint64_t read_until_ = ~std::uint64_t{0};  ///< first entry whose bytes could not be read
  bool walkable_ = true;                          ///< so far every leaf hash is known from somewhere
  std::optional<base::Digest> root_at_seen_;
  std::uint64_t clock_steps_ = 0, first_clock_step_ = 0;
};

}  // namespace tally::ledger
