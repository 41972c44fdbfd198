// Examples: a rule asked about one row that the pack itself wrote down.
#include <fmt/format.h>

#include <array>
#include <memory>

#include "policy/rules/compile.h"
#include "policy/rules/rule_facts.h"

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

std::string in_words(model::Outcome outcome, const cel::TruthColumn& answer) {
  std::string words(to_string(outcome));
  for (const cel::Reason& reason : answer.reasons(answer.reason_set(0))) words += "; " + reason.sentence;
  return words;
}

/// The facts of one example as columns of one row.
class Row {
 public:
  Row(const Rule& rule, const Example& example) : facts_(rule), example_(example) {}

  cel::TruthColumn ask(const cel::Program& program) {
    cel::Columns columns;
    columns.bind("now", cel::Value::moment(example_.now));
    for (const std::string& name : program.facts()) {
      if (name != "now") bind(name, columns);
    }
    return program.evaluate(columns, 1);
  }

 private:
  void bind(const std::string& name, cel::Columns& columns) {
    const auto given = example_.facts.find(name);
    if (given != example_.facts.end() && !given->second.unknown) return columns.bind(name, given->second.value);
    const std::string why = given == example_.facts.end() ? "the example does not name it" : *given->second.unknown;
    unknown_.push_back(std::make_unique<UnknownRow>(why));
    columns.bind(name, unknown_.back()->column(*facts_.type(name)));
  }

  RuleFacts facts_;
  const Example& example_;
  std::vector<std::unique_ptr<UnknownRow>> unknown_;
};

model::Severity severity_of(const ActiveRule& active, Row& row) {
  std::vector<cel::Truth> answers;
  for (const auto& grade : active.severity_when) answers.push_back(row.ask(grade.second).at(0));
  return active.graded(answers);
}

}  // namespace

ExampleAnswer ask_example(const ActiveRule& active, const Example& example) {
  static constexpr std::array<model::Outcome, 3> kOutcomes{model::Outcome::clear, model::Outcome::violation,
                                                           model::Outcome::cannot_tell};
  Row row(active.rule, example);
  const cel::TruthColumn truth = row.ask(active.when);
  ExampleAnswer out{active.rule.id, example, kOutcomes[static_cast<std::size_t>(truth.at(0))], {}};
  if (out.answer != example.expect) {
    out.differs = fmt::format("{} does not answer \"{}\" as written: expected {}, the answer is {}", active.rule.id,
                              example.name, to_string(example.expect), in_words(out.answer, truth));
  } else if (example.severity) {
    const model::Severity severity = severity_of(active, row);
    if (severity != *example.severity) {
      out.differs = fmt::format("{} does not grade \"{}\" as written: expected {}, it is {}", active.rule.id,
                                example.name, to_string(*example.severity), to_string(severity));
    }
  }
  return out;
}

}  // namespace tally::rules
