// Examples: a rule asked about one row that the pack itself wrote down.
#include <fmt/format.h>

#include <array>
#include <memory>

#include "policy/rules/catalogue.h"
#include "policy/rules/compile.h"

namespace tally::rules {
namespace {

/// One row of a fact that nobody knows, of any type.
struct UnknownRow {
  base::TextPool text;
  std::array<base::TextId, 1> reason;
  std::array<std::uint8_t, 1> truth{cel::kBoolUnknown}, state{cel::kTimeUnknown};
  std::array<base::Bounds, 1> bounds{};
  std::array<std::int64_t, 1> number{};
  std::array<base::TextId, 1> word{};
  std::array<std::uint64_t, 2> offsets{0, 0};

  explicit UnknownRow(std::string_view why) : reason{text.add(why)} {}

  [[nodiscard]] cel::FactColumn column(const cel::Type& type) const {
    const cel::ReasonView why{std::span<const base::TextId>(reason), &text};
    switch (type.kind) {
      case cel::Kind::boolean: return {cel::BoolView{std::span<const std::uint8_t>(truth)}, why};
      case cel::Kind::timestamp:
        return {cel::TimeView{std::span<const base::Bounds>(bounds), std::span<const std::uint8_t>(state)}, why};
      case cel::Kind::integer: return {cel::IntView{std::span<const std::int64_t>(number)}, why};
      case cel::Kind::list: return {cel::TextListView{offsets, {}, &text}, why};
      default: return {cel::TextView{std::span<const base::TextId>(word), &text}, why};
    }
  }
};

std::string in_words(const cel::TruthColumn& answer) {
  std::string words(to_string(answer.at(0) == cel::Truth::yes  ? model::Outcome::violation
                              : answer.at(0) == cel::Truth::no ? model::Outcome::clear
                                                               : model::Outcome::cannot_tell));
  for (const cel::Reason& reason : answer.reasons(answer.reason_set(0))) words += "; " + reason.sentence;
  return words;
}

}  // namespace

std::optional<std::string> check_example(const ActiveRule& active, const Example& example) {
  std::vector<std::unique_ptr<UnknownRow>> unknown;
  cel::Columns columns;
  columns.bind("now", cel::Value::moment(example.now));
  for (const std::string& name : active.facts) {
    const auto given = example.facts.find(name);
    if (given != example.facts.end() && !given->second.unknown) {
      columns.bind(name, given->second.value);
      continue;
    }
    const std::string why = given == example.facts.end() ? "the example does not name it" : *given->second.unknown;
    unknown.push_back(std::make_unique<UnknownRow>(why));
    columns.bind(name, unknown.back()->column(find_fact(name)->type));
  }
  const cel::TruthColumn answer = active.when.evaluate(columns, 1);
  static constexpr std::array<model::Outcome, 3> kOutcomes{model::Outcome::clear, model::Outcome::violation,
                                                           model::Outcome::cannot_tell};
  if (kOutcomes[static_cast<std::size_t>(answer.at(0))] == example.expect) return std::nullopt;
  return fmt::format("{} does not answer \"{}\" as written: expected {}, the answer is {}", active.rule.id,
                     example.name, to_string(example.expect), in_words(answer));
}

}  // namespace tally::rules
