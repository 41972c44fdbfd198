// tallystick policy eval: one expression of the rule language, evaluated as rules are, over values from a file.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/typed_json.h"
#include "daemon/control/exit_code.h"
#include "policy/cel/lexer.h"
#include "policy/cel/program.h"

namespace tally::cli {
namespace {

using nlohmann::json;

constexpr int kNoValue = 1;  ///< an error, or unknown

struct Bindings {
  cel::Environment names;
  cel::Columns columns;
};

void print(const json& line, Streams& io) {
  fmt::print(io.out, "{}\n", line.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// What cannot be evaluated: told to people, and to whoever reads standard output.
int refuse(const std::vector<std::string>& troubles, Streams& io) {
  for (const std::string& trouble : troubles) fmt::print(io.err, "{}\n", trouble);
  print(json{{"error", troubles}}, io);
  return control::kUsage;
}

std::vector<std::string> sentences(const base::Diagnostics& diagnostics) {
  std::vector<std::string> all;
  for (const base::Diagnostic& diagnostic : diagnostics) all.push_back(to_string(diagnostic));
  return all;
}

/// Takes the expression out of the arguments: the first word that is not an option of ours, since "-x" is one too.
std::optional<std::string> take_expression(std::vector<std::string>& arguments) {
  for (auto word = arguments.begin(); word != arguments.end(); ++word) {
    if (*word == "--bindings" || *word == "--container") {
      if (++word == arguments.end()) break;
      continue;
    }
    if (*word == "--help" || *word == "-h" || word->rfind("--bindings=", 0) == 0 ||
        word->rfind("--container=", 0) == 0) {
      continue;
    }
    if (*word == "--" && std::next(word) != arguments.end()) word = arguments.erase(word);
    std::string expression = *word;
    arguments.erase(word);
    return expression;
  }
  return std::nullopt;
}

/// Declares and binds what the file gives; gives what is wrong with it.
std::vector<std::string> bind_file(const std::string& path, Bindings& bindings) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {fmt::format("{}: cannot be read", path)};
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const json all = json::parse(bytes, nullptr, false);
  if (!all.is_object()) return {fmt::format("{}: is not a JSON object of names and values", path)};
  std::vector<std::string> troubles;
  for (const auto& [name, typed] : all.items()) {
    if (cel::is_keyword(name)) continue;  // the literal wins, and nobody can ask for the name
    auto value = read_typed(typed);
    if (!cel::Environment::is_valid_name(name) || name == "never") {
      troubles.push_back(fmt::format("{}: \"{}\" is not a name that can be given a value", path, name));
    } else if (!value) {
      troubles.push_back(fmt::format("{}: {}: {}", path, name, value.error()));
    } else {
      bindings.names.declare_fact(name, value->type());
      bindings.columns.bind(name, std::move(*value));
    }
  }
  return troubles;
}

}  // namespace

int policy_eval(const std::vector<std::string>& arguments, Streams& io) {
  std::vector<std::string> words = arguments;
  const auto expression = take_expression(words);
  Options options("policy eval", "EXPRESSION");
  options.text("bindings", "FILE", "names and their values: {\"x\": {\"int\": \"3\"}, \"y\": {\"unknown\": \"why\"}}")
      .text("container", "NAME", "look names up in there first");
  if (const auto stop = options.parse(words, io)) return *stop;
  if (!expression) return refuse({"tallystick policy eval: EXPRESSION is missing; put it in quotes"}, io);
  Bindings bindings;
  bindings.names.set_container(options.get("container"));
  if (options.has("bindings")) {
    if (const auto troubles = bind_file(options.get("bindings"), bindings); !troubles.empty())
      return refuse(troubles, io);
  }
  const auto attempt = cel::attempt("expression", *expression, bindings.names);
  if (!attempt) return refuse(sentences(attempt.error()), io);
  for (const std::string& objection : sentences(attempt->objections)) fmt::print(io.err, "{}\n", objection);
  const cel::Outcome outcome = attempt->program.evaluate_one(bindings.columns);
  print(write_typed(outcome), io);
  return outcome.reasons.empty() ? control::kNothingFound : kNoValue;
}

}  // namespace tally::cli
