// ProgressLine: what people look at while they wait.
//
//   ProgressLine line(std::cerr, quiet);        // one line that is rewritten on a terminal, plain lines elsewhere
//   line.show("reading corp-ad: 12,000 entries");
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace tally::terminal {

/// How many columns the terminal behind the descriptor has; 80 when it is none.
std::size_t columns_of(int descriptor);

/// Standard error is a terminal.
bool errors_on_terminal();

class ProgressLine {
 public:
  /// Quiet: shows nothing at all.
  ProgressLine(std::ostream& err, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Replaces the line. Without a terminal only `keep` prints.
  void show(std::string_view text);
  /// Prints a line that stays.
  void keep(std::string_view text);

 private:
  void clear();
  std::ostream& err_;
  bool quiet_;
  bool terminal_;
  bool shown_ = false;
};

}  // namespace tally::terminal
