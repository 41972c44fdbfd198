#include "tests/scenarios/scenario.h"

#include <stdexcept>

#include "policy/rules/reader.h"
#include "tests/scenarios/builder.h"

namespace tally::scenarios {
namespace {

using base::Instant;
using rules::Node;

Expectation expectation_of(const Node& t, rules::Reader& reader) {
  reader.troubles().unknown_keys(
      t, {"rule", "about", "answer", "because", "severity", "path", "suggests", "standing", "times"});
  Expectation out;
  out.rule = reader.text(t, "rule");
  out.about = reader.text(t, "about");
  out.because = reader.text(t, "because", "");
  out.standing = reader.text(t, "standing", "");
  out.path = reader.texts(t, "path");
  if (t.find("suggests") != nullptr) out.suggests = reader.texts(t, "suggests");
  out.line = t.at.line;
  if (t.find("severity") != nullptr) out.severity = reader.text(t, "severity");
  const std::string answer = reader.text(t, "answer");
  for (const auto outcome :
       {model::Outcome::clear, model::Outcome::violation, model::Outcome::cannot_tell, model::Outcome::exempt}) {
    if (answer == to_string(outcome)) out.answer = outcome;
  }
  if (answer != to_string(out.answer)) reader.troubles().add(t.at, "no answer is called " + answer);
  return out;
}

void read_expectation(const Node& t, rules::Reader& reader, Scenario& out) {
  const Expectation expected = expectation_of(t, reader);
  const Node* times = t.find("times");
  for (std::int64_t i = 1; i <= (times == nullptr ? 1 : *times->get<std::int64_t>()); ++i) {
    out.expected.push_back(expected);
    std::string& about = out.expected.back().about;
    const auto place = times == nullptr ? std::string::npos : about.find('#');
    if (place != std::string::npos) about.replace(place, 1, std::to_string(i));
  }
}

void read_entitlements(const Node& root, rules::Reader& reader, Scenario& out) {
  out.own.id = "own";
  for (const Node* table : reader.tables(root, "entitlement")) {
    reader.troubles().unknown_keys(*table, {"name", "groups"});
    model::EntitlementClass& one = out.own.entitlements.emplace_back();
    one.name = reader.text(*table, "name");
    for (const std::string& group : reader.texts(*table, "groups")) one.groups.push_back({.name = group});
  }
}

/// The company as an earlier audit saw it: people and accounts, in the sources that there are without a word.
void read_earlier_company(const Node& root, rules::Reader& reader, Scenario& out) {
  const Node* was = root.find("was");
  if (was == nullptr) return;
  reader.troubles().unknown_keys(*was, {"person", "account"});
  Scenario earlier;
  earlier.as_of = out.as_of - std::chrono::hours(24 * 30);
  Builder builder(reader, earlier);
  builder.sources(*was, "hr", model::SourceKind::hr, "hr");
  builder.sources(*was, "directory", model::SourceKind::directory, "corp");
  for (const Node* person : reader.tables(*was, "person")) builder.person(*person);
  for (const Node* account : reader.tables(*was, "account")) builder.account(*account);
  out.was = std::move(earlier.harvests);
}

/// Logins of non-human accounts; a table says who answers for one: { login = "svc-x", owner = "1" }.
void read_register(const Node& root, rules::Reader& reader, Scenario& out) {
  const Node* list = root.find("registered");
  for (const Node& entry : list == nullptr ? Node::List{} : *list->get<Node::List>()) {
    if (const auto* login = entry.get<std::string>()) {
      out.correlation.registered.push_back({{}, *login, {}, {}});
    } else {
      reader.troubles().unknown_keys(entry, {"login", "owner", "custodians", "custodian_groups"});
      out.correlation.registered.push_back({{},
                                            reader.text(entry, "login"),
                                            reader.text(entry, "owner", ""),
                                            {},
                                            reader.texts(entry, "custodians"),
                                            reader.texts(entry, "custodian_groups")});
    }
  }
}

void read_overrides(const Node& root, rules::Reader& reader, const std::string& file, Scenario& out) {
  const Node* rules = root.find("rules");
  for (const rules::Entry& rule : rules == nullptr ? Node::Table{} : *rules->get<Node::Table>()) {
    for (const rules::Entry& choice : *rule.value.get<Node::Table>()) {
      if (auto value = reader.setting(choice.value)) {
        out.overrides.push_back({rule.key, choice.key, std::move(*value), file, choice.at.line, choice.at.column});
      }
    }
  }
}

}  // namespace

tl::expected<Scenario, base::Diagnostics> read_scenario(const std::string& text, const std::string& file) {
  const auto root = rules::parse_document(text, file);
  if (!root) return tl::unexpected(root.error());
  rules::Troubles troubles(file);
  rules::Reader reader(troubles);
  troubles.unknown_keys(*root,
                        {"title",     "as_of",  "rules",   "judged",      "registered", "hr",           "person",
                         "directory", "group",  "account", "persona",     "exemption",  "acknowledged", "decision",
                         "earlier",   "expect", "run",     "entitlement", "was",        "control"});
  Scenario out;
  out.title = reader.text(*root, "title");
  out.judged = reader.texts(*root, "judged");
  read_register(*root, reader, out);
  for (const Node* persona : reader.tables(*root, "persona")) {
    troubles.unknown_keys(*persona, {"kind", "prefix", "suffix"});
    out.correlation.personas.push_back({reader.text(*persona, "kind"), reader.text(*persona, "prefix", ""),
                                        reader.text(*persona, "suffix", ""), "", "", ""});
  }
  const Node* as_of = root->find("as_of");
  if (as_of == nullptr || as_of->get<Instant>() == nullptr) throw std::runtime_error(file + ": as_of is missing");
  out.as_of = *as_of->get<Instant>();
  read_overrides(*root, reader, file, out);
  read_entitlements(*root, reader, out);
  read_earlier_company(*root, reader, out);
  if (const Node* run = root->find("run")) {
    troubles.unknown_keys(*run, {"last_finished", "missed", "abandoned"});
    if (const Node* last = run->find("last_finished")) out.previous.runs.last_finished = *last->get<Instant>();
    if (const Node* n = run->find("missed"))
      out.previous.runs.missed = static_cast<std::uint64_t>(*n->get<std::int64_t>());
    if (const Node* n = run->find("abandoned")) {
      out.previous.runs.abandoned = static_cast<std::uint64_t>(*n->get<std::int64_t>());
    }
  }
  Builder builder(reader, out);
  builder.sources(*root, "hr", model::SourceKind::hr, "hr");
  builder.sources(*root, "directory", model::SourceKind::directory, "corp");
  for (const Node* person : reader.tables(*root, "person")) builder.person(*person);
  for (const Node* group : reader.tables(*root, "group")) builder.group(*group);
  builder.nest();
  for (const Node* account : reader.tables(*root, "account")) builder.account(*account);
  builder.name_accounts();
  for (const Node* control : reader.tables(*root, "control")) builder.control(*control);
  builder.read_controls();
  for (const Node* exemption : reader.tables(*root, "exemption")) builder.exemption(*exemption);
  for (const Node* one : reader.tables(*root, "acknowledged")) builder.acknowledged(*one);
  for (const Node* decision : reader.tables(*root, "decision")) builder.decision(*decision);
  for (const Node* earlier : reader.tables(*root, "earlier")) builder.earlier(*earlier);
  for (const Node* expect : reader.tables(*root, "expect")) read_expectation(*expect, reader, out);
  if (!troubles.none()) return tl::unexpected(troubles.take());
  return out;
}

}  // namespace tally::scenarios
