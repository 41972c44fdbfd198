#include "policy/evaluation/membership_facts.h"

#include <algorithm>

#include "policy/evaluation/peers.h"
#include "policy/evaluation/subject.h"
#include "policy/evaluation/unseen.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

FactRows<MembershipFacts> MembershipFacts::rows() {
  using F = MembershipFacts;
  static constexpr FactRow<F> kRows[] = {
      {"membership.since", [](F& f) { return f.since(); }},
      {"membership.primary", [](F& f) { return f.primary(); }},
      {"membership.peer_share", [](F& f) { return f.peer_share(); }},
  };
  return kRows;
}

template <class Visit>
void MembershipFacts::each(Visit visit) const {
  const auto& rows = inputs_.snapshot.groups_of_account;
  for (std::size_t account = 0; account < rows.rows(); ++account) {
    for (std::uint64_t row = rows.offsets[account]; row < rows.offsets[account + 1]; ++row) {
      visit(row, model::AccountId::at(account), rows.targets[row]);
    }
  }
}

base::Bounds membership_since(const model::Snapshot& s, model::AccountId account, model::GroupId group,
                              base::Instant read) {
  const auto made = [](const model::TimeFact& created) {
    return created.state == model::TimeState::known ? created.bounds.earliest : base::kBeginningOfTime;
  };
  base::Instant earliest = std::max(made(s.accounts.created[account.index()]), made(s.groups.created[group.index()]));
  const bool by_primary = s.accounts.primary_group[account.index()] == group;
  const model::TimeFact& changed = by_primary ? s.accounts.modified[account.index()] : s.groups.modified[group.index()];
  const bool shows = by_primary || s.groups.modified_by_members[group.index()] != 0;
  base::Instant latest = read;
  // An account that is listed before it exists comes in when it is made.
  if (shows && changed.state == model::TimeState::known)
    latest = std::min(read, std::max(changed.bounds.latest, earliest));
  if (const model::TimeFact* told = s.membership_times.find(account, group)) {
    latest = std::min(latest, told->bounds.latest);
    earliest = std::max(earliest, told->bounds.earliest);
  }
  return {std::min(earliest, latest), latest};
}

cel::FactColumn MembershipFacts::since() {
  const model::Snapshot& s = inputs_.snapshot;
  if (since_.empty()) {
    since_.resize(s.groups_of_account.targets.size());
    since_known_.assign(since_.size(), cel::kTimeKnown);
    each([&](std::uint64_t row, model::AccountId account, model::GroupId group) {
      since_[row] = membership_since(s, account, group, s.source(s.groups.source[group.index()]).finished);
    });
  }
  return {cel::TimeView{since_, since_known_}};
}

cel::FactColumn MembershipFacts::primary() {
  if (primary_.empty()) {
    primary_.resize(inputs_.snapshot.groups_of_account.targets.size());
    each([&](std::uint64_t row, model::AccountId account, model::GroupId group) {
      const bool is = inputs_.snapshot.accounts.primary_group[account.index()] == group;
      primary_[row] = is ? cel::kBoolYes : cel::kBoolNo;
    });
  }
  return {cel::BoolView{primary_}};
}

base::TextId MembershipFacts::peers_unknown(model::AccountId account) {
  if (const std::string_view why = accounts_.owner_untold(account.index()); !why.empty()) return text_.intern(why);
  const correlation::Link& link = inputs_.links.of(account);
  const bool hers = link.owner == correlation::Owner::person && link.person.valid();
  if (!hers) return text_.intern("no person is linked to the account");
  const base::TextId why = people_.peers().why(link.person);
  return why.valid() ? text_.intern(people_.view(why)) : base::TextId();
}

/// Somebody in the group who was not seen would make the share larger.
cel::FactColumn MembershipFacts::peer_share() {
  const model::Snapshot& s = inputs_.snapshot;
  if (peer_share_.empty()) {
    const std::vector<std::string> gaps = membership_gaps(s);
    peer_share_.resize(s.groups_of_account.targets.size());
    peer_share_why_.resize(peer_share_.size());
    each([&](std::uint64_t row, model::AccountId account, model::GroupId group) {
      const std::string& gap = gaps[s.groups.source[group.index()].index()];
      peer_share_why_[row] = gap.empty() ? peers_unknown(account) : text_.intern(gap);
      if (peer_share_why_[row].valid()) return;
      peer_share_[row] = people_.peers().share(inputs_.links.of(account).person, group);
    });
  }
  return {cel::IntView{{peer_share_}}, reasons(peer_share_why_, text_)};
}

std::string MembershipFacts::basis(std::string_view fact, std::size_t row) const {
  const model::Snapshot& s = inputs_.snapshot;
  const Membership membership = membership_at(s, row);
  const model::TimeFact* told =
      fact == "membership.since" ? s.membership_times.find(membership.account, membership.group) : nullptr;
  return std::string(s.view(told == nullptr ? s.groups.dn[membership.group.index()] : told->basis));
}

}  // namespace tally::evaluation
