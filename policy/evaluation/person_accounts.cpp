// person.*: the accounts that are theirs, in all directories together.
#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/account_state.h"
#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/unseen.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using model::AccountId;
using model::BoolFact;
using model::GroupId;
using model::Truth;

FactRows<PersonFacts> PersonFacts::account_rows() {
  using F = PersonFacts;
  static constexpr auto kAccounts = [](const F& f, std::size_t i) {
    std::string out;
    const model::Snapshot& s = f.inputs_.snapshot;
    if (i >= f.inputs_.links.accounts_of.rows()) return out;
    for (const AccountId account : f.inputs_.links.accounts_of.row(i)) {
      out += fmt::format("{}{} in {}", out.empty() ? "" : ", ", s.view(s.accounts.login[account.index()]),
                         s.source(s.accounts.source[account.index()]).name);
    }
    return out.empty() ? std::string("no account is theirs") : out;
  };
  static constexpr FactRow<F> kRows[] = {
      {"person.accounts", [](F& f) { return f.accounts_count(); }, kAccounts},
      {"person.has_usable_account", [](F& f) { return f.has_usable_account(); }, kAccounts},
      {"person.directories_disagree", [](F& f) { return f.directories_disagree(); }, kAccounts},
      {"person.entitlements", [](F& f) { return f.entitlements_.of_people(EntitlementFacts::Which::all, f.doubts()); },
       kAccounts},
      {"person.entitlements_at_least",
       [](F& f) { return f.entitlements_.of_people(EntitlementFacts::Which::at_least, f.doubts()); }, kAccounts},
      {"person.groups", [](F& f) { return f.groups(false); }, kAccounts},
      {"person.groups_seen", [](F& f) { return f.groups(true); }, kAccounts},
  };
  return kRows;
}

/// An account that several people fit may be any of theirs; a directory that hides accounts may hide theirs.
const std::vector<base::TextId>& PersonFacts::account_gaps() {
  if (!account_gaps_.empty() || people().size() == 0) return account_gaps_;
  std::string hidden;
  for (const std::string& why : unseen(inputs_.snapshot, model::SubjectKind::account)) {
    if (!why.empty()) hidden += (hidden.empty() ? "" : "; ") + why;
  }
  const base::TextId everybody = hidden.empty() ? base::TextId() : text_.intern(hidden);
  account_gaps_.assign(people().size(), everybody);
  const base::TextId perhaps = text_.intern("several people fit one account, and they are one of them");
  for (std::size_t account = 0; account < inputs_.links.candidates.rows(); ++account) {
    for (const model::PersonId person : inputs_.links.candidates.row(account)) {
      if (!everybody.valid()) account_gaps_[person.index()] = perhaps;
    }
  }
  for (std::size_t i = 0; i < people().size(); ++i) {
    if (doubt(i).valid()) account_gaps_[i] = doubt(i);
  }
  return account_gaps_;
}

cel::FactColumn PersonFacts::accounts_count() {
  std::vector<std::int64_t>& out = numbers_.emplace_back(people().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int64_t>(inputs_.links.accounts_of.row(i).size());
  }
  return {cel::IntView{{out}}, reasons(account_gaps(), text_)};
}

cel::FactColumn PersonFacts::has_usable_account() {
  const base::TextId untold = text_.intern("it is not known whether one of their accounts works");
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    Truth any = Truth::no;
    for (const AccountId account : inputs_.links.accounts_of.row(i)) {
      const Truth works = is_usable(inputs_.snapshot, account.index());
      if (works == Truth::yes || any == Truth::no) any = works;
      if (any == Truth::yes) break;
    }
    const base::TextId gap = account_gaps()[i];
    if (any == Truth::yes && !doubt(i).valid()) {
      out[i] = BoolFact::known(true, {});
    } else if (gap.valid() || any == Truth::unknown) {
      out[i] = BoolFact::unknown(gap.valid() ? gap : untold);
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return evaluation::view(out, text_);
}

/// By main accounts alone: that an administrator's further account is off says nothing about the person.
cel::FactColumn PersonFacts::directories_disagree() {
  const model::Snapshot& s = inputs_.snapshot;
  const base::TextId untold = text_.intern("it is not known whether one of their accounts works");
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    bool on = false, off = false, unknown = false;
    for (const AccountId account : inputs_.links.accounts_of.row(i)) {
      if (!inputs_.links.of(account).primary) continue;
      const Truth works = is_usable(s, account.index());
      on = on || works == Truth::yes;
      off = off || s.accounts.enabled[account.index()].value == Truth::no;
      unknown = unknown || works == Truth::unknown;
    }
    const base::TextId gap = doubt(i).valid() ? doubt(i) : account_gaps()[i];
    if (on && off && !doubt(i).valid()) {
      out[i] = BoolFact::known(true, {});
    } else if (gap.valid() || unknown) {
      out[i] = BoolFact::unknown(gap.valid() ? gap : untold);
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return evaluation::view(out, text_);
}

void PersonFacts::collect_groups() {
  if (!group_offsets_.empty()) return;
  const model::Snapshot& s = inputs_.snapshot;
  group_offsets_.push_back(0);
  std::vector<std::uint32_t> seen_by(s.groups.size(), 0);  // the person who reached the group last, from 1
  std::vector<GroupId> reached;
  for (std::size_t i = 0; i < people().size(); ++i) {
    reached.clear();
    const auto reach = [&](std::span<const GroupId> groups) {
      for (const GroupId group : groups) {
        if (seen_by[group.index()] == i + 1) continue;
        seen_by[group.index()] = static_cast<std::uint32_t>(i + 1);
        reached.push_back(group);
      }
    };
    for (const AccountId account : inputs_.links.accounts_of.row(i)) reach(s.groups_of_account.row(account.index()));
    for (std::size_t at = 0; at < reached.size(); ++at) reach(s.groups_of_group.row(reached[at].index()));
    for (const GroupId group : reached) group_names_.push_back(s.groups.name[group.index()]);
    const auto first = group_names_.begin() + static_cast<std::ptrdiff_t>(group_offsets_.back());
    std::sort(first, group_names_.end(), [&](base::TextId a, base::TextId b) { return s.view(a) < s.view(b); });
    group_offsets_.push_back(group_names_.size());
  }
}

cel::FactColumn PersonFacts::groups(bool seen_only) {
  collect_groups();
  const cel::TextListView list{group_offsets_, group_names_, &inputs_.snapshot.text};
  if (seen_only) return {list};
  std::vector<base::TextId>& why = reasons_of_rows();
  std::string missing;
  for (const std::string& gap : membership_gaps(inputs_.snapshot)) {
    if (!gap.empty()) missing += (missing.empty() ? "" : "; ") + gap;
  }
  const base::TextId everybody = missing.empty() ? base::TextId() : text_.intern(missing);
  for (std::size_t i = 0; i < why.size(); ++i) why[i] = everybody.valid() ? everybody : account_gaps()[i];
  return {list, reasons(why, text_)};
}

}  // namespace tally::evaluation
