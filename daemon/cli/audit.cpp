// tallystick audit: once, in the foreground.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <filesystem>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/exit_code.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/pipeline/audit_run.h"
#include "daemon/report/render.h"

namespace tally::cli {
namespace {

base::Instant wall_clock() { return std::chrono::floor<base::Duration>(std::chrono::system_clock::now()); }

std::optional<model::Severity> severity_of(std::string_view word) {
  for (const auto severity :
       {model::Severity::low, model::Severity::medium, model::Severity::high, model::Severity::critical}) {
    if (to_string(severity) == word) return severity;
  }
  return std::nullopt;
}

/// What the command line asks for.
struct Request {
  model::Severity fail_on = model::Severity::low;
  std::optional<base::Instant> as_of;
  bool quiet = false;
};

std::optional<Request> request_of(const Options& options, Streams& io) {
  Request request;
  request.quiet = options.has("quiet");
  if (const auto severity = severity_of(options.get("fail-on"))) {
    request.fail_on = *severity;
  } else {
    fmt::print(io.err, "tallystick audit: --fail-on {}: one of low, medium, high, critical is expected\n",
               options.get("fail-on"));
    return std::nullopt;
  }
  if (options.has("as-of")) {
    request.as_of = base::parse_instant(options.get("as-of"));
    if (!request.as_of) {
      fmt::print(io.err, "tallystick audit: --as-of {}: a time such as 2026-01-31T00:00:00Z is expected\n",
                 options.get("as-of"));
      return std::nullopt;
    }
  }
  return request;
}

pipeline::Progress progress_on(ProgressLine& line) {
  pipeline::Progress progress;
  progress.reading = [&](const std::string& source, std::uint64_t records) {
    line.show(fmt::format("reading {}: {} records", source, records));
  };
  progress.read = [&](const model::SourceRecord& source) {
    line.keep(
        fmt::format("read {}: {} records, {}", source.name, source.coverage.records_read,
                    source.coverage.state == model::CoverageState::complete ? "complete" : source.coverage.in_words()));
  };
  progress.stage = [&](std::string_view name) { line.show(name); };
  return progress;
}

int exit_code(const model::RunReport& report, model::Severity fail_on) {
  for (auto severity = static_cast<int>(fail_on); severity <= static_cast<int>(model::Severity::critical); ++severity) {
    if (report.summary.open[severity] > 0) return kFindings;
  }
  return report.summary.complete ? kNothingFound : kNotEverythingSeen;
}

/// The folder, the log and the store, with what their opening found told to the operator.
struct State {
  recorder::Recorder recorder;
  store::Store store;
};

base::Result<State> open_state(const config::Config& config, ProgressLine& line) {
  std::error_code code;
  const bool made = std::filesystem::create_directories(config.state, code);
  if (made) std::filesystem::permissions(config.state, std::filesystem::perms::owner_all, code);
  if (code) return base::system_failure("making the folder " + config.state, code.value());
  if (!std::filesystem::exists(config.log_key)) {
    return base::failure(
        base::ErrorKind::not_found,
        fmt::format("the log's key {} does not exist: make one with `tallystick keygen --origin NAME --output {}`",
                    config.log_key, config.log_key));
  }
  auto recorder = recorder::Recorder::open({config.state, config.log_key, wall_clock()});
  if (!recorder) return tl::unexpected(recorder.error());
  for (const std::string& sentence : recorder->report().sentences()) line.keep(sentence);
  if (auto written = write_file(public_key_path(config.state), recorder->vkey() + "\n"); !written) {
    return tl::unexpected(written.error());
  }
  auto store = store::Store::open(store_path(config.state));
  if (!store) return tl::unexpected(store.error());
  return State{std::move(*recorder), std::move(*store)};
}

}  // namespace

int audit(const std::vector<std::string>& arguments, Streams& io) {
  Options options("audit", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder for log, key and store instead of the configured one")
      .text("fail-on", "SEVERITY", "exit with 1 from this severity on: low, medium, high, critical", "low")
      .text("as-of", "TIME", "judge as of this moment, for exports of the past; it is recorded with the run")
      .flag("quiet", "no progress on standard error");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto request = request_of(options, io);
  if (!request) return kUsage;
  auto config = load_config(options.get("config"), options.get("state"), io);
  if (!config) return kUsage;
  const auto rules = load_rules(*config);
  if (!rules) {
    tell(rules.error(), io);
    return kUsage;
  }
  ProgressLine line(io.err, request->quiet);
  auto state = open_state(*config, line);
  if (!state) return fail("audit", state.error(), io);
  const auto sources = make_sources(*config);
  pipeline::Audit audit{.sources = sources,
                        .rules = *rules,
                        .correlation = config->correlation,
                        .recorder = state->recorder,
                        .store = state->store,
                        .clock = wall_clock,
                        .as_of = request->as_of,
                        .organisation = config->organisation,
                        .config_digest = config->digest,
                        .state = config->state,
                        .progress = progress_on(line)};
  const auto report = pipeline::audit_run(audit);
  if (!report) return fail("audit", report.error(), io);
  line.show("");
  fmt::print(io.out, "{}", report::render_table(*report, output_style()));
  return exit_code(*report, request->fail_on);
}

}  // namespace tally::cli
