#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {
namespace {

using correlation::MatchBy;
using correlation::MatchRule;
using correlation::Persona;
using correlation::RegisteredAccount;
using correlation::Settings;
using correlation::Weights;

constexpr std::string_view kRegex = "RE2 syntax is expected";

std::optional<rules::Setting> setting_of(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return rules::Setting(value->get());
  if (const auto* value = node.as_integer()) return rules::Setting(value->get());
  if (const auto* value = node.as_string()) return rules::Setting(value->get());
  const auto* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::node& item : *list) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(item.as_string()->get());
  }
  return rules::Setting(std::move(texts));
}

void read_overrides(Config& config, std::string_view rule, const toml::table& table, const Context& context) {
  for (const auto& [key, node] : table) {
    auto value = setting_of(node);
    if (!value) {
      context.trouble(node, "no value for a parameter", "true, false, a whole number, a text, or a list of texts");
      continue;
    }
    const auto at = node.source().begin;
    config.overrides.push_back({std::string(rule), std::string(key.str()), std::move(*value), *context.file,
                                static_cast<int>(at.line), static_cast<int>(at.column)});
  }
}

}  // namespace

const Fields<MatchRule>& match_fields() {
  static const Fields<MatchRule> fields = {
      {"by",
       form::one_of(&MatchRule::by, {{"employee-number", MatchBy::employee_number},
                                     {"mail", MatchBy::mail},
                                     {"login", MatchBy::login},
                                     {"principal", MatchBy::principal_local_part},
                                     {"mail-local-part", MatchBy::mail_local_part}}),
       "required",
       "What has to agree. principal: the part of the user principal name before the @; mail-local-part: the login "
       "equals HR's mail address before the @."},
      {"confidence", form::share(&MatchRule::confidence), "1.0",
       "How sure such a link is; ORP-002 reports links that are not sure enough."},
      {"strip_prefixes", form::texts(&MatchRule::strip_prefixes), "",
       "Beginnings of logins of admin and test accounts, removed before comparing: \"adm-\"."},
      {"strip_suffixes", form::texts(&MatchRule::strip_suffixes), "", "The same for endings: \"-admin\"."}};
  return fields;
}

const Fields<RegisteredAccount>& registered_fields() {
  using R = RegisteredAccount;
  static const Fields<R> fields = {
      {"login", form::text(&R::login), "required", "Login of the non-human account."},
      {"source", form::text(&R::source), "", "Directory that it is in; without it any."},
      {"owner", form::text(&R::owner), "", "Employee number of the person who answers for it."},
      {"purpose", form::text(&R::purpose), "", "What it is for."},
      {"custodians", form::texts(&R::custodians), "",
       "Employee numbers of all others who know its secret; the owner knows it anyway."},
      {"custodian_groups", form::texts(&R::custodian_groups), "",
       "Groups of its directory, by name or DN, whose members know its secret."}};
  return fields;
}

const Fields<Persona>& persona_fields() {
  static const Fields<Persona> fields = {
      {"kind", form::text(&Persona::kind), "required",
       "What rules read as account.persona: \"admin\", \"test\", \"external\"."},
      {"prefix", form::text(&Persona::prefix), "",
       "Beginning of the login: \"adm-\". What remains is the login of the person behind it."},
      {"suffix", form::text(&Persona::suffix), "", "The same for an ending: \"-admin\"."},
      {"pattern", form::checked_text(&Persona::pattern, correlation::trouble_of_regex, kRegex), "",
       "Regular expression (RE2) for the whole login. It tells the persona, not the person behind it."},
      {"source", form::text(&Persona::source), "", "Directory that it counts in; without it all."},
      {"under", form::text(&Persona::under), "", "DN that such accounts are below; without it anywhere."}};
  return fields;
}

const Fields<Weights>& weight_fields() {
  using W = Weights;
  static const Fields<W> fields = {
      {"number", form::share(&W::number), "0.9", "The employee number is equal."},
      {"number_zeros", form::share(&W::number_zeros), "0.6", "It is equal but for zeros in front."},
      {"mail", form::share(&W::mail), "0.75", "The mail address is equal."},
      {"mail_name", form::share(&W::mail_name), "0.4", "The part before the @ is made of the name."},
      {"login", form::share(&W::login), "0.75", "The login is the one that HR knows."},
      {"login_mail", form::share(&W::login_mail), "0.5", "The login is HR's mail address before the @."},
      {"login_name", form::share(&W::login_name), "0.6", "The login is made of both names in full."},
      {"login_initial", form::share(&W::login_initial), "0.45", "The login is made of parts of the name."},
      {"login_numbered", form::share(&W::login_numbered), "0.4", "The same with a number behind it."},
      {"name", form::share(&W::name), "0.65", "The display name has both names."},
      {"name_turned", form::share(&W::name_turned), "0.55", "It has them in the other order."},
      {"name_part", form::share(&W::name_part), "0.5", "It has the given name and a part of a double family name."},
      {"name_initial", form::share(&W::name_initial), "0.35",
       "It has the family name and the first letter of the other."},
      {"look_alike", form::share(&W::look_alike), "0.45",
       "Login or display name are like it only by characters that look alike."}};
  return fields;
}

const Fields<Settings>& correlation_fields() {
  static const Fields<Settings> fields = {
      {"match", form::sections(&Settings::rules, match_fields(), "[[correlation.match]]"), "employee-number, then mail",
       "Ways to find the person behind an account, tried in this order; the first that finds anybody decides."},
      {"registered", form::sections(&Settings::registered, registered_fields(), "[[correlation.registered]]"), "",
       "The register of non-human accounts."},
      {"non_human_patterns", form::checked_texts(&Settings::non_human_patterns, correlation::trouble_of_regex, kRegex),
       "", "Regular expressions (RE2) for whole logins of non-human accounts."},
      {"persona", form::sections(&Settings::personas, persona_fields(), "[[correlation.persona]]"), "",
       "Further accounts of people, told by their logins and places; the first that fits counts."},
      {"link_from", form::share(&Settings::link_from), "0",
       "Ways of matching whose confidence is less link nobody; who fits by them is suggested."},
      {"suggest_from", form::share(&Settings::suggest_from), "0.4",
       "How much somebody has to look like the owner of an account without one to be suggested."},
      {"suggestions", form::whole_number(&Settings::suggestions, 0, 100), "3",
       "So many people are suggested for an account at most; 0: none."},
      {"login_patterns",
       form::checked_texts(&Settings::login_patterns, correlation::trouble_of_login_pattern,
                           "such as \"{given}.{family}\" or \"{g}{family:7}\""),
       "ten usual ones",
       "How logins are made of names: {given}, {family}, {g} and {f} for their first letters, {family:7} for the first "
       "seven. Only for suggestions."},
      {"weights", form::section(&Settings::weights, weight_fields(), "[correlation.weights]"), "",
       "How much each sign of likeness counts: [correlation.weights]."},
      {"max_unmatched_share", form::share(&Settings::max_unmatched_share), "0.3",
       "With a larger share of accounts that fit nobody, HR is not believed to be complete and they are \"cannot "
       "tell\" instead of orphans."},
      {"unmatched_floor", form::whole_number(&Settings::unmatched_floor, 1, 1'000'000), "20",
       "max_unmatched_share counts only from this many accounts on."}};
  return fields;
}

void read_rules(Document& document, const toml::node& node, const Context& context) {
  const auto* table = node.as_table();
  if (table == nullptr) return form::wrong_type(node, context, "a table");
  for (const auto& [key, value] : *table) {
    if (key.str() == "packs") {
      form::texts(&Config::packs).read(document.config, value, context);
      for (std::string& pack : document.config.packs) pack = form::absolute(pack, context);
    } else if (key.str() == "shipped") {
      form::flag(&Config::shipped_rules).read(document.config, value, context);
    } else if (const auto* parameters = value.as_table()) {
      read_overrides(document.config, key.str(), *parameters, context);
    } else {
      context.trouble(value, "unknown setting \"" + std::string(key.str()) + "\" in [rules]",
                      "packs, shipped, or a table [rules.<rule id>] with parameters");
    }
  }
}

}  // namespace tally::config
