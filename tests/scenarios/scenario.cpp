#include "tests/scenarios/scenario.h"

#include <stdexcept>

#include "policy/rules/reader.h"
#include "tests/scenarios/builder.h"

namespace tally::scenarios {
namespace {

using base::Instant;
using rules::Node;

Expectation expectation_of(const Node& t, rules::Reader& reader) {
  reader.troubles().unknown_keys(t, {"rule", "about", "answer", "because", "severity", "path", "suggests", "standing"});
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

/// Logins of non-human accounts; a table says who answers for one: { login = "svc-x", owner = "1" }.
void read_register(const Node& root, rules::Reader& reader, Scenario& out) {
  const Node* list = root.find("registered");
  for (const Node& entry : list == nullptr ? Node::List{} : *list->get<Node::List>()) {
    if (const auto* login = entry.get<std::string>()) {
      out.correlation.registered.push_back({{}, *login, {}, {}});
    } else {
      reader.troubles().unknown_keys(entry, {"login", "owner"});
      out.correlation.registered.push_back({{}, reader.text(entry, "login"), reader.text(entry, "owner"), {}});
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
  troubles.unknown_keys(*root, {"title", "as_of", "rules", "judged", "registered", "hr", "person", "directory", "group",
                                "account", "persona", "exemption", "decision", "earlier", "expect", "run"});
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
  for (const Node* exemption : reader.tables(*root, "exemption")) builder.exemption(*exemption);
  for (const Node* decision : reader.tables(*root, "decision")) builder.decision(*decision);
  for (const Node* earlier : reader.tables(*root, "earlier")) builder.earlier(*earlier);
  for (const Node* expect : reader.tables(*root, "expect")) out.expected.push_back(expectation_of(*expect, reader));
  if (!troubles.none()) return tl::unexpected(troubles.take());
  return out;
}

}  // namespace tally::scenarios
