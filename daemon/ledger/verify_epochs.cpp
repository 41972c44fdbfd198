#include "daemon/ledger/verify_epochs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

constexpr std::size_t kKeyBytes = sizeof(PublicKey);

std::string path_of(std::string_view path) { return std::string(path); }

}  // namespace

bool EpochCheck::wants(std::string_view type) const {
  return type == entry_type::kGenesis || type == entry_type::kEpochClosed;
}

void EpochCheck::entry(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) {
  if (index == 0) return begin(leaf);
  close(index, leaf, root_behind);
}

void EpochCheck::begin(std::string_view leaf) {
  const auto previous = previous_of(leaf);
  if (!previous) return problems_.add("", 0, previous.error().message);
  if (*previous) {
    problems_.note(fmt::format("this log follows {}, which had {} entries and the root {}: verify that one too",
                               base::displayable((*previous)->origin), (*previous)->size, (*previous)->root.hex()));
  }
  const auto plan = EpochPlan::of(leaf);
  if (!plan) return problems_.add("", 0, plan.error().message);
  plan_ = *plan;
  if (!plan_) return;
  auto keys = log_.read(path_of(kEpochKeysPath), kMaxEpochs * kKeyBytes);
  if (!keys) return problems_.add(path_of(kEpochKeysPath), 0, keys.error().message);
  report_.bytes_checked += keys->size();
  if (keys->size() != plan_->count * kKeyBytes || epoch_keys_root(*keys) != plan_->root) {
    return problems_.add(path_of(kEpochKeysPath), 0, "not the keys that the first entry promises");
  }
  keys_ = std::move(*keys);
  if (open_ != 0) take_up();
}

/// Where the epoch before the open one ended, when an earlier verification saw it.
void EpochCheck::take_up() {
  const std::string path = closing_path(open_ - 1);
  if (open_ >= plan_->count) {
    keys_.clear();  // none of them is the open one's
    return problems_.add(path, {}, fmt::format("there is no epoch {}", open_));
  }
  const auto bytes = log_.read(path, kMaxNoteBytes);
  if (!bytes) return problems_.add(path, {}, bytes.error().message);
  const std::array keys = {log_key_, key_of(open_ - 1)};
  const auto opened = open_checkpoint(*bytes, keys);
  if (!opened) return problems_.add(path, {}, opened.error().message);
  ends_.push_back(opened->checkpoint.size);
}

VerifierKey EpochCheck::key_of(std::uint64_t epoch) const {
  PublicKey bytes;
  std::copy_n(keys_.begin() + static_cast<std::ptrdiff_t>(epoch * kKeyBytes), kKeyBytes, bytes.begin());
  return epoch_key(log_key_.name, epoch, bytes);
}

void EpochCheck::close(std::uint64_t index, std::string_view leaf, const base::Digest& root_behind) {
  const auto parsed = EpochClosed::of(leaf);
  if (!parsed || !*parsed) return problems_.add("", index, parsed ? "not the end of an epoch" : parsed.error().message);
  const EpochClosed& closed = **parsed;
  if (!plan_) return problems_.add("", index, "the end of an epoch in a log that has none");
  if (closed.epoch != open_ || closed.epoch + 1 >= plan_->count) {
    return problems_.add("", index, fmt::format("ends epoch {}, and epoch {} is open", closed.epoch, open_));
  }
  if (closed.size != index) {
    problems_.add("", index,
                  fmt::format("the end of epoch {} says that {} entries stand before it", closed.epoch, closed.size));
  }
  const auto entry = Entry::parse(leaf);
  if (entry && entry->time < plan_->end_of(closed.epoch)) {
    problems_.add("", index, fmt::format("epoch {} ends before it is over", closed.epoch));
  }
  check_closing(index, root_behind);
  ended(index);
}

/// The open epoch ended with the entry `index`.
void EpochCheck::ended(std::uint64_t index) {
  ++open_;
  ends_.push_back(index + 1);
  if (index < report_.size / kTileWidth * kTileWidth) report_.epochs_closed_in_full_bundles = open_;
}

/// An end whose entry was pruned: what its time and its own words were is not known any more, its seal is.
void EpochCheck::gone(std::uint64_t index, const TileTree& behind) {
  if (keys_.empty()) return;
  if (looked_for_ != open_) find_seal();
  if (!seal_ || seal_->size != index + 1) return;
  if (seal_->root != behind.root()) {
    problems_.add(closing_path(open_), index,
                  fmt::format("the checkpoint is not that of the first {} entries", index + 1));
  }
  by_seal_alone_.push_back(open_);
  ended(index);
}

void EpochCheck::find_seal() {
  looked_for_ = open_;
  seal_.reset();
  if (open_ + 1 >= plan_->count) return;  // the last one has no end
  const std::string path = closing_path(open_);
  const auto bytes = log_.read(path, kMaxNoteBytes);
  if (!bytes) return;  // it may be open still; a later one's end says when it is not
  report_.bytes_checked += bytes->size();
  const std::array keys = {log_key_, key_of(open_)};
  const auto opened = open_checkpoint(*bytes, keys);
  if (!opened) return problems_.add(path, {}, opened.error().message);
  seal_ = opened->checkpoint;
}

/// The checkpoint that closed the open epoch: of exactly this tree, by the log's key and the epoch's own.
void EpochCheck::check_closing(std::uint64_t index, const base::Digest& root_behind) {
  if (keys_.empty()) return;
  const std::string path = closing_path(open_);
  const auto bytes = log_.read(path, kMaxNoteBytes);
  if (!bytes) return problems_.add(path, index, bytes.error().message);
  report_.bytes_checked += bytes->size();
  const std::array keys = {log_key_, key_of(open_)};
  const auto opened = open_checkpoint(*bytes, keys);
  if (!opened) return problems_.add(path, index, opened.error().message);
  if (opened->checkpoint.size != index + 1 || opened->checkpoint.root != root_behind) {
    problems_.add(path, index, fmt::format("the checkpoint is not that of the first {} entries", index + 1));
  }
}

void EpochCheck::finish(std::string_view note, const std::set<std::string>& beside) {
  report_.epochs_closed = open_;
  report_.epochs_by_seal_alone = by_seal_alone_.size();
  check_newest(note);
  check_certificate();
  check_beside(beside);
}

std::optional<VerifierKey> EpochCheck::key_at(std::uint64_t size) const {
  const std::uint64_t first = open_ - ends_.size();  // the epoch of the first end that was seen
  if (!plan_ || keys_.empty() || (first != 0 && (ends_.empty() || size < ends_.front()))) return std::nullopt;
  const auto end = std::lower_bound(ends_.begin(), ends_.end(), size);
  return key_of(first + static_cast<std::uint64_t>(end - ends_.begin()));
}

/// The newest checkpoint is signed by the open epoch, or is itself the last one of the epoch before.
void EpochCheck::check_newest(std::string_view note) {
  const auto key = key_at(report_.size);
  if (!key) return;
  const std::array keys = {log_key_, *key};
  if (const auto opened = open_checkpoint(note, keys); !opened) {
    return problems_.add("checkpoint", ends_.empty() ? 0 : ends_.back(),
                         fmt::format("by {}: {}", key->name, opened.error().message));
  }
  newest_checked_ = true;
}

void EpochCheck::check_certificate() {
  const std::string path = path_of(kCertificatePath);
  if (!plan_) {
    if (root_) problems_.add("", 0, "the log has no epochs, so the root key says nothing about it");
    return;
  }
  if (!root_) {
    return problems_.note(
        "no root key was given: that the epochs' keys are older than the log's last owner is not shown");
  }
  const auto bytes = log_.read(path, kMaxNoteBytes);
  if (!bytes) return problems_.add(path, 0, bytes.error().message);
  report_.bytes_checked += bytes->size();
  const auto certificate = open_certificate(*bytes, *root_);
  if (!certificate) return problems_.add(path, 0, certificate.error().message);
  if (*certificate != Certificate{log_key_, *plan_}) {
    return problems_.add(path, 0, "certifies another log, key or list of epochs");
  }
  report_.certified = true;
}

/// Every file of epochs has its place; ends beyond the signed size are of a writer at work.
void EpochCheck::check_beside(const std::set<std::string>& beside) {
  std::size_t later = 0;
  for (const std::string& path : beside) {
    const bool known = path == kCertificatePath || path == kEpochKeysPath;
    const auto closing = parse_closing_path(path);
    const auto epoch = closing ? closing : parse_token_path(path);
    if (!plan_ || (!known && !epoch)) {
      problems_.add(base::displayable(path), {}, "does not belong into a log");
    } else if (epoch && *epoch >= open_) {
      ++later;
    }
  }
  if (later != 0) {
    problems_.note(fmt::format("{} files are of epochs that end beyond the signed size: not proven", later));
  }
}

}  // namespace tally::ledger
