// TextAnswers and TextSet: what the evaluator knows of texts. Inner to this library (evaluate_texts.cpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cel/fact_reader.h"
#include "policy/cel/plan.h"
#include "policy/cel/register.h"
#include "policy/cel/value.h"

namespace tally::cel {

/// The answers of a step that asks about nothing but one text, by text.
struct TextAnswers {
  /// Room for the texts of a column of few: states, owners, titles. Others push each other out.
  static constexpr std::size_t kTexts = 256;
  /// A column of many different texts shows within so many lanes.
  static constexpr std::uint64_t kTrial = 4 * kBatchRows;

  struct Answer {
    std::uint32_t text = FactReader::kNoText - 1;  ///< of nobody: pools end before
    bool holds = false;
  };

  explicit TextAnswers(StepId of) : fact(of) { texts.make(); }

  StepId fact;
  PerLane<std::uint32_t> texts;
  std::array<Answer, kTexts> answers{};
  std::uint64_t asked = 0, missed = 0;
};

/// The constant list of texts that `in` looks into.
struct TextSet {
  explicit TextSet(const Value::List& list) {
    for (const Value& each : list) {
      texts.push_back(each.as<std::string>());
      lengths |= length_bit(texts.back());
    }
    std::sort(texts.begin(), texts.end());
  }
  /// Most texts are as long as none of the list.
  static std::uint64_t length_bit(std::string_view text) {
    return std::uint64_t{1} << std::min<std::size_t>(text.size(), 63);
  }
  [[nodiscard]] bool has(std::string_view text) const {
    return (lengths & length_bit(text)) != 0 && std::binary_search(texts.begin(), texts.end(), text);
  }

  std::vector<std::string_view> texts;  ///< of the constant, which outlives this; ascending
  std::uint64_t lengths = 0;
};

}  // namespace tally::cel
