// Traces: everything that the state folder keeps of one person, found before anything is decided about it.
//
//   auto traces = find_traces(kept, "001004");
//   traces->handles, traces->entries, traces->runs, traces->words …
//
// Whose accounts are whose, the kept links and the log's own entries say. Entries about somebody else that name the
// person are traces, too: a group's finding, an example of a rule's tally, a manager. Reads all of the log and every
// kept run. Not what decides or deletes: erasure.h.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/pipeline/identifiers.h"
#include "daemon/pipeline/keeping.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::pipeline {

struct Traces {
  std::string employee_id;                ///< empty: an account that is nobody's
  std::set<std::string> keys;             ///< Subject::key of the person, their accounts, memberships; "operator/…"
  Identifiers words;                      ///< names, logins, addresses, DNs, numbers, keys
  std::set<std::string> handles;          ///< of those keys in the log
  std::vector<std::uint64_t> entries;     ///< with values of theirs or about them
  std::uint64_t mentions = 0;             ///< how many of `entries` are about others
  std::vector<std::string> runs;          ///< kept ones that name them, or that cannot be read
  std::vector<std::string> reports;       ///< files of reports in the state folder that do
  std::optional<base::Instant> newest;    ///< time of the newest entry about them
  std::optional<base::Instant> still_in;  ///< HR or a directory still had them in the newest audit, at this time

  /// What a hold on them is sealed under: the person's key, else an account's.
  [[nodiscard]] std::string main_key() const;
  [[nodiscard]] std::set<std::string> account_keys() const;
};

/// `subject`: an employee number, "person/…" or "account/…" as findings name them, or a handle of the log. Kinds
/// `not_found` when nothing is kept of such a person, `conflict` when it may be several, `malformed` when it is no
/// person.
base::Result<Traces> find_traces(Kept& kept, const std::string& subject);
/// Files of reports in the state folder that have one of the words.
std::vector<std::string> reports_with(const std::string& state, const Identifiers& words);

}  // namespace tally::pipeline
