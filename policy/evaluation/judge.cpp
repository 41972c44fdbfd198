#include "policy/evaluation/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "policy/base/digest.h"
#include "policy/evaluation/subject.h"
#include "policy/rules/parameter.h"

namespace tally::evaluation {
namespace {

using model::Outcome;
using model::Severity;
using model::SubjectKind;

/// Severity, the values that decide and the path: what has to differ for a finding to count as changed. What is only
/// shown beside them, such as a last sign-in, may differ every day.
std::string content_of(const model::Finding& finding, std::size_t decisive) {
  std::string text(to_string(finding.severity));
  const auto put = [&](const std::string& value) {
    text.append(fmt::format_int(value.size()).c_str()).append(":").append(value).append("\n");
  };
  text += '\n';
  for (std::size_t i = 0; i < decisive; ++i) {
    text.append(finding.evidence[i].fact).append("=");
    put(finding.evidence[i].value);
  }
  for (const std::string& step : finding.path) {
    text += '>';
    put(step);
  }
  return base::sha256(text).hex().substr(0, 16);
}

constexpr Outcome outcome_of(cel::Truth answer) {
  static_assert(static_cast<int>(cel::Truth::no) == static_cast<int>(Outcome::clear) &&
                static_cast<int>(cel::Truth::yes) == static_cast<int>(Outcome::violation) &&
                static_cast<int>(cel::Truth::unknown) == static_cast<int>(Outcome::cannot_tell));
  return static_cast<Outcome>(answer);
}

/// "ldif/active-directory" speaks the profile "active-directory".
std::string_view profile_of(std::string_view connector) { return connector.substr(connector.rfind('/') + 1); }

}  // namespace

Judge::Judge(const Inputs& inputs) : inputs_(inputs) {
  for (const model::SourceRecord& source : inputs.snapshot.sources) {
    if (source.kind == model::SourceKind::directory && quarantined(source.coverage)) all_believed_ = false;
  }
}

FactTable& Judge::facts(SubjectKind kind) {
  auto& table = tables_[static_cast<std::size_t>(kind)];
  if (!table) table = std::make_unique<FactTable>(inputs_, kind);
  return *table;
}

cel::TruthColumn Judge::ask(const rules::ActiveRule& rule) { return facts(rule.rule.about).ask(rule); }

/// The directory whose own quarantine makes the row untellable; nullptr when it is believed. The people of a
/// quarantined HR source have only unknown facts; a source and the run are asked about what was not seen.
const model::SourceRecord* Judge::unbelieved(SubjectKind kind, std::size_t row) const {
  const bool of_directory =
      kind == SubjectKind::account || kind == SubjectKind::group || kind == SubjectKind::membership;
  if (all_believed_ || !of_directory) return nullptr;
  const model::SourceRecord& source = inputs_.snapshot.source(source_of(inputs_.snapshot, kind, row));
  return quarantined(source.coverage) ? &source : nullptr;
}

std::string Judge::quarantine(const rules::ActiveRule& rule, std::size_t row) const {
  const model::SourceRecord* source = unbelieved(rule.rule.about, row);
  if (source == nullptr) return {};
  return fmt::format("directory {} is {}: {}", source->name, to_string(source->coverage.state),
                     source->coverage.in_words());
}

model::Outcome Judge::outcome(const rules::ActiveRule& rule, const cel::TruthColumn& answers, std::size_t row) const {
  return unbelieved(rule.rule.about, row) == nullptr ? outcome_of(answers.at(row)) : Outcome::cannot_tell;
}

std::vector<Outcome> Judge::outcomes(const rules::ActiveRule& rule, const cel::TruthColumn& answers) const {
  // The same numbers (outcome_of), so that no row has to be looked at.
  static_assert(sizeof(Outcome) == sizeof(cel::Truth));
  std::vector<Outcome> out(answers.size());
  if (!out.empty()) std::memcpy(out.data(), answers.values().data(), out.size());
  for (std::size_t row = 0; !all_believed_ && row < out.size(); ++row) {
    if (unbelieved(rule.rule.about, row) != nullptr) out[row] = Outcome::cannot_tell;
  }
  return out;
}

std::vector<Severity> Judge::severities(const rules::ActiveRule& rule, const std::vector<std::size_t>& rows) {
  std::vector<Severity> out(rows.size(), rule.rule.severity);
  if (rows.empty() || rule.severity_when.empty()) return out;
  std::vector<cel::TruthColumn> columns_of;
  for (const auto& [grade, program] : rule.severity_when) {
    cel::Columns columns;
    facts(rule.rule.about).bind(columns, program.facts());
    columns_of.push_back(program.evaluate(columns, subject_count(inputs_.snapshot, rule.rule.about)));
  }
  std::vector<cel::Truth> answers(columns_of.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < answers.size(); ++k) answers[k] = columns_of[k].at(rows[i]);
    out[i] = rule.graded(answers);
  }
  return out;
}

std::string Judge::sentence(const rules::ActiveRule& rule, const rules::Message& message, std::size_t row) {
  return message.render([&](std::string_view name) -> std::string {
    if (!name.starts_with("params.")) return facts(rule.rule.about).value(name, row);
    const auto parameter = rule.parameters.find(std::string(name.substr(7)));
    return parameter == rule.parameters.end() ? std::string() : rules::to_text(parameter->second);
  });
}

std::string Judge::fix(const rules::ActiveRule& rule, std::size_t row) {
  std::string out = sentence(rule, rule.rule.fix, row);
  if (rule.rule.commands.empty() || rule.rule.about == SubjectKind::run) return out;
  const std::string connector = facts(rule.rule.about).value("source.connector", row);
  for (const rules::Command& command : rule.rule.commands) {
    // "# " begins a comment in PowerShell, in a shell and in LDIF alike, so that a whole block can be pasted.
    if (command.directory != profile_of(connector)) continue;
    out += fmt::format("\n# {}\n{}", command.tool, sentence(rule, command.text, row));
  }
  return out;
}

std::vector<model::Evidence> Judge::evidence(const rules::ActiveRule& rule, std::size_t row) {
  std::vector<model::Evidence> out;
  out.reserve(rule.facts.size() + rule.rule.evidence.size());
  for (const std::string& fact : rule.facts) out.push_back(facts(rule.rule.about).evidence(fact, row));
  for (const std::string& fact : rule.rule.evidence) {
    if (std::find(rule.facts.begin(), rule.facts.end(), fact) != rule.facts.end()) continue;
    out.push_back(facts(rule.rule.about).evidence(fact, row));
  }
  return out;
}

std::vector<std::string> Judge::path(const rules::ActiveRule& rule, std::size_t row) const {
  const auto reads = [&](std::string_view fact) {
    return std::find(rule.facts.begin(), rule.facts.end(), fact) != rule.facts.end();
  };
  const SubjectKind about = rule.rule.about;
  if (about != SubjectKind::account && about != SubjectKind::membership) return {};
  const auto account =
      about == SubjectKind::account ? model::AccountId::at(row) : membership_at(inputs_.snapshot, row).account;
  if (reads("account.privileged_through_circle")) return inputs_.access.circle(inputs_.snapshot, account);
  if (reads("account.privileged") || reads("account.privileged_tier") || reads("account.privileged_distance") ||
      reads("account.privileged_only_through_nesting")) {
    return inputs_.access.path(inputs_.snapshot, account);
  }
  const model::GroupId primary = reads("account.privileged_by_primary_group")
                                     ? inputs_.snapshot.accounts.primary_group[account.index()]
                                     : model::GroupId();
  return primary.valid() ? inputs_.access.path_through(inputs_.snapshot, account, primary) : std::vector<std::string>{};
}

model::Finding Judge::finding(const rules::ActiveRule& rule, std::size_t row, Severity severity) {
  model::Finding out;
  out.rule = rule.rule.id;
  out.severity = severity;
  out.subject = subject_of(inputs_, rule.rule.about, row);
  out.fingerprint = model::fingerprint_of(out.rule, out.subject.key);
  out.title = rule.rule.title;
  out.what = sentence(rule, rule.rule.message, row);
  out.evidence = evidence(rule, row);
  out.path = path(rule, row);
  out.controls = rule.rule.controls;
  out.fix = fix(rule, row);
  out.content = content_of(out, rule.facts.size());
  return out;
}

}  // namespace tally::evaluation
