#include "policy/model/snapshot.h"

#include <algorithm>
#include <utility>

namespace tally::model {
namespace {

/// How far the ids of one harvest move.
struct Shift {
  std::uint32_t source, text, group;

  [[nodiscard]] SourceId operator()(SourceId id) const { return id.valid() ? SourceId(id.index() + source) : id; }
  [[nodiscard]] GroupId operator()(GroupId id) const { return id.valid() ? GroupId(id.index() + group) : id; }
  [[nodiscard]] base::TextId operator()(base::TextId id) const { return base::TextPool::shifted(id, text); }
  [[nodiscard]] BoolFact operator()(BoolFact fact) const { return {fact.value, (*this)(fact.basis)}; }
  [[nodiscard]] TimeFact operator()(TimeFact fact) const { return {fact.bounds, fact.state, (*this)(fact.basis)}; }
  template <class Value>
  [[nodiscard]] Value operator()(Value plain) const {
    return plain;
  }
};

/// The first rows of a table whose texts and groups keep their ids are taken over as they are: nothing is copied.
template <class Table>
bool take_over(Table& to, Table& from, const Shift& shift) {
  if (to.size() > 0 || shift.text > 0 || shift.group > 0) return false;
  to = std::move(from);
  std::fill(to.source.begin(), to.source.end(), SourceId(shift.source));
  return true;
}

template <class Table, class... Columns>
void append_columns(Table& to, Table& from, const Shift& shift, Columns Table::*... columns) {
  if (take_over(to, from, shift)) return;
  const auto one = [&](auto column) {
    auto& target = to.*column;
    const auto& origin = from.*column;
    target.reserve(target.size() + origin.size());
    for (const auto& value : origin) target.push_back(shift(value));
  };
  (one(columns), ...);
}

void append(People& to, People& from, const Shift& shift) {
  using P = People;
  append_columns(to, from, shift, &P::source, &P::line, &P::employee_id, &P::given_name, &P::family_name,
                 &P::display_name, &P::mail, &P::login, &P::status, &P::status_basis, &P::first_day, &P::last_day,
                 &P::department, &P::title, &P::manager_id, &P::employment_type, &P::location, &P::doubt);
}

void append(Accounts& to, Accounts& from, const Shift& shift) {
  using A = Accounts;
  append_columns(to, from, shift, &A::source, &A::dn, &A::native_id, &A::sid, &A::login, &A::principal,
                 &A::display_name, &A::mail, &A::employee_number, &A::kind, &A::enabled, &A::locked, &A::expires,
                 &A::last_sign_in, &A::password_changed, &A::created, &A::flags, &A::flags_known, &A::flags_basis,
                 &A::primary_group, &A::primary_group_basis);
}

void append(Groups& to, Groups& from, const Shift& shift) {
  using G = Groups;
  append_columns(to, from, shift, &G::source, &G::dn, &G::native_id, &G::sid, &G::name, &G::tier, &G::tier_basis,
                 &G::members_unknown, &G::members_unlisted, &G::unresolved_members);
}

void append(SparseRows<GroupId>& to, SparseRows<GroupId>& from, std::size_t rows, const Shift& shift) {
  if (to.rows() == 0 && shift.group == 0) {
    to = std::move(from);
    to.offsets.resize(rows + 1, to.targets.size());
    return;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    if (i < from.rows()) {
      for (const GroupId group : from.row(i)) to.targets.push_back(shift(group));
    }
    to.offsets.push_back(to.targets.size());
  }
}

/// All texts in one pool; says how far those of each harvest moved. The largest pool stays where it is.
std::vector<std::uint32_t> join_texts(base::TextPool& text, std::vector<Harvest>& harvests) {
  std::vector<std::uint32_t> shifts(harvests.size(), 0);
  const auto largest = std::max_element(harvests.begin(), harvests.end(), [](const Harvest& a, const Harvest& b) {
    return a.text.bytes() < b.text.bytes();
  });
  if (largest != harvests.end()) text = std::exchange(largest->text, {});
  for (auto harvest = harvests.begin(); harvest != harvests.end(); ++harvest) {
    if (harvest == largest) continue;
    shifts[static_cast<std::size_t>(harvest - harvests.begin())] = text.append(harvest->text);
    harvest->text = {};
  }
  return shifts;
}

}  // namespace

Snapshot join(std::vector<Harvest> harvests, base::Instant as_of) {
  Snapshot snapshot;
  snapshot.as_of = as_of;
  const std::vector<std::uint32_t> shifts = join_texts(snapshot.text, harvests);
  for (std::size_t i = 0; i < harvests.size(); ++i) {
    Harvest& harvest = harvests[i];
    const Shift shift{static_cast<std::uint32_t>(i), shifts[i], static_cast<std::uint32_t>(snapshot.groups.size())};
    const std::size_t accounts = harvest.accounts.size(), groups = harvest.groups.size();
    append(snapshot.people, harvest.people, shift);
    append(snapshot.accounts, harvest.accounts, shift);
    append(snapshot.groups, harvest.groups, shift);
    append(snapshot.groups_of_account, harvest.groups_of_account, accounts, shift);
    append(snapshot.groups_of_group, harvest.groups_of_group, groups, shift);
    snapshot.sources.push_back(std::move(harvest.source));
    harvest = Harvest{};
  }
  return snapshot;
}

}  // namespace tally::model
