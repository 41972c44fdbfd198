// account.custodian_left_at: when the last of those who know an account's secret left.
//
// Only members that a group has now are seen. Who was taken out of it after the password was set knows the password all
// the same, so a group whose members may have changed since then leaves it open.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/unseen.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using correlation::Custodians;
using correlation::Owner;
using model::GroupId;
using model::TimeFact;
using model::TimeState;
using model::Truth;

/// Everything that is in some groups, over others too.
struct Members {
  std::vector<GroupId> groups;  ///< those asked about first
  std::vector<model::AccountId> accounts;
};

/// Who is in the groups that keep secrets; made once for all of them.
class GroupsThatKnow {
 public:
  explicit GroupsThatKnow(const Inputs& inputs) : inputs_(inputs) {
    const model::Snapshot& s = inputs.snapshot;
    const auto& all = inputs.links.custodians;
    if (std::all_of(all.begin(), all.end(), [](const Custodians& one) { return one.groups.empty(); })) return;
    gaps_ = membership_gaps(s);
    for (std::size_t i = 0; i < s.groups_of_account.rows(); ++i) {
      for (const GroupId group : s.groups_of_account.row(i)) accounts_[group].push_back(model::AccountId::at(i));
    }
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      const GroupId primary = s.accounts.primary_group[i];
      if (primary.valid()) accounts_[primary].push_back(model::AccountId::at(i));
    }
  }

  [[nodiscard]] Members in(const std::vector<GroupId>& groups) const {
    Members out{groups, {}};
    std::vector<bool> met(inputs_.snapshot.groups.size());
    for (const GroupId group : groups) met[group.index()] = true;
    for (std::size_t at = 0; at < out.groups.size(); ++at) {
      const auto direct = accounts_.find(out.groups[at]);
      if (direct != accounts_.end()) {
        out.accounts.insert(out.accounts.end(), direct->second.begin(), direct->second.end());
      }
      for (const GroupId below : inputs_.access.graph().members(out.groups[at])) {
        if (!met[below.index()]) out.groups.push_back(below);
        met[below.index()] = true;
      }
    }
    return out;
  }

  /// Why somebody who knows what the members of the group know may not be among them; "" when all are.
  [[nodiscard]] std::string_view missing(GroupId group, const TimeFact& password_changed) const {
    const model::Snapshot& s = inputs_.snapshot;
    const std::size_t g = group.index();
    const bool stranger = s.groups.unresolved_members[g] > 0 || !s.view(s.groups.members_unknown[g]).empty();
    if (stranger || !gaps_[s.groups.source[g].index()].empty()) {
      return "not all members of a group that knows the secret were seen";
    }
    const TimeFact& changed = s.groups.modified[g];
    const bool since = s.groups.modified_by_members[g] == 0 || changed.state != TimeState::known ||
                       password_changed.state != TimeState::known ||
                       changed.bounds.latest > password_changed.bounds.earliest;
    return since ? "members of a group that knows the secret may have been taken out since the password was set" : "";
  }

 private:
  const Inputs& inputs_;
  std::vector<std::string> gaps_;  ///< by source
  std::unordered_map<GroupId, std::vector<model::AccountId>> accounts_;
};

/// When the last of several people left: what is certain, and what may be beside it.
class LastToLeave {
 public:
  void left(const base::Bounds& at) {
    certain_ = true;
    bounds_.earliest = std::max(bounds_.earliest, at.earliest);
    bounds_.latest = std::max(bounds_.latest, at.latest);
  }
  /// Somebody may have left, at any time.
  void doubt(std::string_view why) {
    doubtful_ = true;
    if (why_.empty()) why_ = why;
  }

  /// Nobody's leaving lies after `now`.
  [[nodiscard]] TimeFact fact(base::Instant now, base::TextPool& text) const {
    if (!certain_) return doubtful_ ? TimeFact::unknown(text.intern(why_)) : TimeFact::never({});
    return TimeFact::known({bounds_.earliest, doubtful_ ? std::max(bounds_.earliest, now) : bounds_.latest}, {});
  }

 private:
  bool certain_ = false, doubtful_ = false;
  base::Bounds bounds_{base::kBeginningOfTime, base::kBeginningOfTime};
  std::string_view why_;
};

}  // namespace

cel::FactColumn AccountFacts::custodian_left_at() {
  const model::Snapshot& s = inputs_.snapshot;
  const base::TextId unwritten = text_.intern("the register does not say who knows the secret");
  std::vector<TimeFact>& out = moments_.emplace_back(accounts().size(), TimeFact::unknown(unwritten));
  const GroupsThatKnow groups(inputs_);
  for (const Custodians& known : inputs_.links.custodians) {
    const std::size_t row = known.account.index();
    LastToLeave last;
    const auto person = [&](model::PersonId who) {
      const model::BoolFact& left = people_.left(who);
      if (left.value == Truth::yes) last.left(people_.left_at(who).bounds);
      if (left.value == Truth::unknown) last.doubt(people_.view(left.basis));
    };
    const auto unless_empty = [&](std::string_view why) {
      if (!why.empty()) last.doubt(why);
    };
    unless_empty(inputs_.links.text.view(known.missing));
    for (const model::PersonId who : known.people) person(who);
    const Members members = groups.in(known.groups);
    for (const GroupId group : members.groups) unless_empty(groups.missing(group, accounts().password_changed[row]));
    for (const model::AccountId member : members.accounts) {
      const correlation::Link& link = inputs_.links.of(member);
      const bool somebodys = link.owner == Owner::person && link.person.valid();
      if (somebodys) person(link.person);
      const bool nobodys = link.owner == Owner::built_in || link.owner == Owner::non_human;
      if (!somebodys && !nobodys) last.doubt("it is not known whose an account in a group that knows the secret is");
    }
    out[row] = last.fact(s.as_of, text_);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (accounts().kind[i] == model::AccountKind::managed_service) out[i] = TimeFact::never({});
  }
  return view(out, text_);
}

std::string AccountFacts::custodians_in_words(std::size_t row) const {
  if (accounts().kind[row] == model::AccountKind::managed_service) return "the directory itself makes the secret";
  const auto& all = inputs_.links.custodians;
  const auto known = std::lower_bound(all.begin(), all.end(), row, [](const Custodians& one, std::size_t wanted) {
    return one.account.index() < wanted;
  });
  if (known == all.end() || known->account.index() != row) return "the register does not say who knows the secret";
  std::string out;
  const auto add = [&](std::string_view what, base::TextId name) {
    out += fmt::format("{}{} {}", out.empty() ? "known to " : ", ", what, inputs_.snapshot.view(name));
  };
  for (const model::PersonId who : known->people) add("employee", inputs_.snapshot.people.employee_id[who.index()]);
  for (const GroupId group : known->groups) add("the members of", inputs_.snapshot.groups.name[group.index()]);
  return out.empty() ? "known to nobody whom HR knows" : out;
}

}  // namespace tally::evaluation
