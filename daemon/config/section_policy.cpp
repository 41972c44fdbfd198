#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {
namespace {

using correlation::MatchBy;
using correlation::MatchRule;
using correlation::RegisteredAccount;
using correlation::Settings;

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
      {"purpose", form::text(&R::purpose), "", "What it is for."}};
  return fields;
}

const Fields<Settings>& correlation_fields() {
  static const Fields<Settings> fields = {
      {"match", form::sections(&Settings::rules, match_fields(), "[[correlation.match]]"), "employee-number, then mail",
       "Ways to find the person behind an account, tried in this order; the first that finds anybody decides."},
      {"registered", form::sections(&Settings::registered, registered_fields(), "[[correlation.registered]]"), "",
       "The register of non-human accounts."},
      {"non_human_patterns", form::texts(&Settings::non_human_patterns), "",
       "Regular expressions (RE2) for whole logins of non-human accounts."},
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
