#include "daemon/report/table.h"

#include "daemon/report/words.h"
#include "policy/base/assert.h"

namespace tally::report {

Cell Cell::of(std::string_view text) {
  Cell cell;
  cell.content.text(text);
  return cell;
}

Cell Cell::code(std::string_view text) {
  Cell cell;
  if (!text.empty()) cell.content.leaf("code", text);
  return cell;
}

Cell Cell::token_of(std::string_view text) {
  Cell cell = of(text);
  cell.token = true;
  return cell;
}

Cell Cell::number(std::uint64_t n) {
  Cell cell = of(grouped(n));
  cell.numeric = true;
  return cell;
}

Cell Cell::link(const Url& to, std::string_view text) {
  Cell cell;
  {
    const auto link = cell.content.link(to);
    cell.content.text(text);
  }
  return cell;
}

Cell Cell::severity(model::Severity severity) {
  Cell cell;
  severity_mark(cell.content, severity);
  return cell;
}

Table::Table(Html& html, std::string_view caption, std::vector<Heading> headings)
    : html_(html), headings_(std::move(headings)), table_(html.element("table", {{"role", "table"}})) {
  html_.leaf("caption", caption);
  {
    const auto head = html_.element("thead", {{"role", "rowgroup"}});
    const auto row = html_.element("tr", {{"role", "row"}});
    for (const Heading& heading : headings_) {
      html_.leaf("th", heading.text,
                 {{"scope", "col"}, {"role", "columnheader"}, {"class", heading.numeric ? "number" : "words"}});
    }
  }
  body_.emplace(html_, Tag("tbody"));
}

void Table::row(const std::vector<Cell>& cells) {
  TALLY_ASSERT(cells.size() == headings_.size());
  const auto row = html_.element("tr", {{"role", "row"}});
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string look = cells[i].numeric ? "number" : cells[i].token ? "token" : "words";
    if (i == 0) {
      const auto cell = html_.element(
          "th", {{"scope", "row"}, {"role", "rowheader"}, {"class", look}, {"data-label", headings_[i].text}});
      html_.add(cells[i].content);
    } else {
      const auto cell = html_.element("td", {{"role", "cell"}, {"class", look}, {"data-label", headings_[i].text}});
      html_.add(cells[i].content);
    }
  }
}

void severity_mark(Html& html, model::Severity severity) {
  const std::string word(model::to_string(severity));
  const auto mark = html.element("span", {{"class", "severity " + word}});
  html.leaf("span", shape_of(severity), {{"class", "shape"}, {"aria-hidden", "true"}});
  html.text(" " + word);
}

}  // namespace tally::report
