// A scenario judged as an audit judges, and compared with what the run before left.
#include <stdexcept>

#include "policy/correlation/history.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/shipped_rules.h"

namespace tally::scenarios {
namespace {

std::optional<correlation::PreviousLinks> seen_before(const Scenario& scenario) {
  if (scenario.was.empty()) return std::nullopt;
  const auto then = model::join(scenario.was, scenario.was.front().source.finished);
  return correlation::remembered(then, correlation::correlate(then, scenario.correlation));
}

}  // namespace

Judged judge(const Scenario& scenario) {
  std::vector<rules::Pack> packs = support::shipped_rules();
  packs.push_back(scenario.own);
  auto rules = rules::RuleSet::build(packs, scenario.overrides);
  if (!rules) throw std::runtime_error(to_string(rules.error().front()));
  auto harvests = scenario.harvests;
  const auto limits = evaluation::envelope_limits(*rules);
  for (model::Harvest& harvest : harvests) evaluation::apply_envelope(harvest, scenario.previous, limits);
  Judged out{std::move(*rules),
             model::join(std::move(harvests), scenario.as_of),
             {},
             {},
             scenario.previous,
             scenario.exemptions,
             scenario.acknowledged,
             {}};
  out.links =
      correlation::correlate_since(seen_before(scenario), out.snapshot, scenario.correlation, scenario.decisions);
  out.access = access::effective_access(out.snapshot, out.rules.privileged_groups());
  out.evaluated = evaluation::evaluate(out.inputs());
  return out;
}

std::vector<evaluation::Comparison> compared(const Scenario& scenario, const Judged& judged) {
  std::vector<model::Finding> open;
  evaluation::Earlier earlier;
  for (const EarlierFinding& one : scenario.earlier) {
    model::Finding finding;
    finding.rule = one.rule;
    finding.subject.key = one.subject_key;
    finding.subject.label = one.about;
    finding.subject.source = one.source;
    finding.fingerprint = model::fingerprint_of(one.rule, one.subject_key);
    // With the same evidence as now, where it is found now.
    for (const model::Finding& now : judged.evaluated.verdict.findings) {
      if (now.fingerprint == finding.fingerprint) finding = now;
    }
    for (const model::Exempted& now : judged.evaluated.verdict.exempted) {
      if (now.finding.fingerprint == finding.fingerprint) finding = now.finding;
    }
    if (one.was == "fixed") {
      earlier.resolved.insert(finding.fingerprint);
      continue;
    }
    for (const auto* exemptions : {&scenario.exemptions, &scenario.withdrawn}) {
      for (const model::Exemption& e : *exemptions) {
        if (one.was == "exempt" && e.rule == one.rule && e.subject_key == one.subject_key) {
          earlier.exempt[finding.fingerprint] = e.number;
        }
      }
    }
    open.push_back(std::move(finding));
  }
  return evaluation::compare(open, judged.inputs(), judged.evaluated, earlier);
}

}  // namespace tally::scenarios
