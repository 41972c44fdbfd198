#include "connectors/directory/fields.h"

#include <fmt/format.h>

#include "connectors/directory/value_syntax.h"
#include "policy/base/utf8.h"

namespace tally::directory {

base::TextId Fields::text(std::string_view attribute) {
  const auto value = entry_.first(attribute);
  if (!value) return base::TextId(0);
  base::TextPool& pool = builder_.text();
  if (base::is_utf8(*value)) return pool.add(*value);
  reject(attribute, *value, "text in UTF-8");
  return pool.add(base::displayable(*value));
}

base::TextId Fields::shared_text(std::string_view attribute) {
  const auto value = entry_.first(attribute);
  if (!value) return base::TextId(0);
  if (!base::is_utf8(*value)) reject(attribute, *value, "text in UTF-8");
  return builder_.text().intern(base::is_utf8(*value) ? std::string(*value) : base::displayable(*value));
}

std::uint32_t Fields::posix_number(std::string_view attribute) {
  const auto number = integer(attribute);
  if (!number) return model::Accounts::kNoNumber;
  if (*number >= 0 && *number < model::Accounts::kNoNumber) return static_cast<std::uint32_t>(*number);
  reject(attribute, *entry_.first(attribute), "a user or group number of 32 bits");
  return model::Accounts::kNoNumber;
}

std::optional<std::int64_t> Fields::integer(std::string_view attribute) {
  const auto value = entry_.first(attribute);
  if (!value) return std::nullopt;
  const auto number = large_integer(*value);
  if (!number) reject(attribute, *value, "a decimal integer of 64 bits");
  return number;
}

model::TimeFact Fields::time(std::string_view attribute) {
  const auto value = entry_.first(attribute);
  if (!value) return model::TimeFact::unknown(not_delivered(attribute));
  const auto at = generalized_time(*value);
  if (at) return model::TimeFact::known(base::Bounds::exactly(*at), builder_.text().intern(attribute));
  reject(attribute, *value, "a time like 20260131120000Z");
  return model::TimeFact::unknown(unreadable(attribute));
}

base::TextId Fields::not_delivered(std::string_view attribute) {
  return builder_.text().intern(fmt::format("{} was not delivered: not set, or not readable", attribute));
}

base::TextId Fields::unreadable(std::string_view attribute) {
  return builder_.text().intern(fmt::format("{} has a value that cannot be read", attribute));
}

base::TextId Fields::evidence(std::string_view attribute, std::string_view value) {
  return builder_.text().intern(fmt::format("{}={}", attribute, base::displayable(value)));
}

void Fields::reject(std::string_view attribute, std::string_view value, std::string_view expected) {
  builder_.reject(entry_, attribute, value, fmt::format("expected {}; this fact is unknown", expected));
}

}  // namespace tally::directory
