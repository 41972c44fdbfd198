#include "policy/access/targets.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::access {
namespace {

using model::GroupId;
using model::Snapshot;
using model::Tier;

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return folded(x) == folded(y); });
}

/// The value of the first RDN: "Admins" of "CN=Admins,DC=corp". Escapes stay as they are.
std::string_view first_value(std::string_view dn) {
  const std::string_view first = dn.substr(0, dn.find(','));
  const std::size_t equals = first.find('=');
  return equals == std::string_view::npos ? std::string_view() : first.substr(equals + 1);
}

bool is_called(const Snapshot& s, std::size_t group, std::string_view name) {
  const std::string_view dn = s.view(s.groups.dn[group]);
  return same(s.view(s.groups.name[group]), name) || same(dn, name) || same(first_value(dn), name);
}

bool fits(const Snapshot& s, std::size_t group, const model::GroupChoice& choice, std::string_view rid) {
  const std::string_view sid = s.view(s.groups.sid[group]);
  const model::SourceRecord& source = s.source(s.groups.source[group]);
  if (!choice.source.empty() && source.name != choice.source) return false;
  if (!choice.profile.empty() && !source.connector.ends_with(choice.profile)) return false;  // "ldif/openldap" too
  if (!choice.sid.empty() && sid != choice.sid) return false;
  if (!rid.empty() && !(sid.starts_with("S-1-5-21-") && sid.ends_with(rid))) return false;
  return choice.name.empty() || is_called(s, group, choice.name);
}

}  // namespace

std::vector<GroupId> groups_of(const Snapshot& s, const model::GroupChoice& choice) {
  std::vector<GroupId> out;
  if (choice.name.empty() && choice.sid.empty() && !choice.rid) return out;
  const std::string rid = choice.rid ? fmt::format("-{}", *choice.rid) : std::string();
  for (std::size_t i = 0; i < s.groups.size(); ++i) {
    if (fits(s, i, choice, rid)) out.push_back(GroupId::at(i));
  }
  return out;
}

Tiers::Tiers(const Snapshot& s, std::span<const model::PrivilegedTarget> targets)
    : tier_(s.groups.tier), raised_by_(s.groups.size()) {
  for (const model::PrivilegedTarget& target : targets) {
    const base::TextId reason = text_.intern(target.reason);
    for (const GroupId group : groups_of(s, target.groups)) {
      if (tier_[group.index()] >= target.tier) continue;
      tier_[group.index()] = target.tier;
      raised_by_[group.index()] = reason;
    }
  }
}

std::string_view Tiers::basis(const Snapshot& s, GroupId group) const {
  const base::TextId raised = raised_by_[group.index()];
  return raised.valid() ? text_.view(raised) : s.view(s.groups.tier_basis[group.index()]);
}

}  // namespace tally::access
