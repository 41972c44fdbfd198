// Correlation: who owns which account, by which rule, how surely; ambiguity and "cannot tell" are answers.
//
//   Correlation links = correlate(snapshot, settings);
//   if (links.of(account).owner == Owner::person) …
//
// Matching goes from sure to less sure: registers and built-ins, employee number, then the configured rules in their
// order. The first rule with a candidate decides; two candidates are ambiguous, never a guess, and so are signs that
// contradict each other: a mail of one person beside an employee number that is not theirs (addresses are given to
// somebody else, numbers are not), or beside a login that fits a pattern of non-human accounts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/model/snapshot.h"

namespace tally::correlation {

enum class Owner : std::uint8_t {
  person,       ///< a person that HR knows
  non_human,    ///< in the register, or a pattern says so: service, shared, test
  built_in,     ///< the directory's own: computers, trusts, Administrator, Guest, krbtgt
  ambiguous,    ///< two or more people fit equally, or the signs contradict each other
  nobody,       ///< HR was fully seen, and nobody fits: an orphan
  cannot_tell,  ///< nobody fits, but HR was not fully seen (or is not believable: max_unmatched_share)
};

std::string_view to_string(Owner owner);

/// Which property of the person has to equal which property of the account.
enum class MatchBy : std::uint8_t { employee_number, mail, login, principal_local_part, mail_local_part };

struct MatchRule {
  MatchBy by = MatchBy::employee_number;
  double confidence = 1.0;                  ///< of links made by it, 0 to 1
  std::vector<std::string> strip_prefixes;  ///< removed from the account's login when nobody has it as it is: "adm-"
  std::vector<std::string> strip_suffixes;  ///< "-admin"
};

/// A non-human account that somebody answers for.
struct RegisteredAccount {
  std::string source;  ///< directory; empty: any that has no entry of its own for that login
  std::string login;   ///< compared without case
  std::string owner;   ///< employee id of the person who answers for it; may be empty
  std::string purpose;
};

struct Settings {
  std::vector<MatchRule> rules = {{MatchBy::employee_number, 1.0, {}, {}}, {MatchBy::mail, 0.9, {}, {}}};
  std::vector<RegisteredAccount> registered;
  std::vector<std::string> non_human_patterns;  ///< RE2 over the login, whole string, without case
  /// More than this share of a directory's human accounts without an owner makes HR unbelievable: they become
  /// "cannot tell" instead of orphans (a feed cut in half must not make everybody an orphan). 0 to 1.
  double max_unmatched_share = 0.3;
  /// … but only from this many accounts without an owner on, so that a small directory can have orphans.
  std::uint32_t unmatched_floor = 20;
};

/// The link of one account.
struct Link {
  Owner owner = Owner::cannot_tell;
  bool primary = true;  ///< the person's main account in this directory; false for admin-, test- and further ones
  float confidence = 0;
  model::PersonId person;  ///< Owner::person; for non_human the one who answers for it, when HR knows them
  base::TextId reason;     ///< "employee number", "mail"; why it is ambiguous or cannot be told; in Correlation::text
};

/// So many of the people who fit one account are named: a mail that a whole company shares would cost people times
/// accounts otherwise.
inline constexpr std::size_t kMaxCandidates = 20;

struct Correlation {
  base::TextPool text;
  std::vector<Link> links;  ///< by account
  model::SparseRows<model::PersonId>
      candidates;  ///< by account; who fits where ambiguous (at most kMaxCandidates), else empty
  model::SparseRows<model::AccountId> accounts_of;  ///< by person; ascending

  [[nodiscard]] const Link& of(model::AccountId account) const { return links[account.index()]; }
};

/// Links every account. Pure and deterministic; linear in people plus accounts.
Correlation correlate(const model::Snapshot& snapshot, const Settings& settings);

/// The troubles of patterns that RE2 refuses, to be reported by whoever read the settings.
base::Diagnostics check(const Settings& settings);

}  // namespace tally::correlation
