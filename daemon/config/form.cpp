#include "daemon/config/form.h"

#include <charconv>
#include <filesystem>

namespace tally::config {

void Context::trouble(const toml::node& node, std::string message, std::string hint) const {
  trouble(node.source(), std::move(message), std::move(hint));
}

void Context::trouble(const toml::source_region& place, std::string message, std::string hint) const {
  const toml::source_position at = place.begin;
  troubles->push_back(
      {*file, static_cast<int>(at.line), static_cast<int>(at.column), std::move(message), std::move(hint)});
}

namespace form {
namespace {

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
  }
}

}  // namespace

void wrong_type(const toml::node& node, const Context& context, std::string_view expected) {
  context.trouble(node, "found " + std::string(kind_of(node)) + ", expected " + std::string(expected));
}

std::string absolute(std::string_view path, const Context& context) {
  if (path.empty()) return {};
  return (std::filesystem::path(context.folder) / path).lexically_normal().string();
}

std::optional<std::chrono::milliseconds> parse_span(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 1'000'000'000) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit == "ms") return std::chrono::milliseconds{number};
  if (unit == "s") return std::chrono::seconds{number};
  if (unit == "m" || unit == "min") return std::chrono::minutes{number};
  if (unit == "h") return std::chrono::hours{number};
  if (unit == "d") return std::chrono::hours{24 * number};
  return std::nullopt;
}

}  // namespace form
}  // namespace tally::config
