// tallystick policy try: a changed pack asked about a kept run: which findings would come, change and go.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <map>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/kept_run.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/replay.h"
#include "daemon/report/terminal_text.h"
#include "daemon/report/words.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

using model::Finding;

/// So many of the findings of each kind are listed unless --all asks for the rest.
constexpr std::size_t kShown = 20;

/// The packs of the run, the one of the same id replaced by the new one, which is otherwise added.
tl::expected<std::vector<rules::PackText>, base::Diagnostics> packs_with(std::vector<rules::PackText> packs,
                                                                         const rules::PackText& fresh) {
  const auto pack = rules::load_pack(fresh.text, fresh.file);
  if (!pack) return tl::unexpected(pack.error());
  for (rules::PackText& one : packs) {
    const auto old_pack = rules::load_pack(one.text, one.file);
    if (old_pack && old_pack->id == pack->id) {
      one = fresh;
      return packs;
    }
  }
  packs.push_back(fresh);
  return packs;
}

/// What the two verdicts say of one rule.
struct Row {
  std::uint64_t before = 0, after = 0, come = 0, go = 0, changed = 0, untold_before = 0, untold_after = 0;
};

struct Differences {
  std::map<std::string, Row> rows;  ///< by rule
  std::vector<const Finding*> come, changed, go;
};

Differences differences(const model::Verdict& before, const model::Verdict& after) {
  Differences all;
  std::map<std::string_view, const Finding*> old_ones;
  for (const Finding& finding : before.findings) old_ones[finding.fingerprint] = &finding;
  for (const Finding& finding : after.findings) {
    const auto old_one = old_ones.find(finding.fingerprint);
    if (old_one == old_ones.end()) {
      all.come.push_back(&finding);
      ++all.rows[finding.rule].come;
      continue;
    }
    if (old_one->second->content != finding.content) {
      all.changed.push_back(&finding);
      ++all.rows[finding.rule].changed;
    }
    old_one->second = nullptr;
  }
  for (const Finding& finding : before.findings) {
    if (old_ones[finding.fingerprint] == nullptr) continue;
    all.go.push_back(&finding);
    ++all.rows[finding.rule].go;
  }
  for (const model::RuleTally& tally : before.tallies) {
    all.rows[tally.rule].before = tally.violations;
    all.rows[tally.rule].untold_before = tally.cannot_tell;
  }
  for (const model::RuleTally& tally : after.tallies) {
    all.rows[tally.rule].after = tally.violations;
    all.rows[tally.rule].untold_after = tally.cannot_tell;
  }
  return all;
}

void print_rows(const Differences& all, Streams& io) {
  const auto change = [](std::uint64_t from, std::uint64_t to) {
    return from == to ? report::grouped(from) : report::grouped(from) + " > " + report::grouped(to);
  };
  fmt::print(io.out, "{:<10} {:>17} {:>8} {:>8} {:>8} {:>17}\n", "RULE", "FINDINGS", "COME", "CHANGE", "GO",
             "CANNOT TELL");
  for (const auto& [rule, row] : all.rows) {
    fmt::print(io.out, "{:<10} {:>17} {:>8} {:>8} {:>8} {:>17}\n", rule, change(row.before, row.after),
               report::grouped(row.come), report::grouped(row.changed), report::grouped(row.go),
               change(row.untold_before, row.untold_after));
  }
}

void print_list(std::string_view what, const std::vector<const Finding*>& findings, bool all, Streams& io) {
  if (findings.empty()) return;
  const std::size_t shown = all ? findings.size() : std::min(findings.size(), kShown);
  fmt::print(io.out, "\n{} ({}{}):\n", what, report::grouped(findings.size()),
             shown < findings.size() ? fmt::format(", the first {} of them; --all shows every one", shown) : "");
  for (std::size_t i = 0; i < shown; ++i) {
    const Finding& finding = *findings[i];
    std::string out;
    report::paragraph(
        out, fmt::format("{}: {}", report::who_in_short(finding.subject), finding.what), output_style().width, 4,
        fmt::format("  {} {} {} ", report::shape_of(finding.severity), to_string(finding.severity), finding.rule));
    fmt::print(io.out, "{}", out);
  }
}

}  // namespace

int policy_try(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy try", "PACK");
  options.word("pack", "file of the changed pack; it stands in for the pack of the same id, or is added")
      .text("run", "RUN", "the kept run to ask, such as run-12; the newest unless said");
  kept_run_options(options);
  options.flag("all", "list every finding that would come, change or go");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto text = config::read_pack(options.get("pack"));
  if (!text) return fail("policy try", text.error(), io);
  const auto ready = open_kept("policy try", options, options.get("run"), io);
  if (!ready) return ready.error();
  const archive::KeptRun& kept = ready->kept;
  const auto packs = packs_with(kept.circumstances.packs, {options.get("pack"), *text});
  if (!packs) {
    tell(packs.error(), io);
    return control::kUsage;
  }
  const auto rules = config::build_rules(*packs, ready->config.overrides);
  if (!rules) {
    tell(rules.error(), io);
    return control::kUsage;
  }
  const auto before = pipeline::ask_again(kept, ready->rules, ready->config.correlation);
  const auto after = pipeline::ask_again(kept, *rules, ready->config.correlation);
  fmt::print(io.out, "{}, as of {}: {} accounts, {} people. Nothing of this is recorded.\n\n", kept.circumstances.run,
             base::format_instant(kept.snapshot.as_of), report::grouped(kept.snapshot.accounts.size()),
             report::grouped(kept.snapshot.people.size()));
  const Differences all = differences(before.verdict, after.verdict);
  print_rows(all, io);
  print_list("Would come", all.come, options.has("all"), io);
  print_list("Would change", all.changed, options.has("all"), io);
  print_list("Would go", all.go, options.has("all"), io);
  return control::kNothingFound;
}

}  // namespace tally::cli
