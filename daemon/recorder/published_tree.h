// PublishedTree: the public half of a log on disk: bundles, hash tiles and the signed checkpoint.
//
//   auto tree = PublishedTree::open(files, layout, key);     // checks its own tail
//   auto note = tree->publish(pending, signers);             // tiles, last_signed, closings, checkpoint: in this order
//
// Not the write-ahead log: the entries it is given are durable already, so every step can be repeated after a crash.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/tile_tree.h"
#include "daemon/recorder/epoch_keeper.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/staging.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// Who signs a checkpoint: the log's key, and the open epoch's unless the log has none.
struct Signers {
  const SigningKey& log;
  EpochKeeper* epochs = nullptr;
};

class PublishedTree {
 public:
  /// Kinds: `untrusted` the checkpoint is not signed by this key; `corrupt` tail and checkpoint do not fit.
  static base::Result<PublishedTree> open(FileOperations& files, const Layout& layout, const SigningKey& key);

  [[nodiscard]] std::uint64_t size() const { return tree_.size(); }
  /// The signed checkpoint as published; empty before the first.
  [[nodiscard]] const std::string& note() const { return note_; }
  /// Kind `corrupt` unless the log with `pending` behind it still holds the tree that was signed last.
  [[nodiscard]] base::Result<void> check_last_signed(std::span<const std::string> pending) const;
  /// What was signed last is larger than what is published: a publication was cut short.
  /// Adds the entries and signs; the end of an epoch among them is signed by itself, and `epochs` goes on to the next
  /// one. After a failure this object is not to be used again.
  base::Result<void> publish(std::span<const std::string> pending, const Signers& signers);

 private:
  PublishedTree(FileOperations& files, Layout layout)
      : layout_(std::move(layout)), staging_(files, layout_.staging()) {}
  base::Result<void> resume(const SigningKey& key);
  base::Result<void> check_tail();
  base::Result<void> stage(const ledger::TileId& id, std::string_view bytes);
  base::Result<void> stage_tiles(std::span<const std::string> pending, const std::string& origin);
  base::Result<void> note_closing(std::string_view entry, const std::string& origin);
  base::Result<void> publish_closings(const Signers& signers, std::string& last);
  void remove_superseded(std::uint64_t old_size) const;

  Layout layout_;
  Staging staging_;
  ledger::TileTree tree_;
  std::string open_bundle_;  ///< entries of the bundle that is not full yet
  std::string note_;
  std::optional<ledger::Checkpoint> last_signed_;
  struct Closing {
    std::uint64_t epoch;
    ledger::Checkpoint checkpoint;
  };
  std::vector<Closing> closings_;  ///< found among the entries being published
};

}  // namespace tally::recorder
