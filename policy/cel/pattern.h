// Patterns of matches(): RE2, which takes linear time whatever the pattern. Inner to this library.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace re2 {
class RE2;
}

namespace tally::cel {

/// Fails with what RE2 says (limits.h: kMaximumPatternBytes).
tl::expected<std::shared_ptr<const re2::RE2>, std::string> compile_pattern(const std::string& text);
bool matches(const re2::RE2& pattern, std::string_view text);

}  // namespace tally::cel
