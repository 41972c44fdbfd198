#include "daemon/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <ostream>

#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

constexpr std::size_t kDefaultWidth = 80;

std::size_t width_of(int descriptor) {
  struct winsize size {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

}  // namespace

report::TerminalStyle output_style() {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  return {width_of(STDOUT_FILENO), terminal && std::getenv("NO_COLOR") == nullptr};
}

ProgressLine::ProgressLine(std::ostream& err, bool quiet)
    : err_(err), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(std::string_view text) {
  if (quiet_ || !terminal_) return;
  clear();
  const std::string safe = base::displayable(text);
  err_ << std::string_view(safe).substr(0, width_of(STDERR_FILENO) - 1) << std::flush;
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

}  // namespace tally::cli
