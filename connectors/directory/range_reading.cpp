#include "connectors/directory/range_reading.h"

#include <fmt/format.h>

namespace tally::directory {
namespace {

constexpr std::string_view kMembers = "member";

}  // namespace

std::optional<RangeReading> RangeReading::of(const Entry& entry, std::string_view attribute) {
  const auto range = entry.range(attribute);
  if (!range) return std::nullopt;
  if (range->first != 0) return RangeReading(attribute, 0);  // says nothing about what comes before
  if (!range->last) return std::nullopt;
  return RangeReading(attribute, range->values.empty() ? 0 : *range->last + 1);
}

std::string RangeReading::asked() const { return fmt::format("{};range={}-*", attribute_, next_); }

RangeStep RangeReading::take(const Entry& answer, std::span<const std::string_view>& values) {
  const auto range = answer.range(attribute_);
  const bool progress = range && (!range->last || !range->values.empty());
  if (!progress || range->first != next_) {
    refused_ = true;
    return RangeStep::refused;
  }
  values = range->values;
  if (!range->last) return RangeStep::complete;
  next_ = *range->last + 1;
  return RangeStep::more;
}

std::optional<RangedEntry> RangedEntry::of(const Entry& entry) {
  auto reading = RangeReading::of(entry, kMembers);
  if (!reading || reading->next() == 0 || entry.has(kMembers)) return std::nullopt;
  return RangedEntry(entry, std::move(*reading));
}

RangedEntry::RangedEntry(const Entry& entry, RangeReading reading) : dn_(entry.dn()), reading_(std::move(reading)) {
  for (const Entry::Attribute& attribute : entry.attributes()) {
    const auto values = entry.values_of(attribute);
    attributes_.emplace_back(attribute.name, std::vector<std::string>(values.begin(), values.end()));
  }
}

RangeStep RangedEntry::take(const Entry& answer) {
  std::span<const std::string_view> values;
  const RangeStep step = reading_.take(answer, values);
  for (const std::string_view value : values) rest_.emplace_back(value);
  complete_ = step == RangeStep::complete;
  return step;
}

void RangedEntry::fill(Entry& entry) const {
  entry.start(dn_);
  for (const auto& [name, values] : attributes_) {
    const bool members = complete_ && name.size() > kMembers.size() && name[kMembers.size()] == ';' &&
                         equal_ignoring_case(std::string_view(name).substr(0, kMembers.size()), kMembers);
    entry.attribute(members ? kMembers : std::string_view(name));
    for (const std::string& value : values) entry.value(value);
    if (!members) continue;
    for (const std::string& value : rest_) entry.value(value);
  }
}

}  // namespace tally::directory
