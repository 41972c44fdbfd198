#include "policy/correlation/primary.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "policy/correlation/fold.h"
#include "policy/correlation/personas.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::Snapshot;

bool is_decorated(std::string_view login, const Settings& settings) {
  return std::any_of(settings.rules.begin(), settings.rules.end(),
                     [&](const MatchRule& rule) { return undecorated(login, rule) != fold(login); });
}

/// Smaller is more likely the main account. The last fields make the choice independent of the order of reading.
auto rank(const Snapshot& s, const Correlation& links, AccountId account) {
  const std::size_t i = account.index();
  const std::string_view login = s.view(s.accounts.login[i]);
  const std::string_view known_login = s.view(s.people.login[links.of(account).person.index()]);
  const bool is_known_login = !known_login.empty() && fold(known_login) == fold(login);
  return std::tuple(!is_known_login, links.of(account).marked, -links.of(account).confidence,
                    s.view(s.accounts.mail[i]).empty(), login.size(), std::string(login), s.view(s.accounts.dn[i]));
}

/// One main account in each directory.
void choose_primaries(const Snapshot& s, const std::vector<AccountId>& own, Correlation& links) {
  std::unordered_map<std::uint32_t, AccountId> best;
  for (const AccountId account : own) {
    if (!links.of(account).primary) continue;  // a persona's account is no main one, even if it is the only one
    AccountId& current = best[s.accounts.source[account.index()].index()];
    const bool better = !current.valid() || rank(s, links, account) < rank(s, links, current);
    if (better) current = account;
  }
  for (const AccountId account : own) {
    links.links[account.index()].primary = best[s.accounts.source[account.index()].index()] == account;
  }
}

}  // namespace

void gather_accounts_of_people(const Snapshot& s, const Settings& settings, Correlation& links) {
  std::vector<std::vector<AccountId>> accounts(s.people.size());
  for (std::size_t i = 0; i < links.links.size(); ++i) {
    if (links.links[i].owner == Owner::person) accounts[links.links[i].person.index()].push_back(AccountId::at(i));
  }
  for (const std::vector<AccountId>& own : accounts) {
    for (const AccountId account : own) {
      Link& link = links.links[account.index()];
      link.marked =
          !links.text.view(link.persona).empty() || is_decorated(s.view(s.accounts.login[account.index()]), settings);
    }
    if (own.size() > 1) choose_primaries(s, own, links);
    links.accounts_of.push_row(own);
  }
}

}  // namespace tally::correlation
