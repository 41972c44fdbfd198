#include "daemon/cli/terminal.h"

#include <unistd.h>

#include <cstdlib>

#include "daemon/terminal/progress_line.h"

namespace tally::cli {

report::TerminalStyle output_style() {
  const bool on_terminal = ::isatty(STDOUT_FILENO) == 1;
  return {terminal::columns_of(STDOUT_FILENO), on_terminal && std::getenv("NO_COLOR") == nullptr};
}

}  // namespace tally::cli
