// The story of an audit, in the order of its stages. Each stage has a folder of its own.
#include "daemon/pipeline/audit_run.h"

#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/collect.h"
#include "daemon/pipeline/record.h"
#include "policy/access/access.h"
#include "policy/evaluation/compare.h"
#include "policy/evaluation/evaluate.h"

namespace tally::pipeline {

base::Result<model::RunReport> audit_run(Audit& audit) {
  if (auto current = catch_up(audit.store, audit.recorder, audit.state); !current)
    return tl::unexpected(current.error());
  const auto open_before = audit.store.open_findings();
  if (!open_before) return tl::unexpected(open_before.error());
  const auto previous = known_before(audit.store);
  if (!previous) return tl::unexpected(previous.error());

  const auto run = begin_run(audit);
  if (!run) return tl::unexpected(run.error());

  std::vector<model::Harvest> harvests = collect(audit);
  const auto limits = evaluation::envelope_limits(audit.rules);
  for (model::Harvest& harvest : harvests) evaluation::apply_envelope(harvest, *previous, limits);
  if (auto recorded = record_sources(audit, *run, harvests); !recorded) return tl::unexpected(recorded.error());

  const model::Snapshot snapshot = model::join(std::move(harvests), audit.as_of.value_or(audit.clock()));
  stage(audit, "correlating");
  const correlation::Correlation links = correlation::correlate(snapshot, audit.correlation);
  const access::Access access = access::effective_access(snapshot);

  stage(audit, "evaluating");
  const evaluation::Inputs inputs{audit.rules, snapshot, links, access, *previous};
  const evaluation::Evaluated evaluated = evaluation::evaluate(inputs);
  const auto comparisons = evaluation::compare(findings_of(*open_before), inputs, evaluated);

  stage(audit, "recording");
  if (auto recorded = record_verdict(audit, *run, snapshot, evaluated.verdict, comparisons, *open_before); !recorded) {
    return tl::unexpected(recorded.error());
  }
  return finished_report(audit);
}

}  // namespace tally::pipeline
