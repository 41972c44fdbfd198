// NameDigest: a name for comparing only, across runs.
//
//   std::vector<NameDigest> names = digests_of_names(snapshot);   // by person
//   bool same = names[person.index()] == then.name;
//
// Hashes of the first given name and of the family name, without case, accents and particles. No secret: whoever has a
// list of names can try them.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/model/snapshot.h"

namespace tally::correlation {

/// 0: there is none.
struct NameDigest {
  std::uint64_t given = 0, family = 0;

  friend bool operator==(const NameDigest&, const NameDigest&) = default;
};

/// By person.
std::vector<NameDigest> digests_of_names(const model::Snapshot& snapshot);

}  // namespace tally::correlation
