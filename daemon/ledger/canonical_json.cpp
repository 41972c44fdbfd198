#include "daemon/ledger/canonical_json.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "daemon/ledger/leaf_glance.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

/// The integers that every JSON reader keeps exactly (RFC 8259 §6).
constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;

/// nlohmann writes and destroys nested values by recursion: measure before it sees them.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') ++i;
    if (in_string) continue;
    if ((c == '{' || c == '[') && ++depth > kMaxJsonDepth) return true;
    if (c == '}' || c == ']') --depth;
  }
  return false;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What RFC 8785 leaves room for and we do not use: nullptr when the value has none of it.
const char* value_fault(const Json& value) {
  if (value.is_number_float()) return "holds a number that is not an integer";
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMaxInteger})
    return "holds an integer above 2^53-1";
  if (value.is_number_integer() && !value.is_number_unsigned() && value.get<std::int64_t>() < -kMaxInteger) {
    return "holds an integer below -(2^53-1)";
  }
  if (!value.is_structured()) return nullptr;
  for (const auto& [key, inner] : value.items()) {
    if (value.is_object() && !is_ascii(key)) return "has a member name that is not ASCII";
    if (const char* fault = value_fault(inner)) return fault;
  }
  return nullptr;
}

}  // namespace

Result<Json> parse_canonical(std::string_view text) {
  // One look is a tenth of the work below, which says what is wrong.
  if (is_plainly_canonical(text)) return Json::parse(text);
  const auto bad = [](std::string_view why) { return failure(ErrorKind::malformed, std::string(why)); };
  if (!base::is_utf8(text)) return bad("is not UTF-8");
  if (too_deep(text)) return bad("is nested deeper than 32 levels");
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return bad("is not a JSON object");
  if (const char* fault = value_fault(json)) return bad(fault);
  // Catches all at once: spaces, unsorted and repeated members, other spellings of strings and numbers.
  if (json.dump() != text) return bad("is not canonical JSON (sorted, without spaces, each member once)");
  return json;
}

}  // namespace tally::ledger
