#include "daemon/report/charts.h"

#include <algorithm>
#include <cmath>

#include "daemon/report/words.h"
#include "policy/base/assert.h"

namespace tally::report {
namespace {

struct Look {
  const char* css;
  const char* fill;
};

Look look_of(Shade shade) {
  switch (shade) {
    case Shade::critical: return {"shade-critical", "#8c1d18"};
    case Shade::high: return {"shade-high", "#a4440a"};
    case Shade::medium: return {"shade-medium", "#7a5b00"};
    case Shade::low: return {"shade-low", "#2b5a8c"};
    case Shade::clear: return {"shade-clear", "#2f6b4f"};
    case Shade::violation: return {"shade-violation", "#8c1d18"};
    case Shade::cannot_tell: return {"shade-cannot-tell", "#767b85"};
    case Shade::exempt: return {"shade-exempt", "#7a5b00"};
  }
  TALLY_ASSERT(false && "unknown Shade");
  return {};
}

/// A length in the drawing, to a tenth.
std::string length(double value) {
  const auto tenths = static_cast<long long>(std::llround(value * 10));
  std::string out = std::to_string(tenths / 10);
  if (tenths % 10 != 0) out += "." + std::to_string(tenths % 10);
  return out;
}

Html::Element drawing(Html& html, unsigned width, unsigned height) {
  return html.element("svg", {{"class", "chart"},
                              {"role", "img"},
                              {"viewBox", "0 0 " + std::to_string(width) + " " + std::to_string(height)},
                              {"xmlns", "http://www.w3.org/2000/svg"}});
}

std::string described(const StackedBar& chart) {
  std::string out;
  for (const Segment& segment : chart.segments) {
    out += (out.empty() ? "" : ", ") + segment.label + " " + grouped(segment.value);
  }
  return out + ".";
}

/// Room that a figure needs before it is written into its segment, in units of the drawing.
double room_for(const std::string& figure) { return 14.0 + 10.0 * static_cast<double>(figure.size()); }

void draw(Html& html, const StackedBar& chart, const Segment& segment, double x, double width) {
  const Look look = look_of(segment.shade);
  {
    const auto rect = html.element("rect", {{"x", length(x)},
                                            {"y", "0"},
                                            {"width", length(width)},
                                            {"height", std::to_string(chart.height)},
                                            {"class", look.css},
                                            {"fill", look.fill}});
    html.leaf("title", segment.label + ": " + grouped(segment.value));
  }
  const std::string figure = grouped(segment.value);
  if (!chart.figures || width < room_for(figure)) return;
  html.leaf("text", segment.shape.empty() ? figure : segment.shape + " " + figure,
            {{"x", length(x + width / 2)},
             {"y", length(chart.height * 0.66)},
             {"class", "on-shade"},
             {"fill", "#ffffff"},
             {"font-size", length(chart.height * 0.42)},
             {"text-anchor", "middle"}});
}

/// Widths in proportion, but none so thin that it cannot be seen.
std::vector<double> widths_of(const StackedBar& chart, double gap) {
  constexpr double kThinnest = 4;
  double total = 0, shown = 0;
  for (const Segment& segment : chart.segments) {
    total += static_cast<double>(segment.value);
    if (segment.value > 0) ++shown;
  }
  const double room = chart.width - gap * std::max(0.0, shown - 1);
  std::vector<double> out;
  double used = 0;
  for (const Segment& segment : chart.segments) {
    const double share = segment.value == 0 ? 0 : room * static_cast<double>(segment.value) / total;
    out.push_back(segment.value == 0 ? 0 : std::max(share, kThinnest));
    used += out.back();
  }
  for (double& width : out) width *= used > room ? room / used : 1;
  return out;
}

struct Point {
  double x, y;
};

/// Room around the line: for the first figure above it and the last figure at its right.
constexpr double kTop = 26, kBottom = 8, kLeft = 4, kRight = 56;

std::vector<Point> points_of(const Sparkline& chart) {
  const std::uint64_t largest = std::max<std::uint64_t>(1, *std::max_element(chart.values.begin(), chart.values.end()));
  const double steps = chart.values.size() > 1 ? static_cast<double>(chart.values.size() - 1) : 1;
  std::vector<Point> out;
  for (std::size_t i = 0; i < chart.values.size(); ++i) {
    const double share = static_cast<double>(chart.values[i]) / static_cast<double>(largest);
    out.push_back({kLeft + (chart.width - kLeft - kRight) * static_cast<double>(i) / steps,
                   chart.height - kBottom - (chart.height - kTop - kBottom) * share});
  }
  return out;
}

}  // namespace

void stacked_bar(Html& html, const StackedBar& chart) {
  constexpr double kGap = 2;
  const auto svg = drawing(html, chart.width, chart.height);
  html.leaf("title", chart.title);
  html.leaf("desc", described(chart));
  const std::vector<double> widths = widths_of(chart, kGap);
  double x = 0;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (chart.segments[i].value == 0) continue;
    draw(html, chart, chart.segments[i], x, widths[i]);
    x += widths[i] + kGap;
  }
  if (x == 0) {
    html.leaf("rect", "",
              {{"x", "0.5"},
               {"y", "0.5"},
               {"width", std::to_string(chart.width - 1)},
               {"height", std::to_string(chart.height - 1)},
               {"class", "frame"},
               {"fill", "none"},
               {"stroke", "#767b85"}});
  }
}

void sparkline(Html& html, const Sparkline& chart) {
  TALLY_ASSERT(!chart.values.empty() && chart.values.size() == chart.labels.size());
  const auto svg = drawing(html, chart.width, chart.height);
  html.leaf("title", chart.title);
  html.leaf("desc", "From " + grouped(chart.values.front()) + " (" + chart.labels.front() + ") to " +
                        grouped(chart.values.back()) + " (" + chart.labels.back() + ").");
  const std::vector<Point> points = points_of(chart);
  std::string line;
  for (const Point& point : points) line += (line.empty() ? "" : " ") + length(point.x) + "," + length(point.y);
  html.leaf("polyline", "",
            {{"points", line}, {"class", "line"}, {"fill", "none"}, {"stroke", "#2b5a8c"}, {"stroke-width", "2.5"}});
  const Point last = points.back();
  html.leaf("circle", "",
            {{"cx", length(last.x)}, {"cy", length(last.y)}, {"r", "4.5"}, {"class", "dot"}, {"fill", "#2b5a8c"}});
  const auto figure = [&](double x, double y, std::uint64_t value) {
    html.leaf("text", grouped(value), {{"x", length(x)}, {"y", length(y)}, {"class", "axis"}, {"font-size", "15"}});
  };
  if (points.size() > 1) figure(kLeft, points.front().y - 9, chart.values.front());
  figure(last.x + 10, last.y + 5, chart.values.back());
}

}  // namespace tally::report
