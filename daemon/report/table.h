// Table: an accessible HTML table: a caption, header cells with scope, and on a narrow screen one card a row with
// every value under its heading. The roles say again what the elements mean, because the narrow layout would lose it.
//
//   Table table(html, "Populations", {"Source", "Total"});
//   table.row({Cell::of(source.name), Cell::number(12345)});
//
// Not for layout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/report/html_writer.h"
#include "policy/model/finding.h"

namespace tally::report {

struct Cell {
  Html content;
  bool numeric = false;
  bool token = false;  ///< a short word that is not broken over lines

  static Cell of(std::string_view text);
  /// Text in the style of code.
  static Cell code(std::string_view text);
  /// A short word of ours or of the configuration that is not broken over lines: a rule, a time, a source.
  static Cell token_of(std::string_view text);
  static Cell number(std::uint64_t n);
  static Cell link(const Url& to, std::string_view text);
  static Cell severity(model::Severity severity);
};

struct Heading {
  std::string text;
  bool numeric = false;

  Heading(const char* words) : text(words) {}  // NOLINT(google-explicit-constructor): a plain heading is the usual one
  static Heading number(const char* words) {
    Heading heading(words);
    heading.numeric = true;
    return heading;
  }
};

class Table {
 public:
  /// The first column heads its row.
  Table(Html& html, std::string_view caption, std::vector<Heading> headings);
  /// As many cells as headings.
  void row(const std::vector<Cell>& cells);

 private:
  Html& html_;
  std::vector<Heading> headings_;
  Html::Element table_;
  std::optional<Html::Element> body_;
};

/// Shape and word: "■ critical".
void severity_mark(Html& html, model::Severity severity);

}  // namespace tally::report
