// How wide text is on a terminal, and how to wrap it. Takes text that base::displayable has made harmless.
//
//   terminal_width("né") == 2;  terminal_width("日本") == 4
//   wrap("one two three", 7) == {"one two", "three"}
//
// KNOWN GAP: widths come from a short list of ranges (combining marks 0, East Asian wide and emoji 2, all else 1), not
// from the full Unicode tables (UAX #11), and joined emoji count as their parts. A line with such text may come out
// shorter than the width on some terminals.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tally::report {

/// Columns that well-formed UTF-8 takes; SGR sequences must not be in it.
std::size_t terminal_width(std::string_view text);
/// Lines of at most `width` columns (at least 2), broken at spaces, inside a word only when it is longer than a line.
/// Empty text gives one empty line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// Appends text that nobody has made harmless yet, wrapped to `width`, each line behind `indent` spaces; `first` stands
/// in the place of the first line's.
void paragraph(std::string& out, std::string_view raw, std::size_t width, std::size_t indent,
               std::string_view first = "");
/// In an SGR colour ("1;31"), where colours are wanted.
std::string painted(std::string_view text, std::string_view code, bool colour);
/// The text and as many spaces as it lacks to `width`.
std::string padded(std::string_view text, std::size_t width);

}  // namespace tally::report
