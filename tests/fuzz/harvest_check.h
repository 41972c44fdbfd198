// What holds for every Harvest, whatever was read: ids point somewhere, bounds are in order, nothing is unknown without
// a reason, and "complete" is said of nothing that has a gap or a refused record.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "policy/base/assert.h"
#include "policy/model/snapshot.h"

namespace tally::fuzz {

class HarvestCheck {
 public:
  /// `lines` of the file that was read.
  HarvestCheck(const model::Harvest& harvest, std::uint64_t lines) : harvest_(harvest), lines_(lines) {}

  void run() const {
    coverage();
    people();
    accounts();
    groups();
  }

 private:
  using Texts = std::vector<base::TextId>;

  void text(base::TextId id) const { TALLY_ASSERT(!id.valid() || id.index() < harvest_.text.size()); }
  void texts(const Texts& column, std::size_t rows) const {
    TALLY_ASSERT(column.size() == rows);
    for (const base::TextId id : column) text(id);
  }
  [[nodiscard]] bool says_something(base::TextId id) const { return !harvest_.text.view(id).empty(); }
  void fact(const model::BoolFact& fact) const {
    text(fact.basis);
    TALLY_ASSERT(fact.value <= model::Truth::unknown);
    TALLY_ASSERT(says_something(fact.basis));
  }
  void fact(const model::TimeFact& fact) const {
    text(fact.basis);
    TALLY_ASSERT(fact.state <= model::TimeState::known);
    TALLY_ASSERT(fact.bounds.earliest <= fact.bounds.latest);
    TALLY_ASSERT(says_something(fact.basis));
  }
  template <class Fact>
  void facts(const std::vector<Fact>& column, std::size_t rows) const {
    TALLY_ASSERT(column.size() == rows);
    for (const Fact& one : column) fact(one);
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
    const std::size_t rows = p.size();
    for (const Texts* column :
         {&p.employee_id, &p.given_name, &p.family_name, &p.display_name, &p.mail, &p.login, &p.status_basis,
          &p.department, &p.title, &p.manager_id, &p.employment_type, &p.location, &p.doubt}) {
      texts(*column, rows);
    }
    facts(p.first_day, rows);
    facts(p.last_day, rows);
    TALLY_ASSERT(p.status.size() == rows && p.line.size() == rows);
    std::vector<std::string_view> ids;
    for (std::size_t row = 0; row < rows; ++row) {
      TALLY_ASSERT(says_something(p.employee_id[row]) && says_something(p.status_basis[row]));
      TALLY_ASSERT(p.line[row] >= 2 && p.line[row] <= lines_);
      ids.push_back(harvest_.text.view(p.employee_id[row]));
    }
    std::sort(ids.begin(), ids.end());
    TALLY_ASSERT(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  }

  void accounts() const {
    const model::Accounts& a = harvest_.accounts;
    const std::size_t rows = a.size();
    for (const Texts* column : {&a.dn, &a.native_id, &a.sid, &a.login, &a.principal, &a.display_name, &a.mail,
                                &a.employee_number, &a.flags_basis, &a.primary_group_basis}) {
      texts(*column, rows);
    }
    facts(a.enabled, rows);
    facts(a.locked, rows);
    for (const auto* column : {&a.expires, &a.last_sign_in, &a.password_changed, &a.created}) facts(*column, rows);
    TALLY_ASSERT(a.kind.size() == rows && a.flags.size() == rows && a.flags_known.size() == rows);
    TALLY_ASSERT(a.primary_group.size() == rows);
    for (std::size_t row = 0; row < rows; ++row) {
      TALLY_ASSERT(says_something(a.dn[row]));
      TALLY_ASSERT((a.flags[row] & ~a.flags_known[row]) == 0);
      TALLY_ASSERT(!a.primary_group[row].valid() || a.primary_group[row].index() < harvest_.groups.size());
    }
    memberships(harvest_.groups_of_account, rows);
  }

  void groups() const {
    const model::Groups& g = harvest_.groups;
    const std::size_t rows = g.size();
    for (const Texts* column : {&g.dn, &g.native_id, &g.sid, &g.name, &g.tier_basis, &g.members_unknown}) {
      texts(*column, rows);
    }
    TALLY_ASSERT(g.tier.size() == rows && g.members_unlisted.size() == rows && g.unresolved_members.size() == rows);
    for (std::size_t row = 0; row < rows; ++row) {
      TALLY_ASSERT(says_something(g.dn[row]));
      TALLY_ASSERT(g.tier[row] == model::Tier::none || says_something(g.tier_basis[row]));
      TALLY_ASSERT(g.members_unlisted[row] == 0 || says_something(g.members_unknown[row]));
    }
    memberships(harvest_.groups_of_group, rows);
    foreign_members();
  }

  void foreign_members() const {
    const model::ForeignMembers& f = harvest_.foreign_members;
    const std::size_t rows = f.size();
    for (const Texts* column : {&f.dn, &f.sid}) texts(*column, rows);
    TALLY_ASSERT(f.group.size() == rows);
    std::vector<std::uint32_t> each(harvest_.groups.size());
    for (std::size_t row = 0; row < rows; ++row) {
      TALLY_ASSERT(f.group[row].index() < each.size());
      TALLY_ASSERT(++each[f.group[row].index()] <= harvest_.groups.unresolved_members[f.group[row].index()]);
    }
  }

  /// Each group once and in ascending order, a row for everybody or no rows at all.
  void memberships(const model::SparseRows<model::GroupId>& table, std::size_t rows) const {
    TALLY_ASSERT(table.rows() == rows || table.rows() == 0);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto targets = table.row(row);
      for (std::size_t i = 0; i < targets.size(); ++i) {
        TALLY_ASSERT(targets[i].index() < harvest_.groups.size());
        TALLY_ASSERT(i == 0 || targets[i - 1] < targets[i]);
      }
    }
  }

  const model::Harvest& harvest_;
  std::uint64_t lines_;
};

}  // namespace tally::fuzz
