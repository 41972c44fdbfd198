#include "policy/rules/rule_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/cel/environment.h"
#include "policy/rules/catalogue.h"
#include "policy/rules/example_reader.h"
#include "policy/rules/message_reader.h"
#include "policy/rules/parameter.h"
#include "policy/rules/rule_facts.h"
#include "policy/rules/words.h"

namespace tally::rules {
namespace {

/// Ids stand in settings, in file names and in every entry of the log.
constexpr std::size_t kMaxIdBytes = 40;

/// Names that stand for something else in the settings of every rule.
constexpr std::array<std::string_view, 3> kReserved{"enabled", "severity", "state"};

bool is_rule_id(std::string_view id) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto fits = [&](char c) { return capital(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && id.size() <= kMaxIdBytes && capital(id.front()) && id.back() != '-' &&
         std::all_of(id.begin(), id.end(), fits);
}

class RuleReader {
 public:
  RuleReader(const Node& table, Reader& reader) : table_(table), reader_(reader), troubles_(reader.troubles()) {}

  ReadRule read() {
    troubles_.unknown_keys(
        table_, {"id", "title", "state", "about", "severity", "severity_when", "when", "protects_from", "rationale",
                 "message", "fix", "commands", "evidence", "controls", "params", "needs", "example", "always_tells"});
    rule().at = table_.at;
    read_words();
    read_expressions();
    const std::size_t before = troubles_.count();
    read_parameters();
    read_needs();
    if (troubles_.count() > before) out_.can_compile = false;
    if (out_.can_compile) read_messages();
    read_evidence();
    rule().controls = reader_.texts(table_, "controls");
    read_examples();
    return std::move(out_);
  }

 private:
  Rule& rule() { return out_.rule; }

  void read_words() {
    rule().id = reader_.text(table_, "id");
    if (const Node* id = table_.find("id"); !rule().id.empty() && !is_rule_id(rule().id)) {
      troubles_.add(id->at, fmt::format("\"{}\" is no id of a rule", rule().id),
                    "capital letters, digits and dashes, such as \"ACM-001\"");
    }
    rule().title = reader_.text(table_, "title");
    rule().protects_from = reader_.text(table_, "protects_from");
    rule().rationale = reader_.text(table_, "rationale", "");
    rule().always_tells = reader_.text(table_, "always_tells", "");
    out_.can_compile = word("about", model::subject_kind_of, subject_words(), rule().about);
    word("severity", severity_of, severity_words(), rule().severity);
    if (table_.find("state") != nullptr) word("state", state_of, state_words(), rule().state);
  }

  /// A key whose value is one of a few words.
  template <class Value>
  bool word(std::string_view key, std::optional<Value> (*meaning)(std::string_view),
            const std::vector<std::string_view>& known, Value& into) {
    const std::size_t before = troubles_.count();
    const std::string given = reader_.text(table_, key);
    if (troubles_.count() > before) return false;
    if (const auto value = meaning(given)) {
      into = *value;
      return true;
    }
    std::string expected;
    for (std::size_t i = 0; i < known.size(); ++i) {
      expected += fmt::format("{}\"{}\"", i == 0 ? "" : i + 1 == known.size() ? " or " : ", ", known[i]);
    }
    troubles_.add(table_.find(key)->at, fmt::format("{} = \"{}\": {} is expected", key, given, expected),
                  suggestion(given, known));
    return false;
  }

  bool read_expression(const Node& node, Expression& into) {
    const auto* text = node.get<std::string>();
    if (text == nullptr || text->find_first_not_of(" \t\r\n") == std::string::npos) {
      troubles_.add(node.at, "an expression is expected, as a string");
      return false;
    }
    into = {*text, node.text};
    return true;
  }

  void read_expressions() {
    const Node* when = table_.find("when");
    if (when == nullptr) {
      troubles_.add(table_.at, "\"when\" is missing: the expression that is true where the rule is violated");
    }
    if (when == nullptr || !read_expression(*when, rule().when)) out_.can_compile = false;
    const Node* node = table_.find("severity_when");
    if (node == nullptr) return;
    const auto* entries = node->get<Node::Table>();
    if (entries == nullptr) return troubles_.add(node->at, "write severity_when.high = '…', with an expression");
    for (const Entry& entry : *entries) {
      const auto severity = severity_of(entry.key);
      Expression expression;
      if (!severity) {
        troubles_.add(entry.at, fmt::format("\"{}\" is no severity: {}", entry.key, kSeveritiesExpected),
                      suggestion(entry.key, severity_words()));
      } else if (*severity == rule().severity) {
        troubles_.add(entry.at,
                      fmt::format("severity_when.{}: {} is the rule's severity anyway", entry.key, entry.key));
      } else if (read_expression(entry.value, expression)) {
        rule().severity_when.emplace(*severity, std::move(expression));
      }
    }
  }

  void read_parameters() {
    const Node* params = table_.find("params");
    const auto* entries = params == nullptr ? nullptr : params->get<Node::Table>();
    if (params != nullptr && entries == nullptr) troubles_.add(params->at, "params has to be a table");
    for (const Entry& entry : entries == nullptr ? Node::Table{} : *entries) {
      const bool reserved = std::find(kReserved.begin(), kReserved.end(), entry.key) != kReserved.end();
      if (reserved || !cel::Environment::is_valid_name(entry.key)) {
        troubles_.add(entry.at, fmt::format("a parameter cannot be called \"{}\"", entry.key),
                      reserved ? "every rule has that setting" : "letters, digits and _, no word of the language");
        continue;
      }
      if (entry.value.get<Node::Table>() == nullptr) {
        troubles_.add(entry.value.at,
                      fmt::format("write params.{} = {{ type = …, default = …, about = … }}", entry.key));
        continue;
      }
      read_parameter(entry);
    }
  }

  void read_parameter(const Entry& entry) {
    troubles_.unknown_keys(entry.value, {"type", "unit", "default", "about"});
    const std::size_t before = troubles_.count();
    const std::string type_name = reader_.text(entry.value, "type");
    const std::string about = reader_.text(entry.value, "about");
    if (troubles_.count() > before) return;
    const auto type = parameter_type(type_name);
    if (!type) {
      return troubles_.add(entry.value.find("type")->at, fmt::format("\"{}\" is no type of a parameter", type_name),
                           suggestion(type_name, parameter_types()));
    }
    const Node* given = entry.value.find("default");
    if (given == nullptr) return troubles_.add(entry.at, fmt::format("\"default\" of {} is missing", entry.key));
    const auto setting = reader_.setting(*given);
    auto value = setting ? typed(*setting, *type) : tl::unexpected(fmt::format("{} is not expected", given->kind()));
    if (!value) return troubles_.add(given->at, fmt::format("default of {}: {}", entry.key, value.error()));
    const auto unit = read_unit(entry, *type);
    if (!unit) return;
    if (const auto wrong = out_of_range(*value, *unit)) {
      return troubles_.add(given->at, fmt::format("default of {}: {}", entry.key, *wrong));
    }
    rule().parameters.emplace(entry.key, Parameter{std::move(*value), *unit, about});
  }

  /// A whole number says what it counts; other values say it themselves.
  std::optional<std::string> read_unit(const Entry& entry, const cel::Type& type) {
    const Node* node = entry.value.find("unit");
    const bool counts = type == cel::Type::integer();
    if (node == nullptr && !counts) return std::string();
    if (node == nullptr) {
      troubles_.add(entry.at, fmt::format("\"unit\" of {} is missing: what does the number count?", entry.key),
                    fmt::format("one of {}", fmt::join(parameter_units(), ", ")));
      return std::nullopt;
    }
    if (!counts) {
      troubles_.add(node->at, fmt::format("{}: only a whole number has a unit", entry.key),
                    type == cel::Type::duration() ? "a length of time says it itself: \"45d\"" : "leave it out");
      return std::nullopt;
    }
    const std::string unit = reader_.text(entry.value, "unit");
    const auto known = parameter_units();
    if (std::find(known.begin(), known.end(), unit) != known.end()) return unit;
    std::string near = suggestion(unit, known);
    troubles_.add(node->at, fmt::format("\"{}\" is no unit of a parameter", unit),
                  near.empty()
                      ? fmt::format("one of {}; a length of time is of type \"duration\"", fmt::join(known, ", "))
                      : near);
    return std::nullopt;
  }

  void read_needs() {
    const Node* needs = table_.find("needs");
    if (needs == nullptr) return;
    const auto* entries = needs->get<Node::Table>();
    if (entries == nullptr) return troubles_.add(needs->at, "needs has to be a table of facts");
    for (const Entry& entry : *entries) read_need(entry);
    if (!entries->empty() && rule().state != State::draft) {
      troubles_.add(needs->at, fmt::format("{} needs facts that nobody reads, so it can only be a draft", rule().id),
                    "state = \"draft\"");
    }
  }

  void read_need(const Entry& entry) {
    if (entry.value.get<Node::Table>() == nullptr) {
      return troubles_.add(entry.value.at, "write \"account.fact\" = { type = …, about = …, from = … }");
    }
    troubles_.unknown_keys(entry.value, {"type", "about", "from"});
    const std::size_t before = troubles_.count();
    const std::string type_name = reader_.text(entry.value, "type");
    Need need{{}, reader_.text(entry.value, "about"), reader_.text(entry.value, "from"), entry.at};
    if (troubles_.count() > before) return;
    const RuleFacts facts(rule());
    if (find_fact(entry.key) != nullptr) {
      return troubles_.add(entry.at, fmt::format("{} does not have to be needed: it is read already", entry.key),
                           "take it out of needs");
    }
    if (!cel::Environment::is_valid_name(entry.key) || !facts.may_need(entry.key)) {
      return troubles_.add(entry.at,
                           fmt::format("a rule about {} cannot need \"{}\"", to_string(rule().about), entry.key),
                           "a fact is called by its table and its name, such as \"account.disabled_at\"");
    }
    const auto type = fact_type(type_name);
    if (!type) {
      return troubles_.add(entry.value.find("type")->at, fmt::format("\"{}\" is no type of a fact", type_name),
                           suggestion(type_name, fact_types()));
    }
    need.type = *type;
    rule().needs.emplace(entry.key, std::move(need));
  }

  void read_messages() {
    MessageReader messages(rule(), reader_);
    rule().message = messages.sentence(table_, "message");
    rule().fix = messages.sentence(table_, "fix");
    if (const Node* commands = table_.find("commands")) rule().commands = messages.commands(*commands);
  }

  void read_evidence() {
    rule().evidence = reader_.texts(table_, "evidence");
    if (!out_.can_compile || rule().evidence.empty()) return;
    const RuleFacts facts(rule());
    const auto& list = *table_.find("evidence")->get<Node::List>();
    for (std::size_t i = 0; i < rule().evidence.size(); ++i) {
      if (facts.type(rule().evidence[i])) continue;
      troubles_.add(list[i].at,
                    fmt::format("a rule about {} has no fact {}", to_string(rule().about), rule().evidence[i]),
                    suggestion(rule().evidence[i], facts.names()));
    }
  }

  void read_examples() {
    const std::size_t before = troubles_.count();
    const auto tables = reader_.tables(table_, "example");
    if (!out_.can_compile) return;
    for (const Node* example : tables) {
      if (auto read = read_example(*example, rule(), reader_)) rule().examples.push_back(std::move(*read));
    }
    out_.has_examples = troubles_.count() == before;
  }

  const Node& table_;
  Reader& reader_;
  Troubles& troubles_;
  ReadRule out_;
};

}  // namespace

ReadRule read_rule(const Node& table, Reader& reader) { return RuleReader(table, reader).read(); }

}  // namespace tally::rules
