#include "daemon/ledger/entry.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "daemon/ledger/base64.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::Digest;
using base::ErrorKind;
using base::failure;
using base::Result;
using Json = nlohmann::json;

constexpr std::string_view kCommitmentPrefix = "hs256:";
constexpr std::string_view kCommitmentContext("audit-pii-commit/v1\0", 20);
constexpr std::size_t kMaxTypeLength = 64;
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

/// The object that `text` is the canonical form of.
Result<Json> parse_canonical(std::string_view text) {
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

bool is_type(std::string_view type) {
  if (type.empty() || type.size() > kMaxTypeLength || type[0] < 'a' || type[0] > 'z') return false;
  return type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

bool is_subject(std::string_view text) {
  return text.size() == 34 && text.starts_with("s:") &&
         text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

/// The string member of that name; nothing when it is missing or of another kind.
const std::string* text_member(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? nullptr : found->get_ptr<const std::string*>();
}

bool is_finite(base::Instant time) { return time != base::kBeginningOfTime && time != base::kEndOfTime; }

}  // namespace

std::optional<std::string> canonical_json_fault(std::string_view text) {
  const auto json = parse_canonical(text);
  if (json) return std::nullopt;
  return json.error().message;
}

Result<Entry> Entry::parse(std::string_view leaf) {
  const auto bad = [](std::string why) { return failure(ErrorKind::malformed, "the entry " + std::move(why)); };
  if (leaf.size() > kMaxEntryBytes) return bad("is longer than 65535 bytes");
  const auto json = parse_canonical(leaf);
  if (!json) return bad(json.error().message);
  const auto version = json->find("v");
  if (version == json->end() || *version != kEntryVersion) return bad("has a version (\"v\") other than 1");
  Entry entry;
  const std::string* type = text_member(*json, "type");
  if (type == nullptr || !is_type(*type)) return bad("has no well-formed \"type\"");
  entry.type = *type;
  const std::string* ts = text_member(*json, "ts");
  const auto time = ts == nullptr ? std::nullopt : base::parse_instant(*ts);
  if (!time || base::format_instant(*time) != *ts) return bad("has no well-formed \"ts\"");
  entry.time = *time;
  if (json->contains("subj")) {
    const std::string* subject = text_member(*json, "subj");
    if (subject == nullptr || !is_subject(*subject)) return bad("has a malformed \"subj\"");
    entry.subject = *subject;
  }
  if (json->contains("pii")) {
    const std::string* pii = text_member(*json, "pii");
    entry.commitment = pii == nullptr ? std::nullopt : parse_commitment(*pii);
    if (!entry.commitment) return bad("has a malformed \"pii\"");
  }
  if (const std::string* origin = text_member(*json, "origin"); origin && entry.type == entry_type::kGenesis) {
    entry.origin = *origin;
  }
  return entry;
}

Result<std::string> make_leaf(const Envelope& envelope, std::string_view fields) {
  const auto bad = [](std::string why) { return failure(ErrorKind::malformed, std::move(why)); };
  auto json = parse_canonical(fields);
  if (!json) return bad("the field text " + json.error().message);
  if (!is_type(envelope.type))
    return bad("the type \"" + base::displayable(envelope.type) + "\" is not of the form [a-z][a-z0-9_]*");
  if (!is_finite(envelope.time)) return bad("the time is not a moment");
  for (const char* reserved : {"v", "type", "ts", "subj", "pii"}) {
    if (json->contains(reserved)) return bad(fmt::format("the fields hold \"{}\", which the recorder adds", reserved));
  }
  (*json)["v"] = kEntryVersion;
  (*json)["type"] = envelope.type;
  (*json)["ts"] = base::format_instant(envelope.time);
  if (!envelope.subject.empty()) (*json)["subj"] = envelope.subject;
  if (envelope.commitment) (*json)["pii"] = format_commitment(*envelope.commitment);
  std::string leaf = json->dump();
  if (leaf.size() > kMaxEntryBytes) {
    return failure(ErrorKind::limit,
                   fmt::format("the entry has {} bytes, at most {} fit", leaf.size(), kMaxEntryBytes));
  }
  return leaf;
}

Digest commit(const Salt& salt, std::string_view personal) {
  static_assert(crypto_auth_hmacsha256_BYTES == 32);
  crypto_auth_hmacsha256_state state;
  Digest commitment;
  crypto_auth_hmacsha256_init(&state, salt.data(), salt.size());
  for (const std::string_view part : {kCommitmentContext, personal}) {
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  }
  crypto_auth_hmacsha256_final(&state, commitment.bytes.data());
  return commitment;
}

std::string format_commitment(const Digest& commitment) {
  return std::string(kCommitmentPrefix) + base64(commitment.view());
}

std::optional<Digest> parse_commitment(std::string_view text) {
  if (!text.starts_with(kCommitmentPrefix)) return std::nullopt;
  const auto bytes = parse_base64(text.substr(kCommitmentPrefix.size()));
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Digest commitment;
  std::memcpy(commitment.bytes.data(), bytes->data(), 32);
  return commitment;
}

bool opens(std::string_view leaf, const Salt& salt, std::string_view personal) {
  const auto entry = Entry::parse(leaf);
  return entry && entry->commitment && *entry->commitment == commit(salt, personal);
}

}  // namespace tally::ledger
