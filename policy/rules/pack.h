// Reading packs: TOML in, rules or all mistakes out.
//
//   tl::expected<Pack, base::Diagnostics> pack = load_pack(bytes, "packs/acme.toml");
//
// A pack is refused as a whole when anything in it is wrong: an unknown key, a fact that does not exist, a type error
// in an expression, an example that is missing or that the rule does not answer as written.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

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

/// The same, but examples that are answered otherwise do not count: for who wants to see them side by side.
tl::expected<Pack, base::Diagnostics> read_pack(std::string_view text, std::string_view file);

/// One example beside what its rule says.
struct ExampleAnswer {
  std::string rule;
  Example example;
  model::Outcome answer = model::Outcome::clear;
  std::string differs;  ///< how the answer differs from what is expected; empty: it does not
};

/// Every example of every rule, asked with the parameters that it sets and the defaults of the others, in the order of
/// the pack.
std::vector<ExampleAnswer> ask_examples(const Pack& pack);

}  // namespace tally::rules
