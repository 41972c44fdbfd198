// Reading packs: TOML in, rules or all mistakes out.
//
//   tl::expected<Pack, base::Diagnostics> pack = load_pack(bytes, "packs/acme.toml");
//
// A pack is refused as a whole when anything in it is wrong: an unknown key, a fact that does not exist, a type error
// in an expression, an example that the rule does not answer as written.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "policy/base/diagnostic.h"
#include "policy/rules/rule.h"

namespace tally::rules {

/// A pack as it is written.
struct PackText {
  std::string file;
  std::string text;
};

/// `file` is only for the diagnostics. Checks everything, expressions and examples included.
tl::expected<Pack, base::Diagnostics> load_pack(std::string_view text, std::string_view file);

}  // namespace tally::rules
