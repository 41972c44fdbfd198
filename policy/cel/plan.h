// Plan: a checked expression. Every name is resolved, every step has one type, durations and patterns are read.
//
// Inner to this library: made by checker.h, run by evaluator.h. Steps stand in the order in which they can be computed
// (inputs before users), so the last one is the answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/op.h"
#include "policy/cel/position.h"
#include "policy/cel/type.h"
#include "policy/cel/value.h"

namespace re2 {
class RE2;
}

namespace tally::cel {

using StepId = std::uint32_t;

struct Step {
  Op op = Op::constant;
  Type type;
  Position position;
  std::size_t begin = 0;  ///< the step's text is [begin, end) of Plan::text
  std::size_t end = 0;
  std::vector<StepId> inputs;
  Value constant;                           ///< of a constant
  std::uint32_t fact = 0;                   ///< of a fact: its index in Plan::facts
  StepId variable = 0;                      ///< of exists and all: the step that stands for the element
  std::shared_ptr<const re2::RE2> pattern;  ///< of matches
};

struct Plan {
  std::string text;
  std::vector<Step> steps;
  StepId root = 0;
  std::vector<std::string> facts;  ///< sorted, each once
  std::vector<Type> fact_types;

  [[nodiscard]] std::string_view source(StepId step) const {
    return std::string_view(text).substr(steps[step].begin, steps[step].end - steps[step].begin);
  }
};

}  // namespace tally::cel
