// tallystick audit: by the service when one answers, else once in the foreground.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <map>
#include <ostream>

#include "daemon/cli/asking.h"
#include "daemon/cli/command.h"
#include "daemon/cli/in_this_process.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/control/audit_request.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/audit_run.h"
#include "daemon/pipeline/clock.h"
#include "daemon/pipeline/collect.h"
#include "daemon/report/render.h"
#include "daemon/terminal/progress_line.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

pipeline::Progress progress_on(terminal::ProgressLine& line) {
  pipeline::Progress progress;
  progress.reading = [&](const std::string& source, std::uint64_t records) {
    line.show(fmt::format("reading {}: {} records", source, records));
  };
  progress.read = [&](const model::SourceRecord& source) { line.keep(pipeline::in_words(source)); };
  progress.retained = [&](const std::string& sentence) { line.keep(sentence); };
  progress.stage = [&](std::string_view name) { line.show(name); };
  return progress;
}

std::optional<control::AuditRequest> request_of(const Options& options, Streams& io) {
  std::map<std::string, std::string> words = {{"fail_on", options.get("fail-on")}};
  if (options.has("as-of")) words["as_of"] = options.get("as-of");
  const auto request = control::parse_audit_request(words);
  if (request) return *request;
  fmt::print(io.err, "tallystick audit: {}\n", base::displayable(request.error().message));
  return std::nullopt;
}

/// The whole audit in this process.
int audit_here(const Options& options, const control::AuditRequest& request, Streams& io) {
  terminal::ProgressLine line(io.err, options.has("quiet"));
  auto here = open_here("audit", options, io, [&](const std::string& sentence) { line.keep(sentence); });
  if (!here) return here.error();
  pipeline::Keeping keeping(std::move(here->kept));
  pipeline::Audit audit{.sources = here->prepared->sources,
                        .rules = here->prepared->rules,
                        .correlation = here->prepared->config.correlation,
                        .keeping = keeping,
                        .clock = pipeline::wall_clock,
                        .as_of = request.as_of,
                        .organisation = here->prepared->config.organisation,
                        .config_digest = here->prepared->config.digest,
                        .config_file = here->prepared->config.file,
                        .config_text = here->prepared->config.text,
                        .packs = here->prepared->packs,
                        .keep_snapshots = here->prepared->config.keep_snapshots,
                        .progress = progress_on(line),
                        .retention = here->prepared->config.retention};
  const auto report = pipeline::audit_run(audit);
  if (!report) return fail("audit", report.error(), io);
  line.show("");
  fmt::print(io.out, "{}", report::render_table(*report, output_style()));
  return control::exit_code(*report, request.fail_on);
}

}  // namespace

int audit(const std::vector<std::string>& arguments, Streams& io) {
  Options options("audit", "");
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder for log, key and store instead of the configured one; not the service")
      .text("fail-on", "SEVERITY", "exit with 1 from this severity on: low, medium, high, critical", "low")
      .text("as-of", "TIME", "judge as of this moment, for exports of the past; it is recorded with the run")
      .flag("foreground", "audit in this process and do not ask the service")
      .flag("quiet", "no progress on standard error");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto request = request_of(options, io);
  if (!request) return control::kUsage;
  if (options.has("foreground") || options.has("state")) return audit_here(options, *request, io);
  const Asking asking{"audit", control::words_of(*request), options.get("config"), options.has("quiet"),
                      kAuditPatience};
  if (const auto code = ask_service(asking, io)) return *code;
  return audit_here(options, *request, io);
}

}  // namespace tally::cli
