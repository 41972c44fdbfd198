// group.*: who answers for a group, by managedBy (Active Directory) and owner (RFC 4519).
#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/group_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::Truth;

constexpr std::string_view kStranger = "an owner of the group is no account that was seen";

}  // namespace

/// Rights may hide the attribute: "none" is certain only where the directory was completely seen.
cel::FactColumn GroupFacts::has_owner() {
  const model::Snapshot& s = inputs_.snapshot;
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const model::SourceRecord& source = s.source(s.groups.source[i]);
    if (s.groups.owners_named[i] > 0 || source.coverage.state == model::CoverageState::complete) {
      out[i] = BoolFact::known(s.groups.owners_named[i] > 0, {});
    } else {
      out[i] = BoolFact::unknown(text_.intern(
          fmt::format("directory {} was not completely seen ({})", source.name, source.coverage.in_words())));
    }
  }
  return view(out, text_);
}

cel::FactColumn GroupFacts::owners() {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<base::TextId>& logins = texts_.emplace_back();
  std::vector<base::TextId>& why = texts();
  const base::TextId stranger = text_.intern(kStranger);
  owner_offsets_ = s.owners_of_group.offsets;
  owner_offsets_.resize(s.groups.size() + 1, s.owners_of_group.targets.size());
  for (const model::AccountId owner : s.owners_of_group.targets) logins.push_back(s.accounts.login[owner.index()]);
  for (std::size_t i = 0; i < why.size(); ++i) {
    if (s.groups.owners_named[i] > owner_offsets_[i + 1] - owner_offsets_[i]) why[i] = stranger;
  }
  return {cel::TextListView{owner_offsets_, logins, &s.text}, reasons(why, text_)};
}

/// Yes as soon as one of several owners is known to have left.
cel::FactColumn GroupFacts::owner_left() {
  const model::Snapshot& s = inputs_.snapshot;
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto owners = i < s.owners_of_group.rows() ? s.owners_of_group.row(i) : std::span<const model::AccountId>();
    BoolFact any = s.groups.owners_named[i] > owners.size() ? BoolFact::unknown(text_.intern(kStranger))
                                                            : BoolFact::known(false, {});
    for (const model::AccountId owner : owners) {
      const BoolFact left = left_of(owner);
      if (left.value == Truth::yes || any.value == Truth::no) any = left;
      if (any.value == Truth::yes) break;
    }
    out[i] = any;
  }
  return view(out, text_);
}

BoolFact GroupFacts::left_of(model::AccountId owner) {
  const correlation::Link& link = inputs_.links.of(owner);
  if (link.owner != correlation::Owner::person || !link.person.valid()) {
    if (link.owner == correlation::Owner::non_human || link.owner == correlation::Owner::built_in) {
      return BoolFact::known(false, {});
    }
    return BoolFact::unknown(text_.intern("an owner of the group is an account whose own owner is not known"));
  }
  const BoolFact& left = people_.left(link.person);
  return left.value == Truth::unknown ? BoolFact::unknown(text_.intern(people_.view(left.basis)))
                                      : BoolFact::known(left.value == Truth::yes, {});
}

bool GroupFacts::reaches(model::AccountId account, model::GroupId group) const {
  const model::Snapshot& s = inputs_.snapshot;
  const auto direct = s.groups_of_account.row(account.index());
  std::vector<model::GroupId> seen(direct.begin(), direct.end());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] == group) return true;
    for (const model::GroupId parent : s.groups_of_group.row(seen[i].index())) {
      if (std::find(seen.begin(), seen.end(), parent) == seen.end()) seen.push_back(parent);
    }
  }
  return false;
}

cel::FactColumn GroupFacts::owner_is_member() {
  const model::Snapshot& s = inputs_.snapshot;
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto owners = i < s.owners_of_group.rows() ? s.owners_of_group.row(i) : std::span<const model::AccountId>();
    const bool member = std::any_of(owners.begin(), owners.end(),
                                    [&](model::AccountId owner) { return reaches(owner, model::GroupId::at(i)); });
    std::string reason;
    if (!member && s.groups.owners_named[i] > owners.size()) reason = kStranger;
    if (!member && s.groups.owners_named[i] > 0 && reason.empty()) reason = unlisted(i);
    out[i] = reason.empty() ? BoolFact::known(member, {}) : BoolFact::unknown(text_.intern(reason));
  }
  return view(out, text_);
}

}  // namespace tally::evaluation
