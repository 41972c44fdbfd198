#include "policy/access/relations.h"

#include <algorithm>
#include <array>
#include <string>

namespace tally::access {
namespace {

using model::GroupId;
using model::Snapshot;
using model::SourceId;

void add_once(std::vector<SourceId>& list, SourceId source) {
  if (std::find(list.begin(), list.end(), source) == list.end()) list.push_back(source);
}

/// "S-1-5-21-1-2-3" of "S-1-5-21-1-2-3-512"; "" for SIDs of no domain. Those of 0-0-0 say how somebody signed in
/// (COMPOUNDED_AUTHENTICATION and CLAIMS_VALID, MS-DTYP 2.4.2.4).
std::string_view domain_of(std::string_view sid) {
  if (!sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-5-21-0-0-0-")) return {};
  return sid.substr(0, sid.rfind('-'));
}

/// What runs on a host without an account of a directory: IUSR, SYSTEM, LOCAL SERVICE, NETWORK SERVICE, single
/// services; and ENTERPRISE_DOMAIN_CONTROLLERS, who have all power by their primary group (MS-DTYP 2.4.2.4).
bool is_of_hosts(std::string_view sid) {
  constexpr std::array<std::string_view, 5> kHosts = {"S-1-5-9", "S-1-5-17", "S-1-5-18", "S-1-5-19", "S-1-5-20"};
  return std::find(kHosts.begin(), kHosts.end(), sid) != kHosts.end() || sid.starts_with("S-1-5-80-");
}

/// "active-directory" of "ldif/active-directory": what was read, not how.
std::string_view kind_of(const model::SourceRecord& source) {
  const std::string_view connector = source.connector;
  return connector.substr(connector.rfind('/') + 1);
}

/// The domain components at the end of a DN in small letters: "dc=corp,dc=example"; "" when it has none.
std::string tree_of(std::string_view dn) {
  std::size_t begin = dn.size();
  while (begin > 0) {
    const std::size_t comma = begin >= 2 ? dn.rfind(',', begin - 2) : std::string_view::npos;
    const std::size_t rdn = comma == std::string_view::npos ? 0 : comma + 1;
    const std::string_view type = dn.substr(rdn, 3);
    if (type.size() < 3 || (type[0] | 0x20) != 'd' || (type[1] | 0x20) != 'c' || type[2] != '=') break;
    begin = rdn;
  }
  std::string out(dn.substr(begin));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

}  // namespace

bool certainly_nobody(const Snapshot& s, std::size_t row) {
  const std::string_view sid = s.view(s.foreign_members.sid[row]);
  const std::string_view domain = domain_of(sid);
  if (domain.empty()) return is_of_hosts(sid);
  return std::any_of(s.sources.begin(), s.sources.end(), [&](const model::SourceRecord& source) {
    return source.coverage.state == model::CoverageState::complete &&
           std::find(source.domains.begin(), source.domains.end(), domain) != source.domains.end();
  });
}

bool is_population(const Snapshot& s, std::size_t row) {
  const std::string_view sid = s.view(s.foreign_members.sid[row]);
  return !sid.empty() && domain_of(sid).empty() && !is_of_hosts(sid);
}

bool of_one_kind(const model::SourceRecord& a, const model::SourceRecord& b) {
  const auto is_directory = [](const model::SourceRecord& one) { return one.kind == model::SourceKind::directory; };
  return is_directory(a) && is_directory(b) && kind_of(a) == kind_of(b);
}

Relations::Relations(const Snapshot& s)
    : s_(s), windows_(s.sources.size()), directly_above_(s.sources.size()), above_(s.sources.size()) {
  const bool several = std::count_if(s.sources.begin(), s.sources.end(), [](const model::SourceRecord& source) {
                         return source.kind == model::SourceKind::directory;
                       }) > 1;
  if (several || s.foreign_members.size() > 0) find_domains();
  if (s.foreign_members.size() > 0) find_trees();
  if (several) find_memberships();
  if (several) find_incomplete();
  for (std::size_t row = 0; row < s.foreign_members.size(); ++row) {
    for (const SourceId home : home_of(row)) relate(home, s.foreign_members.source[row]);
  }
  close();
}

void Relations::find_domains() {
  std::string_view last;
  SourceId of;
  const auto look = [&](base::TextId id, SourceId source) {
    const std::string_view domain = domain_of(s_.view(id));
    if (domain.empty() || (domain == last && source == of)) return;
    last = domain;
    of = source;
    windows_[source.index()] = true;
    add_once(by_domain_[domain], source);
  };
  for (std::size_t i = 0; i < s_.accounts.size(); ++i) look(s_.accounts.sid[i], s_.accounts.source[i]);
  for (std::size_t i = 0; i < s_.groups.size(); ++i) look(s_.groups.sid[i], s_.groups.source[i]);
  for (std::size_t i = 0; i < s_.sources.size(); ++i) {
    for (const std::string& domain : s_.sources[i].domains) add_once(by_domain_[domain], SourceId::at(i));
  }
}

void Relations::find_trees() {
  std::string_view last;
  SourceId of;
  const auto look = [&](base::TextId id, SourceId source) {
    const std::string_view dn = s_.view(id);
    // Neighbours mostly hang on the same branch: "…,ou=staff,dc=corp" as the one before.
    const std::string_view branch = dn.substr(std::min(dn.size(), dn.find(',')));
    if (branch == last && source == of) return;
    last = branch;
    of = source;
    if (std::string tree = tree_of(dn); !tree.empty()) add_once(by_tree_[std::move(tree)], source);
  };
  for (std::size_t i = 0; i < s_.accounts.size(); ++i) look(s_.accounts.dn[i], s_.accounts.source[i]);
  for (std::size_t i = 0; i < s_.groups.size(); ++i) look(s_.groups.dn[i], s_.groups.source[i]);
}

void Relations::find_memberships() {
  const auto look = [&](const model::SparseRows<GroupId>& rows, const std::vector<SourceId>& source) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      for (const GroupId group : rows.row(i)) relate(source[i], s_.groups.source[group.index()]);
    }
  };
  look(s_.groups_of_account, s_.accounts.source);
  look(s_.groups_of_group, s_.groups.source);
}

/// What was not seen of a directory may be memberships of those of its kind: yesterday's member would be gone today.
void Relations::find_incomplete() {
  for (std::size_t group = 0; group < s_.sources.size(); ++group) {
    if (s_.sources[group].coverage.state == model::CoverageState::complete) continue;
    for (std::size_t member = 0; member < s_.sources.size(); ++member) {
      if (of_one_kind(s_.sources[member], s_.sources[group])) relate(SourceId::at(member), SourceId::at(group));
    }
  }
}

void Relations::relate(SourceId member, SourceId group) {
  if (member != group) add_once(directly_above_[member.index()], group);
}

/// Over others too: from each directory upwards.
void Relations::close() {
  for (std::size_t i = 0; i < above_.size(); ++i) {
    std::sort(directly_above_[i].begin(), directly_above_[i].end());
  }
  for (std::size_t i = 0; i < above_.size(); ++i) {
    std::vector<SourceId>& all = above_[i];
    all.push_back(SourceId::at(i));
    for (std::size_t next = 0; next < all.size(); ++next) {
      for (const SourceId up : directly_above_[all[next].index()]) add_once(all, up);
    }
    std::sort(all.begin() + 1, all.end());
  }
}

/// The directories that its SID or its DN points to.
std::vector<SourceId> Relations::home_of(std::size_t row) const {
  const model::ForeignMembers& f = s_.foreign_members;
  if (const std::string_view sid = s_.view(f.sid[row]); !sid.empty()) {
    const auto found = by_domain_.find(domain_of(sid));
    return found == by_domain_.end() ? std::vector<SourceId>() : found->second;
  }
  const auto found = by_tree_.find(tree_of(s_.view(f.dn[row])));
  return found == by_tree_.end() ? std::vector<SourceId>() : found->second;
}

std::vector<SourceId> Relations::concerned_by(std::size_t row) const {
  if (certainly_nobody(s_, row)) return {};
  const model::ForeignMembers& f = s_.foreign_members;
  const SourceId own = f.source[row];
  std::vector<SourceId> out = home_of(row);
  // A universal group holds members from all domains of its forest (groupType, MS-ADTS 2.2.12): which those are no SID
  // tells. A foreign security principal of a domain is never of the group's own forest; an entry of another domain
  // named by its DN is, and whoever a population stands for may be anybody's.
  const bool of_another_forest = !s_.view(f.sid[row]).empty() && !is_population(s_, row);
  if (!of_another_forest) add_once(out, own);
  for (std::size_t i = 0; i < windows_.size() && windows_[own.index()]; ++i) {
    if (windows_[i] && (!of_another_forest || i != own.index())) add_once(out, SourceId::at(i));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace tally::access
