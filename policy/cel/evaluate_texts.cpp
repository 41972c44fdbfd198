// The evaluator's texts (evaluator.h): questions about one text, and their answers kept by text.
#include <algorithm>
#include <array>

#include "policy/cel/evaluator.h"
#include "policy/cel/pattern.h"
#include "policy/cel/text.h"

namespace tally::cel {

/// The fact of texts that is all that differs from row to row in a question, itself or in small letters.
std::optional<StepId> Evaluator::only_text(StepId id) const {
  std::optional<StepId> only;
  for (const StepId input : step(id).inputs) {
    if (invariant_[input]) continue;
    if (only) return std::nullopt;
    only = input;
  }
  while (only && step(*only).op == Op::lower_ascii) only = step(*only).inputs[0];
  const bool is_text = only && readers_[*only] != nullptr && readers_[*only]->has_texts();
  return is_text ? only : std::nullopt;
}

void Evaluator::find_text_questions() {
  for (StepId id = 0; id < plan_.steps.size(); ++id) {
    const Op op = step(id).op;
    const bool asks = op == Op::equal || op == Op::not_equal || op == Op::in || op == Op::contains ||
                      op == Op::starts_with || op == Op::ends_with || op == Op::matches;
    if (invariant_[id] || !asks) continue;
    if (const auto fact = only_text(id)) texts_[id] = std::make_unique<TextAnswers>(*fact);
    const Value* list = op == Op::in ? values_[step(id).inputs[1]] : nullptr;
    const bool of_texts = list != nullptr && step(step(id).inputs[0]).type.kind == Kind::string;
    if (of_texts && !list->as<Value::List>().empty()) {
      text_sets_[id] = std::make_unique<TextSet>(list->as<Value::List>());
    }
  }
}

/// What was answered is answered; the other lanes are computed like those of any step, and kept.
void Evaluator::run_text_answers(StepId id, Selection lanes) {
  TextAnswers& known = *texts_[id];
  const std::uint32_t* const texts = readers_[known.fact]->load_texts(first_row_, lanes, known.texts);
  Register& out = reg(id);
  std::array<Lane, kBatchRows> open;
  std::size_t count = 0;
  const TextAnswers::Answer* const answers = known.answers.data();
  std::uint8_t* const flags = out.flags.data();
  each_lane(lanes, [&, texts, answers, flags](std::size_t lane) {
    const TextAnswers::Answer answer = answers[texts[lane] % TextAnswers::kTexts];
    flags[lane] = answer.holds;
    open[count] = static_cast<Lane>(lane);
    count += answer.text != texts[lane] ? 1 : 0;
  });
  const Selection missed = Selection(open).first(count);
  out.any_unknown = false;
  if (!missed.empty()) compute(id, missed);
  for (const Lane lane : missed) {
    const std::uint32_t text = texts[lane];
    if (text != FactReader::kNoText) known.answers[text % TextAnswers::kTexts] = {text, out.flags[lane] != 0};
  }
  known.asked += lanes.size();
  known.missed += count;
  if (known.asked >= TextAnswers::kTrial && known.missed * 2 > known.asked) texts_[id].reset();
}

void Evaluator::run_in_texts(StepId id, Selection lanes) {
  const Register& given = input(id, 0);
  Register& out = reg(id);
  const TextSet& set = *text_sets_[id];
  strict(given, given, lanes, out, [&](std::size_t lane) { out.flags[lane] = set.has(given.texts[lane]); });
}

void Evaluator::run_text(StepId id, Selection lanes) {
  const Register &text = input(id, 0), &part = input(id, 1);
  Register& out = reg(id);
  const auto by = [&](auto holds) {
    strict(text, part, lanes, out,
           [&](std::size_t lane) { out.flags[lane] = holds(text.texts[lane], part.texts[lane]); });
  };
  using View = std::string_view;
  switch (step(id).op) {
    case Op::contains: return by([](View a, View b) { return contains(a, b); });
    case Op::starts_with: return by([](View a, View b) { return starts_with(a, b); });
    default: return by([](View a, View b) { return ends_with(a, b); });
  }
}

void Evaluator::run_lower(StepId id, Selection lanes) {
  const Register& given = input(id, 0);
  Register& out = reg(id);
  strict(given, given, lanes, out, [&](std::size_t lane) {
    const std::string_view text = given.texts[lane];
    char* const lower = arena_->reserve(text.size());
    std::transform(text.begin(), text.end(), lower, [](char c) { return lower_ascii(c); });
    out.texts[lane] = {lower, text.size()};
  });
}

void Evaluator::run_matches(StepId id, Selection lanes) {
  const Register& given = input(id, 0);
  Register& out = reg(id);
  const re2::RE2& pattern = *meaning(id).pattern;
  strict(given, given, lanes, out,
         [&](std::size_t lane) { out.flags[lane] = cel::matches(pattern, given.texts[lane]); });
}

}  // namespace tally::cel
