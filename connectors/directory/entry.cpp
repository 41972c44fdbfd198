#include "connectors/directory/entry.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "policy/base/assert.h"

namespace tally::directory {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool less_ignoring_case(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return lower(x) < lower(y); });
}

/// "member;binary" is "member"; other options stay (RFC 4522 §3).
std::string_view without_binary(std::string_view name) {
  constexpr std::string_view kBinary = ";binary";
  if (name.size() > kBinary.size() && equal_ignoring_case(name.substr(name.size() - kBinary.size()), kBinary)) {
    name.remove_suffix(kBinary.size());
  }
  return name;
}

/// Of size, first and last letter, without case and ";binary".
std::uint32_t tag_of(std::string_view name) {
  for (auto plain = without_binary(name); plain.size() < name.size(); plain = without_binary(name)) name = plain;
  if (name.empty()) return 0;
  const auto letter = [](char c) { return static_cast<std::uint32_t>(static_cast<unsigned char>(lower(c))); };
  return static_cast<std::uint32_t>(name.size()) << 16U | letter(name.front()) << 8U | letter(name.back());
}

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return n;
}

/// "0-1499", "1500-*"; anything else is the empty first range: nothing of it can be trusted, and more is missing.
ValueRange parse_range(std::string_view text, std::span<const std::string_view> values) {
  const ValueRange unreadable{0, 0, {}};
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return unreadable;
  const auto first = number(text.substr(0, dash));
  if (!first) return unreadable;
  if (text.substr(dash + 1) == "*") return {*first, std::nullopt, values};
  const auto last = number(text.substr(dash + 1));
  if (!last || *last < *first) return unreadable;
  return {*first, last, values};
}

}  // namespace

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

bool same_letters(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

void Entry::start(std::string_view dn, std::uint64_t line) {
  dn_ = dn;
  line_ = line;
  attributes_.clear();
  values_.clear();
}

void Entry::attribute(std::string_view name) {
  attributes_.push_back({name, tag_of(name), values_.size(), values_.size()});
}

void Entry::value(std::string_view bytes) {
  TALLY_ASSERT(!attributes_.empty());
  values_.push_back(bytes);
  attributes_.back().end = values_.size();
}

// By sorting, not by comparing all pairs: nothing keeps a file from having a million attributes in one entry.
void Entry::merge() {
  std::vector<std::size_t> order(attributes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto name_of = [this](std::size_t i) { return attributes_[i].name; };
  const auto same = [&](std::size_t a, std::size_t b) { return equal_ignoring_case(name_of(a), name_of(b)); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return less_ignoring_case(name_of(a), name_of(b)); });
  if (std::adjacent_find(order.begin(), order.end(), same) == order.end()) return;

  std::vector<std::span<const std::size_t>> slices_of_names;
  for (auto begin = order.cbegin(); begin != order.cend();) {
    const auto end = std::find_if_not(begin, order.cend(), [&](std::size_t i) { return same(i, *begin); });
    slices_of_names.emplace_back(begin, end);
    begin = end;
  }
  std::sort(slices_of_names.begin(), slices_of_names.end(),
            [](const auto& a, const auto& b) { return a.front() < b.front(); });
  std::vector<Attribute> merged;
  std::vector<std::string_view> values;
  values.reserve(values_.size());
  for (const auto& slices : slices_of_names) {
    const std::string_view name = name_of(slices.front());
    Attribute whole{name, tag_of(name), values.size(), values.size()};
    for (const std::size_t slice : slices) {
      const auto part = values_of(attributes_[slice]);
      values.insert(values.end(), part.begin(), part.end());
    }
    whole.end = values.size();
    merged.push_back(whole);
  }
  attributes_ = std::move(merged);
  values_ = std::move(values);
}

std::span<const std::string_view> Entry::values(std::string_view name) const {
  const Attribute* found = find(name);
  return found != nullptr ? values_of(*found) : std::span<const std::string_view>{};
}

std::optional<std::string_view> Entry::first(std::string_view name) const {
  const auto all = values(name);
  if (all.empty()) return std::nullopt;
  return all.front();
}

bool Entry::has(std::string_view name) const { return find(name) != nullptr; }

bool Entry::has_value(std::string_view name, std::string_view value) const {
  for (std::string_view v : values(name)) {
    if (equal_ignoring_case(v, value)) return true;
  }
  return false;
}

std::optional<ValueRange> Entry::range(std::string_view name) const {
  constexpr std::string_view kRange = ";range=";
  for (const Attribute& a : attributes_) {
    if (a.name.size() <= name.size() + kRange.size()) continue;
    if (!equal_ignoring_case(a.name.substr(0, name.size()), name)) continue;
    if (!equal_ignoring_case(a.name.substr(name.size(), kRange.size()), kRange)) continue;
    return parse_range(a.name.substr(name.size() + kRange.size()), values_of(a));
  }
  return std::nullopt;
}

const Entry::Attribute* Entry::find(std::string_view name) const {
  const std::uint32_t tag = tag_of(name);
  for (const Attribute& a : attributes_) {
    if (a.tag != tag) continue;
    if (equal_ignoring_case(a.name, name)) return &a;
    if (a.name.size() > name.size() && equal_ignoring_case(without_binary(a.name), name)) return &a;
  }
  return nullptr;
}

}  // namespace tally::directory
