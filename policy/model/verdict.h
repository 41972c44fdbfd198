// Verdict: what one evaluation says about everybody: violations, and for every rule how many are clear and how many
// could not be told, with the reasons, or are exempt. The counts tie out: nobody is left over.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/base/digest.h"
#include "policy/model/decision.h"
#include "policy/model/finding.h"

namespace tally::model {

enum class Outcome : std::uint8_t {
  clear,
  violation,
  cannot_tell,
  exempt,  ///< a violation that an exemption covers; a rule itself never answers this
};

std::string_view to_string(Outcome outcome);

/// One rule's count over its whole population (all accounts, people or sources).
/// asked = clear + violations + cannot_tell + exempt.
struct RuleTally {
  std::string rule, title;
  Severity severity = Severity::medium;
  SubjectKind asks_about = SubjectKind::account;
  std::uint64_t asked = 0, clear = 0, violations = 0, cannot_tell = 0, exempt = 0;
};

/// Subjects for which one rule has no answer for one reason.
struct CannotTell {
  std::string rule;
  std::string reason;  ///< a sentence without personal data, the same for all subjects listed
  std::uint64_t count = 0;
  std::vector<Subject> examples;  ///< the first kMaxExamples in order of their keys

  static constexpr std::size_t kMaxExamples = 20;
};

/// A violation that a rule in shadow sees.
struct ShadowHit {
  Subject subject;
  Severity severity = Severity::medium;
  std::string what;  ///< as Finding::what
};

/// A rule in shadow: asked about everybody as any other, counted apart. What it sees is never a finding, and counts for
/// no severity, no exit code and no "cannot tell" of the run.
struct Shadow {
  RuleTally tally;
  std::vector<CannotTell> cannot_tell;
  std::vector<ShadowHit> hits;  ///< the first kMaxHits in order of their keys; tally.violations counts all

  static constexpr std::size_t kMaxHits = 20;
};

/// The tie-out of one source: total = the sum of the parts, or the run is incomplete.
struct Population {
  std::string source;
  std::uint64_t total = 0;
  /// "matched", "without account", … for HR; "person", "non-human", "built-in", "orphan", "ambiguous", "cannot tell"
  /// for directories.
  std::vector<std::pair<std::string, std::uint64_t>> parts;

  [[nodiscard]] bool ties_out() const;
};

/// A violation that was found and is not counted as open, because an exemption holds at the moment of the verdict.
struct Exempted {
  Finding finding;
  Exemption exemption;
};

struct Verdict {
  base::Instant as_of;
  std::vector<Finding> findings;        ///< severity descending, then rule, then subject key; exempt ones are not here
  std::vector<Exempted> exempted;       ///< in the same order
  std::vector<CannotTell> cannot_tell;  ///< by rule, then count descending, then reason
  std::vector<RuleTally> tallies;       ///< in the order of the pack; of active rules alone
  std::vector<Shadow> shadow;           ///< the rules in shadow, in the order of the pack
  std::vector<Population> populations;  ///< in the order of the sources
  base::Digest digest;                  ///< over all of the above in canonical form: a replay must give the same
};

}  // namespace tally::model
