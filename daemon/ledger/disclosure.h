// Disclosure: an opening shows the personal values of an entry, or some of their fields, to whoever has the entry; what
// is hidden stays hidden, and what is shown is what was committed to.
//
//   auto opening = make_opening(commitment, salt, personal, [](auto& p) { return p != "/finding/what"; });
//   auto seen = read_opening(commitment, *opening);    // seen->shown["/finding/what"], and the names of the others
//
// An opening is canonical JSON. Of everything: {"salt":…,"values":{…}}. Of some fields, by their JSON pointers (RFC
// 6901):
// {"hidden":{"/finding/fix":"<commitment>"},"list_salt":…,"shown":{"/finding/what":{"salt":…,"value":"…"}}}. Salts and
// commitments are base64 of 32 bytes. Not authenticated by itself: the entry is, by its place in the log.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/commitment.h"
#include "policy/base/result.h"

namespace tally::ledger {

/// True for the fields that are to be hidden.
using Hidden = std::function<bool(const std::string& pointer)>;

/// What an opening says, once it fits the commitment.
struct Disclosure {
  std::map<std::string, std::string> shown;  ///< by pointer, each value as canonical JSON
  std::vector<std::string> hidden;           ///< pointers, sorted
};

/// The pointers of all fields of `personal`, sorted; of one that was committed to as a whole too. Kind `malformed`.
base::Result<std::vector<std::string>> field_names(std::string_view personal);
/// Nothing hidden: an opening of everything. Kind `unsupported` when something is to be hidden of values that were
/// committed to as a whole; `malformed` as commit().
base::Result<std::string> make_opening(const Commitment& commitment, const Salt& salt, std::string_view personal,
                                       const Hidden& hidden);
/// Kind `malformed` for what is no opening, `untrusted` for one of other values than those committed to.
base::Result<Disclosure> read_opening(const Commitment& commitment, std::string_view opening);

}  // namespace tally::ledger
