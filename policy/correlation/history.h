// History: what an earlier run linked, beside what this one does. Identifiers that belong to somebody else now, and
// people who only have another name.
//
//   PreviousLinks before = remembered(earlier_snapshot, earlier_links);     // kept with that run
//   links.reuse = identifier_reuse(snapshot, links, before);
//
// A login, an address, an account or an employee number is reused when it was one human's and is another one's. Who is
// the same human is told by the employee number; by the name only that she is not: another number with the same name
// may be a rehire, so that is unknown. The same number with another family name is a change of name, not a new person.
//
// KNOWN GAP: POSIX uid numbers are not compared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/correlation/correlation.h"

namespace tally::correlation {

/// A name for comparing only: hashes of the first given name and of the family name, without case, accents and
/// particles. 0: there is none. No secret: whoever has a list of names can try them.
struct NameDigest {
  std::uint64_t given = 0, family = 0;

  friend bool operator==(const NameDigest&, const NameDigest&) = default;
};

/// What has to be kept of a run. Texts are in `text`.
struct PreviousLinks {
  struct Account {
    base::TextId key;  ///< as model::write_account_key()
    base::TextId source;
    base::TextId login, mail;  ///< folded
    base::TextId employee_id;  ///< of the person it belonged to; empty: not a person's, or not known
  };
  struct Person {
    base::TextId employee_id;  ///< trimmed
    base::TextId mail, login;  ///< folded
    NameDigest name;
  };
  base::TextPool text;
  std::vector<Account> accounts;
  std::vector<Person> people;
  std::vector<std::string> complete;  ///< names of the sources that were completely seen
};

PreviousLinks remembered(const model::Snapshot& snapshot, const Correlation& links);

/// Three-valued: unknown where the earlier run did not see enough, or where it is not known whose the account is.
Reuse identifier_reuse(const model::Snapshot& snapshot, const Correlation& links, const PreviousLinks& before);

}  // namespace tally::correlation
