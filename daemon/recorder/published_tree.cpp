#include "daemon/recorder/published_tree.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile.h"
#include "daemon/recorder/entry_reader.h"

namespace tally::recorder {
namespace {

using base::Digest;
using base::ErrorKind;
using base::failure;
using base::Result;
using ledger::kTileWidth;
using ledger::TileId;
using ledger::TileKind;

tl::unexpected<base::Error> corrupt(std::string message) { return failure(ErrorKind::corrupt, std::move(message)); }

/// Our own file that is missing or cannot be read is damage, whatever the operating system calls it.
tl::unexpected<base::Error> corrupt(const base::Error& error) { return corrupt(error.message); }

std::string signed_note(const std::string& text, const Signers& signers) {
  std::string note = text + "\n" + signers.log.sign(text);
  if (signers.epochs != nullptr) note += signers.epochs->sign(signers.log.verifier().name, text);
  return note;
}

}  // namespace

Result<PublishedTree> PublishedTree::open(FileOperations& files, const Layout& layout, const SigningKey& key) {
  PublishedTree tree(files, layout);
  if (auto ready = tree.staging_.prepare(); !ready) return tl::unexpected(ready.error());
  if (exists(layout.last_signed())) {
    const auto text = read_file(layout.last_signed());
    if (!text) return tl::unexpected(text.error());
    auto last = ledger::Checkpoint::parse(*text);
    if (!last) return corrupt(layout.last_signed() + ": " + last.error().message);
    tree.last_signed_ = std::move(*last);
  }
  if (exists(layout.checkpoint())) {
    if (auto resumed = tree.resume(key); !resumed) return tl::unexpected(resumed.error());
  }
  return tree;
}

Result<void> PublishedTree::resume(const SigningKey& key) {
  auto note = read_file(layout_.checkpoint());
  if (!note) return tl::unexpected(note.error());
  const auto opened = ledger::open_checkpoint(*note, {&key.verifier(), 1});
  if (!opened) return tl::unexpected(opened.error().within(layout_.checkpoint()));
  auto log = ledger::LogDirectory::open(layout_.log());
  if (!log) return tl::unexpected(log.error());
  auto tree = ledger::TileTree::resume(opened->checkpoint.size, **log);
  if (!tree) return corrupt(tree.error());
  if (tree->root() != opened->checkpoint.root) return corrupt("the hash tiles do not have the signed root");
  if (!last_signed_ || last_signed_->size < opened->checkpoint.size) {
    return corrupt(
        fmt::format("{} does not know of the checkpoint at {}: the state folder is missing or from an older copy",
                    layout_.last_signed(), opened->checkpoint.size));
  }
  tree_ = std::move(*tree);
  note_ = std::move(*note);
  return check_tail();
}

/// The last bundle must hold the entries that the last hash tile says.
Result<void> PublishedTree::check_tail() {
  auto log = ledger::LogDirectory::open(layout_.log());
  if (!log) return tl::unexpected(log.error());
  const std::uint64_t tail = size() % kTileWidth;
  const auto entries = read_entries(**log, size(), tail != 0 ? size() - tail : size() - kTileWidth, size());
  if (!entries) return corrupt(entries.error());
  if (tail == 0) return {};
  for (const std::string& entry : *entries) ledger::add_to_bundle(open_bundle_, entry);
  return {};
}

Result<void> PublishedTree::check_last_signed(std::span<const std::string> pending) const {
  if (!last_signed_) return {};
  if (last_signed_->size > size() + pending.size()) {
    return corrupt(
        fmt::format("the log has {} entries, but {} were signed: entries are lost. Nothing more is signed here",
                    size() + pending.size(), last_signed_->size));
  }
  ledger::TileTree grown = tree_;
  ledger::TreeHasher hasher;
  std::vector<ledger::HashTile> ignored;
  for (std::size_t i = 0; grown.size() < last_signed_->size; ++i) {
    grown.add(hasher.leaf(pending[i]), ignored);
    ignored.clear();
  }
  if (grown.root() == last_signed_->root) return {};
  return corrupt(fmt::format("the first {} entries are not those that were signed", last_signed_->size));
}

Result<void> PublishedTree::stage(const TileId& id, std::string_view bytes) {
  return staging_.add(layout_.log() + "/" + id.path(), bytes);
}

Result<void> PublishedTree::stage_tiles(std::span<const std::string> pending, const std::string& origin) {
  ledger::TreeHasher hasher;
  std::vector<ledger::HashTile> tiles;
  for (const std::string& entry : pending) {
    ledger::add_to_bundle(open_bundle_, entry);
    tree_.add(hasher.leaf(entry), tiles);
    if (auto noted = note_closing(entry, origin); !noted) return noted;
    if (size() % kTileWidth != 0) continue;
    // Bundles before their hashes: whoever sees a hash tile finds the entries behind it.
    const TileId bundle{TileKind::entries, 0, size() / kTileWidth - 1, kTileWidth};
    if (auto staged = stage(bundle, open_bundle_); !staged) return staged;
    open_bundle_.clear();
    for (const ledger::HashTile& tile : std::exchange(tiles, {})) {
      if (auto staged = stage(tile.id, ledger::format_hashes(tile.hashes)); !staged) return staged;
    }
  }
  if (!open_bundle_.empty()) {
    const int width = static_cast<int>(size() % kTileWidth);
    if (auto staged = stage({TileKind::entries, 0, size() / kTileWidth, width}, open_bundle_); !staged) return staged;
  }
  for (const ledger::HashTile& tile : tree_.partial_tiles()) {
    if (auto staged = stage(tile.id, ledger::format_hashes(tile.hashes)); !staged) return staged;
  }
  return staging_.flush();
}

/// The tree right behind the last entry of an epoch is what that epoch's key signs last.
Result<void> PublishedTree::note_closing(std::string_view entry, const std::string& origin) {
  if (entry.find(ledger::entry_type::kEpochClosed) == std::string_view::npos) return {};
  const auto closed = ledger::EpochClosed::of(entry);
  if (!closed) return tl::unexpected(closed.error());
  if (*closed) closings_.push_back({(*closed)->epoch, {origin, size(), tree_.root(), {}}});
  return {};
}

Result<void> PublishedTree::publish(std::span<const std::string> pending, const Signers& signers) {
  const std::uint64_t old_size = size();
  const std::string& origin = signers.log.verifier().name;
  closings_.clear();
  if (auto staged = stage_tiles(pending, origin); !staged) return staged;
  const ledger::Checkpoint checkpoint{origin, size(), tree_.root(), {}};
  const std::string text = checkpoint.format();
  // Remembered before the signature can be seen: after a crash at any point nothing else is signed at this size.
  if (auto saved = staging_.save(layout_.last_signed(), text, 0600); !saved) return saved;
  std::string note;
  if (auto published = publish_closings(signers, note); !published) return published;
  if (closings_.empty() || closings_.back().checkpoint.size != size()) note = signed_note(text, signers);
  if (auto saved = staging_.save(layout_.checkpoint(), note); !saved) return saved;
  last_signed_ = checkpoint;
  note_ = std::move(note);
  remove_superseded(old_size);
  return {};
}

/// Each under its own key, durable before any of the keys is destroyed; `last` is the newest of them.
Result<void> PublishedTree::publish_closings(const Signers& signers, std::string& last) {
  for (const Closing& closing : closings_) {
    if (signers.epochs == nullptr || signers.epochs->epoch() != closing.epoch) {
      return corrupt(
          fmt::format("entry {} closes epoch {}, which is not open", closing.checkpoint.size - 1, closing.epoch));
    }
    last = signed_note(closing.checkpoint.format(), signers);
    if (auto staged = staging_.add(layout_.log() + "/" + ledger::closing_path(closing.epoch), last); !staged) {
      return staged;
    }
    signers.epochs->closed();
  }
  return staging_.flush();
}

/// Partial tiles of tiles that are full now may go (C2SP tlog-tiles). Leaving one behind does no harm.
void PublishedTree::remove_superseded(std::uint64_t old_size) const {
  for (int level = 0; level <= ledger::kMaxTileLevel && old_size >> (8 * level) != 0; ++level) {
    const std::uint64_t index = (old_size >> (8 * level)) / kTileWidth;
    if (ledger::tile_width(level, index, size()) != kTileWidth) continue;
    std::error_code ignored;
    std::filesystem::remove_all(layout_.log() + "/" + TileId{TileKind::hashes, level, index}.path() + ".p", ignored);
    if (level != 0) continue;
    std::filesystem::remove_all(layout_.log() + "/" + TileId{TileKind::entries, 0, index}.path() + ".p", ignored);
  }
}

}  // namespace tally::recorder
