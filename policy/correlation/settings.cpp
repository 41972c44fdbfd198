#include "policy/correlation/settings.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "policy/correlation/login_pattern.h"

namespace tally::correlation {

std::string trouble_of_regex(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), options);
  return compiled.ok() ? std::string()
                       : fmt::format("\"{}\" is not a regular expression: {}", pattern, compiled.error());
}

std::string trouble_of_login_pattern(std::string_view pattern) {
  const auto parsed = LoginPattern::parse(pattern);
  return parsed ? std::string() : parsed.error();
}

}  // namespace tally::correlation
