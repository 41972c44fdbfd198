// The conformance cases of cel-spec, where a copy of them is at hand (TALLY_SHARED/cel-conformance.json, or beside the
// source tree). Each case is answered as cel-spec says, or refused at compile time; never answered otherwise.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "policy/cel/program.h"

namespace tally::cel {
namespace {

using nlohmann::json;

std::string data_path() {
  const char* shared = std::getenv("TALLY_SHARED");
  return (shared != nullptr ? std::string(shared) : std::string(TALLY_SOURCE_DIR) + "/../shared") +
         "/cel-conformance.json";
}

/// An expression for the expected value, or "" when the language has none (bytes, maps, types, lists).
std::string expected_literal(const json& expect) {
  const std::string kind = expect.begin().key();
  const json& value = expect.begin().value();
  if (kind == "bool") return value.get<bool>() ? "true" : "false";
  if (kind == "int") return value.get<std::string>();
  if (kind == "uint") return value.get<std::string>() + "u";
  if (kind == "double") {
    const auto text = value.get<std::string>();
    return text == "inf" ? "1.0 / 0.0" : text == "-inf" ? "-1.0 / 0.0" : text;
  }
  if (kind == "string") return value.dump();  // JSON's escapes are CEL's
  return kind == "null" ? "null" : "";
}

/// False when a binding has a type that facts cannot have.
bool bind(const json& bindings, Environment& names, Columns& columns) {
  for (const auto& [name, typed] : bindings.items()) {
    const std::string kind = typed.begin().key();
    const json& value = typed.begin().value();
    std::optional<Value> bound;
    if (kind == "bool") bound = Value::boolean(value.get<bool>());
    if (kind == "int") bound = Value::integer(std::stoll(value.get<std::string>()));
    if (kind == "string") bound = Value::text(value.get<std::string>());
    if (!bound) return false;
    names.declare_fact(name, bound->type());
    columns.bind(name, *bound);
  }
  return true;
}

enum class Outcome { equal, refused, wrong };

Outcome run(const json& test) {
  Environment names;
  Columns columns;
  if (!bind(test["bindings"], names, columns)) return Outcome::refused;
  const std::string expr = test["expr"].get<std::string>();
  const auto alone = compile("case", expr, names);
  if (!alone) return Outcome::refused;
  const bool error = test["expect"].contains("error");
  const std::string literal = error ? "" : expected_literal(test["expect"]);
  const bool boolean = alone->type() == Type::boolean();
  if (error && alone->type().is_list()) return Outcome::refused;
  // An error is looked for by comparing the value with itself: the answer must not be known.
  const std::string question =
      error ? (boolean ? expr : "(" + expr + ") == (" + expr + ")") : "(" + expr + ") == (" + literal + ")";
  if (!error && literal.empty()) return alone->type().is_list() ? Outcome::refused : Outcome::wrong;
  const auto program = compile("case", question, names);
  if (!program) return Outcome::wrong;
  const TruthColumn answer = program->evaluate(columns, 1);
  if (error) return answer.at(0) == Truth::unknown ? Outcome::equal : Outcome::wrong;
  return answer.at(0) == Truth::yes ? Outcome::equal : Outcome::wrong;
}

TEST(Conformance, EveryCaseIsAnsweredAsCelSpecSaysOrRefused) {
  std::ifstream file(data_path());
  if (!file) {
    std::cout << "no conformance cases at " << data_path() << ": not checked\n";
    return;
  }
  std::size_t equal = 0, refused = 0;
  for (const json& test : json::parse(file)) {
    const Outcome outcome = run(test);
    equal += outcome == Outcome::equal;
    refused += outcome == Outcome::refused;
    EXPECT_NE(outcome, Outcome::wrong) << test["file"] << " " << test["section"] << " " << test["name"] << ": "
                                       << test["expr"] << " should be " << test["expect"];
  }
  std::cout << "conformance: " << equal << " equal, " << refused << " refused\n";
  EXPECT_GT(equal, 150U);
}

}  // namespace
}  // namespace tally::cel
