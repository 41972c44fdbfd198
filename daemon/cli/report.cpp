// tallystick report: the newest run as a file for people or programs.
#include "daemon/pipeline/state_folder.h"
#include "daemon/report/render.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"

namespace tally::cli {
namespace {

std::optional<std::string> rendered(const model::RunReport& report, std::string_view format) {
  if (format == "html") return report::render_html(report);
  if (format == "csv") return report::render_csv(report);
  if (format == "json") return report::render_json(report);
  return std::nullopt;
}

}  // namespace

int report(const std::vector<std::string>& arguments, Streams& io) {
  Options options("report", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder instead of the configured one")
      .text("format", "FORMAT", "html, csv or json", "html")
      .text("output", "FILE", "where to write; - is standard output", "-");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto config = load_config(options.get("config"), options.get("state"), io, config::Passwords::leave);
  if (!config) return control::kUsage;
  const auto newest = newest_report(config->state);
  if (!newest) return fail("report", newest.error(), io);
  const auto text = rendered(*newest, options.get("format"));
  if (!text) {
    fmt::print(io.err, "tallystick report: --format {}: one of html, csv, json is expected\n", options.get("format"));
    return control::kUsage;
  }
  if (options.get("output") == "-") {
    io.out.write(text->data(), static_cast<std::streamsize>(text->size()));
    return control::kNothingFound;
  }
  if (const auto written = pipeline::write_file(options.get("output"), *text); !written)
    return fail("report", written.error(), io);
  fmt::print(io.err, "written: {} ({} bytes)\n", options.get("output"), text->size());
  return control::kNothingFound;
}

}  // namespace tally::cli
