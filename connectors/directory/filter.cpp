#include "connectors/directory/filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr int kMaxDepth = 32;  ///< no hand-written filter nests deeper; keeps recursion bounded
constexpr std::string_view kAllBits = "1.2.840.113556.1.4.803";
constexpr std::string_view kAnyBit = "1.2.840.113556.1.4.804";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

bool has_pieces(std::string_view value, const std::vector<std::string>& pieces) {
  const std::string text = lowered(value);
  std::string_view rest = text;
  if (!rest.starts_with(pieces.front())) return false;
  rest.remove_prefix(pieces.front().size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const std::size_t at = rest.find(pieces[i]);
    if (at == std::string_view::npos) return false;
    rest.remove_prefix(at + pieces[i].size());
  }
  return rest.ends_with(pieces.back());
}

/// AD lets objectCategory=person stand for the class's DN (MS-ADTS 3.1.1.3.1.3.5).
bool equals(std::string_view attribute, std::string_view value, std::string_view wanted) {
  if (equal_ignoring_case(value, wanted)) return true;
  if (!equal_ignoring_case(attribute, "objectCategory") || wanted.find('=') != std::string_view::npos) return false;
  return value.size() > wanted.size() + 3 && equal_ignoring_case(value.substr(0, 3), "cn=") &&
         equal_ignoring_case(value.substr(3, wanted.size()), wanted) && value[wanted.size() + 3] == ',';
}

}  // namespace

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : text_(text) {}

  base::Result<Filter::Term> whole() {
    auto term = filter(0);
    if (term && at_ != text_.size()) return wrong("nothing after the closing parenthesis");
    return term;
  }

 private:
  tl::unexpected<base::Error> wrong(std::string_view expected) const {
    return base::failure(base::ErrorKind::malformed,
                         fmt::format("filter \"{}\": expected {} at character {}", text_, expected, at_ + 1));
  }
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  base::Result<Filter::Term> filter(int depth) {
    if (next() != '(') return wrong("\"(\"");
    if (depth > kMaxDepth) return wrong("at most 32 levels of parentheses");
    ++at_;
    auto term = next() == '&' || next() == '|' || next() == '!' ? list(depth) : item();
    if (!term) return term;
    if (next() != ')') return wrong("\")\"");
    ++at_;
    return term;
  }

  base::Result<Filter::Term> list(int depth) {
    Filter::Term out;
    const char op = text_[at_++];
    out.kind = op == '&' ? Filter::Kind::all : op == '|' ? Filter::Kind::any : Filter::Kind::none;
    while (next() == '(') {
      auto term = filter(depth + 1);
      if (!term) return term;
      out.terms.push_back(std::move(*term));
    }
    if (out.kind == Filter::Kind::none && out.terms.size() != 1) return wrong("one filter after \"!\"");
    return out;
  }

  base::Result<Filter::Term> item() {
    const std::size_t equals_at = text_.find('=', at_);
    if (equals_at == std::string_view::npos) return wrong("attribute=value");
    std::string_view attribute = text_.substr(at_, equals_at - at_);
    Filter::Term out;
    if (!attribute.empty() && std::string_view("<>~").find(attribute.back()) != std::string_view::npos) {
      return unsupported("comparisons by <=, >= and ~=");
    }
    if (const std::size_t colon = attribute.find(':'); colon != std::string_view::npos) {
      const std::string_view rule = attribute.substr(colon + 1);
      if (rule == std::string(kAllBits) + ":")
        out.kind = Filter::Kind::all_bits;
      else if (rule == std::string(kAnyBit) + ":")
        out.kind = Filter::Kind::any_bits;
      else
        return unsupported("matching rules other than the bit rules of Active Directory");
      attribute = attribute.substr(0, colon);
    }
    const bool named = !attribute.empty() && attribute.find_first_of(" ()*\\") == std::string_view::npos;
    if (!named) return wrong("an attribute name");
    out.attribute = attribute;
    at_ = equals_at + 1;
    return value(std::move(out));
  }

  base::Result<Filter::Term> value(Filter::Term out) {
    out.parts.emplace_back();
    for (; next() != ')'; ++at_) {
      if (at_ >= text_.size()) return wrong("\")\"");
      if (text_[at_] == '*') {
        out.parts.emplace_back();
      } else if (text_[at_] == '\\') {
        if (at_ + 2 >= text_.size() || hex_digit(text_[at_ + 1]) < 0 || hex_digit(text_[at_ + 2]) < 0) {
          return wrong("two hexadecimal digits after \"\\\"");
        }
        out.parts.back() += static_cast<char>(hex_digit(text_[at_ + 1]) * 16 + hex_digit(text_[at_ + 2]));
        at_ += 2;
      } else if (text_[at_] == '(') {
        return wrong("\"(\" inside a value to be written \\28,");
      } else {
        out.parts.back() += text_[at_];
      }
    }
    return kind_of_value(std::move(out));
  }

  base::Result<Filter::Term> kind_of_value(Filter::Term out) {
    if (out.kind == Filter::Kind::all_bits || out.kind == Filter::Kind::any_bits) {
      const auto bits = out.parts.size() == 1 ? large_integer(out.parts[0]) : std::nullopt;
      if (!bits) return wrong("a number after the bit rule");
      out.bits = static_cast<std::uint64_t>(*bits);
      return out;
    }
    const bool stars = out.parts.size() > 1;
    const bool empty = std::all_of(out.parts.begin(), out.parts.end(), [](const auto& p) { return p.empty(); });
    out.kind = !stars ? Filter::Kind::equal : empty ? Filter::Kind::present : Filter::Kind::substrings;
    for (std::string& part : out.parts) part = lowered(part);
    return out;
  }

  tl::unexpected<base::Error> unsupported(std::string_view what) const {
    return base::failure(base::ErrorKind::unsupported,
                         fmt::format("filter \"{}\": {} are not understood here", text_, what));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

base::Result<Filter> Filter::parse(std::string_view text) {
  auto root = FilterParser(text).whole();
  if (!root) return tl::unexpected(root.error());
  Filter out;
  out.text_ = text;
  out.root_ = std::move(*root);
  return out;
}

bool Filter::matches(const Entry& entry) const { return holds(root_, entry); }

bool Filter::holds(const Term& term, const Entry& entry) {
  const auto inner = [&](const Term& t) { return holds(t, entry); };
  const auto some = [&](auto&& test) {
    const auto values = entry.values(term.attribute);
    return std::any_of(values.begin(), values.end(), test);
  };
  switch (term.kind) {
    case Kind::all: return std::all_of(term.terms.begin(), term.terms.end(), inner);
    case Kind::any: return std::any_of(term.terms.begin(), term.terms.end(), inner);
    case Kind::none: return !inner(term.terms.front());
    case Kind::present: return entry.has(term.attribute);
    case Kind::equal: return some([&](std::string_view v) { return equals(term.attribute, v, term.parts.front()); });
    case Kind::substrings: return some([&](std::string_view v) { return has_pieces(v, term.parts); });
    case Kind::all_bits:
    case Kind::any_bits:
      return some([&](std::string_view v) {
        const auto n = large_integer(v);
        const std::uint64_t shared = n ? static_cast<std::uint64_t>(*n) & term.bits : 0;
        return n && (term.kind == Kind::all_bits ? shared == term.bits : shared != 0);
      });
  }
  return false;
}

std::vector<std::string> Filter::attributes() const {
  std::vector<std::string> names;
  collect(root_, names);
  return names;
}

void Filter::collect(const Term& term, std::vector<std::string>& names) {
  if (!term.attribute.empty()) names.push_back(term.attribute);
  for (const Term& inner : term.terms) collect(inner, names);
}

}  // namespace tally::directory
