// tallystick export: a kept run in the form of another program.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/kept_run.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/opengraph/open_graph.h"
#include "daemon/pipeline/state_folder.h"
#include "policy/access/access.h"
#include "policy/correlation/history.h"
#include "policy/evaluation/evaluate.h"

namespace tally::cli {
namespace {

opengraph::Graph drawn(const KeptAndReady& ready, bool names) {
  const archive::KeptRun& kept = ready.kept;
  const archive::Circumstances& around = kept.circumstances;
  const auto links =
      correlation::correlate_since(around.links, kept.snapshot, ready.config.correlation, around.decisions);
  const auto access = access::effective_access(kept.snapshot, ready.rules.privileged_groups());
  const evaluation::Inputs inputs{ready.rules,       kept.snapshot,      links, access, around.previous,
                                  around.exemptions, around.acknowledged};
  return opengraph::open_graph(inputs, evaluation::evaluate(inputs).verdict, {.run = around.run, .names = names});
}

/// What the file cannot tell, because the run did not see it.
bool tell_unseen(const model::Snapshot& snapshot, Streams& io) {
  bool all = true;
  for (const model::SourceRecord& source : snapshot.sources) {
    if (source.coverage.state == model::CoverageState::complete) continue;
    fmt::print(io.err, "Not everything was seen of {}: {}\n", source.name, source.coverage.in_words());
    all = false;
  }
  return all;
}

}  // namespace

int export_run(const std::vector<std::string>& arguments, Streams& io) {
  Options options("export", "opengraph [RUN] --output FILE");
  options.word("form", "opengraph: people and their accounts, for BloodHound")
      .maybe("run", "a kept run; the newest when left out")
      .text("output", "FILE", "where to write; - is standard output")
      .flag("names", "write what people are called; without it their employee numbers");
  kept_run_options(options);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (options.get("form") != "opengraph") {
    fmt::print(io.err, "tallystick export {}: \"opengraph\" is expected\n", options.get("form"));
    return control::kUsage;
  }
  if (!options.has("output")) {
    fmt::print(io.err, "tallystick export: --output is missing: the file to write\n");
    return control::kUsage;
  }
  const auto ready = open_kept("export", options, options.get("run"), io);
  if (!ready) return ready.error();
  const opengraph::Graph graph = drawn(*ready, options.has("names"));
  if (options.get("output") == "-") {
    io.out.write(graph.text.data(), static_cast<std::streamsize>(graph.text.size()));
  } else if (const auto written = pipeline::write_file(options.get("output"), graph.text); !written) {
    return fail("export", written.error(), io);
  }
  fmt::print(io.err, "{}: {} people, {} edges to accounts\n", ready->kept.circumstances.run, graph.people, graph.edges);
  if (graph.without_sid > 0)
    fmt::print(io.err, "{} accounts have no SID, by which BloodHound knows them, and are left out\n",
               graph.without_sid);
  return tell_unseen(ready->kept.snapshot, io) ? control::kNothingFound : control::kNotEverythingSeen;
}

}  // namespace tally::cli
