// Charts as SVG: stacked bars and sparklines. Each has a <title> and a <desc>, so that it can be read aloud, and
// colours by class with a fall-back, so that it is right in the page's light and dark scheme and alone.
//
//   stacked_bar(html, {"Open findings by severity", {{"critical", "■", 3, Shade::critical}, {"low", "●", 5,
//   Shade::low}}});
//
// Never the only way to a figure: whoever draws a chart also gives the figures as a table or list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/report/html_writer.h"

namespace tally::report {

/// What a segment stands for, which gives its colour.
enum class Shade { critical, high, medium, low, clear, violation, cannot_tell, exempt };

struct Segment {
  std::string label;
  std::string shape;  ///< one character drawn before the figure; may be empty
  std::uint64_t value = 0;
  Shade shade = Shade::clear;
};

struct StackedBar {
  std::string title;
  std::vector<Segment> segments;  ///< those of value 0 are left out
  unsigned width = 640, height = 40;
  bool figures = true;  ///< write shape and figure into segments that have the room
};

struct Sparkline {
  std::string title;
  std::vector<std::uint64_t> values;  ///< oldest first
  std::vector<std::string> labels;    ///< one for each value: "2026-03-31"
  unsigned width = 640, height = 96;
};

/// Segments beside each other, their widths in proportion; an empty frame when all are 0.
void stacked_bar(Html& html, const StackedBar& chart);
/// A line over time from 0 to the largest value, its last point marked and written out.
void sparkline(Html& html, const Sparkline& chart);

}  // namespace tally::report
