#include "connectors/directory/policy_links.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

constexpr std::string_view kScheme = "LDAP://";
constexpr std::uint32_t kDisabled = 1, kEnforced = 2, kBlocked = 1;

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

tl::unexpected<base::Error> expected(std::size_t at, std::string_view what) {
  return base::failure(base::ErrorKind::malformed, fmt::format("gPLink: at byte {}: expected {}", at, what));
}

}  // namespace

base::Result<std::vector<PolicyLink>> parse_policy_links(std::string_view value) {
  std::vector<PolicyLink> out;
  std::size_t at = 0;
  while (at < value.size()) {
    if (value[at] == ' ') {
      ++at;
      continue;
    }
    if (value[at] != '[') return expected(at, "[LDAP://");
    const std::size_t end = value.find(']', at);
    if (end == std::string_view::npos) return expected(value.size(), "]");
    const std::string_view link = value.substr(at + 1, end - at - 1);
    if (!equal_ignoring_case(link.substr(0, kScheme.size()), kScheme)) return expected(at + 1, kScheme);
    const std::size_t semicolon = link.rfind(';');
    if (semicolon == std::string_view::npos || semicolon <= kScheme.size())
      return expected(at + 1 + kScheme.size(), "the name of a group policy and its options");
    const auto options = number(link.substr(semicolon + 1));
    if (!options) return expected(at + 2 + semicolon, "the options of a link, a number");
    out.push_back({std::string(link.substr(kScheme.size(), semicolon - kScheme.size())), (*options & kDisabled) == 0,
                   (*options & kEnforced) != 0});
    at = end + 1;
  }
  return out;
}

bool blocks_policies(std::string_view options) {
  const auto bits = number(options);
  return bits && (*bits & kBlocked) != 0;
}

}  // namespace tally::directory
