// The pack that every installation has, core.toml, as bytes inside the program: no path is needed at run time.
//
//   auto core = rules::load_pack(packs::shipped_pack(), packs::kShippedPackName);
#pragma once

#include <string_view>

namespace tally::packs {

inline constexpr std::string_view kShippedPackName = "<shipped>/core.toml";

/// policy/packs/core.toml, word for word.
std::string_view shipped_pack();

}  // namespace tally::packs
