#include "connectors/directory/probe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ldap.h>

#include <algorithm>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/server_kind.h"
#include "connectors/directory/value_syntax.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using model::CoverageState;
using Kind = model::Gap::Kind;

/// Containers of one base that are looked into, one request each: some seconds. Beyond it the coverage is partial.
constexpr std::size_t kMaxContainers = 10'000;
/// Pages of the second count differ in size from those of the main read, so that they cut elsewhere.
constexpr std::uint32_t kCountPage = 700;
/// A difference between counts that a directory in use explains: so many entries, or one in so many.
constexpr std::uint64_t kChurnEntries = 10;
constexpr std::uint64_t kChurnShare = 1000;

bool is_ad(const LdapOptions& options) { return options.profile.dialect == Dialect::active_directory; }

void ignore(const Entry&) {}

void note_values(const Entry& entry, std::string_view name, std::vector<std::string>& notes) {
  for (const std::string_view value : entry.values(name)) {
    notes.push_back(fmt::format("{}: {}", name, base::displayable(value)));
  }
}

/// The naming context that holds the first base; the base itself when none is announced.
std::string context_of(const ServerState& state, const ProfileOptions& options) {
  for (const std::string& context : state.naming_contexts) {
    if (!context.empty() && DnScope({context}).contains(options.bases.front())) return context;
  }
  return options.bases.front();
}

/// What asking for something came to.
enum class Sight : std::uint8_t {
  shown,
  not_shown,
  not_asked,  ///< no answer that says either
};

Sight sight_of(const SearchOutcome& found) {
  if (found.entries > 0 || found.code == LDAP_SIZELIMIT_EXCEEDED) return Sight::shown;
  return found.code == LDAP_SUCCESS || found.code == LDAP_NO_SUCH_OBJECT ? Sight::not_shown : Sight::not_asked;
}

SearchOutcome look_at(ProbeContext& c, const std::string& dn) {
  return read_entry(c.session, dn, {"1.1"}, c.patience, ignore);
}

/// Whether at least one child is shown.
SearchOutcome look_into(ProbeContext& c, const std::string& container) {
  Search what;
  what.base = container;
  what.scope = Scope::one_level;
  // 389-ds shows subentries (roles, templates of classes of service) only to a filter that names them.
  what.query = {"(|(objectClass=*)(objectClass=ldapSubEntry))", {"1.1"}};
  what.size_limit = 1;  // one is enough; sizeLimitExceeded then says that there are more
  return search(c.session, what, c.patience, ignore);
}

/// How many of some requests came to what.
struct Sights {
  std::size_t shown = 0, not_shown = 0, not_asked = 0;
  std::vector<model::Gap> trouble;  ///< of the first that was no answer

  void add(SearchOutcome found) {
    const Sight sight = sight_of(found);
    ++(sight == Sight::shown ? shown : sight == Sight::not_shown ? not_shown : not_asked);
    if (sight == Sight::not_asked && trouble.empty()) trouble = std::move(found.gaps);
  }
  /// Why the rest could not be asked: a kind and a sentence.
  [[nodiscard]] model::Gap why() const {
    return trouble.empty() ? model::Gap{Kind::timed_out, "the time was over"} : trouble.front();
  }
};

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }

}  // namespace

ServerState read_state(Session& session, const ProfileOptions& options, const Patience& patience) {
  ServerState out;
  const bool ad = options.dialect == Dialect::active_directory;
  read_entry(session, "",
             {"namingContexts", "supportedControl", "vendorName", "vendorVersion", "dnsHostName", "highestCommittedUSN",
              "domainFunctionality", "currentTime", "objectClass", "supportedCapabilities"},
             patience, [&](const Entry& entry) {
               out.kind = recognise(entry);
               for (const auto value : entry.values("namingContexts")) out.naming_contexts.emplace_back(value);
               for (const char* name :
                    {"namingContexts", "vendorName", "vendorVersion", "dnsHostName", "domainFunctionality"}) {
                 note_values(entry, name, out.notes);
               }
               out.pages = entry.has_value("supportedControl", LDAP_CONTROL_PAGEDRESULTS);
               if (const auto now = entry.first("currentTime")) out.time = generalized_time(*now);
               if (ad) out.change_marker = entry.first("highestCommittedUSN").value_or("");
             });
  if (!ad) {
    read_entry(session, context_of(out, options), {"contextCSN"}, patience, [&](const Entry& entry) {
      out.change_marker = fmt::format("{}", fmt::join(entry.values("contextCSN"), " "));
    });
  }
  return out;
}

Count count_again(Session& session, const LdapOptions& options, const Query& query,
                  const std::vector<std::string>& bases, const Patience& patience) {
  return count_again(session, options, query, bases, patience, "1.1", ignore);
}

Count count_again(Session& session, const LdapOptions& options, const Query& query,
                  const std::vector<std::string>& bases, const Patience& patience, std::string_view attribute,
                  const EachEntry& each) {
  Count out;
  for (const std::string& base : bases) {
    Search what;
    what.base = base;
    what.query = {fmt::format("(!(!{}))", query.filter), {std::string(attribute)}};
    what.page_size = options.page_size == 0 ? 0 : std::min(kCountPage, std::max(1U, options.page_size / 2));
    SearchOutcome found = search(session, what, patience, each);
    out.entries += found.entries;
    std::move(found.gaps.begin(), found.gaps.end(), std::back_inserter(out.gaps));
  }
  return out;
}

bool count_failed(const Count& count, model::Coverage& coverage) {
  if (count.gaps.empty()) return false;
  coverage.lower(CoverageState::partial, count.gaps.front().kind,
                 "the entries could not be counted a second time: " + count.gaps.front().sentence);
  return true;
}

void probe_canaries(ProbeContext& c) {
  std::size_t missing = 0;
  for (const std::string& dn : c.options.profile.canaries) {
    if (!c.builder.contains(dn) && sight_of(look_at(c, dn)) != Sight::shown) ++missing;
  }
  const std::size_t all = c.options.profile.canaries.size();
  if (missing > 0) {
    c.source.coverage.lower(
        CoverageState::partial, Kind::hidden,
        fmt::format("{} of {} canary entries cannot be seen: access rules hide part of the tree, or "
                    "they were removed",
                    missing, all));
  } else if (all > 0) {
    c.source.notes.push_back(fmt::format("canaries: all {} seen", all));
  }
}

void probe_hidden_children(ProbeContext& c, const std::string& base) {
  if (is_ad(c.options)) return;
  std::vector<std::string> containers;
  Search what;
  what.base = base;
  // Alone: "and not an account" would be undefined, so no match, wherever the schema lacks one class of the filter.
  what.query = {"(hasSubordinates=TRUE)", {"1.1"}};
  what.page_size = c.options.page_size;
  what.max_entries = kMaxContainers;
  const SearchOutcome found =
      search(c.session, what, c.patience, [&](const Entry& entry) { containers.emplace_back(entry.dn()); });
  if (!found.gaps.empty()) {
    c.source.coverage.lower(CoverageState::partial, found.gaps.front().kind,
                            "not all containers were looked into for hidden entries: " + found.gaps.front().sentence);
  }
  Sights seen;
  for (const std::string& container : containers) seen.add(look_into(c, container));
  c.source.notes.push_back(fmt::format("hidden-children: {} containers looked into", containers.size()));
  if (seen.not_asked > 0) {
    c.source.coverage.lower(CoverageState::partial, seen.why().kind,
                            fmt::format("{} of {} containers could not be looked into for hidden entries: {}",
                                        seen.not_asked, containers.size(), seen.why().sentence));
  }
  if (const std::size_t blind = seen.not_shown; blind > 0) {
    c.source.coverage.lower(
        CoverageState::partial, Kind::hidden,
        fmt::format("{} container{} below a base {} entries of which none is shown: access rules hide "
                    "them",
                    blind, blind == 1 ? "" : "s", blind == 1 ? "has" : "have"));
  }
}

void probe_count(ProbeContext& c, const std::vector<std::string>& bases, std::uint64_t seen, Count count,
                 const ServerState& before) {
  model::Coverage& coverage = c.source.coverage;
  if (count_failed(count, coverage)) return;
  const std::uint64_t first = count.entries;
  if (first != seen) count = count_again(c.session, c.options, c.query, bases, c.patience);
  if (!count.gaps.empty()) {
    coverage.lower(CoverageState::partial, Kind::count_mismatch,
                   fmt::format("two counts differ ({} entries read, {} counted), and counting once more failed: {}",
                               seen, first, count.gaps.front().sentence));
    return;
  }
  const ServerState after = read_state(c.session, c.options.profile, c.patience);
  const bool marker_moved = !after.change_marker.empty() && after.change_marker != before.change_marker;
  const bool changing = count.entries != first || marker_moved;
  c.source.notes.push_back(fmt::format("change-marker-before: {}", before.change_marker));
  c.source.notes.push_back(fmt::format("change-marker-after: {}", after.change_marker));
  coverage.records_counted = count.entries;
  coverage.counted_by = "a second search with the filter negated twice, other pages and no attributes";
  if (count.entries == seen) return;
  const std::uint64_t forgiven = std::max(kChurnEntries, seen / kChurnShare);
  if (changing && distance(count.entries, seen) <= forgiven) {
    c.source.notes.push_back(fmt::format("counts: {} entries read, {} and {} counted: the directory changed meanwhile",
                                         seen, first, count.entries));
    return;
  }
  coverage.lower(CoverageState::partial, Kind::count_mismatch,
                 fmt::format("{} entries were read, but a second way counts {}", seen, count.entries));
}

void probe_unresolved(ProbeContext& c, const Unresolved& unresolved) {
  for (const std::string& note : unresolved.notes) c.source.notes.push_back(note);
  Sights seen;
  for (const std::string& dn : unresolved.in_bases) {
    if (c.patience.total.passed()) break;
    seen.add(look_at(c, dn));
  }
  const std::size_t answered = seen.shown + seen.not_shown;
  if (is_ad(c.options) && answered < unresolved.in_bases_total) {
    c.source.coverage.lower(
        CoverageState::partial, Kind::hidden,
        fmt::format("of {} members of groups that lie inside the bases and were not read, only {} could be looked up: "
                    "the others may be hidden",
                    unresolved.in_bases_total, answered));
  }
  if (seen.not_shown == 0) return;
  const std::string sentence = fmt::format("{} of {} members of groups that lie inside the bases cannot be seen",
                                           seen.not_shown, unresolved.in_bases_total);
  if (is_ad(c.options)) {
    c.source.coverage.lower(CoverageState::partial, Kind::hidden, sentence + ": access rules hide them");
  } else {
    // OpenLDAP leaves names of deleted entries in groups, so this proves nothing.
    c.source.notes.push_back("unseen-members: " + sentence + ": deleted, or hidden");
  }
}

void check_population(const ProfileOptions& options, model::Harvest& harvest) {
  model::Coverage& coverage = harvest.source.coverage;
  const std::uint64_t accounts = harvest.accounts.size();
  if (accounts == 0) {
    coverage.lower(CoverageState::failed, Kind::hidden,
                   "no account was seen: the directory is empty, or access rules hide everything: cannot tell");
  } else if (options.accounts_at_least && accounts < *options.accounts_at_least) {
    coverage.lower(CoverageState::partial, Kind::envelope,
                   fmt::format("{} accounts were seen, but the configuration expects at least {}", accounts,
                               *options.accounts_at_least));
  }
}

}  // namespace tally::directory
