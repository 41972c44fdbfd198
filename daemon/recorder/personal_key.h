// The key file of the personal values: what wraps the subjects' keys, and what finds a subject by its natural key.
//
//   auto keys = PersonalKeys::load(state + "/personal.key", true);       // made when it is missing
//   std::string next = keys->next_file();                                // the same lookup, a new wrapping key
//
// 32 bytes: both keys are derived from them. 64 bytes, since the first erasure: the wrapping key's source, then the
// lookup key. An erasure replaces the wrapping key, so that no copy of personal.db from before it opens any more.
#pragma once

#include <string>

#include "policy/base/result.h"
#include "policy/base/secret.h"

namespace tally::recorder {

struct PersonalKeys {
  base::Secret wrap, lookup;

  /// Kind `corrupt` when the file is none, `not_found` without one; `make`: then it is made.
  static base::Result<PersonalKeys> load(const std::string& path, bool make);
  /// The bytes of a key file with another wrapping key.
  [[nodiscard]] std::string next_file() const;
};

}  // namespace tally::recorder
