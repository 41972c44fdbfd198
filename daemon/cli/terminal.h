// Terminal: how wide and colourful people can see. What they look at while they wait: terminal/progress_line.h.
#pragma once

#include "daemon/report/render.h"

namespace tally::cli {

/// Width and colours for standard output: colours only on a terminal without NO_COLOR; 80 columns when unknown.
report::TerminalStyle output_style();

}  // namespace tally::cli
