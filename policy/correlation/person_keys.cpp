#include "policy/correlation/person_keys.h"

#include <algorithm>

#include "policy/correlation/fold.h"

namespace tally::correlation {
namespace {

void sort_out(std::vector<std::string>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

/// The name, and the name with each decoration that the rule would strip.
void add_decorated(const std::string& name, const MatchRule& rule, std::vector<std::string>& keys) {
  if (name.empty()) return;
  keys.push_back(name);
  for (const std::string& prefix : rule.strip_prefixes) keys.push_back(fold(prefix) + name);
  for (const std::string& suffix : rule.strip_suffixes) keys.push_back(name + fold(suffix));
}

void add_keys(const std::string& mail, const std::string& login, const Settings& settings, model::PersonKeys& keys) {
  if (!mail.empty()) keys.mails.push_back(mail);
  for (const MatchRule& rule : settings.rules) {
    switch (rule.by) {
      case MatchBy::employee_number:
      case MatchBy::mail: break;  // the number and the mail are always asked for
      case MatchBy::login: add_decorated(login, rule, keys.logins); break;
      case MatchBy::principal_local_part: add_decorated(login, rule, keys.principals); break;
      case MatchBy::mail_local_part: add_decorated(mail.substr(0, mail.find('@')), rule, keys.logins); break;
    }
  }
}

}  // namespace

model::PersonKeys keys_of(std::span<const model::Harvest> hr, std::string_view employee_id, const Settings& settings) {
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
  for (auto* list : {&keys.mails, &keys.logins, &keys.principals}) sort_out(*list);
  return keys;
}

}  // namespace tally::correlation
