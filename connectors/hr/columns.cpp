#include "connectors/hr/columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/base/diagnostic.h"
#include "policy/base/utf8.h"

namespace tally::hr {
namespace {

struct Named {
  std::string_view word;
  std::string ColumnMapping::*column;
};

constexpr std::array<Named, kFacts> kNames = {{
    {"employee_id", &ColumnMapping::employee_id},
    {"given_name", &ColumnMapping::given_name},
    {"family_name", &ColumnMapping::family_name},
    {"display_name", &ColumnMapping::display_name},
    {"mail", &ColumnMapping::mail},
    {"login", &ColumnMapping::login},
    {"status", &ColumnMapping::status},
    {"first_day", &ColumnMapping::first_day},
    {"last_day", &ColumnMapping::last_day},
    {"department", &ColumnMapping::department},
    {"title", &ColumnMapping::title},
    {"manager_id", &ColumnMapping::manager_id},
    {"employment_type", &ColumnMapping::employment_type},
    {"location", &ColumnMapping::location},
    {"time_zone", &ColumnMapping::time_zone},
    {"cost_center", &ColumnMapping::cost_center},
    {"sponsor_id", &ColumnMapping::sponsor_id},
    {"previous_last_day", &ColumnMapping::previous_last_day},
    {"moved", &ColumnMapping::moved},
    {"leave_from", &ColumnMapping::leave_from},
    {"leave_until", &ColumnMapping::leave_until},
    {"training_valid_until", &ColumnMapping::training_valid_until},
    {"screening_done", &ColumnMapping::screening_done},
    {"nda_signed", &ColumnMapping::nda_signed},
    {"last_working_day", &ColumnMapping::last_working_day},
    {"leaving_entered", &ColumnMapping::leaving_entered},
}};

constexpr std::size_t kMaxNamesShown = 40;  // a sentence, not a page

std::string shown(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kMaxNamesShown); ++i) {
    out += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", base::displayable(names[i]));
  }
  if (names.size() > kMaxNamesShown) out += fmt::format(" and {} more", names.size() - kMaxNamesShown);
  return out;
}

std::string missing(std::string_view wanted, const std::vector<std::string_view>& names) {
  std::string out = fmt::format("column \"{}\" is not in the header; the header has {}", wanted, shown(names));
  if (const std::string_view near = base::nearest_word(wanted, names); !near.empty()) {
    out += fmt::format("; did you mean \"{}\"?", base::displayable(near));
  }
  return out;
}

}  // namespace

std::string_view to_string(Fact fact) { return kNames[static_cast<std::size_t>(fact)].word; }

const std::string& mapped_name(const ColumnMapping& mapping, Fact fact) {
  return mapping.*kNames[static_cast<std::size_t>(fact)].column;
}

std::string in_words(const ColumnMapping& mapping) {
  std::string out;
  for (const Named& named : kNames) {
    const std::string& column = mapping.*named.column;
    if (!column.empty()) out += fmt::format("{}{}={}", out.empty() ? "" : ", ", named.word, column);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Columns Columns::find(const ColumnMapping& mapping, std::span<const std::string_view> header) {
  Columns columns;
  columns.place.fill(kUnmapped);
  std::vector<std::string_view> names;
  for (const std::string_view field : header) names.push_back(trimmed(field));
  std::size_t found = 0;
  for (std::size_t fact = 0; fact < kFacts; ++fact) {
    const std::string_view wanted = trimmed(mapping.*kNames[fact].column);
    if (wanted.empty()) continue;
    columns.name[fact] = wanted;
    const auto at = std::find(names.begin(), names.end(), wanted);
    if (at == names.end()) {
      columns.troubles.push_back(missing(wanted, names));
      continue;
    }
    ++found;
    columns.place[fact] = static_cast<int>(at - names.begin());
    const auto again = std::find(at + 1, names.end(), wanted);
    if (again == names.end()) continue;
    columns.troubles.push_back(fmt::format("column \"{}\" is in the header twice, as columns {} and {}", wanted,
                                           at - names.begin() + 1, again - names.begin() + 1));
  }
  if (found == 0) {
    columns.troubles = {
        fmt::format("none of the mapped columns ({}) is in the first line, which has {} field{}; does the "
                    "file have a header, and is the delimiter setting right?",
                    in_words(mapping), header.size(), header.size() == 1 ? "" : "s")};
  }
  return columns;
}

}  // namespace tally::hr
