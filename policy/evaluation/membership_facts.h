// membership.*: a row for every direct membership of an account in a group, account after account.
// Inner to this library (fact_table.h). Costs memory per membership only for columns that a rule asks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_row.h"

namespace tally::evaluation {

class MembershipFacts {
 public:
  MembershipFacts(const Inputs& inputs, PersonFacts& people, AccountFacts& accounts)
      : inputs_(inputs), people_(people), accounts_(accounts) {}
  /// Asks for a name of the catalogue that begins with "membership.".
  cel::FactColumn column(std::string_view fact) { return fact_row<MembershipFacts>(fact, rows()).column(*this); }
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;

 private:
  static FactRows<MembershipFacts> rows();
  cel::FactColumn since();
  cel::FactColumn primary();
  cel::FactColumn peer_share();
  /// Why nothing can be said of the peers of the account's owner; invalid when it can.
  base::TextId peers_unknown(model::AccountId account);
  /// Calls `visit(row, account, group)` for every membership.
  template <class Visit>
  void each(Visit visit) const;

  const Inputs& inputs_;
  PersonFacts& people_;
  AccountFacts& accounts_;
  base::TextPool text_;
  std::vector<std::int64_t> peer_share_;
  std::vector<base::TextId> peer_share_why_;
  std::vector<base::Bounds> since_;
  std::vector<std::uint8_t> since_known_, primary_;
};

/// Between which moments the account came into the group, as far as the two entries tell: not before both were there,
/// and not after the member list last changed, where a change of it shows, else not after the directory was read
/// (`read`). A membership by primary group is written on the account. Narrower where the directory tells by itself.
base::Bounds membership_since(const model::Snapshot& snapshot, model::AccountId account, model::GroupId group,
                              base::Instant read);

}  // namespace tally::evaluation
