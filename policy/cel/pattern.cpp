#include "policy/cel/pattern.h"

#include <re2/re2.h>

#include "policy/cel/limits.h"

namespace tally::cel {

tl::expected<std::shared_ptr<const re2::RE2>, std::string> compile_pattern(const std::string& text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaximumPatternBytes);
  auto compiled = std::make_shared<const re2::RE2>(text, options);
  if (!compiled->ok()) return tl::unexpected(compiled->error());
  return compiled;
}

bool matches(const re2::RE2& pattern, std::string_view text) {
  return re2::RE2::PartialMatch({text.data(), text.size()}, pattern);
}

}  // namespace tally::cel
