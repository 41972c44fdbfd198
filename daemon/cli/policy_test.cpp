// tallystick policy test: does every rule answer its examples as written?
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <array>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"
#include "policy/base/utf8.h"
#include "policy/packs/shipped_packs.h"
#include "policy/rules/pack.h"

namespace tally::cli {
namespace {

/// "3" when all of three are right, "2 of 3" when one is not.
struct Count {
  std::size_t right = 0, all = 0;

  [[nodiscard]] std::string in_words() const {
    return right == all ? fmt::to_string(all) : fmt::format("{} of {}", right, all);
  }
};

struct Totals {
  std::size_t rules = 0, examples = 0, wrong = 0;
};

void print_rule(const rules::Rule& rule, const std::vector<rules::ExampleAnswer>& answers, Totals& totals,
                Streams& io) {
  std::array<Count, 3> counts;  // by model::Outcome
  for (const rules::ExampleAnswer& answer : answers) {
    if (answer.rule != rule.id) continue;
    Count& count = counts[static_cast<std::size_t>(answer.example.expect)];
    ++count.all;
    count.right += answer.differs.empty();
    ++totals.examples;
    totals.wrong += !answer.differs.empty();
  }
  ++totals.rules;
  fmt::print(
      io.out, "{:<12} {:<7} {:>7} {:>8} {:>12}\n", base::displayable(rule.id), to_string(rule.state),
      counts[static_cast<std::size_t>(model::Outcome::violation)].in_words(),
      counts[static_cast<std::size_t>(model::Outcome::clear)].in_words(),
      rule.always_tells.empty() ? counts[static_cast<std::size_t>(model::Outcome::cannot_tell)].in_words() : "-");
}

void test(const rules::Pack& pack, Totals& totals, Streams& io) {
  const std::vector<rules::ExampleAnswer> answers = rules::ask_examples(pack);
  for (const rules::Rule& rule : pack.rules) print_rule(rule, answers, totals, io);
  base::Diagnostics wrong;
  for (const rules::ExampleAnswer& answer : answers) {
    if (answer.differs.empty()) continue;
    wrong.push_back({pack.file, answer.example.at.line, answer.example.at.column, answer.differs, {}});
  }
  tell(wrong, io);
}

}  // namespace

int policy_test(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy test", "[FILE...]");
  options.words("file", "packs to test beside the shipped ones");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  base::Diagnostics troubles;
  std::vector<rules::Pack> packs;
  const auto take = [&](std::string_view text, std::string_view file) {
    auto pack = rules::read_pack(text, file);
    if (pack) return packs.push_back(std::move(*pack));
    troubles.insert(troubles.end(), pack.error().begin(), pack.error().end());
  };
  for (const packs::ShippedPack& shipped : packs::shipped_packs()) take(shipped.text, shipped.name);
  for (const std::string& file : options.all()) {
    const auto text = config::read_pack(file);
    text ? take(*text, file) : troubles.push_back({file, 0, 0, text.error().message, {}});
  }
  if (!troubles.empty()) {
    tell(troubles, io);
    return control::kUsage;
  }
  fmt::print(io.out, "{:<12} {:<7} {:>7} {:>8} {:>12}\n", "RULE", "STATE", "FIRES", "DOES NOT", "CANNOT TELL");
  Totals totals;
  for (const rules::Pack& pack : packs) test(pack, totals, io);
  if (totals.wrong == 0) {
    fmt::print(io.out, "\n{} rules, {} examples: all are answered as written.\n", totals.rules, totals.examples);
    return control::kNothingFound;
  }
  fmt::print(io.out, "\n{} rules, {} examples: {} are answered otherwise.\n", totals.rules, totals.examples,
             totals.wrong);
  return control::kFindings;
}

}  // namespace tally::cli
