// The version of Tallystick, recorded with every run. CMake's project() line is its only source.
#pragma once

#include <string_view>

namespace tally::pipeline {

/// "0.1.0"
std::string_view version();

}  // namespace tally::pipeline
