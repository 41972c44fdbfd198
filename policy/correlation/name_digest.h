// NameDigest: a name for comparing only, across runs.
//
//   NameReader reader;
//   bool same = digest_of(snapshot, person, reader) == then.name;
//
// Hashes of the first given name and of the family name, without case, accents and particles. No secret: whoever has a
// list of names can try them.
#pragma once

#include <cstdint>

#include "policy/correlation/names.h"
#include "policy/model/snapshot.h"

namespace tally::correlation {

/// 0: there is none.
struct NameDigest {
  std::uint64_t given = 0, family = 0;

  friend bool operator==(const NameDigest&, const NameDigest&) = default;
};

NameDigest digest_of(const model::Snapshot& snapshot, model::PersonId person, NameReader& reader);

}  // namespace tally::correlation
