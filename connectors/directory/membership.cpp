#include "connectors/directory/membership.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "connectors/directory/sid.h"
#include "policy/base/utf8.h"

namespace tally::directory {

void Memberships::add(Node member, model::GroupId group) {
  if (member.kind == NodeKind::account) of_accounts_.push_back({member.row, group.index()});
  if (member.kind == NodeKind::group) of_groups_.push_back({member.row, group.index()});
}

void Memberships::add_late(std::string_view dn, model::GroupId group) {
  late_.push_back({late_text_.intern(dn), group});
}

void Memberships::add_foreign(model::Harvest& harvest, model::GroupId group, std::string_view dn,
                              std::string_view sid) {
  model::ForeignMembers& foreign = harvest.foreign_members;
  foreign.source.emplace_back(0);
  foreign.group.push_back(group);
  // Entries with other names are never read, so nobody has it; it stays for the count.
  foreign.dn.push_back(harvest.text.intern(base::is_utf8(dn) ? std::string(dn) : base::displayable(dn)));
  foreign.sid.push_back(harvest.text.intern(sid));
}

void Memberships::add_member_uid(std::string_view uid, model::GroupId group) {
  member_uids_.push_back({late_text_.intern(uid), group});
}

Unresolved Memberships::resolve(const DnIndex& index, const DnScope& scope, model::Harvest& harvest) {
  Unresolved left;
  resolve_late(index, scope, harvest, left);
  resolve_uids(harvest, left);
  resolve_primary_gids(harvest, left);
  resolve_primary_rids(harvest, left);
  resolve_managers(index, harvest);
  resolve_owners(index, harvest);
  harvest.groups_of_account = rows_of(of_accounts_, harvest.accounts.size());
  harvest.groups_of_group = rows_of(of_groups_, harvest.groups.size());
  return left;
}

void Memberships::resolve_late(const DnIndex& index, const DnScope& scope, model::Harvest& harvest, Unresolved& left) {
  std::unordered_set<std::string> counted;
  for (const Late& late : late_) {
    const std::string_view dn = late_text_.view(late.name);
    if (const auto node = index.find(dn)) {
      add(*node, late.group);
      continue;
    }
    const bool outside = !scope.contains(dn);
    if (outside) add_foreign(harvest, late.group, dn, {});
    ++harvest.groups.unresolved_members[late.group.index()];
    std::string key;
    if (!normalise_dn(dn, key)) key = dn;
    if (!counted.insert(std::move(key)).second) continue;
    if (outside) {
      ++left.outside_total;
      continue;
    }
    ++left.in_bases_total;
    if (left.in_bases.size() < Unresolved::kMaxListed) left.in_bases.emplace_back(dn);
  }
}

/// memberUid (RFC 2307): a Unix host lets in whoever has that name, so every account with it is a member.
void Memberships::resolve_uids(model::Harvest& harvest, Unresolved& left) {
  if (member_uids_.empty()) return;
  std::unordered_multimap<std::string_view, model::AccountId> accounts;
  accounts.reserve(uids_.size());
  for (const auto& [uid, account] : uids_) accounts.emplace(harvest.text.view(uid), account);
  std::uint64_t unknown = 0;
  for (const Late& member : member_uids_) {
    const auto [begin, end] = accounts.equal_range(late_text_.view(member.name));
    for (auto it = begin; it != end; ++it) of_accounts_.push_back({it->second.index(), member.group.index()});
    if (begin != end) continue;
    ++harvest.groups.unresolved_members[member.group.index()];
    ++unknown;
  }
  if (unknown > 0) left.notes.push_back(fmt::format("memberUid values that name no account: {}", unknown));
}

/// gidNumber: several groups may share a number by mistake; then the account is in all of them, as files show it.
void Memberships::resolve_primary_gids(model::Harvest& harvest, Unresolved& left) {
  if (primary_gids_.empty()) return;
  std::sort(gids_.begin(), gids_.end());
  std::uint64_t unseen = 0;
  for (const auto& [account, gid] : primary_gids_) {
    const auto first = std::lower_bound(gids_.begin(), gids_.end(), std::pair(gid, model::GroupId(0)));
    auto& basis = harvest.accounts.primary_group_basis[account.index()];
    if (first == gids_.end() || first->first != gid) {
      basis = harvest.text.intern(fmt::format("gidNumber={}: no group with that number was seen", gid));
      ++unseen;
      continue;
    }
    basis = harvest.text.intern(fmt::format("gidNumber={}", gid));
    harvest.accounts.primary_group[account.index()] = first->second;
    for (auto it = first; it != gids_.end() && it->first == gid; ++it) {
      of_accounts_.push_back({account.index(), it->second.index()});
    }
  }
  if (unseen > 0) left.notes.push_back(fmt::format("accounts whose gidNumber names no group seen: {}", unseen));
}

/// primaryGroupID (MS-ADTS 3.1.1.4.5.2): the RID of a group in the account's own domain; `member` never lists it.
void Memberships::resolve_primary_rids(model::Harvest& harvest, Unresolved& left) {
  if (primary_rids_.empty()) return;
  std::unordered_map<std::string, model::GroupId> by_sid;
  for (std::size_t i = 0; i < harvest.groups.size(); ++i) {
    const std::string_view sid = harvest.text.view(harvest.groups.sid[i]);
    if (!sid.empty()) by_sid.emplace(sid, model::GroupId::at(i));
  }
  std::uint64_t unseen = 0;
  std::string wanted;
  for (const auto& [account, rid] : primary_rids_) {
    auto& basis = harvest.accounts.primary_group_basis[account.index()];
    const auto own = split_sid(harvest.text.view(harvest.accounts.sid[account.index()]));
    if (own) {
      wanted.assign(own->domain);
      wanted += fmt::format("-{}", rid);
    }
    const auto found = own ? by_sid.find(wanted) : by_sid.end();
    if (found == by_sid.end()) {
      basis = harvest.text.intern(own ? fmt::format("primaryGroupID={}: no group with the SID {} was seen", rid, wanted)
                                      : fmt::format("primaryGroupID={}: the account's own SID is not known", rid));
      ++unseen;
      continue;
    }
    basis = harvest.text.intern(fmt::format("primaryGroupID={}", rid));
    harvest.accounts.primary_group[account.index()] = found->second;
    of_accounts_.push_back({account.index(), found->second.index()});
  }
  if (unseen > 0) left.notes.push_back(fmt::format("accounts whose primary group was not seen: {}", unseen));
}

void Memberships::resolve_managers(const DnIndex& index, model::Harvest& harvest) const {
  for (const auto& [account, name] : managers_) {
    const auto node = index.find(late_text_.view(name));
    if (node && node->kind == NodeKind::account) {
      harvest.accounts.manager[account.index()] = model::AccountId(node->row);
    }
  }
}

/// Each owner once, ascending, and counted once, however often it is named; a group as owner is nobody in particular
/// and only counted.
void Memberships::resolve_owners(const DnIndex& index, model::Harvest& harvest) const {
  std::vector<std::pair<model::GroupId, model::AccountId>> owned;
  for (const auto& [group, name] : owners_) {
    ++harvest.groups.owners_named[group.index()];
    const auto node = index.find(late_text_.view(name));
    if (node && node->kind == NodeKind::account) owned.emplace_back(group, model::AccountId(node->row));
  }
  std::sort(owned.begin(), owned.end());
  auto next = owned.begin();
  for (std::size_t group = 0; group < harvest.groups.size(); ++group) {
    for (; next != owned.end() && next->first.index() == group; ++next) {
      if (next != owned.begin() && *next == *std::prev(next)) {
        --harvest.groups.owners_named[group];
      } else {
        harvest.owners_of_group.targets.push_back(next->second);
      }
    }
    harvest.owners_of_group.offsets.push_back(harvest.owners_of_group.targets.size());
  }
}

/// Counting sort by member; each row ascending, each group once.
model::SparseRows<model::GroupId> Memberships::rows_of(const std::vector<Edge>& edges, std::size_t rows) {
  std::vector<std::uint64_t> begin(rows + 1, 0);
  for (const Edge& edge : edges) ++begin[edge.member + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<model::GroupId> targets(edges.size());
  std::vector<std::uint64_t> fill(begin.begin(), begin.end() - 1);
  for (const Edge& edge : edges) targets[fill[edge.member]++] = model::GroupId(edge.group);
  model::SparseRows<model::GroupId> out;
  out.offsets.reserve(rows + 1);
  auto kept = targets.begin();
  for (std::size_t i = 0; i < rows; ++i) {
    const auto first = targets.begin() + static_cast<std::ptrdiff_t>(begin[i]);
    const auto last = targets.begin() + static_cast<std::ptrdiff_t>(begin[i + 1]);
    std::sort(first, last);
    kept = std::move(first, std::unique(first, last), kept);
    out.offsets.push_back(static_cast<std::uint64_t>(kept - targets.begin()));
  }
  targets.erase(kept, targets.end());
  out.targets = std::move(targets);
  return out;
}

}  // namespace tally::directory
