// How accounts are matched with people, as configured: [correlation].
//
//   Settings settings;                                            // employee number, then mail
//   settings.rules.push_back({MatchBy::login, 0.8, {"adm-"}, {}});
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/diagnostic.h"

namespace tally::correlation {

/// Which property of the person has to equal which property of the account.
enum class MatchBy : std::uint8_t { employee_number, mail, login, principal_local_part, mail_local_part };

struct MatchRule {
  MatchBy by = MatchBy::employee_number;
  double confidence = 1.0;                  ///< of links made by it, 0 to 1
  std::vector<std::string> strip_prefixes;  ///< removed from the account's login when nobody has it as it is: "adm-"
  std::vector<std::string> strip_suffixes;  ///< "-admin"
};

/// A non-human account that somebody answers for.
struct RegisteredAccount {
  std::string source;  ///< directory; empty: any that has no entry of its own for that login
  std::string login;   ///< compared without case
  std::string owner;   ///< employee id of the person who answers for it; may be empty
  std::string purpose;
  std::vector<std::string> custodians = {};        ///< employee ids of who else knows its secret
  std::vector<std::string> custodian_groups = {};  ///< names or DNs of groups of its directory whose members know it
};

/// A further account of a person, by how it is called and where it is: her admin account, her test account. All that
/// is given has to fit.
struct Persona {
  std::string kind;     ///< "admin", "test", "external": what rules read as account.persona
  std::string prefix;   ///< of the login: "adm-"; what remains is the login of the person behind it
  std::string suffix;   ///< "-admin"
  std::string pattern;  ///< RE2 over the whole login, without case. It tells nobody behind it: one person's accounts
                        ///< are looked up by what they may be called, and a pattern cannot be turned round
  std::string source;   ///< directory; empty: any
  std::string under;    ///< DN that the account is below; empty: anywhere
};

/// How much each sign of likeness counts, 0 to 1.
struct Weights {
  double number = 0.9, number_zeros = 0.6;
  double mail = 0.75, mail_name = 0.4;
  double login = 0.75, login_mail = 0.5, login_name = 0.6, login_initial = 0.45, login_numbered = 0.4;
  double name = 0.65, name_turned = 0.55, name_part = 0.5, name_initial = 0.35;
  double look_alike = 0.45;
};

struct Settings {
  std::vector<MatchRule> rules = {{MatchBy::employee_number, 1.0, {}, {}}, {MatchBy::mail, 0.9, {}, {}}};
  std::vector<RegisteredAccount> registered;
  std::vector<std::string> non_human_patterns;  ///< RE2 over the login, whole string, without case
  std::vector<Persona> personas;
  /// A rule whose confidence is less finds nobody; who fits by it is suggested. 0: every rule links.
  double link_from = 0;
  /// People who look like the owner of an account without one are suggested from this likeness on …
  double suggest_from = 0.4;
  /// … and so many of them at most; 0: none.
  std::uint32_t suggestions = 3;
  /// How logins are made of names (LoginPattern).
  std::vector<std::string> login_patterns = {
      "{given}.{family}", "{g}.{family}",    "{g}{family}",      "{given}{f}",      "{family}{g}",
      "{given}_{family}", "{given}{family}", "{family}.{given}", "{family}{given}", "{given}-{family}"};
  Weights weights;
  /// More than this share of a directory's human accounts without an owner makes HR unbelievable: they become
  /// "cannot tell" instead of orphans (a feed cut in half must not make everybody an orphan). 0 to 1.
  double max_unmatched_share = 0.3;
  /// … but only from this many accounts without an owner on, so that a small directory can have orphans.
  std::uint32_t unmatched_floor = 20;
};

/// What is wrong with a pattern of non-human accounts or of a persona (RE2), or with one of logins; "" when nothing.
std::string trouble_of_regex(std::string_view pattern);
std::string trouble_of_login_pattern(std::string_view pattern);

}  // namespace tally::correlation
