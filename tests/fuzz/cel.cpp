// A hostile rule expression: lexed, parsed, checked and, when it is one, evaluated over a few rows beside the judge of
// the unit tests, a naive evaluator that shares nothing with the real one but the parser.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "policy/base/assert.h"
#include "policy/cel/limits.h"
#include "policy/cel/parser.h"
#include "policy/cel/program.h"
#include "tests/fuzz/diagnostic_check.h"
#include "tests/unit/policy/cel/judged_rows.h"

namespace tally::cel::test {
namespace {

constexpr std::size_t kRows = 12;

struct Facts {
  Facts() {
    Random random(20260331);
    for (std::size_t i = 0; i < kRows; ++i) rows.push_back(any_row(random));
    fill(table, rows, links);
  }
  std::vector<Reference::Row> rows;
  Table table;
  std::vector<std::uint32_t> links;
};

/// The judge has another regular-expression engine, which is not up to hostile patterns; and no time zones but fixed
/// ones.
bool beyond_the_judge(const Syntax& syntax) {
  return std::any_of(syntax.nodes.begin(), syntax.nodes.end(), [](const Node& node) {
    return node.name == "matches" || (node.name.rfind("get", 0) == 0 && node.inputs.size() > 1);
  });
}

void check_tree(const Syntax& syntax) {
  TALLY_ASSERT(syntax.root < syntax.nodes.size() && syntax.nodes.size() <= kMaximumNodes);
  for (std::size_t id = 0; id < syntax.nodes.size(); ++id) {
    const Node& node = syntax.nodes[id];
    TALLY_ASSERT(node.begin <= node.end && node.end <= syntax.text.size());
    for (const NodeId input : node.inputs) TALLY_ASSERT(input < id);
  }
}

std::string in_words(const Cell& cell) {
  return cell.known() ? "= " + std::get<std::string>(cell.data) : spell(false, false, cell.why);
}

/// Nested macros over long lists can ask for more steps than the interpreter takes (kMaximumIslandSteps).
template <class Answers>
bool gave_up(const Answers& answers, std::size_t row) {
  const std::vector<Reason> reasons = answers.reasons(answers.reason_set(row));
  return std::any_of(reasons.begin(), reasons.end(),
                     [](const Reason& reason) { return reason.sentence.find("too many steps") != std::string::npos; });
}

void check_answers(const Program& program, const Tree& tree, const Facts& facts) {
  if (program.type() != Type::boolean() && program.type() != Type::string()) return;
  const bool judged = !beyond_the_judge(tree.syntax);
  const auto judge = [&](std::size_t row) { return Reference(tree, facts.rows[row], kShared).run(); };
  if (program.type() == Type::boolean()) {
    const TruthColumn answers = program.evaluate(facts.table.columns, kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      TALLY_ASSERT((answers.at(row) == Truth::unknown) == !answers.reasons(answers.reason_set(row)).empty());
      if (judged && !gave_up(answers, row)) TALLY_ASSERT(spell(answers, row) == spell(judge(row)));
    }
    return;
  }
  const TextColumn answers = program.evaluate_text(facts.table.columns, kRows);
  for (std::size_t row = 0; row < kRows && judged; ++row) {
    if (gave_up(answers, row)) continue;
    std::set<Why> why;
    for (const Reason& reason : answers.reasons(answers.reason_set(row))) why.insert({reason.kind, reason.fact});
    TALLY_ASSERT(in_words(judge(row)) == (why.empty() ? "= " + answers.at(row) : spell(false, false, why)));
  }
}

}  // namespace
}  // namespace tally::cel::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::cel;
  static const test::Facts facts;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto syntax = parse("rule", text);
  if (syntax) test::check_tree(*syntax);
  // What the checker objects to runs too, and never ends in an assertion.
  if (const auto any = attempt("rule", text, facts.table.names)) (void)any->program.evaluate_one(facts.table.columns);
  const auto program = compile("rule", text, facts.table.names);
  if (!program) {
    tally::fuzz::check_diagnostics(program.error(), "rule", text);
    return 0;
  }
  TALLY_ASSERT(syntax && program->text() == text);
  test::check_answers(*program, *check("rule", *syntax, facts.table.names).tree, facts);
  return 0;
}
