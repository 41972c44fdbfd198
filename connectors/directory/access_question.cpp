#include "connectors/directory/access_question.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace tally::directory {
namespace {

using model::Truth;

/// Patterns longer than any that a person wrote.
constexpr std::size_t kMaxPattern = 1000;

std::unique_ptr<RE2> compiled(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) return nullptr;
  // regcomp(3) with REG_EXTENDED and REG_ICASE, as slapd does.
  RE2::Options options(RE2::Quiet);
  options.set_posix_syntax(true);
  options.set_case_sensitive(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  auto out = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!out->ok()) out.reset();
  return out;
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

/// RDNs below a place that a rule may mean (dn.one, dn.children, level{n}), and as many as a name has.
constexpr int kDeepest = 3, kMaxLevels = 32;

/// A name that a pattern as administrators write them fits: each "[^,]+" or ".*" stands for one letter.
std::string example_of(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '^' || c == '$' || c == '(' || c == ')' || c == '*' || c == '+' || c == '?') continue;
    if (c == '\\' && i + 1 < pattern.size()) {
      out += pattern[++i];
    } else if (c == '.') {
      out += 'x';
    } else if (c == '[') {
      const std::size_t end = pattern.find(']', i + 1);
      if (end == std::string_view::npos) return {};
      const bool none_of = pattern[i + 1] == '^';
      out += none_of ? 'x' : pattern[i + 1];
      i = end;
    } else {
      out += c;
    }
  }
  return out;
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

NameTest::NameTest(Named named)
    : named_(std::move(named)), pattern_(named_.by == Named::By::regex ? compiled(named_.text) : nullptr) {}
NameTest::NameTest(NameTest&& other) noexcept = default;
NameTest::~NameTest() = default;

Truth NameTest::of(std::string_view dn) const {
  const auto known = [](bool is) { return is ? Truth::yes : Truth::no; };
  switch (named_.by) {
    case Named::By::exact: return known(dn == named_.text);
    case Named::By::one: return known(is_above(dn, named_.text, 1));
    case Named::By::subtree: return known(lies_in(dn, named_.text));
    case Named::By::children: return known(dn != named_.text && lies_in(dn, named_.text));
    case Named::By::level: return known(is_above(dn, named_.text, named_.level));
    case Named::By::regex:
      if (!pattern_) return Truth::unknown;
      return known(RE2::PartialMatch(re2::StringPiece(dn.data(), dn.size()), *pattern_));
    case Named::By::wildcard: return known(fits(named_.text, dn));
    case Named::By::group: break;
  }
  return Truth::unknown;
}

Truth is_named(const Named& named, std::string_view dn) { return NameTest(named).of(dn); }

std::vector<std::string> examples_of(const Named& place) {
  if (place.by == Named::By::regex) return {example_of(place.text)};
  std::string at = place.text;
  std::replace(at.begin(), at.end(), '*', 'x');
  std::vector<std::string> out{at};
  for (int depth = 1; depth <= std::clamp(place.level, kDeepest, kMaxLevels); ++depth)
    out.push_back(at = at.empty() ? "cn=x" : "cn=x," + at);
  return out;
}

}  // namespace tally::directory
