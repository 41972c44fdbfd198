// Probes: what a directory shows of what it hides. Each is cheap, asks in another way than the main read did, and
// lowers the coverage with the reason when something is missing. Nothing here can raise it.
//
//   ServerState before = read_state(session, options, patience);   // rootDSE: who answers, and its change counter
//   … main read …
//   probe_canaries(…); probe_hidden_children(…); probe_count(…)
//
// KNOWN GAP: an entry that access rules hide beside visible siblings, that no group names and that is no canary, cannot
// be noticed by anybody who may not see it. Canaries and accounts_at_least are the answer to that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/options.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/table_builder.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// What the server says of itself.
struct ServerState {
  std::vector<std::string> notes;  ///< vendor, host, naming contexts …, "name: value"
  std::vector<std::string> naming_contexts;
  std::string change_marker;          ///< contextCSN or highestCommittedUSN; empty when there is none
  bool pages = false;                 ///< announces RFC 2696
  std::optional<Dialect> kind;        ///< by server_kind.h; absent: none that is known
  std::optional<base::Instant> time;  ///< currentTime (MS-ADTS 3.1.1.3.2.3); Active Directory alone tells it
};

/// Reads the rootDSE (RFC 4512 §5.1) and the change marker. Never fails: what cannot be read stays empty.
ServerState read_state(Session& session, const ProfileOptions& options, const Patience& patience);

/// What every probe works on.
struct ProbeContext {
  Session& session;
  const LdapOptions& options;
  const Query& query;  ///< of the main read
  TableBuilder& builder;
  model::SourceRecord& source;
  Patience patience;
};

/// Canaries of the options must be among the entries read or at least visible.
void probe_canaries(ProbeContext& context);
/// OpenLDAP and 389-ds: containers that have children of which none is shown (hasSubordinates is computed without
/// regard to access rules). Containers that could not be listed or looked into lower the coverage too.
void probe_hidden_children(ProbeContext& context, const std::string& base);
/// Entries below the bases, or why they could not all be counted.
struct Count {
  std::uint64_t entries = 0;
  std::vector<model::Gap> gaps;
};

/// Counts what the main read reads, in another way: by its filter negated twice (which no index answers), by other
/// pages and without attributes.
Count count_again(Session& session, const LdapOptions& options, const Query& query,
                  const std::vector<std::string>& bases, const Patience& patience);
/// The same with that one attribute of each entry, which `each` is given.
Count count_again(Session& session, const LdapOptions& options, const Query& query,
                  const std::vector<std::string>& bases, const Patience& patience, std::string_view attribute,
                  const EachEntry& each);
/// A count that failed lowers the coverage, and is no agreement: true then.
bool count_failed(const Count& count, model::Coverage& coverage);
/// Compares `seen`, what the main read gave, with `counted`. A difference is counted once more and forgiven when the
/// directory was changing and it is small. A count that fails is no agreement.
void probe_count(ProbeContext& context, const std::vector<std::string>& bases, std::uint64_t seen, Count counted,
                 const ServerState& before);
/// Members of groups that lie inside the bases but were not read: AD keeps referential integrity, so one that cannot be
/// read either is hidden, and one that could not be asked for may be.
void probe_unresolved(ProbeContext& context, const Unresolved& unresolved);
/// accounts_at_least, and no account at all.
void check_population(const ProfileOptions& options, model::Harvest& harvest);

}  // namespace tally::directory
