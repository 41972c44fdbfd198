// The exemptions that hold at one moment, by rule and subject.
//
//   const ExemptionsInForce exemptions(inputs);
//   if (const model::Exemption* e = exemptions.covers("LVR-001", "account/corp-ad/6d5c…")) …
//
// An exemption is about one rule and one subject: it covers nothing that the same subject does against another rule.
#pragma once

#include <map>
#include <string_view>
#include <utility>

#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

class ExemptionsInForce {
 public:
  /// At the snapshot's as_of. Points into `inputs.exemptions`.
  explicit ExemptionsInForce(const Inputs& inputs);

  /// Of several the one that ends last; nullptr when there is none.
  [[nodiscard]] const model::Exemption* covers(std::string_view rule, std::string_view subject_key) const;

 private:
  std::map<std::pair<std::string_view, std::string_view>, const model::Exemption*> by_rule_and_subject_;
};

}  // namespace tally::evaluation
