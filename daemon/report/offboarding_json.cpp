#include <nlohmann/json.hpp>

#include "daemon/report/offboarding.h"
#include "policy/base/utf8.h"
#include "policy/model/truth_word.h"

namespace tally::report {
namespace {

using Json = nlohmann::ordered_json;

/// As it is; bytes that are no UTF-8 as base::displayable shows them, because JSON cannot hold them.
std::string clean(std::string_view text) { return base::is_utf8(text) ? std::string(text) : base::displayable(text); }

Json account_json(const model::OffboardingAccount& account) {
  return {{"source", clean(account.subject.source)},  {"login", clean(account.subject.label)},
          {"key", clean(account.subject.key)},        {"dn", clean(account.subject.dn)},
          {"link", model::to_string(account.link)},   {"why", clean(account.why)},
          {"works", model::to_string(account.works)}, {"basis", clean(account.basis)}};
}

Json source_json(const model::SourceRecord& source) {
  Json gaps = Json::array();
  for (const model::Gap& gap : source.coverage.gaps)
    gaps.push_back({{"kind", model::to_string(gap.kind)}, {"sentence", clean(gap.sentence)}});
  return {{"name", clean(source.name)},
          {"kind", source.kind == model::SourceKind::hr ? "hr" : "directory"},
          {"coverage", model::to_string(source.coverage.state)},
          {"gaps", std::move(gaps)},
          {"started", base::format_instant(source.started)},
          {"finished", base::format_instant(source.finished)}};
}

Json finding_json(const model::Finding& finding) {
  Json evidence = Json::array();
  for (const model::Evidence& one : finding.evidence) {
    evidence.push_back(
        {{"fact", one.fact}, {"value", clean(one.value)}, {"basis", clean(one.basis)}, {"source", clean(one.source)}});
  }
  return {{"fingerprint", finding.fingerprint},
          {"rule", finding.rule},
          {"severity", model::to_string(finding.severity)},
          {"account", clean(finding.subject.key)},
          {"what", clean(finding.what)},
          {"evidence", std::move(evidence)},
          {"fix", finding.fix}};
}

Json texts_json(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(clean(text));
  return out;
}

}  // namespace

std::string render_offboarding_json(const model::OffboardingCheck& check) {
  Json accounts = Json::array(), findings = Json::array(), sources = Json::array();
  for (const model::OffboardingAccount& account : check.accounts) accounts.push_back(account_json(account));
  for (const model::Finding& finding : check.findings) findings.push_back(finding_json(finding));
  for (const model::SourceRecord& source : check.sources) sources.push_back(source_json(source));
  const bool known = check.left_at_state == model::TimeState::known;
  const Json out = {{"schema", "tallystick-offboarding/1"},
                    {"answer", model::to_string(check.answer)},
                    {"sentence", clean(offboarding_sentence(check))},
                    {"as_of", base::format_instant(check.as_of)},
                    {"employee_id", clean(check.employee_id)},
                    {"name", clean(check.name)},
                    {"left", model::to_string(check.left)},
                    {"left_at", known ? Json(base::format_bounds(check.left_at)) : Json()},
                    {"reasons", texts_json(check.reasons)},
                    {"notes", texts_json(check.notes)},
                    {"accounts", std::move(accounts)},
                    {"findings", std::move(findings)},
                    {"sources", std::move(sources)},
                    {"asked_by", clean(check.asked_by)},
                    {"log", {{"origin", check.log_origin}, {"entry", check.log_index}, {"size", check.log_size}}}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tally::report
