#include "policy/correlation/login_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tally::correlation {
namespace {

constexpr std::string_view kChoices = "{given}, {family}, {g}, {f}, or a number of letters as in {family:6}";
/// Longer cuts are none: no login of that length is made of a name.
constexpr std::size_t kMaxLetters = 64;

tl::unexpected<std::string> wrong(std::string sentence) { return tl::unexpected<std::string>(std::move(sentence)); }

}  // namespace

tl::expected<LoginPattern, std::string> LoginPattern::parse(std::string_view text) {
  LoginPattern out;
  out.text_ = text;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '{') {
      const auto end = text.find('}', i);
      if (end == std::string_view::npos) return wrong(fmt::format("\"{}\" has a {{ without its }}", text));
      auto part = out.placeholder(text.substr(i + 1, end - i - 1));
      if (!part) return tl::unexpected(std::move(part.error()));
      out.parts_.push_back(std::move(*part));
      i = end + 1;
      continue;
    }
    if (text[i] == '}') return wrong(fmt::format("\"{}\" has a }} without its {{", text));
    if (out.parts_.empty() || out.parts_.back().of != Of::literal) out.parts_.emplace_back();
    out.parts_.back().literal += text[i++];
  }
  if (out.given_ == 0 && out.family_ == 0)
    return wrong(fmt::format("\"{}\" has no part of a name: it needs {}", text, kChoices));
  return out;
}

tl::expected<LoginPattern::Part, std::string> LoginPattern::placeholder(std::string_view inside) {
  const auto colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  Part part;
  part.of = name == "given" || name == "g" ? Of::given : Of::family;
  const bool known = name == "given" || name == "family" || name == "g" || name == "f";
  const bool letter = name == "g" || name == "f";
  if (!known || (letter && colon != std::string_view::npos))
    return wrong(fmt::format("{{{}}} is no part of a name: {} are", inside, kChoices));
  if (letter) part.letters = 1;
  if (colon != std::string_view::npos) {
    const std::string_view digits = inside.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), part.letters);
    if (error != std::errc() || end != digits.data() + digits.size() || part.letters == 0 || part.letters > kMaxLetters)
      return wrong(fmt::format("\"{}\" in {{{}}} is no number of letters from 1 to {}", digits, inside, kMaxLetters));
  }
  std::size_t& most = part.of == Of::given ? given_ : family_;
  most = std::max(most, part.letters);
  return part;
}

bool LoginPattern::comes_apart() const {
  const bool separated = parts_.size() == 3 && parts_[1].of == Of::literal &&
                         parts_[1].literal.find_first_not_of("._-") == std::string::npos;
  if (parts_.size() != 2 && !separated) return false;
  if (parts_.front().of == Of::literal || parts_.back().of == Of::literal) return false;
  return parts_.front().of != parts_.back().of && (given_ == kWhole || family_ == kWhole);
}

bool LoginPattern::fill(std::string_view given, std::string_view family, std::string& out) const {
  if ((given_ > 0 && given.empty()) || (family_ > 0 && family.empty())) return false;
  out.clear();
  for (const Part& part : parts_) {
    if (part.of == Of::literal) {
      out += part.literal;
    } else {
      out += (part.of == Of::given ? given : family).substr(0, part.letters);
    }
  }
  return true;
}

}  // namespace tally::correlation
