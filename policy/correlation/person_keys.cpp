#include "policy/correlation/person_keys.h"

#include <algorithm>

#include "policy/correlation/fold.h"
#include "policy/model/account_key.h"

namespace tally::correlation {
namespace {

void sort_out(std::vector<std::string>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

/// The name, and the name with each decoration that the rule or a persona would strip.
void add_decorated(const std::string& name, const MatchRule& rule, const Settings& settings,
                   std::vector<std::string>& keys) {
  if (name.empty()) return;
  keys.push_back(name);
  for (const std::string& prefix : rule.strip_prefixes) keys.push_back(fold(prefix) + name);
  for (const std::string& suffix : rule.strip_suffixes) keys.push_back(name + fold(suffix));
  for (const Persona& persona : settings.personas) {
    // Where one of the two is missing it is not stripped, but the other one is.
    keys.push_back(fold(persona.prefix) + name + fold(persona.suffix));
    keys.push_back(fold(persona.prefix) + name);
    keys.push_back(name + fold(persona.suffix));
  }
}

void add_keys(const std::string& mail, const std::string& login, const Settings& settings, model::PersonKeys& keys) {
  if (!mail.empty()) keys.mails.push_back(mail);
  for (const MatchRule& rule : settings.rules) {
    switch (rule.by) {
      case MatchBy::employee_number:
      case MatchBy::mail: break;  // the number and the mail are always asked for
      case MatchBy::login: add_decorated(login, rule, settings, keys.logins); break;
      case MatchBy::principal_local_part: add_decorated(login, rule, settings, keys.principals); break;
      case MatchBy::mail_local_part: add_decorated(mail.substr(0, mail.find('@')), rule, settings, keys.logins); break;
    }
  }
}

}  // namespace

model::PersonKeys keys_of(std::span<const model::Harvest> hr, std::string_view employee_id, const Settings& settings,
                          std::span<const model::LinkDecision> decisions) {
  const std::string_view number = trimmed(employee_id);
  model::PersonKeys keys;
  keys.employee_number = number;
  for (const model::Harvest& harvest : hr) {
    for (std::size_t i = 0; i < harvest.people.size(); ++i) {
      if (trimmed(harvest.text.view(harvest.people.employee_id[i])) != number) continue;
      add_keys(mail_key(harvest.text.view(harvest.people.mail[i])), fold(harvest.text.view(harvest.people.login[i])),
               settings, keys);
    }
  }
  for (const RegisteredAccount& entry : settings.registered) {
    if (!number.empty() && trimmed(entry.owner) == number) keys.logins.push_back(fold(entry.login));
  }
  for (const model::LinkDecision& decision : decisions) {
    if (!decision.same || number.empty() || trimmed(decision.employee_id) != number) continue;
    model::AccountKey account = model::parts_of_account_key(decision.account_key);
    keys.known.push_back({std::move(account.source), std::move(account.native_id), std::move(account.dn)});
  }
  for (auto* list : {&keys.mails, &keys.logins, &keys.principals}) sort_out(*list);
  return keys;
}

}  // namespace tally::correlation
