// One look at a leaf: whether it is an entry in canonical form, without building values out of it. A verification reads
// millions of them, and a writer checks each.
//
//   if (const auto seen = LeafReader().glance(leaf)) ... seen->type, seen->time
//   else ... entry_from(*parse_leaf(leaf))             // the exact answer, or what is wrong (canonical_json.h)
//
// Sound, not complete: what it accepts, the exact reader accepts and reads alike (tests/fuzz/ledger_entry.cpp). It
// gives nothing for genesis, for names and types with escapes, for integers of more than 15 digits, and for commitments
// of another form. For daemon/ledger and the log's writer: others ask Entry::parse().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/time.h"

namespace tally::ledger {

/// The texts are views into the leaf.
struct LeafGlance {
  std::string_view type;
  base::Instant time;
  std::string_view subject, commitment;  ///< empty: none
};

/// The object is in canonical form (entry.h, canonical_json_fault). "No" may mean that it needs the exact reader.
bool is_plainly_canonical(std::string_view object);

/// One member of an object, as it stands there.
struct JsonMember {
  std::string_view name;
  std::string_view text;  ///< "name":value, without the comma
};
/// The members of an object in canonical form (entry.h, canonical_json_fault), views into it. Nothing when that needs
/// the exact reader.
std::optional<std::vector<JsonMember>> members_of(std::string_view object);

/// Reads many leaves one after the other: neighbours often have the same time, which is then read once.
class LeafReader {
 public:
  std::optional<LeafGlance> glance(std::string_view leaf);

 private:
  std::optional<base::Instant> time_of(std::string_view ts);
  std::string last_ts_;  ///< of the leaf before
  base::Instant last_time_{};
};

}  // namespace tally::ledger
