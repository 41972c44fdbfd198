// Correlation: who owns which account, by which rule, how surely; ambiguity and "cannot tell" are answers.
//
//   Correlation links = correlate(snapshot, settings, decisions);
//   if (links.of(account).owner == Owner::person) …
//
// What people decided comes first: "hers", and "never hers". Then matching goes from sure to less sure: registers and
// built-ins, employee number, then the configured rules in their order. The first rule with a candidate decides; two
// candidates are ambiguous, never a guess, and so are signs that contradict each other: a mail of one person beside an
// employee number that is not theirs (addresses are given to somebody else, numbers are not), or beside a login that
// fits a pattern of non-human accounts.
//
// Likeness (a login made of a name) links nothing. Whoever looks like the owner of an account that is nobody's, or
// several people's, is suggested to a person who decides.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/correlation/name_digest.h"
#include "policy/correlation/settings.h"
#include "policy/model/decision.h"
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

/// Who answers for a registered account.
enum class Answerable : std::uint8_t {
  none,         ///< the register names nobody, or the account is not in it
  person,       ///< Link::person
  ambiguous,    ///< several people of HR have that number
  nobody,       ///< HR was fully seen and does not know that number
  cannot_tell,  ///< HR was not fully seen and nobody it showed has that number
};

std::string_view to_string(Answerable answerable);

/// The link of one account.
struct Link {
  Owner owner = Owner::cannot_tell;
  bool primary = true;  ///< the person's main account in this directory; false for admin-, test- and further ones
  bool marked = false;  ///< a person's account of a persona, or with a decoration that a matching rule knows ("adm-")
  bool registered = false;
  Answerable answerable = Answerable::none;
  float confidence = 0;
  model::PersonId person;  ///< Owner::person; for non_human the one who answers for it, when HR knows them
  base::TextId reason;     ///< "employee number", "mail"; why it is ambiguous or cannot be told; in Correlation::text
  base::TextId persona;    ///< kind of the persona whose pattern it fits; empty: none
  base::TextId registered_owner;  ///< employee id that the register names
};

/// Who knows the secret of a registered account, as the register says.
struct Custodians {
  model::AccountId account;
  std::vector<model::PersonId> people;  ///< whom HR knows, once each, ascending; who answers for it is among them
  std::vector<model::GroupId> groups;   ///< their members know it too, those of groups in them as well; ascending
  base::TextId missing;  ///< not empty: somebody who knows it may not be here, and why; in Correlation::text
};

/// Somebody who may be the owner: for a person to confirm.
struct Suggestion {
  model::PersonId person;
  float score = 0;   ///< 0 to 1; never 1
  base::TextId why;  ///< the signs, without anybody's data: "the mail address is equal; …"; in Correlation::text
};

/// What became of identifiers since an earlier run (history.h). Each fact's basis is in `text`.
struct Reuse {
  base::TextPool text;
  std::vector<model::BoolFact> account;  ///< by account: it, its login or its address was another person's
  std::vector<model::BoolFact> person;   ///< by person: the employee number, the address or the login was another's
  std::vector<model::BoolFact> renamed;  ///< by person: the same number and given name, another family name
};

/// A decision that had no effect, or not the one it names.
struct DecisionTrouble {
  enum Kind : std::uint8_t {
    account_gone,    ///< its directory was completely seen and has no such account
    account_unseen,  ///< no such account was seen, in a directory that was not seen completely, or not read at all
    person_gone,     ///< HR was completely seen and does not know that employee number
    person_unseen,   ///< HR did not show that number, and was not seen completely
    several_people,  ///< several people of HR have that number
    superseded,      ///< a later decision gives the account to somebody else
  };
  Kind kind = account_gone;
  std::size_t decision = 0;  ///< position among the decisions given
};

std::string_view to_string(DecisionTrouble::Kind kind);

/// So many of the people who fit one account are named: a mail that a whole company shares would cost people times
/// accounts otherwise.
inline constexpr std::size_t kMaxCandidates = 20;

struct Correlation {
  base::TextPool text;
  std::vector<Link> links;  ///< by account
  model::SparseRows<model::PersonId>
      candidates;  ///< by account; who fits where ambiguous (at most kMaxCandidates), else empty
  model::SparseRows<model::AccountId> accounts_of;  ///< by person; ascending
  model::SparseRows<Suggestion> suggestions;        ///< by account; most likely first; only where nobody's or ambiguous
  std::vector<NameDigest> names;                    ///< by person
  std::vector<Custodians> custodians;               ///< of the registered accounts, ascending by account
  std::vector<std::pair<model::AccountId, model::PersonId>> never;  ///< decided never to be one; ascending
  std::vector<DecisionTrouble> troubles;                            ///< in the order of the decisions. Only for an
                                          ///< audit: who looks up one person does not see the other accounts
  model::SparseRows<model::DeletedId> deleted_of;  ///< by person: accounts that were theirs and are no more; no rows
                                                   ///< when the snapshot has no such accounts
  std::optional<Reuse> reuse;                      ///< absent: there is no earlier run to compare with

  [[nodiscard]] const Link& of(model::AccountId account) const { return links[account.index()]; }
};

/// The reason of a link that somebody decided. Who and why stays in the log: it is personal.
inline constexpr std::string_view kDecided = "decided by a person";

/// Links every account. Pure and deterministic; linear in people plus accounts.
///
/// Decisions outrank every sign, the register and the built-in accounts too. Of several about the same account and
/// person, and of several "same" about one account, the latest in the log counts.
/// A "same" whose person is not in HR any more links nobody: the account is nobody's while nobody else fits, and
/// ambiguous when somebody does, because somebody said it is not theirs alone.
Correlation correlate(const model::Snapshot& snapshot, const Settings& settings,
                      std::span<const model::LinkDecision> decisions = {});

}  // namespace tally::correlation
