// person.*: the same human as in an earlier run, by another name, or another one by the same number.
#include <algorithm>

#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using model::BoolFact;

FactRows<PersonFacts> PersonFacts::identity_rows() {
  using F = PersonFacts;
  static constexpr auto kReuse = [](const F& f, std::size_t i) {
    const auto& reuse = f.inputs_.links.reuse;
    return reuse ? std::string(reuse->text.view(reuse->person[i].basis)) : std::string();
  };
  static constexpr auto kRenamed = [](const F& f, std::size_t i) {
    const auto& reuse = f.inputs_.links.reuse;
    return reuse ? std::string(reuse->text.view(reuse->renamed[i].basis)) : std::string();
  };
  static constexpr FactRow<F> kRows[] = {
      {"person.identifier_reused", [](F& f) { return f.since_earlier(&correlation::Reuse::person); }, kReuse},
      {"person.renamed", [](F& f) { return f.since_earlier(&correlation::Reuse::renamed); }, kRenamed},
  };
  return kRows;
}

/// Nothing that a doubtful row or feed says is compared.
cel::FactColumn PersonFacts::since_earlier(std::vector<BoolFact> correlation::Reuse::*column) {
  Truths& out = bools();
  const auto& reuse = inputs_.links.reuse;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (doubt(i).valid()) {
      out[i] = BoolFact::unknown(doubt(i));
    } else if (!reuse) {
      out[i] = BoolFact::unknown(text_.intern(kNothingEarlier));
    } else {
      out[i] = {((*reuse).*column)[i].value, text_.intern(reuse->text.view(((*reuse).*column)[i].basis))};
    }
  }
  return evaluation::view(out, text_);
}

}  // namespace tally::evaluation
