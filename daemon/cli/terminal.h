// Terminal: what people look at while they wait, and how wide and colourful they can see.
//
//   ProgressLine line(io.err);               // one line that is rewritten on a terminal, plain lines elsewhere
//   line.show("reading corp-ad: 12,000 entries");
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <string_view>

#include "daemon/report/render.h"

namespace tally::cli {

/// Width and colours for standard output: colours only on a terminal without NO_COLOR; 80 columns when unknown.
report::TerminalStyle output_style();

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

}  // namespace tally::cli
