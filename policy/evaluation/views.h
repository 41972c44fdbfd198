// Small pieces for derived columns. Inner to this library.
#pragma once

#include <string_view>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/model/fact.h"

namespace tally::evaluation {

inline cel::FactColumn view(const std::vector<model::BoolFact>& facts, const base::TextPool& text) {
  return {cel::BoolView{{facts, &model::BoolFact::value}}, {{facts, &model::BoolFact::basis}, &text}};
}
inline cel::FactColumn view(const std::vector<model::TimeFact>& facts, const base::TextPool& text) {
  return {cel::TimeView{{facts, &model::TimeFact::bounds}, {facts, &model::TimeFact::state}},
          {{facts, &model::TimeFact::basis}, &text}};
}
inline cel::FactColumn view(const std::vector<base::TextId>& texts, const base::TextPool& text) {
  return {cel::TextView{{texts}, &text}};
}
/// `reasons` is empty when every row is known; else a row with a valid id is unknown.
inline cel::ReasonView reasons(const std::vector<base::TextId>& ids, const base::TextPool& text) {
  return ids.empty() ? cel::ReasonView{} : cel::ReasonView{{ids}, &text};
}

}  // namespace tally::evaluation
