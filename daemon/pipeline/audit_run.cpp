// The story of an audit, in the order of its stages. Each stage has a folder of its own.
#include "daemon/pipeline/audit_run.h"

#include <fmt/format.h>

#include <future>

#include "daemon/pipeline/before.h"
#include "daemon/pipeline/collect.h"
#include "daemon/pipeline/keep_inputs.h"
#include "daemon/pipeline/record.h"
#include "daemon/pipeline/retention.h"
#include "daemon/pipeline/stand_in.h"
#include "policy/access/access.h"
#include "policy/evaluation/compare.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/leavers.h"

namespace tally::pipeline {
namespace {

base::Result<void> go_on(const Audit& audit) {
  if (!audit.stop.stop_requested()) return {};
  return base::failure(base::ErrorKind::unavailable, "the audit was told to stop");
}

/// From collecting to the report.
base::Result<model::RunReport> judged(Audit& audit, const Run& run) {
  // While the sources are read: they take longer, and are waited for more than computed.
  auto known = std::async(std::launch::async, [&audit] { return known_before(audit); });
  std::vector<model::Harvest> harvests = collect(audit);
  const auto of_before = known.get();
  if (!of_before) return tl::unexpected(of_before.error());
  const Before& before = *of_before;
  if (auto going = go_on(audit); !going) return tl::unexpected(going.error());
  const auto limits = evaluation::envelope_limits(audit.rules);
  for (model::Harvest& harvest : harvests) evaluation::apply_envelope(harvest, before.populations, limits);
  stand_in(audit, before, harvests);
  if (auto recorded = record_sources(audit, run, harvests); !recorded) return tl::unexpected(recorded.error());

  const model::Snapshot snapshot = model::join(std::move(harvests), audit.as_of.value_or(audit.clock()));
  const auto inputs_kept = keep_inputs(audit, run.id, snapshot, before);
  stage(audit, "correlating");
  const auto links = correlation::correlate_since(before.links, snapshot, audit.correlation, before.decisions);
  auto identifiers_kept = keep_identifiers(audit, snapshot, links, before, inputs_kept);
  const access::Access access = access::effective_access(snapshot, audit.rules.privileged_groups());
  if (auto going = go_on(audit); !going) return tl::unexpected(going.error());

  stage(audit, "evaluating");
  const evaluation::Inputs inputs{audit.rules,       snapshot,           links, access, before.populations,
                                  before.exemptions, before.acknowledged};
  const evaluation::Evaluated evaluated = evaluation::evaluate(inputs);
  const auto comparisons = evaluation::compare(before.findings, inputs, evaluated, before.earlier);
  const auto leavers = evaluation::follow_leavers(inputs, before.followed());
  if (auto going = go_on(audit); !going) return tl::unexpected(going.error());

  stage(audit, "recording");
  const auto& kept = inputs_kept.get();
  if (!kept) return tl::unexpected(kept.error());
  if (auto remembered = identifiers_kept.get(); !remembered) return tl::unexpected(remembered.error());
  const Judged judgement{snapshot, evaluated.verdict, comparisons, leavers, before, *kept};
  if (auto recorded = record_verdict(audit, run, judgement); !recorded) return tl::unexpected(recorded.error());
  return finished_report(audit);
}

/// All stages.
base::Result<model::RunReport> gone_through(Audit& audit) {
  if (audit.as_of && *audit.as_of > audit.clock()) {
    return base::failure(base::ErrorKind::malformed,
                         fmt::format("an audit as of {} is asked for, which is to come: nobody has seen it yet",
                                     base::format_instant(*audit.as_of)));
  }
  const auto applied = apply_retention(*audit.keeping.lock(), audit.retention, audit.clock());
  if (!applied) return tl::unexpected(applied.error());
  for (const std::string& sentence : *applied) {
    if (audit.progress.retained) audit.progress.retained(sentence);
  }
  const auto abandoned =
      abandon_unfinished(*audit.keeping.lock(), "it failed, and its end could not be recorded then", audit.clock());
  if (!abandoned) return tl::unexpected(abandoned.error());
  const auto run = begin_run(audit);
  if (!run) return tl::unexpected(run.error());
  return judged(audit, *run);
}

/// What the run holds in memory would come back after an erasure.
class UnderWay {
 public:
  explicit UnderWay(Keeping& keeping) : keeping_(keeping) { keeping_.lock()->auditing = true; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() { keeping_.lock()->auditing = false; }

 private:
  Keeping& keeping_;
};

}  // namespace

base::Result<model::RunReport> audit_run(Audit& audit) {
  const UnderWay under_way(audit.keeping);
  auto report = gone_through(audit);
  if (report) return report;
  // No run is lost in silence, and none ends twice: what failed may have been the store, after the log took the run's
  // beginning or its end. When not even this can be recorded, the next audit or whoever opens the log next does it.
  const std::string reason = audit.stop.stop_requested()
                                 ? "the program was told to stop"
                                 : fmt::format("it failed ({})", base::to_string(report.error().kind));
  static_cast<void>(abandon_unfinished(*audit.keeping.lock(), reason, audit.clock()));
  return report;
}

}  // namespace tally::pipeline
