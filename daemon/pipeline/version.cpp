#include "daemon/pipeline/version.h"

namespace tally::pipeline {

std::string_view version() { return TALLYSTICK_VERSION; }

}  // namespace tally::pipeline
