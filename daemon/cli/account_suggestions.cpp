// tallystick account suggestions: who looks like the owner of an account that is nobody's, or several people's, as the
// newest kept run saw it. For whoever decides with `tallystick account same` and `never-same`.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/kept_run.h"
#include "daemon/cli/options.h"
#include "daemon/control/exit_code.h"
#include "policy/base/utf8.h"
#include "policy/correlation/suggestions.h"

namespace tally::cli {
namespace {

/// The display name in HR, else given and family name, and the number.
std::string shown(const model::Snapshot& s, model::PersonId person) {
  const std::size_t i = person.index();
  std::string name(s.view(s.people.display_name[i]));
  if (name.empty()) name = fmt::format("{} {}", s.view(s.people.given_name[i]), s.view(s.people.family_name[i]));
  return fmt::format("{} {}", s.view(s.people.employee_id[i]), name);
}

void tell_account(const model::Snapshot& s, const correlation::Correlation& links, std::size_t row, Streams& io) {
  const correlation::Link& link = links.links[row];
  fmt::print(io.out, "{}/{}: {} ({})\n", s.source(s.accounts.source[row]).name,
             base::displayable(s.view(s.accounts.login[row])), to_string(link.owner),
             base::displayable(links.text.view(link.reason)));
  for (const correlation::Suggestion& one : links.suggestions.row(row)) {
    fmt::print(io.out, "  {:.2f}  {}\n        {}\n", one.score, base::displayable(shown(s, one.person)),
               links.text.view(one.why));
  }
  if (links.suggestions.row(row).empty()) fmt::print(io.out, "  nobody in HR looks like its owner\n");
}

}  // namespace

int account_suggestions(const std::vector<std::string>& arguments, Streams& io) {
  Options options("account suggestions", "");
  options.text("run", "RUN", "that kept run instead of the newest");
  kept_run_options(options);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto ready = open_kept("account suggestions", options, options.get("run"), io);
  if (!ready) return ready.error();
  const archive::KeptRun& kept = ready->kept;
  const auto links = correlation::correlate(kept.snapshot, ready->config.correlation, kept.circumstances.decisions);
  std::size_t open = 0, suggested = 0;
  for (std::size_t i = 0; i < links.links.size(); ++i) {
    if (!correlation::is_open(links.links[i].owner)) continue;
    ++open;
    suggested += !links.suggestions.row(i).empty();
    tell_account(kept.snapshot, links, i, io);
  }
  fmt::print(io.out, "{}: {} accounts have no certain owner; for {} of them somebody is suggested.\n",
             kept.circumstances.run, open, suggested);
  if (suggested > 0)
    fmt::print(io.out,
               "A suggestion links nothing. Decide: tallystick account same SOURCE/LOGIN NUMBER --reason TEXT\n");
  for (const correlation::DecisionTrouble& trouble : links.troubles) {
    const model::LinkDecision& decision = kept.circumstances.decisions[trouble.decision];
    fmt::print(io.out, "Decision {}: {}.\n", decision.log_index, to_string(trouble.kind));
  }
  return control::kNothingFound;
}

}  // namespace tally::cli
