#include "daemon/ledger/disclosure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/fields.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::Digest;
using base::ErrorKind;
using base::failure;
using base::Result;

tl::unexpected<base::Error> bad(std::string_view why) {
  return failure(ErrorKind::malformed, fmt::format("the opening {}", why));
}

tl::unexpected<base::Error> not_these() {
  return failure(ErrorKind::untrusted, "the opening does not fit: the entry commits to other values");
}

std::string text_of(const Salt& salt) { return base64({reinterpret_cast<const char*>(salt.data()), salt.size()}); }

/// The 32 bytes of a salt or commitment.
std::optional<Digest> bytes_of(const Json& json) {
  const auto* text = json.get_ptr<const std::string*>();
  const auto bytes = text == nullptr ? std::nullopt : parse_base64(*text);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Digest digest;
  std::memcpy(digest.bytes.data(), bytes->data(), 32);
  return digest;
}

bool has_exactly(const Json& json, std::initializer_list<const char*> members) {
  return json.is_object() && json.size() == members.size() &&
         std::all_of(members.begin(), members.end(), [&](const char* member) { return json.contains(member); });
}

/// A field's pointer: as fields_of() writes them, and none of them below another.
bool are_pointers(const std::map<std::string, Digest>& fields) {
  for (const auto& [pointer, digest] : fields) {
    if (!pointer.empty() && pointer[0] != '/') return false;
    if (std::count(pointer.begin(), pointer.end(), '/') > kFieldDepth) return false;
    for (std::size_t end = pointer.rfind('/'); end != std::string::npos; end = pointer.rfind('/', end - 1)) {
      if (fields.count(pointer.substr(0, end)) != 0) return false;
      if (end == 0) break;
    }
  }
  return true;
}

/// Whether a field at that place can have that value: what could be parted is parted.
bool may_stand_at(const std::string& pointer, const Json& value) {
  return !value.is_structured() || value.empty() || std::count(pointer.begin(), pointer.end(), '/') == kFieldDepth;
}

Disclosure disclosed(const std::map<std::string, const Json*>& fields) {
  Disclosure out;
  for (const auto& [pointer, value] : fields) out.shown.emplace(pointer, value->dump());
  return out;
}

Result<Disclosure> read_whole(const Commitment& commitment, const Json& json) {
  const auto bytes = bytes_of(json["salt"]);
  if (!bytes || !json["values"].is_object()) return bad("has no \"salt\" of 32 bytes or no object \"values\"");
  const auto fields = fields_of(json["values"]);
  if (!fields) return bad(fields.error().message);
  if (!opens(commitment, bytes->bytes, json["values"].dump())) return not_these();
  return disclosed(*fields);
}

Result<Disclosure> read_fields(const Commitment& commitment, const Json& json) {
  const auto list_salt = bytes_of(json["list_salt"]);
  const Json &hidden = json["hidden"], &shown = json["shown"];
  if (!list_salt || !hidden.is_object() || !shown.is_object()) return bad("has a malformed list of fields");
  Disclosure out;
  Hmac hmac;
  std::map<std::string, Digest> fields;
  for (const auto& [pointer, text] : hidden.items()) {
    const auto digest = bytes_of(text);
    if (!digest) return bad("has a hidden field without a commitment of 32 bytes");
    fields.emplace(pointer, *digest);
    out.hidden.push_back(pointer);
  }
  for (const auto& [pointer, field] : shown.items()) {
    const auto salt = has_exactly(field, {"salt", "value"}) ? bytes_of(field["salt"]) : std::nullopt;
    if (!salt || !may_stand_at(pointer, field["value"])) return bad("has a shown field without salt and value");
    const std::string value = field["value"].dump();
    if (!fields.emplace(pointer, commit_text(hmac, salt->view(), value)).second) {
      return bad("has a field that is both hidden and shown");
    }
    out.shown.emplace(pointer, value);
  }
  if (!are_pointers(fields)) return bad("has a field whose name is no pointer of a field");
  if (commitment.form != CommitmentForm::by_field ||
      commit_list(hmac, list_salt->view(), fields) != commitment.digest) {
    return not_these();
  }
  return out;
}

}  // namespace

Result<std::vector<std::string>> field_names(std::string_view personal) {
  const auto json = parse_canonical(personal);
  if (!json) return tl::unexpected(json.error());
  const auto fields = fields_of(*json);
  if (!fields) return tl::unexpected(fields.error());
  std::vector<std::string> names;
  for (const auto& [pointer, value] : *fields) names.push_back(pointer);
  return names;
}

Result<std::string> make_opening(const Commitment& commitment, const Salt& salt, std::string_view personal,
                                 const Hidden& is_hidden) {
  const auto json = parse_canonical(personal);
  if (!json) return tl::unexpected(json.error());
  const auto fields = fields_of(*json);
  if (!fields) return tl::unexpected(fields.error());
  Hmac hmac;
  Json hidden = Json::object(), shown = Json::object();
  for (const auto& [pointer, value] : *fields) {
    const Digest own_salt = field_salt(hmac, salt, pointer);
    if (is_hidden(pointer)) {
      hidden[pointer] = base64(commit_text(hmac, own_salt.view(), value->dump()).view());
    } else {
      shown[pointer] = {{"salt", base64(own_salt.view())}, {"value", *value}};
    }
  }
  if (hidden.empty()) return Json{{"salt", text_of(salt)}, {"values", *json}}.dump();
  if (commitment.form == CommitmentForm::whole) {
    return failure(ErrorKind::unsupported,
                   "the entry commits to its personal values as a whole: show all of them or none");
  }
  return Json{
      {"hidden", std::move(hidden)}, {"list_salt", base64(list_salt(hmac, salt).view())}, {"shown", std::move(shown)}}
      .dump();
}

Result<Disclosure> read_opening(const Commitment& commitment, std::string_view opening) {
  const auto json = parse_canonical(opening);
  if (!json) return bad(json.error().message);
  if (has_exactly(*json, {"salt", "values"})) return read_whole(commitment, *json);
  if (has_exactly(*json, {"hidden", "list_salt", "shown"})) return read_fields(commitment, *json);
  return bad("is neither {\"salt\",\"values\"} nor {\"hidden\",\"list_salt\",\"shown\"}");
}

}  // namespace tally::ledger
