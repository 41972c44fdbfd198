#include "connectors/directory/access_question.h"

#include <re2/re2.h>

namespace tally::directory {
namespace {

using model::Truth;

/// Patterns longer than any that a person wrote.
constexpr std::size_t kMaxPattern = 1000;

Truth matches(std::string_view pattern, std::string_view dn) {
  if (pattern.size() > kMaxPattern) return Truth::unknown;
  // regcomp(3) with REG_EXTENDED and REG_ICASE, as slapd does.
  RE2::Options options(RE2::Quiet);
  options.set_posix_syntax(true);
  options.set_case_sensitive(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  const RE2 regex(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex.ok()) return Truth::unknown;
  return RE2::PartialMatch(re2::StringPiece(dn.data(), dn.size()), regex) ? Truth::yes : Truth::no;
}

/// "uid=*,ou=people,…": a star stands for anything, commas too.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, back = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      back = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++back;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_above(std::string_view dn, std::string_view above, int levels) {
  for (; levels > 0; --levels) {
    if (dn.empty()) return false;
    dn = parent_of(dn);
  }
  return dn == above;
}

}  // namespace

Truth opposite(Truth of) { return of == Truth::yes ? Truth::no : of == Truth::no ? Truth::yes : Truth::unknown; }

std::string_view parent_of(std::string_view dn) {
  for (std::size_t i = 0; i < dn.size(); ++i) {
    if (dn[i] == '\\')
      ++i;
    else if (dn[i] == ',')
      return dn.substr(i + 1);
  }
  return {};
}

bool lies_in(std::string_view dn, std::string_view base) {
  if (base.empty() || dn == base) return true;
  return dn.size() > base.size() && dn.ends_with(base) && dn[dn.size() - base.size() - 1] == ',' &&
         (dn.size() < base.size() + 2 || dn[dn.size() - base.size() - 2] != '\\');
}

Truth is_named(const Named& named, std::string_view dn) {
  const auto known = [](bool is) { return is ? Truth::yes : Truth::no; };
  switch (named.by) {
    case Named::By::exact: return known(dn == named.text);
    case Named::By::one: return known(is_above(dn, named.text, 1));
    case Named::By::subtree: return known(lies_in(dn, named.text));
    case Named::By::children: return known(dn != named.text && lies_in(dn, named.text));
    case Named::By::level: return known(is_above(dn, named.text, named.level));
    case Named::By::regex: return matches(named.text, dn);
    case Named::By::wildcard: return known(fits(named.text, dn));
    case Named::By::group: break;
  }
  return Truth::unknown;
}

}  // namespace tally::directory
