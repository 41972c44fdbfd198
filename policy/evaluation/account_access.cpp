// account.*: how the account comes to its power, and all groups it is in in effect.
#include "policy/access/effective_groups.h"
#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using model::AccountId;
using model::BoolFact;

/// What access says, its reason as a text of this table.
BoolFact AccountFacts::in_own_words(const BoolFact& fact) {
  if (fact.value != model::Truth::unknown) return fact;
  return BoolFact::unknown(text_.intern(inputs_.access.view(fact.basis)));
}

cel::FactColumn AccountFacts::only_through_nesting() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = in_own_words(inputs_.access.only_through_nesting(inputs_.snapshot, AccountId::at(i)));
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::through_circle() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = in_own_words(inputs_.access.through_circle(inputs_.snapshot, AccountId::at(i)));
  }
  return view(out, text_);
}

/// One membership of a group of tier 0 cannot be outdone; anything else may be nearer than was seen.
cel::FactColumn AccountFacts::privileged_distance() {
  std::vector<std::int64_t>& out = numbers_.emplace_back(inputs_.snapshot.accounts.size());
  std::vector<base::TextId>& why = reasons_of_rows();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto account = AccountId::at(i);
    const access::Reach& reach = inputs_.access.reach(account);
    out[i] = reach.distance;
    if (reach.tier == model::Tier::tier0 && reach.distance == 1) continue;
    const std::string_view unseen = inputs_.access.view(inputs_.access.ways_unseen(inputs_.snapshot, account));
    if (!unseen.empty()) note(why, out.size(), i, text_.intern(unseen));
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

/// KNOWN GAP: the column holds a name's number for every effective membership of everybody, 4 bytes each, because the
/// rule language reads lists as rows of one array; it is made only when a rule asks for it. Classes of entitlements
/// (entitlement_facts.h) are few and cost next to nothing.
cel::FactColumn AccountFacts::effective_groups() {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<base::TextId>& names = texts_.emplace_back();
  std::vector<base::TextId>& why = texts();
  effective_offsets_ = {0};
  access::for_each_account(s, inputs_.access.graph(), [&](AccountId account, auto groups) {
    for (const access::EffectiveGroup& in : groups) names.push_back(s.groups.name[in.group.index()]);
    effective_offsets_.push_back(names.size());
    const std::string_view unseen =
        inputs_.access.view(inputs_.access.groups_unseen(s.accounts.source[account.index()]));
    const bool doubtful = unseen.empty() && access::doubtful_primary_group(s, account);
    if (!unseen.empty() || doubtful)
      why[account.index()] = text_.intern(doubtful ? "the primary group was not seen" : unseen);
  });
  return {cel::TextListView{effective_offsets_, names, &s.text}, reasons(why, text_)};
}

}  // namespace tally::evaluation
