#include "daemon/terminal/progress_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <ostream>
#include <string>

#include "policy/base/utf8.h"

namespace tally::terminal {

std::size_t columns_of(int descriptor) {
  constexpr std::size_t kUsual = 80;
  struct winsize size {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsual;
}

bool errors_on_terminal() { return ::isatty(STDERR_FILENO) == 1; }

ProgressLine::ProgressLine(std::ostream& err, bool quiet) : err_(err), quiet_(quiet), terminal_(errors_on_terminal()) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(std::string_view text) {
  if (quiet_ || !terminal_) return;
  clear();
  const std::string safe = base::displayable(text);
  err_ << std::string_view(safe).substr(0, columns_of(STDERR_FILENO) - 1) << std::flush;
  shown_ = true;
}

void ProgressLine::keep(std::string_view text) {
  if (quiet_) return;
  clear();
  err_ << base::displayable(text) << '\n' << std::flush;
}

void ProgressLine::clear() {
  if (!shown_) return;
  err_ << "\r\033[K" << std::flush;
  shown_ = false;
}

}  // namespace tally::terminal
