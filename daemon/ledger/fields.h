// Fields: the parts of personal values that can be shown or hidden one by one, each named by its JSON pointer
// (RFC 6901), and the keyed hashes over them.
//
//   fields_of({"finding":{"what":"…","evidence":[{…},{…}]},"note":""})
//       == {"/finding/evidence/0": {…}, "/finding/evidence/1": {…}, "/finding/what": "…", "/note": ""}
//
// For commitment.cpp and disclosure.cpp alone.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/commitment.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

/// A pointer has at most so many tokens; what lies deeper is shown or hidden together: one piece of evidence, one
/// subject of a list.
inline constexpr int kFieldDepth = 3;

/// The values of an object that are scalars, empty, or kFieldDepth deep. The values stay the object's own.
/// Kind `malformed` for a member name that begins with a digit: it would read like an element of an array.
base::Result<std::map<std::string, const Json*>> fields_of(const Json& personal);

/// HMAC-SHA256 (RFC 2104) under keys of 32 bytes. One object for many.
class Hmac {
 public:
  base::Digest operator()(std::string_view key, std::initializer_list<std::string_view> parts);
  base::Digest operator()(const Salt& key, std::initializer_list<std::string_view> parts);

 private:
  base::Sha256 sha_;
};

/// The commitment to one text under its salt.
base::Digest commit_text(Hmac& hmac, std::string_view salt, std::string_view text);
/// The salt of one field, and that of the list of fields: from neither can the entry's salt be computed.
base::Digest field_salt(Hmac& hmac, const Salt& salt, std::string_view pointer);
base::Digest list_salt(Hmac& hmac, const Salt& salt);
/// The commitment to the list of fields: to each pointer the commitment to its value.
base::Digest commit_list(Hmac& hmac, std::string_view list_salt, const std::map<std::string, base::Digest>& fields);

}  // namespace tally::ledger
