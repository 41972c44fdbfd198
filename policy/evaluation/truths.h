// Truths: a column of truths that is made row by row: a byte a row, and reasons from the first unknown row on.
//
//   Truths& out = bools();
//   out[i] = model::BoolFact::unknown(text_.intern("the primary group was not seen"));
//   return view(out, text_);
//
// A row that nobody wrote is unknown. What is known has no basis here: evidence comes from the tables of facts
// (fact_row.h). Inner to this library.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/views.h"
#include "policy/model/fact.h"

namespace tally::evaluation {

class Truths {
 public:
  explicit Truths(std::size_t rows) : values_(rows, cel::kBoolUnknown) {}

  class Row {
   public:
    Row(Truths& all, std::size_t row) : all_(all), row_(row) {}
    Row& operator=(const model::BoolFact& fact) {
      all_.values_[row_] = static_cast<std::uint8_t>(fact.value);
      if (fact.value == model::Truth::unknown) note(all_.why_, all_.size(), row_, fact.basis);
      return *this;
    }

   private:
    Truths& all_;
    std::size_t row_;
  };

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  Row operator[](std::size_t row) { return {*this, row}; }
  /// Reasons are texts of `text`.
  [[nodiscard]] cel::FactColumn column(const base::TextPool& text) const {
    return {cel::BoolView{{values_}}, reasons(why_, text)};
  }

 private:
  static_assert(static_cast<int>(model::Truth::no) == cel::kBoolNo &&
                static_cast<int>(model::Truth::yes) == cel::kBoolYes &&
                static_cast<int>(model::Truth::unknown) == cel::kBoolUnknown);
  std::vector<std::uint8_t> values_;
  std::vector<base::TextId> why_;
};

inline cel::FactColumn view(const Truths& truths, const base::TextPool& text) { return truths.column(text); }

}  // namespace tally::evaluation
