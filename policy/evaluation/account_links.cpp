// account.*: what others make of the account: its owner, its groups, its power.
#include <fmt/format.h>

#include <algorithm>

#include "policy/access/control.h"
#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/account_state.h"
#include "policy/evaluation/unseen.h"
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

FactRows<AccountFacts> AccountFacts::link_rows() {
  using F = AccountFacts;
  static constexpr auto kOwner = [](const F& f, std::size_t i) {
    return std::string(f.inputs_.links.text.view(f.inputs_.links.links[i].reason));
  };
  static constexpr auto kGroups = [](const F& f, std::size_t i) { return f.groups_in_words(i); };
  static constexpr auto kPower = [](const F& f, std::size_t i) { return f.privilege_in_words(i); };
  static constexpr auto kEntitlements = [](const F& f, std::size_t i) { return f.entitlements_.basis(i); };
  static constexpr FactRow<F> kRows[] = {
      {"account.owner", [](F& f) { return f.owner(); }, kOwner},
      {"account.owner_left", [](F& f) { return f.owner_left(); }, kOwner},
      {"account.owner_confidence", [](F& f) { return f.owner_confidence(); }, kOwner},
      {"account.primary", [](F& f) { return f.primary(); }, kOwner},
      {"account.groups", [](F& f) { return f.group_names(false); }, kGroups},
      {"account.groups_seen", [](F& f) { return f.group_names(true); }, kGroups},
      {"account.has_groups", [](F& f) { return f.has_groups(); }, kGroups},
      {"account.groups_count", [](F& f) { return f.groups_count(); }, kGroups},
      {"account.privileged", [](F& f) { return f.privileged(); }, kPower},
      {"account.privileged_tier", [](F& f) { return f.privileged_tier(); }, kPower},
      {"account.privileged_by_primary_group", [](F& f) { return f.by_primary_group(); }, kPower},
      {"account.privileged_only_through_nesting", [](F& f) { return f.only_through_nesting(); }, kPower},
      {"account.privileged_through_circle", [](F& f) { return f.through_circle(); }, kPower},
      {"account.privileged_distance", [](F& f) { return f.privileged_distance(); }, kPower},
      {"account.effective_groups", [](F& f) { return f.effective_groups(); }},
      {"account.entitlements", [](F& f) { return f.entitlements_.of_accounts(EntitlementFacts::Which::all); },
       kEntitlements},
      {"account.entitlements_at_least",
       [](F& f) { return f.entitlements_.of_accounts(EntitlementFacts::Which::at_least); }, kEntitlements},
      {"account.domain_controller", [](F& f) { return f.domain_controller(); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().dn[i]); }},
  };
  return kRows;
}

AccountFacts::AccountFacts(const Inputs& inputs, PersonFacts& people, DecisionFacts& decisions)
    : inputs_(inputs), people_(people), decisions_(decisions), entitlements_(inputs) {
  const model::Snapshot& s = inputs_.snapshot;
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    const std::string_view sid = s.view(s.groups.sid[g]);
    everybodys_.push_back(sid.starts_with("S-1-5-21-") &&
                          (sid.ends_with("-513") || sid.ends_with("-514") || sid.ends_with("-515")));
  }
}

std::string AccountFacts::privilege_in_words(std::size_t row) const {
  const access::Reach& reach = inputs_.access.reach(model::AccountId::at(row));
  const std::string unseen(inputs_.access.view(reach.unseen));
  const std::string tier = reach.group.valid()
                               ? std::string(inputs_.access.tiers().basis(inputs_.snapshot, reach.group))
                           : reach.tier != Tier::none ? shown(accounts().primary_group_basis[row])
                                                      : "no privileged group reached";
  return unseen.empty() ? tier : fmt::format("{}; {}", tier, unseen);
}

/// A link to a person that rests on a quarantined HR feed is not known either: nothing in such a feed is believed.
void AccountFacts::ask_owners() {
  owners_asked_ = true;
  std::string unbelieved;
  for (const model::SourceRecord& source : inputs_.snapshot.sources) {
    if (source.kind != model::SourceKind::hr || !quarantined(source.coverage)) continue;
    unbelieved += fmt::format("{}HR source {} is {}: {}", unbelieved.empty() ? "" : "; ", source.name,
                              to_string(source.coverage.state), source.coverage.in_words());
  }
  const base::TextId hr = unbelieved.empty() ? base::TextId() : text_.intern(unbelieved);
  for (std::size_t i = 0; i < accounts().size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    if (link.owner == Owner::cannot_tell) {
      note(owner_why_, accounts().size(), i, text_.intern(inputs_.links.text.view(link.reason)));
    } else if (hr.valid()) {
      const bool by_unbelieved =
          link.owner == Owner::person && link.person.valid() &&
          quarantined(inputs_.snapshot.source(inputs_.snapshot.people.source[link.person.index()]).coverage);
      const bool open = by_unbelieved || link.owner == Owner::ambiguous || link.owner == Owner::nobody;
      if (open) note(owner_why_, accounts().size(), i, hr);
    }
  }
}

cel::FactColumn AccountFacts::owner() {
  std::vector<base::TextId>& out = texts();
  std::vector<base::TextId>& why = reasons_of_rows();
  Words<Owner> words(text_);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = words.of(inputs_.links.links[i].owner);
    note(why, out.size(), i, owner_unknown(i));
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
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    const base::TextId why = owner_unknown(i);
    if (why.valid()) {
      out[i] = BoolFact::unknown(why);
    } else if (link.owner == Owner::ambiguous) {
      out[i] = leaver_among_candidates(i);
    } else if (link.owner == Owner::person) {
      out[i] = left_of(link.person);
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::owner_confidence() {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = reasons_of_rows();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int64_t>(inputs_.links.links[i].confidence * 100.0F + 0.5F);
    note(why, out.size(), i, owner_unknown(i));
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::primary() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const base::TextId why = owner_unknown(i);
    out[i] = why.valid() ? BoolFact::unknown(why) : BoolFact::known(inputs_.links.links[i].primary, {});
  }
  return view(out, text_);
}

/// Domain Users (513), Guests (514) and Computers (515) hold everybody (MS-DTYP 2.4.2.4); a primary group is where
/// everybody is in POSIX, and counts only when it gives power.
bool AccountFacts::is_default_group(std::size_t row, GroupId group) const {
  if (everybodys_[group.index()] != 0) return true;
  return group == accounts().primary_group[row] &&
         inputs_.snapshot.view(inputs_.snapshot.groups.sid[group.index()]).empty() &&
         inputs_.access.tiers().of(group) == Tier::none;
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

const std::vector<base::TextId>& AccountFacts::gaps() {
  if (!gaps_.empty()) return gaps_;
  const std::vector<std::string> own = membership_gaps(inputs_.snapshot);
  for (std::size_t i = 0; i < own.size(); ++i) {
    std::string why = own[i];
    for (const model::SourceId host : inputs_.access.hosts_of(model::SourceId::at(i))) {
      if (why.empty()) why = own[host.index()];
    }
    gaps_.push_back(why.empty() ? base::TextId() : text_.intern(why));
  }
  return gaps_;
}

cel::FactColumn AccountFacts::group_names(bool seen_only) {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<base::TextId>& names = texts_.emplace_back();
  if (offsets_.empty()) {
    offsets_ = s.groups_of_account.offsets;
    offsets_.resize(s.accounts.size() + 1, s.groups_of_account.targets.size());
  }
  for (const GroupId group : s.groups_of_account.targets) names.push_back(s.groups.name[group.index()]);
  if (seen_only) return {cel::TextListView{offsets_, names, &s.text}};
  const auto& missing = gaps();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < why.size(); ++i) why[i] = missing[s.accounts.source[i].index()];
  return {cel::TextListView{offsets_, names, &s.text}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::has_groups() {
  const auto& missing = gaps();
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto row = inputs_.snapshot.groups_of_account.row(i);
    const bool any = std::any_of(row.begin(), row.end(), [&](GroupId group) { return !is_default_group(i, group); });
    const base::TextId gap = missing[inputs_.snapshot.accounts.source[i].index()];
    out[i] = any || !gap.valid() ? BoolFact::known(any, {}) : BoolFact::unknown(gap);
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::groups_count() {
  const auto& missing = gaps();
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto row = inputs_.snapshot.groups_of_account.row(i);
    out[i] = std::count_if(row.begin(), row.end(), [&](GroupId group) { return !is_default_group(i, group); });
    why[i] = missing[inputs_.snapshot.accounts.source[i].index()];
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::privileged() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Truth value = is_privileged(inputs_, i);
    out[i] = BoolFact::known(value == Truth::yes, {});
    if (value != Truth::unknown) continue;
    const std::string_view unseen = inputs_.access.view(inputs_.access.reach(model::AccountId::at(i)).unseen);
    out[i] = BoolFact::unknown(text_.intern(unseen));
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::privileged_tier() {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = reasons_of_rows();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const access::Reach& reach = inputs_.access.reach(model::AccountId::at(i));
    const std::string_view unseen = inputs_.access.view(reach.unseen);
    out[i] = reach.tier == Tier::tier0 ? 0 : reach.tier == Tier::tier1 ? 1 : 2;
    if (!unseen.empty()) note(why, out.size(), i, text_.intern(unseen));
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::by_primary_group() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const GroupId primary = inputs_.snapshot.accounts.primary_group[i];
    const auto account = model::AccountId::at(i);
    const bool power =
        primary.valid() ? inputs_.access.leads_to_privilege(primary) : access::in_root_group(inputs_.snapshot, account);
    out[i] = BoolFact::known(power, {});
    if (power) continue;
    if (access::doubtful_primary_group(inputs_.snapshot, account)) {
      out[i] = BoolFact::unknown(text_.intern("the primary group was not seen"));
    } else if (primary.valid()) {
      const std::string_view unseen = inputs_.access.view(inputs_.access.ways_unseen(inputs_.snapshot, account));
      if (!unseen.empty()) out[i] = BoolFact::unknown(text_.intern(unseen));
    }
  }
  return view(out, text_);
}

/// By the fixed RIDs of Domain Controllers (516) and Read-only Domain Controllers (521), MS-DTYP 2.4.2.4.
cel::FactColumn AccountFacts::domain_controller() {
  const model::Snapshot& s = inputs_.snapshot;
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = BoolFact::known(false, {});
    if (s.accounts.kind[i] != model::AccountKind::computer) continue;
    const GroupId primary = s.accounts.primary_group[i];
    const std::string_view sid = primary.valid() ? s.view(s.groups.sid[primary.index()]) : std::string_view();
    const std::string_view basis = s.view(s.accounts.primary_group_basis[i]);
    const bool seen = sid.starts_with("S-1-5-21-") && (sid.ends_with("-516") || sid.ends_with("-521"));
    const bool named =
        !primary.valid() && (basis.starts_with("primaryGroupID=516:") || basis.starts_with("primaryGroupID=521:"));
    if (seen || named) {
      out[i] = BoolFact::known(true, {});
    } else if (access::doubtful_primary_group(inputs_.snapshot, model::AccountId::at(i))) {
      out[i] = BoolFact::unknown(text_.intern("the primary group was not seen"));
    }
  }
  return view(out, text_);
}

}  // namespace tally::evaluation
