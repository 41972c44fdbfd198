// evaluate(): the rules in force asked about everybody, three-valued.
//
//   Evaluated e = evaluate({rules, snapshot, links, access, previous});
//   for (const model::Finding& f : e.verdict.findings) …
//
// Pure and deterministic: the same inputs in any order of rows give the same verdict and the same digest.
//
// How the counts tie out. A rule about accounts is asked once for every account of the snapshot, and once more for
// every directory that did not show all of its accounts: that directory stands for the accounts nobody saw, and its
// answer is always "cannot tell". A rule about people likewise with HR sources, rules about groups and memberships with
// directories (memberships are unseen, too, where not all members of all groups could be read). A rule about sources is
// asked once a source, a rule about the run once. So asked = clear + violations + cannot_tell + exempt holds, and what
// was not seen is counted, never left out. Accounts, groups and memberships of a doubtful or failed directory, should
// there be any, each count as "cannot tell" too: nothing in a quarantined source is believed. The people of a doubtful
// or failed HR source have only unknown facts.
//
// A violation that an exemption covers at the moment of the verdict is exempt: found, told and counted apart.
//
// Rules in shadow are asked in the same way; their answers go into Verdict::shadow and nowhere else.
//
// Not here: what the previous run said (compare.h), and why for one subject (explain.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/access/access.h"
#include "policy/correlation/correlation.h"
#include "policy/evaluation/envelope.h"
#include "policy/model/snapshot.h"
#include "policy/model/verdict.h"
#include "policy/rules/rule_set.h"

namespace tally::evaluation {

/// Everything a verdict depends on. References: all must outlive the call.
struct Inputs {
  const rules::RuleSet& rules;
  const model::Snapshot& snapshot;
  const correlation::Correlation& links;
  const access::Access& access;
  const Previous& previous;
  /// Approved and not withdrawn; whether each holds, the moment of the verdict decides.
  std::span<const model::Exemption> exemptions = {};
  /// Each rule and subject once.
  std::span<const model::AcknowledgedFinding> acknowledged = {};
};

struct Evaluated {
  model::Verdict verdict;
  /// outcomes[r][i]: the answer of rule r (order of RuleSet::rules(), those in shadow too) about subject i (AccountId,
  /// PersonId, SourceId, GroupId, membership_at() or 0, as the rule asks). The entries for unseen subjects (see above)
  /// are not here.
  std::vector<std::vector<model::Outcome>> outcomes;
};

Evaluated evaluate(const Inputs& inputs);

/// True when the source cannot be relied on to have shown all of its records.
bool hides_records(const model::Coverage& coverage);
/// True when nothing that the source says may be used.
bool quarantined(const model::Coverage& coverage);

}  // namespace tally::evaluation
