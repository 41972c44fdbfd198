// Small pieces for derived columns. Inner to this library.
#pragma once

#include <array>
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
/// "cn=name\0ACNF:<guid>,…": the entry that lost when two of one name were made at once (MS-ADTS 3.1.1.1.5.1.4). As
/// LDAP writes it (RFC 4514), and as files that were re-encoded do.
inline bool is_conflict_name(std::string_view dn) {
  const std::string_view first = dn.substr(0, dn.find(','));
  return first.find("\\0ACNF:") != std::string_view::npos || first.find("\nCNF:") != std::string_view::npos;
}
/// The words of an enumeration in one pool, each looked up once and not in every row.
template <class Enum>
class Words {
 public:
  explicit Words(base::TextPool& text) : text_(text) {}
  base::TextId of(Enum value) {
    base::TextId& word = words_[static_cast<std::size_t>(value)];
    if (!word.valid()) word = text_.intern(to_string(value));
    return word;
  }

 private:
  base::TextPool& text_;
  std::array<base::TextId, 16> words_{};
};

/// Reasons by row, which take no memory while every row is known.
inline void note(std::vector<base::TextId>& reasons, std::size_t rows, std::size_t row, base::TextId why) {
  if (!why.valid()) return;
  reasons.resize(rows);
  reasons[row] = why;
}
/// Why nothing can be said of what has to be compared with an earlier run.
inline constexpr std::string_view kNothingEarlier = "no earlier run is kept to compare with";

/// `reasons` is empty when every row is known; else a row with a valid id is unknown.
inline cel::ReasonView reasons(const std::vector<base::TextId>& ids, const base::TextPool& text) {
  return ids.empty() ? cel::ReasonView{} : cel::ReasonView{{ids}, &text};
}

}  // namespace tally::evaluation
