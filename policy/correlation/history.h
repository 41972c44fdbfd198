// History: what earlier runs linked, beside what this one does. Identifiers that belong to somebody else now, and
// people who only have another name.
//
//   Correlation links = correlate_since(before, snapshot, settings, decisions);     // with links.reuse
//   PreviousLinks kept = merged(before, remembered(snapshot, links));               // for the run after this one
//
// A login, an address, an account or an employee number is reused when it was one human's before it was first another
// one's who has it now. Who is
// the same human is told by the employee number; by the name only that she is not: another number with the same name
// may be a rehire, so that is unknown. The same number with another family name is a change of name, not a new person.
//
// KNOWN GAP: POSIX uid numbers are not compared.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/correlation/correlation.h"
#include "policy/correlation/name_digest.h"

namespace tally::correlation {

/// So long an identifier stays remembered after it was last seen: two years and some days, so that a yearly review sees
/// each twice. What is remembered is personal data of people who are gone.
inline constexpr base::Duration kRememberedFor = std::chrono::hours(24) * 740;

/// What has to be kept of earlier runs. Texts are in `text`. An account or a person that changed has several entries.
struct PreviousLinks {
  struct Account {
    base::TextId key;  ///< as model::write_account_key()
    base::TextId source;
    base::TextId login, mail;   ///< folded
    base::TextId employee_id;   ///< of the person it belonged to; empty: not a person's, or not known
    base::Instant since, seen;  ///< just so: first and last
  };
  struct Person {
    base::TextId employee_id;  ///< trimmed
    base::TextId mail, login;  ///< folded
    NameDigest name;
    base::Instant since, seen;
    base::Instant worked = base::kBeginningOfTime;  ///< when HR said last that they work here, or will
  };
  base::TextPool text;
  std::vector<Account> accounts;
  std::vector<Person> people;
  std::vector<std::string> complete;  ///< names of the sources that were completely seen at least once
};

/// What one run saw.
PreviousLinks remembered(const model::Snapshot& snapshot, const Correlation& links);
/// Both, without what was last seen longer than kRememberedFor before `now`.
PreviousLinks merged(const PreviousLinks& older, const PreviousLinks& newer, base::Instant now);

/// Three-valued: unknown where no earlier run saw enough, or where it is not known whose the account is.
Reuse identifier_reuse(const model::Snapshot& snapshot, const Correlation& links, const PreviousLinks& before);

/// correlate(), and what became of identifiers since `before` when there is such a thing.
Correlation correlate_since(const std::optional<PreviousLinks>& before, const model::Snapshot& snapshot,
                            const Settings& settings, std::span<const model::LinkDecision> decisions);

}  // namespace tally::correlation
