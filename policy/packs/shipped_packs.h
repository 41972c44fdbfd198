// The packs that every installation has, policy/packs/*.toml, as bytes inside the program: no path is needed at run
// time.
//
//   for (const packs::ShippedPack& pack : packs::shipped_packs()) rules::load_pack(pack.text, pack.name);
//
// Not read here: whoever needs rules parses them.
#pragma once

#include <span>
#include <string_view>

namespace tally::packs {

struct ShippedPack {
  std::string_view name;  ///< "<shipped>/leavers.toml", for diagnostics
  std::string_view text;  ///< the file, word for word
};

/// In the order in which rules are asked and reports list them.
std::span<const ShippedPack> shipped_packs();

}  // namespace tally::packs
