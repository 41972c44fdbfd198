#include "daemon/pipeline/replay.h"

#include "policy/access/access.h"

namespace tally::pipeline {

evaluation::Evaluated ask_again(const archive::KeptRun& kept, const rules::RuleSet& rules,
                                const correlation::Settings& settings) {
  const correlation::Correlation links =
      correlation::correlate_since(kept.circumstances.links, kept.snapshot, settings, kept.circumstances.decisions);
  const access::Access access = access::effective_access(kept.snapshot, rules.privileged_groups());
  return evaluation::evaluate({rules, kept.snapshot, links, access, kept.circumstances.previous,
                               kept.circumstances.exemptions, kept.circumstances.acknowledged});
}

}  // namespace tally::pipeline
