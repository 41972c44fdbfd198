// account.*: what others make of the account: its owner, its groups, its power.
#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using correlation::Owner;
using model::BoolFact;
using model::GroupId;
using model::Tier;
using model::Truth;

/// How many group names a piece of evidence lists.
constexpr std::size_t kGroupsShown = 10;

}  // namespace

/// A link to a person that rests on a quarantined HR feed is not known either: nothing in such a feed is believed.
base::TextId AccountFacts::owner_unknown(std::size_t row) {
  if (!hr_checked_) {
    hr_checked_ = true;
    for (const model::SourceRecord& source : inputs_.snapshot.sources) {
      if (source.kind != model::SourceKind::hr || !quarantined(source.coverage)) continue;
      quarantined_hr_ += fmt::format("{}HR source {} is {}: {}", quarantined_hr_.empty() ? "" : "; ", source.name,
                                     to_string(source.coverage.state), source.coverage.in_words());
    }
  }
  const correlation::Link& link = inputs_.links.links[row];
  if (link.owner == Owner::cannot_tell) return text_.intern(inputs_.links.text.view(link.reason));
  if (quarantined_hr_.empty()) return {};
  const bool by_quarantined =
      link.owner == Owner::person && link.person.valid() &&
      quarantined(inputs_.snapshot.source(inputs_.snapshot.people.source[link.person.index()]).coverage);
  return by_quarantined || link.owner == Owner::ambiguous || link.owner == Owner::nobody ? text_.intern(quarantined_hr_)
                                                                                         : base::TextId();
}

cel::FactColumn AccountFacts::owner() {
  std::vector<base::TextId>& out = texts();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = text_.intern(to_string(inputs_.links.links[i].owner));
    why[i] = owner_unknown(i);
  }
  return {cel::TextView{{out}, &text_}, reasons(why, text_)};
}

/// Guessing which of them owns it would clear a leaver's account; so does leaving the question out.
BoolFact AccountFacts::leaver_among_candidates(std::size_t row) {
  const auto candidates = inputs_.links.candidates.row(row);
  const bool all_known = candidates.size() < correlation::kMaxCandidates;
  const bool none_left = std::all_of(candidates.begin(), candidates.end(),
                                     [&](model::PersonId person) { return people_.left(person).value == Truth::no; });
  if (all_known && none_left) return BoolFact::known(false, {});
  return BoolFact::unknown(text_.intern("several people fit the account, and one of them left or may have left"));
}

cel::FactColumn AccountFacts::owner_left() {
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    const base::TextId why = owner_unknown(i);
    if (why.valid()) {
      out[i] = BoolFact::unknown(why);
    } else if (link.owner == Owner::ambiguous) {
      out[i] = leaver_among_candidates(i);
    } else if (link.owner == Owner::person) {
      const BoolFact& left = people_.left(link.person);
      out[i] = left.value == Truth::unknown ? BoolFact::unknown(text_.intern(people_.view(left.basis)))
                                            : BoolFact::known(left.value == Truth::yes, {});
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::owner_confidence() {
  std::vector<std::int64_t>& out = numbers_.emplace_back(inputs_.links.links.size());
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int64_t>(inputs_.links.links[i].confidence * 100.0F + 0.5F);
    why[i] = owner_unknown(i);
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::primary() {
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const base::TextId why = owner_unknown(i);
    out[i] = why.valid() ? BoolFact::unknown(why) : BoolFact::known(inputs_.links.links[i].primary, {});
  }
  return view(out, text_);
}

/// Domain Users (513), Guests (514) and Computers (515) hold everybody (MS-DTYP 2.4.2.4); a primary group is where
/// everybody is in POSIX, and counts only when it gives power.
bool AccountFacts::is_default_group(std::size_t row, GroupId group) const {
  const model::Snapshot& s = inputs_.snapshot;
  const std::string_view sid = s.view(s.groups.sid[group.index()]);
  if (sid.starts_with("S-1-5-21-") && (sid.ends_with("-513") || sid.ends_with("-514") || sid.ends_with("-515")))
    return true;
  return sid.empty() && group == s.accounts.primary_group[row] && inputs_.access.tiers().of(group) == Tier::none;
}

std::vector<GroupId> AccountFacts::own_groups(std::size_t row) const {
  std::vector<GroupId> out;
  for (const GroupId group : inputs_.snapshot.groups_of_account.row(row)) {
    if (!is_default_group(row, group)) out.push_back(group);
  }
  return out;
}

std::string AccountFacts::groups_in_words(std::size_t row) const {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<std::string_view> names;
  for (const GroupId group : own_groups(row)) names.push_back(s.view(s.groups.name[group.index()]));
  std::sort(names.begin(), names.end());
  const std::size_t shown = std::min(names.size(), kGroupsShown);
  std::string out = fmt::format("{} group{}{}", names.size(), names.size() == 1 ? "" : "s", shown > 0 ? ": " : "");
  for (std::size_t i = 0; i < shown; ++i) out += fmt::format("{}{}", i > 0 ? ", " : "", names[i]);
  return names.size() > shown ? out + fmt::format(" and {} more", names.size() - shown) : out;
}

/// Every directory of Microsoft has groups with Authenticated Users in them. That is no membership of an account, as
/// Domain Users is none, and nobody can take it away; whether it gives power is asked by access.
const std::vector<base::TextId>& AccountFacts::membership_gaps() {
  if (!membership_gaps_.empty()) return membership_gaps_;
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<std::string> first_reason(s.sources.size());
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    if (s.groups.members_unlisted[g] != 0) continue;
    const std::string_view why = s.view(s.groups.members_unknown[g]);
    std::string& first = first_reason[s.groups.source[g].index()];
    if (!why.empty() && (first.empty() || why < first))
      first = why;  // the smallest: no matter in which order they came
  }
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const model::SourceRecord& source = s.sources[i];
    base::TextId why;
    if (source.coverage.state != model::CoverageState::complete) {
      why = text_.intern(
          fmt::format("directory {} was not completely seen ({})", source.name, source.coverage.in_words()));
    } else if (!first_reason[i].empty()) {
      why = text_.intern(
          fmt::format("not all members of all groups of {} could be read ({})", source.name, first_reason[i]));
    }
    membership_gaps_.push_back(why);
  }
  const std::vector<base::TextId> own = membership_gaps_;
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    for (const model::SourceId host : inputs_.access.hosts_of(model::SourceId::at(i))) {
      if (!membership_gaps_[i].valid()) membership_gaps_[i] = own[host.index()];
    }
  }
  return membership_gaps_;
}

cel::FactColumn AccountFacts::group_names() {
  const model::Snapshot& s = inputs_.snapshot;
  const auto& gaps = membership_gaps();
  std::vector<base::TextId>& names = texts_.emplace_back();
  std::vector<base::TextId>& why = texts();
  offsets_ = s.groups_of_account.offsets;
  offsets_.resize(s.accounts.size() + 1, s.groups_of_account.targets.size());
  for (const GroupId group : s.groups_of_account.targets) names.push_back(s.groups.name[group.index()]);
  for (std::size_t i = 0; i < why.size(); ++i) why[i] = gaps[s.accounts.source[i].index()];
  return {cel::TextListView{offsets_, names, &s.text}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::has_groups() {
  const auto& gaps = membership_gaps();
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto row = inputs_.snapshot.groups_of_account.row(i);
    const bool any = std::any_of(row.begin(), row.end(), [&](GroupId group) { return !is_default_group(i, group); });
    const base::TextId gap = gaps[inputs_.snapshot.accounts.source[i].index()];
    out[i] = any || !gap.valid() ? BoolFact::known(any, {}) : BoolFact::unknown(gap);
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::groups_count() {
  const auto& gaps = membership_gaps();
  std::vector<std::int64_t>& out = numbers_.emplace_back(inputs_.snapshot.accounts.size());
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto row = inputs_.snapshot.groups_of_account.row(i);
    out[i] = std::count_if(row.begin(), row.end(), [&](GroupId group) { return !is_default_group(i, group); });
    why[i] = gaps[inputs_.snapshot.accounts.source[i].index()];
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::privileged() {
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const access::Reach& reach = inputs_.access.reach(model::AccountId::at(i));
    const std::string_view unseen = inputs_.access.view(reach.unseen);
    if (reach.tier != Tier::none) {
      out[i] = BoolFact::known(true, {});
    } else if (!unseen.empty()) {
      out[i] = BoolFact::unknown(text_.intern(unseen));
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::privileged_tier() {
  std::vector<std::int64_t>& out = numbers_.emplace_back(inputs_.snapshot.accounts.size());
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const access::Reach& reach = inputs_.access.reach(model::AccountId::at(i));
    const std::string_view unseen = inputs_.access.view(reach.unseen);
    out[i] = reach.tier == Tier::tier0 ? 0 : reach.tier == Tier::tier1 ? 1 : 2;
    if (!unseen.empty()) why[i] = text_.intern(unseen);
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::by_primary_group() {
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const GroupId primary = inputs_.snapshot.accounts.primary_group[i];
    const auto account = model::AccountId::at(i);
    const std::string_view unseen = inputs_.access.view(inputs_.access.ways_unseen(inputs_.snapshot, account));
    if (access::in_root_group(inputs_.snapshot, account) ||
        (primary.valid() && inputs_.access.leads_to_privilege(primary))) {
      out[i] = BoolFact::known(true, {});
    } else if (access::doubtful_primary_group(inputs_.snapshot, account)) {
      out[i] = BoolFact::unknown(text_.intern("the primary group was not seen"));
    } else if (primary.valid() && !unseen.empty()) {
      out[i] = BoolFact::unknown(text_.intern(unseen));
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return view(out, text_);
}

/// By the fixed RIDs of Domain Controllers (516) and Read-only Domain Controllers (521), MS-DTYP 2.4.2.4.
cel::FactColumn AccountFacts::domain_controller() {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const GroupId primary = s.accounts.primary_group[i];
    const std::string_view sid = primary.valid() ? s.view(s.groups.sid[primary.index()]) : std::string_view();
    const std::string_view basis = s.view(s.accounts.primary_group_basis[i]);
    const bool seen = sid.starts_with("S-1-5-21-") && (sid.ends_with("-516") || sid.ends_with("-521"));
    const bool named =
        !primary.valid() && (basis.starts_with("primaryGroupID=516:") || basis.starts_with("primaryGroupID=521:"));
    if (s.accounts.kind[i] != model::AccountKind::computer || seen || named ||
        !access::doubtful_primary_group(s, model::AccountId::at(i))) {
      out[i] = BoolFact::known(s.accounts.kind[i] == model::AccountKind::computer && (seen || named), {});
    } else {
      out[i] = BoolFact::unknown(text_.intern("the primary group was not seen"));
    }
  }
  return view(out, text_);
}

}  // namespace tally::evaluation
