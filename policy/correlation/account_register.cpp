#include "policy/correlation/account_register.h"

#include <algorithm>

#include "policy/correlation/fold.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;

/// Groups by what a register may call them: their name or their DN.
using GroupNames = std::unordered_map<std::string, std::vector<GroupId>>;

GroupNames names_of_groups(const Snapshot& s) {
  GroupNames names;
  for (std::size_t i = 0; i < s.groups.size(); ++i) {
    const std::string name = fold(s.view(s.groups.name[i])), dn = fold(s.view(s.groups.dn[i]));
    names[name].push_back(GroupId::at(i));
    if (dn != name) names[dn].push_back(GroupId::at(i));
  }
  return names;
}

template <class Id>
void sort_out(std::vector<Id>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// Adds whoever has that number. Why nobody can say who it is; empty when that is clear, or no number is given.
std::string_view add_person(std::string_view number, const PeopleIndex& people, std::string_view unseen_hr,
                            Custodians& to) {
  if (trimmed(number).empty()) return {};
  const std::vector<model::PersonId> found = people.by_number.find(trimmed(number));
  if (found.size() > 1) return "several people of HR have the employee number of somebody who knows the secret";
  if (found.size() == 1) {
    to.people.push_back(found[0]);
    return {};
  }
  return unseen_hr.empty() ? "HR does not know the employee number of somebody who knows the secret"
                           : "HR was not completely seen and did not show somebody who knows the secret";
}

/// Adds the groups of that name in the account's directory. Why there is none; empty when there is one.
std::string_view add_groups(std::string_view name, const Snapshot& s, const GroupNames& names, Custodians& to) {
  const auto named = names.find(fold(name));
  const std::size_t before = to.groups.size();
  for (const GroupId group : named == names.end() ? std::vector<GroupId>() : named->second) {
    if (s.groups.source[group.index()] == s.accounts.source[to.account.index()]) to.groups.push_back(group);
  }
  return to.groups.size() > before ? "" : "a group whose members know the secret was not seen";
}

}  // namespace

AccountRegister::AccountRegister(const Settings& settings) {
  for (const RegisteredAccount& entry : settings.registered) {
    by_login_[fold(entry.login)].push_back(&entry);
    groups_named_ |= !entry.custodian_groups.empty();
  }
}

const RegisteredAccount* AccountRegister::entry(const Snapshot& snapshot, AccountId account) const {
  const std::string login = fold(snapshot.view(snapshot.accounts.login[account.index()]));
  const auto found = by_login_.find(login);
  if (login.empty() || found == by_login_.end()) return nullptr;
  const RegisteredAccount* for_any = nullptr;
  for (const RegisteredAccount* entry : found->second) {
    if (entry->source == snapshot.source(snapshot.accounts.source[account.index()]).name) return entry;
    if (entry->source.empty() && for_any == nullptr) for_any = entry;
  }
  return for_any;
}

void AccountRegister::find_custodians(const Snapshot& snapshot, const PeopleIndex& people, std::string_view unseen_hr,
                                      Correlation& out) const {
  const GroupNames names = groups_named_ ? names_of_groups(snapshot) : GroupNames();
  for (std::size_t i = 0; i < out.links.size(); ++i) {
    if (!out.links[i].registered) continue;
    const RegisteredAccount& said = *entry(snapshot, AccountId::at(i));
    Custodians known;
    known.account = AccountId::at(i);
    std::string_view missing;
    const auto add = [&](std::string_view why) { missing = missing.empty() ? why : missing; };
    add(add_person(said.owner, people, unseen_hr, known));
    for (const std::string& number : said.custodians) add(add_person(number, people, unseen_hr, known));
    for (const std::string& group : said.custodian_groups) add(add_groups(group, snapshot, names, known));
    if (said.custodians.empty() && said.custodian_groups.empty()) add("the register does not say who knows the secret");
    sort_out(known.people);
    sort_out(known.groups);
    known.missing = out.text.intern(missing);
    out.custodians.push_back(std::move(known));
  }
}

}  // namespace tally::correlation
