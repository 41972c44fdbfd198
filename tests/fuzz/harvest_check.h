// What holds for every Harvest, whatever was read: ids point somewhere, bounds are in order, nothing is unknown without
// a reason, and "complete" is said of nothing that has a gap or a refused record.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "policy/base/assert.h"
#include "policy/model/snapshot.h"
#include "tests/fuzz/table_check.h"

namespace tally::fuzz {

class HarvestCheck {
 public:
  /// `lines` of the file that was read.
  HarvestCheck(const model::Harvest& harvest, std::uint64_t lines)
      : harvest_(harvest),
        lines_(lines),
        tables_({harvest.text.size(), 1, harvest.accounts.size(), harvest.groups.size()}) {}

  void run() const {
    coverage();
    people();
    accounts();
    groups();
  }

 private:
  [[nodiscard]] bool says_something(base::TextId id) const { return !harvest_.text.view(id).empty(); }
  /// No fact without its evidence or its reason.
  template <class Table>
  void table(const Table& rows) const {
    tables_.table(rows);
    model::each_column<Table>([&](std::string_view, auto column) {
      for (const auto& value : rows.*column) {
        if constexpr (requires { value.basis; }) TALLY_ASSERT(says_something(value.basis));
      }
    });
  }
  /// A row for everybody or no rows at all.
  template <class Target>
  void rows(const model::SparseRows<Target>& of, std::size_t count) const {
    if (of.rows() > 0) tables_.rows(of, count, TableCheck::Order::ascending);
  }

  void coverage() const {
    const model::Coverage& seen = harvest_.source.coverage;
    const auto whole = [](const model::Reject& reject) { return reject.whole_record; };
    TALLY_ASSERT(seen.rejects.size() == std::min<std::uint64_t>(seen.rejects_total, model::Coverage::kMaxRejectsKept));
    for (const model::Reject& reject : seen.rejects) {
      TALLY_ASSERT(!reject.reason.empty());
      TALLY_ASSERT(reject.line <= lines_);
    }
    for (const model::Gap& gap : seen.gaps) TALLY_ASSERT(!gap.sentence.empty());
    TALLY_ASSERT(!seen.in_words().empty());
    if (seen.state != model::CoverageState::complete) return;
    TALLY_ASSERT(seen.gaps.empty());
    TALLY_ASSERT(std::none_of(seen.rejects.begin(), seen.rejects.end(), whole));
    TALLY_ASSERT(seen.records_counted == seen.records_read);
  }

  void people() const {
    const model::People& p = harvest_.people;
    table(p);
    std::vector<std::string_view> ids;
    for (std::size_t row = 0; row < p.size(); ++row) {
      TALLY_ASSERT(says_something(p.employee_id[row]) && says_something(p.status_basis[row]));
      TALLY_ASSERT(p.line[row] >= 2 && p.line[row] <= lines_);
      ids.push_back(harvest_.text.view(p.employee_id[row]));
    }
    std::sort(ids.begin(), ids.end());
    TALLY_ASSERT(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  }

  void accounts() const {
    const model::Accounts& a = harvest_.accounts;
    table(a);
    for (std::size_t row = 0; row < a.size(); ++row) {
      TALLY_ASSERT(says_something(a.dn[row]));
      TALLY_ASSERT((a.flags[row] & ~a.flags_known[row]) == 0);
    }
    rows(harvest_.groups_of_account, a.size());
    membership_times();
  }

  /// Of memberships that there are, in their order.
  void membership_times() const {
    const model::MembershipTimes& t = harvest_.membership_times;
    table(t);
    for (std::size_t row = 0; row < t.size(); ++row) {
      TALLY_ASSERT(t.since[row].state == model::TimeState::known);
      const auto groups = harvest_.groups_of_account.row(t.account[row].index());
      TALLY_ASSERT(std::binary_search(groups.begin(), groups.end(), t.group[row]));
      TALLY_ASSERT(t.find(t.account[row], t.group[row]) == &t.since[row]);
    }
  }

  void groups() const {
    const model::Groups& g = harvest_.groups;
    table(g);
    for (std::size_t row = 0; row < g.size(); ++row) {
      TALLY_ASSERT(says_something(g.dn[row]));
      TALLY_ASSERT(g.tier[row] == model::Tier::none || says_something(g.tier_basis[row]));
      TALLY_ASSERT(g.members_unlisted[row] == 0 || says_something(g.members_unknown[row]));
    }
    rows(harvest_.groups_of_group, g.size());
    rows(harvest_.owners_of_group, g.size());
    for (std::size_t row = 0; row < harvest_.owners_of_group.rows(); ++row) {
      TALLY_ASSERT(harvest_.owners_of_group.row(row).size() <= g.owners_named[row]);
    }
    foreign_members();
    controls();
  }

  /// Every right is over an entry of the harvest, and of somebody, or says that there is no more.
  void controls() const {
    const model::Controls& c = harvest_.controls;
    table(c);
    for (std::size_t row = 0; row < c.size(); ++row) {
      TALLY_ASSERT(c.account[row].valid() == (c.kind[row] == model::ControlledKind::account));
      TALLY_ASSERT(c.group[row].valid() == (c.kind[row] == model::ControlledKind::group));
      TALLY_ASSERT(harvest_.text.view(c.holder[row]).empty() == (c.rights[row] == 0));
    }
  }

  void foreign_members() const {
    const model::ForeignMembers& f = harvest_.foreign_members;
    table(f);
    std::vector<std::uint32_t> each(harvest_.groups.size());
    for (std::size_t row = 0; row < f.size(); ++row) {
      TALLY_ASSERT(f.group[row].index() < each.size());
      TALLY_ASSERT(++each[f.group[row].index()] <= harvest_.groups.unresolved_members[f.group[row].index()]);
    }
  }

  const model::Harvest& harvest_;
  std::uint64_t lines_;
  TableCheck tables_;
};

}  // namespace tally::fuzz
