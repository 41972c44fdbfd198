// person.*: a row for every person, and what HR's status and dates together say about leaving.
// Inner to this library (fact_table.h), but for departure(), which is worth a test of its own.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/cel/columns.h"
#include "policy/evaluation/entitlement_facts.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_row.h"
#include "policy/evaluation/truths.h"

namespace tally::evaluation {

class Peers;

/// Whether and when somebody left.
struct Departure {
  model::Truth left = model::Truth::unknown;
  model::TimeState at_state = model::TimeState::unknown;
  base::Bounds at;
  std::string_view
      why;  ///< why one of them is unknown: a sentence without names or dates; empty: the source's own reason
};

/// HR says left and a last day that is certainly to come: it contradicts itself. HR says left and no last day: some
/// time before HR was read (`read`). Another status and a last day that is over: left by the date, unless it lies
/// before the first day (somebody who comes back). All moments after `now` count as to come.
Departure departure(model::Employment status, const model::TimeFact& first_day, const model::TimeFact& last_day,
                    base::Instant read, base::Instant now);

class PersonFacts {
 public:
  explicit PersonFacts(const Inputs& inputs) : inputs_(inputs), entitlements_(inputs) {}
  /// Asks for a name of the catalogue that begins with "person.".
  cel::FactColumn column(std::string_view fact);
  /// person.left of one person; its basis is the reason when unknown, and a text of view().
  const model::BoolFact& left(model::PersonId person) {
    if (left_.empty()) derive();
    return left_[person.index()];
  }
  /// person.left_at of the same.
  const model::TimeFact& left_at(model::PersonId person) {
    if (left_at_.empty()) derive();
    return left_at_[person.index()];
  }
  [[nodiscard]] std::string_view view(base::TextId text) const { return text_.view(text); }
  /// Why the manager's number cannot be told of one person; invalid when it can. A text of view().
  base::TextId manager_untold(model::PersonId person) {
    find_doubts();
    derive();
    return untold(&model::People::manager_id, "manager_id", person.index());
  }
  /// The same of the job (peers.h): whoever left has none.
  base::TextId job_untold(model::PersonId person);
  /// Made when first asked for.
  const Peers& peers();
  /// Why accounts of theirs may be missing; invalid when none can be. A text of view().
  base::TextId account_gap(model::PersonId person) {
    find_doubts();
    return account_gaps()[person.index()];
  }
  /// What HR says, for evidence.
  [[nodiscard]] std::string basis(std::string_view fact, std::size_t row) const;

 private:
  static FactRows<PersonFacts> own_rows();       ///< person_facts.cpp
  static FactRows<PersonFacts> others_rows();    ///< person_others.cpp: managers, sponsors
  static FactRows<PersonFacts> identity_rows();  ///< person_identity.cpp: since an earlier run
  static FactRows<PersonFacts> account_rows();   ///< person_accounts.cpp: what belongs to them

  [[nodiscard]] const model::People& people() const { return inputs_.snapshot.people; }
  [[nodiscard]] std::string shown(base::TextId id) const { return std::string(inputs_.snapshot.view(id)); }
  void find_doubts();
  [[nodiscard]] std::vector<std::string> doubts() const;
  void derive();
  /// Why nothing HR says of the row can be used; invalid when it can.
  [[nodiscard]] base::TextId doubt(std::size_t row) const { return doubt_.empty() ? base::TextId() : doubt_[row]; }
  /// The same, or why it may have changed since: somebody of an earlier feed who had not left then.
  [[nodiscard]] base::TextId outdated(std::size_t row) const {
    return outdated_.empty() ? base::TextId() : outdated_[row];
  }
  /// The same, or that their feed has no column for it.
  base::TextId untold(std::vector<base::TextId> model::People::*column, std::string_view name, std::size_t row);
  Truths& bools() { return bools_.emplace_back(people().size()); }
  std::vector<base::TextId>& reasons_of_rows() { return texts_.emplace_back(people().size()); }

  cel::FactColumn names();
  cel::FactColumn statuses();
  cel::FactColumn identity(std::vector<base::TextId> model::People::*column);
  cel::FactColumn text(std::vector<base::TextId> model::People::*column, std::string_view name);
  std::vector<model::TimeFact>& with_own_reasons(const std::vector<model::TimeFact>& said);
  cel::FactColumn times(std::vector<model::TimeFact> model::People::*column);
  cel::FactColumn rehired();
  cel::FactColumn since_earlier(std::vector<model::BoolFact> correlation::Reuse::*column);
  cel::FactColumn contradicted();

  /// Another person whom HR names by number: known (a row), named and left, in a circle.
  struct Number {
    std::vector<base::TextId> model::People::*column;
    std::string_view name;
  };
  static const Number kManagerId, kSponsorId;
  cel::FactColumn named_known(Number number);
  cel::FactColumn named_left(Number number);
  cel::FactColumn manager_cycle();
  cel::FactColumn peers_count();
  /// By row: the person of that number; invalid when HR has none of it. Two feeds may use one number for two people:
  /// the same HR source first.
  std::vector<model::PersonId> named(Number number);
  /// People by employee number, made when first asked for.
  struct ByNumber {
    std::unordered_map<std::string_view, model::PersonId> first;
    std::vector<model::PersonId> next;  ///< by person: the first of that number in another feed
  };
  const ByNumber& by_number();
  /// Why a number that has no row may have one after all; invalid when HR was seen completely.
  base::TextId unseen_people();

  cel::FactColumn accounts_count();
  cel::FactColumn has_usable_account();
  cel::FactColumn directories_disagree();
  cel::FactColumn groups(bool seen_only);
  /// By person: why accounts of theirs may be missing; invalid when none can be.
  const std::vector<base::TextId>& account_gaps();
  void collect_groups();

  const Inputs& inputs_;
  EntitlementFacts entitlements_;
  std::shared_ptr<const Peers> peers_;
  std::optional<ByNumber> by_number_;
  /// By source and setting: that the feed has no such column.
  std::map<std::pair<model::SourceId, std::string_view>, base::TextId> columns_missing_;
  base::TextPool text_;
  bool doubts_found_ = false;
  std::vector<base::TextId> doubt_;     ///< by person; empty when nobody's facts are in doubt
  std::vector<base::TextId> outdated_;  ///< by person; empty while nobody's are
  std::vector<base::TextId> name_, status_, status_unknown_;
  std::vector<model::BoolFact> left_;
  std::vector<model::TimeFact> left_at_;
  std::deque<Truths> bools_;  // a deque: views of earlier columns stay valid
  std::deque<std::vector<model::TimeFact>> times_;
  std::deque<std::vector<std::int64_t>> numbers_;
  std::deque<std::vector<base::TextId>> texts_;
  std::vector<base::TextId> account_gaps_;
  std::vector<std::uint64_t> group_offsets_;
  std::vector<base::TextId> group_names_;
};

}  // namespace tally::evaluation
