#include "daemon/ledger/event_offboarding.h"

#include <algorithm>
#include <set>

#include "daemon/ledger/event_json.h"
#include "policy/model/truth_word.h"

namespace tally::ledger {
namespace {

/// The entry has room for so many gaps in all.
std::size_t gaps_of_each(std::size_t sources) {
  return std::max<std::size_t>(1, kMaxGaps / std::max<std::size_t>(1, sources));
}

Json source_json(const model::SourceRecord& source, std::size_t most_gaps) {
  return {{"source", json_text(source.name, kMaxNameBytes)},
          {"kind", source.kind == model::SourceKind::hr ? "hr" : "directory"},
          {"started", base::format_instant(source.started)},
          {"finished", base::format_instant(source.finished)},
          {"coverage", to_json(source.coverage, most_gaps)}};
}

Json account_json(const model::OffboardingAccount& account) {
  return {{"subject", to_json(account.subject)},
          {"link", model::to_string(account.link)},
          {"why", json_text(account.why)},
          {"works", model::to_string(account.works)},
          {"basis", json_text(account.basis)}};
}

Json texts_json(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(json_text(text));
  return out;
}

}  // namespace

EventText encode(const model::OffboardingCheck& check) {
  std::set<std::string> rules;
  Json sources = Json::array(), findings = Json::array(), accounts = Json::array();
  for (const model::SourceRecord& source : check.sources) {
    sources.push_back(source_json(source, gaps_of_each(check.sources.size())));
  }
  for (const model::OffboardingAccount& account : check.accounts) accounts.push_back(account_json(account));
  for (const model::Finding& finding : check.findings) {
    rules.insert(finding.rule);
    findings.push_back(to_json(finding));
  }
  const Json fields = {{"answer", model::to_string(check.answer)},
                       {"as_of", base::format_instant(check.as_of)},
                       {"rules", rules},
                       {"sources", std::move(sources)}};
  const Json personal = {{"employee_id", json_text(check.employee_id)},
                         {"name", json_text(check.name)},
                         {"asked_by", json_text(check.asked_by)},
                         {"left", model::to_string(check.left)},
                         {"reasons", texts_json(check.reasons)},
                         {"notes", texts_json(check.notes)},
                         {"accounts", std::move(accounts)},
                         {"findings", std::move(findings)}};
  return {std::string(entry_type::kOffboardingChecked), fields.dump(), personal.dump(), check.person_key};
}

}  // namespace tally::ledger
