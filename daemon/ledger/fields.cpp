#include "daemon/ledger/fields.h"

#include <fmt/format.h>

#include "daemon/ledger/base64.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

using base::Digest;
using base::Result;

constexpr std::string_view kCommitContext("audit-pii-commit/v1\0", 20);
constexpr std::string_view kFieldContext("audit-pii-field/v1\0", 19);
constexpr std::string_view kListContext("audit-pii-top/v1\0", 17);

/// As a token of a JSON pointer.
std::string token_of(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

Result<void> collect(const Json& value, const std::string& pointer, int depth,
                     std::map<std::string, const Json*>& fields) {
  if (depth == kFieldDepth || !value.is_structured() || value.empty()) {
    fields.emplace(pointer, &value);
    return {};
  }
  for (const auto& [name, inner] : value.items()) {
    if (value.is_object() && name.find_first_of("0123456789") == 0) {
      return base::failure(base::ErrorKind::malformed,
                           fmt::format("has a member \"{}\", which reads like an element of an array: names of members "
                                       "do not begin with a digit",
                                       base::displayable(name)));
    }
    if (auto done = collect(inner, pointer + "/" + token_of(name), depth + 1, fields); !done) return done;
  }
  return {};
}

std::string_view view(const Salt& salt) { return {reinterpret_cast<const char*>(salt.data()), salt.size()}; }

}  // namespace

Result<std::map<std::string, const Json*>> fields_of(const Json& personal) {
  std::map<std::string, const Json*> fields;
  if (auto done = collect(personal, "", 0, fields); !done) return tl::unexpected(done.error());
  return fields;
}

Digest Hmac::operator()(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::string pad(64, '\x36');
  for (std::size_t i = 0; i < key.size() && i < pad.size(); ++i) pad[i] = static_cast<char>(pad[i] ^ key[i]);
  sha_.update(pad);
  for (const std::string_view part : parts) sha_.update(part);
  const Digest inner = sha_.finish();
  for (char& c : pad) c = static_cast<char>(c ^ 0x36 ^ 0x5c);
  return sha_.update(pad).update(inner.view()).finish();
}

Digest Hmac::operator()(const Salt& key, std::initializer_list<std::string_view> parts) {
  return (*this)(view(key), parts);
}

Digest commit_text(Hmac& hmac, std::string_view salt, std::string_view text) {
  return hmac(salt, {kCommitContext, text});
}

Digest field_salt(Hmac& hmac, const Salt& salt, std::string_view pointer) {
  return hmac(salt, {kFieldContext, pointer});
}

Digest list_salt(Hmac& hmac, const Salt& salt) { return hmac(salt, {kListContext}); }

Digest commit_list(Hmac& hmac, std::string_view list_salt, const std::map<std::string, Digest>& fields) {
  Json list = Json::object();
  for (const auto& [pointer, digest] : fields) list[pointer] = base64(digest.view());
  return commit_text(hmac, list_salt, list.dump());
}

}  // namespace tally::ledger
