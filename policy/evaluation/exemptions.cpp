#include "policy/evaluation/exemptions.h"

#include <tuple>

namespace tally::evaluation {

ExemptionsInForce::ExemptionsInForce(const Inputs& inputs) {
  for (const model::Exemption& one : inputs.exemptions) {
    if (!one.holds(inputs.snapshot.as_of)) continue;
    const model::Exemption*& known = by_rule_and_subject_[{one.rule, one.subject_key}];
    // The order in which they are given decides nothing.
    if (known == nullptr || std::tie(known->until, known->number) < std::tie(one.until, one.number)) known = &one;
  }
}

const model::Exemption* ExemptionsInForce::covers(std::string_view rule, std::string_view subject_key) const {
  const auto found = by_rule_and_subject_.find({rule, subject_key});
  return found == by_rule_and_subject_.end() ? nullptr : found->second;
}

}  // namespace tally::evaluation
