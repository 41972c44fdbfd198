#include "connectors/directory/change_text.h"

#include <algorithm>

#include "connectors/directory/entry.h"
#include "connectors/directory/ldif_reader.h"

namespace tally::directory {
namespace {

/// A name or OID with its options (RFC 2849 AttributeDescription).
bool is_attribute(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-;.=_#").find(c) != std::string_view::npos;  // "#": unhashed#user#password
  });
}

std::optional<LogOp> op_of(std::string_view name) {
  if (equal_ignoring_case(name, "add")) return LogOp::added;
  if (equal_ignoring_case(name, "delete")) return LogOp::removed;
  if (equal_ignoring_case(name, "replace")) return LogOp::replaced;
  if (equal_ignoring_case(name, "increment")) return LogOp::incremented;  // RFC 4525
  return std::nullopt;
}

}  // namespace

ChangeText::ChangeText(std::string_view changes) {
  if (changes.ends_with('\0')) changes.remove_suffix(1);
  unfolded_.reserve(changes.size());
  while (!changes.empty()) {
    const std::size_t newline = std::min(changes.find('\n'), changes.size());
    const std::string_view line = changes.substr(0, newline);
    changes.remove_prefix(std::min(newline + 1, changes.size()));
    const bool continued = line.starts_with(' ');
    if (line.empty() || (continued && lines_.empty())) {
      broken_ = true;
      return;
    }
    if (!continued) lines_.push_back({unfolded_.size(), unfolded_.size()});
    unfolded_.append(continued ? line.substr(1) : line);
    lines_.back().end = unfolded_.size();
  }
}

bool ChangeText::ends(const Line& line) const { return line.end - line.begin == 1 && unfolded_[line.begin] == '-'; }

/// "name: text" or "name:: base64", decoded where it stands.
std::optional<ChangeText::Pair> ChangeText::pair_of(const Line& line) {
  const std::string_view text = std::string_view(unfolded_).substr(line.begin, line.end - line.begin);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_attribute(text.substr(0, colon))) return std::nullopt;
  std::string_view rest = text.substr(colon + 1);
  const bool encoded = rest.starts_with(':');
  if (encoded) rest.remove_prefix(1);
  if (rest.starts_with('<')) return std::nullopt;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (!encoded) return Pair{text.substr(0, colon), rest};
  char* place = unfolded_.data() + (line.end - rest.size());
  const auto size = decode_base64_in_place(place, rest.size());
  if (!size) return std::nullopt;
  return Pair{text.substr(0, colon), std::string_view(place, *size)};
}

bool ChangeText::modifications(const std::function<void(const LoggedModification&)>& each) {
  if (broken_) return false;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const auto head = pair_of(lines_[i]);
    const auto op = head ? op_of(head->name) : std::nullopt;
    if (!op || !is_attribute(head->value)) return false;
    bool of_values = false;
    for (++i; i < lines_.size() && !ends(lines_[i]); ++i) {
      const auto one = pair_of(lines_[i]);
      if (!one || !equal_ignoring_case(one->name, head->value)) return false;
      each({head->value, *op, one->value});
      of_values = true;
    }
    if (i == lines_.size()) return false;  // every modification ends with "-"
    if (!of_values && *op != LogOp::removed && *op != LogOp::replaced) return false;
    if (!of_values) each({head->value, LogOp::removed, std::nullopt});
  }
  return true;
}

bool ChangeText::attributes(const std::function<void(std::string_view, std::string_view)>& each) {
  if (broken_) return false;
  for (const Line& line : lines_) {
    const auto one = pair_of(line);
    if (!one) return false;
    each(one->name, one->value);
  }
  return true;
}

}  // namespace tally::directory
