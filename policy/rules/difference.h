// What changed between two versions of a pack, rule by rule and setting by setting, as they are written.
//
//   for (const Change& c : difference(*parse_document(old), *parse_document(fresh))) print(c.rule, c.key, c.before,
//   c.after);
//
// About the text of the rules. What a change would do to findings is another question (`tallystick policy try`).
#pragma once

#include <string>
#include <vector>

#include "policy/rules/document.h"

namespace tally::rules {

struct Change {
  enum class Kind : std::uint8_t { added, removed, changed };
  Kind kind = Kind::changed;
  std::string rule;           ///< "LVR-001"; "pack" for the pack's own head
  std::string key;            ///< "params.grace.default"; empty when the whole rule came or went
  std::string before, after;  ///< as written; lists and tables in one line

  friend bool operator==(const Change&, const Change&) = default;
};

/// Rules are the same when their ids are, wherever they stand. In the order of the old pack, then what is new; keys in
/// alphabetical order. Both documents are packs that load_pack accepts.
std::vector<Change> difference(const Node& old_pack, const Node& new_pack);

}  // namespace tally::rules
