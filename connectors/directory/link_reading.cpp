#include "connectors/directory/link_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/change_metadata.h"

namespace tally::directory {
namespace {

constexpr std::string_view kLinks = "msDS-ReplValueMetaData";

}  // namespace

std::string LinkReading::asked(std::uint64_t next) { return fmt::format("{};range={}-*", kLinks, next); }

void LinkReading::take(const Entry& entry, std::uint64_t next) {
  more_.reset();
  for (const std::string_view value : entry.values(kLinks)) take(value);
  const auto range = entry.range(kLinks);
  if (!range || range->first != next) return;
  for (const std::string_view value : range->values) take(value);
  if (range->last && !range->values.empty()) more_ = *range->last + 1;
}

void LinkReading::take(std::string_view value) {
  const auto change = link_change(value);
  if (!change) return;
  ++links_;
  const base::Instant read = std::max(change->at, builder_.harvest().source.started);
  if (change->present) {
    builder_.past().joined(change->member, group_, base::Bounds::exactly(change->at), kLinks);
  } else {
    builder_.past().left(change->member, {change->at, read}, kLinks);
  }
}

}  // namespace tally::directory
