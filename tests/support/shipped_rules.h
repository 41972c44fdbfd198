// The shipped packs as an installation has them, for tests that judge by them.
//
//   rules::RuleSet rules = *rules::RuleSet::build(support::shipped_rules(), overrides);
//
// Throws when one of them is refused: its own tests say why.
#pragma once

#include <stdexcept>
#include <vector>

#include "policy/packs/shipped_packs.h"
#include "policy/rules/pack.h"

namespace tally::support {

/// Read once: every example of every rule is asked when a pack is loaded.
inline const std::vector<rules::Pack>& shipped_rules() {
  static const std::vector<rules::Pack> kAll = [] {
    std::vector<rules::Pack> all;
    for (const packs::ShippedPack& shipped : packs::shipped_packs()) {
      auto pack = rules::load_pack(shipped.text, shipped.name);
      if (!pack) throw std::runtime_error(to_string(pack.error().front()));
      all.push_back(std::move(*pack));
    }
    return all;
  }();
  return kAll;
}

}  // namespace tally::support
