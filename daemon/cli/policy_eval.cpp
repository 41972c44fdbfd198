// tallystick policy eval: one expression of the rule language, evaluated as rules are.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/control/exit_code.h"
#include "policy/cel/program.h"

namespace tally::cli {

int policy_eval(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy eval", "EXPRESSION");
  options.word("expression", "in quotes, such as 'duration(\"36h\") > duration(\"1d\")'");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto program = cel::compile("expression", options.get("expression") + " ? true : false", cel::Environment{});
  if (!program) {
    for (const base::Diagnostic& diagnostic : program.error()) fmt::print(io.err, "{}\n", to_string(diagnostic));
    return control::kUsage;
  }
  const cel::TruthColumn answer = program->evaluate(cel::Columns{}, 1);
  if (answer.at(0) == cel::Truth::unknown) {
    nlohmann::json sentences = nlohmann::json::array();
    for (const cel::Reason& reason : answer.reasons(answer.reason_set(0))) sentences.push_back(reason.sentence);
    fmt::print(io.out, "{}\n", nlohmann::json{{"error", sentences}}.dump());
    return control::kFindings;
  }
  fmt::print(io.out, "{}\n", nlohmann::json{{"bool", answer.at(0) == cel::Truth::yes}}.dump());
  return control::kNothingFound;
}

}  // namespace tally::cli
