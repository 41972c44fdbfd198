#include "policy/correlation/deleted_owners.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/correlation/fold.h"
#include "policy/correlation/people_index.h"
#include "policy/model/account_key.h"

namespace tally::correlation {
namespace {

using model::DeletedAccounts;
using model::DeletedId;
using model::PersonId;
using model::Snapshot;

/// The same people beside the accounts that are no more, as if these were there: so the rules can be asked.
Snapshot as_accounts(const Snapshot& s) {
  Snapshot out;
  out.as_of = s.as_of;
  out.sources = s.sources;
  out.text = s.text;
  out.people = s.people;
  const DeletedAccounts& d = s.deleted;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const std::size_t row = out.accounts.add(d.source[i]).index();
    out.accounts.dn[row] = d.dn[i];
    out.accounts.native_id[row] = d.native_id[i];
    out.accounts.sid[row] = d.sid[i];
    out.accounts.login[row] = d.login[i];
    out.accounts.principal[row] = d.principal[i];
    out.accounts.mail[row] = d.mail[i];
    out.accounts.employee_number[row] = d.employee_number[i];
    out.accounts.kind[row] = d.kind[i];
  }
  return out;
}

/// Whom earlier runs linked accounts to, as far as they are in HR now, once, and by the same name.
class Earlier {
 public:
  Earlier(const Snapshot& s, const std::vector<NameDigest>& names, const PreviousLinks& before)
      : before_(before), names_(names), index_(s) {
    for (const PreviousLinks::Account& account : before.accounts) {
      const PreviousLinks::Account*& newest = newest_[before.text.view(account.key)];
      if (newest == nullptr || newest->seen < account.seen) newest = &account;
    }
    for (const PreviousLinks::Person& person : before.people) {
      const PreviousLinks::Person*& newest = people_[before.text.view(person.employee_id)];
      if (newest == nullptr || newest->seen < person.seen) newest = &person;
    }
  }

  PersonId owner_of(const std::string& key) {
    const auto account = newest_.find(key);
    if (account == newest_.end()) return {};
    const std::string_view number = before_.text.view(account->second->employee_id);
    const auto person = people_.find(number);
    if (number.empty() || person == people_.end() || index_.by_number.count(number) != 1) return {};
    const PersonId now = index_.by_number.find(number)[0];
    // Another name may be another human, who got the number next.
    return names_[now.index()] == person->second->name ? now : PersonId();
  }

 private:
  const PreviousLinks& before_;
  const std::vector<NameDigest>& names_;
  PeopleIndex index_;
  std::unordered_map<std::string_view, const PreviousLinks::Account*> newest_;
  std::unordered_map<std::string_view, const PreviousLinks::Person*> people_;
};

}  // namespace

model::SparseRows<DeletedId> owners_of_deleted(const Snapshot& snapshot, const Settings& settings,
                                               std::span<const model::LinkDecision> decisions,
                                               const PreviousLinks* before) {
  model::SparseRows<DeletedId> out;
  if (snapshot.deleted.size() == 0) return out;
  Settings asked = settings;
  asked.suggestions = 0;
  const Snapshot once = as_accounts(snapshot);
  const Correlation links = correlate(once, asked, decisions);
  std::vector<std::vector<DeletedId>> theirs(snapshot.people.size());
  std::optional<Earlier> earlier;
  if (before != nullptr) earlier.emplace(once, links.names, *before);
  std::string key;
  for (std::size_t i = 0; i < links.links.size(); ++i) {
    const Link& link = links.links[i];
    PersonId owner = link.owner == Owner::person ? link.person : PersonId();
    if (earlier && (link.owner == Owner::nobody || link.owner == Owner::cannot_tell)) {
      model::write_account_key(once, model::AccountId::at(i), key);
      owner = earlier->owner_of(key);
      if (std::binary_search(links.never.begin(), links.never.end(), std::pair(model::AccountId::at(i), owner))) {
        owner = {};
      }
    }
    if (owner.valid()) theirs[owner.index()].push_back(DeletedId::at(i));
  }
  for (const std::vector<DeletedId>& row : theirs) out.push_row(row);
  return out;
}

}  // namespace tally::correlation
