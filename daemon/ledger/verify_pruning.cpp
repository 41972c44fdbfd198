#include "daemon/ledger/verify_pruning.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/tile.h"

namespace tally::ledger {
namespace {

std::string list_path() { return std::string(kPrunedListPath); }

/// Nothing when there is no such file.
base::Result<std::optional<std::vector<std::uint64_t>>> read_list(TileReader& log) {
  const auto bytes = log.read(list_path(), kMaxPrunedListBytes);
  if (!bytes && bytes.error().kind == base::ErrorKind::not_found) return std::optional<std::vector<std::uint64_t>>();
  if (!bytes) return tl::unexpected(bytes.error());
  auto list = parse_pruned_list(*bytes);
  if (!list) return base::failure(base::ErrorKind::malformed, "is no ascending list of entries");
  return std::optional(std::move(*list));
}

}  // namespace

std::optional<std::uint64_t> PruningCheck::listed_before(std::uint64_t size) {
  const auto list = read_list(log_);  // what is wrong with it is told at the end
  return list && *list ? last_below(**list, size) : std::nullopt;
}

void PruningCheck::entry(std::uint64_t index, std::string_view leaf, const base::Digest& /*root_behind*/) {
  const auto parsed = Pruned::of(leaf);
  if (!parsed || !*parsed) return problems_.add("", index, parsed ? "not a log_pruned" : parsed.error().message);
  const Pruned& pruned = **parsed;
  // An earlier one may itself be gone: then only the order of the minima shows.
  const bool knows_before = newest_ || (report_.first_checked == 0 && gone_.empty());
  const std::uint64_t before = newest_ ? newest_->what.minimum : 0;
  if (knows_before ? pruned.before != before : pruned.before < before) {
    problems_.add("", index, fmt::format("says that the minimum was {}, and it was {}", pruned.before, before));
  }
  if (pruned.minimum > index) {
    problems_.add("", index, fmt::format("prunes entries before {}, which come after it", pruned.minimum));
  }
  seen_.push_back(index);
  newest_ = PrunedBy{index, pruned};
}

void PruningCheck::gone(std::uint64_t index, const TileTree& /*behind*/) {
  if (index % kTileWidth == 0) gone_.push_back(index);
}

void PruningCheck::finish() {
  check_list();
  for (const std::uint64_t first : gone_) {
    if (newest_ && newest_->what.covers(first)) continue;
    problems_.add(TileId{TileKind::entries, 0, first / kTileWidth}.path(), first, why_missing());
    report_.last_good_size = std::min(report_.last_good_size, first);
  }
  if (!newest_) return;
  const std::uint64_t unread = std::min(newest_->what.minimum, report_.first_checked);
  const auto before = unread > kFirstPrunable ? unread - kFirstPrunable : 0;
  report_.pruned = PrunedAway{*newest_, before + gone_.size() * kTileWidth};
}

std::string PruningCheck::why_missing() {
  const auto list = read_list(log_);
  if (list && *list && (*list)->back() >= report_.size) {
    meanwhile_ = true;
    return fmt::format(
        "the file is missing. Entry {}, which the signed size does not cover yet, is about to prune: verify "
        "again",
        (*list)->back());
  }
  if (!newest_) return "the file is missing, and no entry says that it was pruned";
  return fmt::format("the file is missing, and only entries before {} were pruned (entry {})", newest_->what.minimum,
                     newest_->entry);
}

/// A list that leaves one out, or names another entry, would have readers go by an older minimum.
void PruningCheck::check_list() {
  const auto list = read_list(log_);
  if (!list) return problems_.add(list_path(), {}, list.error().message);
  if (!*list) {
    if (!seen_.empty()) problems_.add(list_path(), {}, fmt::format("is missing, and entry {} prunes", seen_.back()));
    return;
  }
  for (const std::uint64_t index : seen_) {
    if (std::binary_search((*list)->begin(), (*list)->end(), index)) continue;
    problems_.add(list_path(), {}, fmt::format("does not list entry {}, which prunes", index));
  }
  for (const std::uint64_t index : **list) {
    const bool unread = index < report_.first_checked || index >= report_.size ||
                        std::binary_search(gone_.begin(), gone_.end(), index / kTileWidth * kTileWidth);
    if (unread || std::binary_search(seen_.begin(), seen_.end(), index)) continue;
    problems_.add(list_path(), {}, fmt::format("lists entry {}, which prunes nothing", index));
  }
}

}  // namespace tally::ledger
