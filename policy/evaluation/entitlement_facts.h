// *.entitlements: the classes of entitlements that accounts hold in effect, and people over all of their accounts.
// Inner to this library (fact_table.h).
//
// Two facts each, because a list is known or not as a whole: `entitlements` is unknown while there may be more;
// `entitlements_at_least` is what is certain, and no word about the rest. A rule that asks for both,
// '"x" in person.entitlements_at_least || "x" in person.entitlements', is certain of what was seen and never clear of
// what was not.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "policy/access/entitlements.h"
#include "policy/cel/columns.h"
#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

class EntitlementFacts {
 public:
  explicit EntitlementFacts(const Inputs& inputs) : inputs_(inputs) {}

  enum class Which { all, at_least };
  cel::FactColumn of_accounts(Which which);
  /// `doubts`: by person, why nothing is known of them; "" where all is well, empty when it is of everybody.
  cel::FactColumn of_people(Which which, const std::vector<std::string>& doubts);
  /// What the account holds, for evidence.
  [[nodiscard]] std::string basis(std::size_t account) const;

 private:
  using Numbers = std::vector<std::uint16_t>;
  struct Lists {
    std::vector<std::uint64_t> offsets{0};
    std::vector<base::TextId> names;
    std::vector<base::TextId> why;
  };

  access::Entitlements& held() const;
  void push(Lists& lists, std::span<const std::uint16_t> numbers, std::string_view why);
  cel::FactColumn column(const Lists& lists, Which which) const;
  /// Why accounts of hers may not be known: a directory that hides some, or an account that may be hers.
  std::vector<std::string> accounts_unseen();

  const Inputs& inputs_;
  mutable std::unique_ptr<access::Entitlements> held_;  ///< made when first asked for
  base::TextPool text_;
  std::deque<Lists> lists_;  // a deque: views of earlier columns stay valid
};

}  // namespace tally::evaluation
