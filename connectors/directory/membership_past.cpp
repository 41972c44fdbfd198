#include "connectors/directory/membership_past.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace tally::directory {

using model::AccountId;
using model::GroupId;
using model::TimeFact;

void MembershipPast::add(std::string_view name, bool by_uid, GroupId group, const base::Bounds& when,
                         std::string_view source) {
  told_.push_back({names_.intern(name), by_uid, group, when, names_.intern(source)});
}

void MembershipPast::joined(std::string_view dn, GroupId group, const base::Bounds& since, std::string_view source) {
  add(dn, false, group, since, source);
}

void MembershipPast::joined_by_uid(std::string_view uid, GroupId group, const base::Bounds& since,
                                   std::string_view source) {
  add(uid, true, group, since, source);
}

void MembershipPast::left(std::string_view dn, const base::Bounds& when, std::string_view source) {
  add(dn, false, {}, when, source);
}

void MembershipPast::left_by_uid(std::string_view uid, const base::Bounds& when, std::string_view source) {
  add(uid, true, {}, when, source);
}

void MembershipPast::take(const Told& told, AccountId account, model::Harvest& harvest, std::vector<Row>& rows) const {
  const TimeFact fact = TimeFact::known(told.when, harvest.text.intern(names_.view(told.source)));
  if (told.group.valid()) return rows.push_back({account, told.group, fact});
  TimeFact& removed = harvest.accounts.removed[account.index()];
  const bool newer = removed.state != model::TimeState::known || removed.bounds.earliest < fact.bounds.earliest;
  if (newer) removed = fact;
}

void MembershipPast::reaches_back_to(base::Instant joined, base::Instant left, std::string_view source) {
  joined_before_ = joined;
  left_before_ = left;
  source_ = source;
}

void MembershipPast::take_all(const DnIndex& index, const std::vector<std::pair<base::TextId, AccountId>>& uids,
                              model::Harvest& harvest, std::vector<Row>& rows) const {
  std::unordered_multimap<std::string_view, AccountId> by_uid;
  const bool wanted = std::any_of(told_.begin(), told_.end(), [](const Told& told) { return told.by_uid; });
  if (wanted) {
    for (const auto& [uid, account] : uids) by_uid.emplace(harvest.text.view(uid), account);
  }
  for (const Told& told : told_) {
    const std::string_view name = names_.view(told.name);
    if (told.by_uid) {
      const auto [first, last] = by_uid.equal_range(name);
      for (auto it = first; it != last; ++it) take(told, it->second, harvest, rows);
    } else if (const auto node = index.find(name); node && node->kind == NodeKind::account) {
      take(told, AccountId(node->row), harvest, rows);
    }
  }
}

/// Memberships of which nothing is told are older than what is told; said of those alone whose group has changed since:
/// of the others its last change says it. Not of those that no member list has: by gidNumber, of a role, or computed.
void MembershipPast::add_what_was_before(std::vector<Row>& rows, model::Harvest& harvest) const {
  const TimeFact before = TimeFact::known({base::kBeginningOfTime, *joined_before_},
                                          harvest.text.intern(source_ + " shows no change since then"));
  const auto changed_since = [&](GroupId group) {
    const TimeFact &made = harvest.groups.created[group.index()], &modified = harvest.groups.modified[group.index()];
    const bool older = made.state == model::TimeState::known && made.bounds.latest < *joined_before_;
    return older && (modified.state != model::TimeState::known || modified.bounds.latest > *joined_before_);
  };
  for (std::size_t account = 0; account < harvest.groups_of_account.rows(); ++account) {
    for (const GroupId group : harvest.groups_of_account.row(account)) {
      const std::uint32_t number = harvest.groups.gid_number[group.index()];
      const bool by_number = number != model::Accounts::kNoNumber && number == harvest.accounts.gid_number[account];
      const bool listed = !by_number && harvest.accounts.primary_group[account] != group &&
                          harvest.groups.modified_by_members[group.index()] != 0 &&
                          harvest.text.view(harvest.groups.members_unknown[group.index()]).empty();
      if (listed && changed_since(group)) rows.push_back({AccountId::at(account), group, before});
    }
  }
}

void MembershipPast::resolve(const DnIndex& index, const std::vector<std::pair<base::TextId, AccountId>>& uids,
                             model::Harvest& harvest) {
  std::vector<TimeFact>& removed = harvest.accounts.removed;
  const TimeFact untold =
      joined_before_ ? TimeFact::known({base::kBeginningOfTime, left_before_}, harvest.text.intern(source_))
                     : TimeFact::unknown(harvest.text.intern("the directory does not tell of memberships that ended"));
  std::fill(removed.begin(), removed.end(), untold);
  std::vector<Row> rows;
  take_all(index, uids, harvest, rows);
  for (const Primary& primary : primary_) {
    const GroupId group = harvest.accounts.primary_group[primary.account.index()];
    if (group.valid()) rows.push_back({primary.account, group, primary.since});
  }
  const auto order = [](const Row& a, const Row& b) {
    return std::tie(a.account, a.group) < std::tie(b.account, b.group);
  };
  // What is told of one stands before that it was so from before: the first of several counts.
  if (joined_before_) add_what_was_before(rows, harvest);
  std::stable_sort(rows.begin(), rows.end(), order);
  fill(rows, harvest);
}

void MembershipPast::fill(const std::vector<Row>& rows, model::Harvest& harvest) {
  model::MembershipTimes& times = harvest.membership_times;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (i > 0 && rows[i - 1].account == row.account && rows[i - 1].group == row.group) continue;
    const auto groups = harvest.groups_of_account.row(row.account.index());
    if (!std::binary_search(groups.begin(), groups.end(), row.group)) continue;
    times.source.emplace_back(0);
    times.account.push_back(row.account);
    times.group.push_back(row.group);
    times.since.push_back(row.since);
  }
}

}  // namespace tally::directory
