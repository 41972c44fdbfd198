#include "policy/model/snapshot.h"

#include <algorithm>
#include <utility>

#include "policy/model/columns.h"
#include "policy/model/foreign_members.h"

namespace tally::model {
namespace {

/// How far the ids of one harvest move.
struct Shift {
  std::uint32_t source, text, group, account;

  [[nodiscard]] SourceId operator()(SourceId id) const { return id.valid() ? SourceId(id.index() + source) : id; }
  [[nodiscard]] GroupId operator()(GroupId id) const { return id.valid() ? GroupId(id.index() + group) : id; }
  [[nodiscard]] AccountId operator()(AccountId id) const { return id.valid() ? AccountId(id.index() + account) : id; }
  [[nodiscard]] base::TextId operator()(base::TextId id) const { return base::TextPool::shifted(id, text); }
  [[nodiscard]] BoolFact operator()(BoolFact fact) const { return {fact.value, (*this)(fact.basis)}; }
  [[nodiscard]] TimeFact operator()(TimeFact fact) const { return {fact.bounds, fact.state, (*this)(fact.basis)}; }
  template <class Value>
  [[nodiscard]] Value operator()(Value plain) const {
    return plain;
  }
};

/// The first rows of a table whose texts, groups and accounts keep their ids are taken over as they are: nothing is
/// copied.
template <class Table>
bool take_over(Table& to, Table& from, const Shift& shift) {
  if (to.size() > 0 || shift.text > 0 || shift.group > 0 || shift.account > 0) return false;
  to = std::move(from);
  std::fill(to.source.begin(), to.source.end(), SourceId(shift.source));
  return true;
}

template <class Table>
void append(Table& to, Table& from, const Shift& shift) {
  if (take_over(to, from, shift)) return;
  each_column<Table>([&](std::string_view, auto column) {
    auto& target = to.*column;
    target.reserve(target.size() + (from.*column).size());
    for (const auto& value : from.*column) target.push_back(shift(value));
  });
}

template <class Target>
void append(SparseRows<Target>& to, SparseRows<Target>& from, std::size_t rows, const Shift& shift) {
  if (to.rows() == 0 && shift.group == 0 && shift.account == 0) {
    to = std::move(from);
    to.offsets.resize(rows + 1, to.targets.size());
    return;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    if (i < from.rows()) {
      for (const Target target : from.row(i)) to.targets.push_back(shift(target));
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

namespace {

/// Values of one pool, put into another.
struct Moving {
  const base::TextPool& from;
  base::TextPool& to;

  base::TextId operator()(base::TextId id) const { return id.valid() ? to.intern(from.view(id)) : id; }
  BoolFact operator()(BoolFact fact) const { return {fact.value, (*this)(fact.basis)}; }
  TimeFact operator()(TimeFact fact) const { return {fact.bounds, fact.state, (*this)(fact.basis)}; }
  SourceId operator()(SourceId) const { return SourceId(0); }
  template <class Value>
  Value operator()(Value plain) const {
    return plain;
  }
};

}  // namespace

Harvest people_of(const Snapshot& snapshot, SourceId source) {
  Harvest harvest;
  const Moving moved{snapshot.text, harvest.text};
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < snapshot.people.size(); ++i) {
    if (snapshot.people.source[i] == source) rows.push_back(i);
  }
  each_column<People>([&](std::string_view, auto column) {
    auto& target = harvest.people.*column;
    target.reserve(rows.size());
    for (const std::size_t row : rows) target.push_back(moved((snapshot.people.*column)[row]));
  });
  return harvest;
}

Snapshot join(std::vector<Harvest> harvests, base::Instant as_of) {
  Snapshot snapshot;
  snapshot.as_of = as_of;
  const std::vector<std::uint32_t> shifts = join_texts(snapshot.text, harvests);
  for (std::size_t i = 0; i < harvests.size(); ++i) {
    Harvest& harvest = harvests[i];
    const Shift shift{static_cast<std::uint32_t>(i), shifts[i], static_cast<std::uint32_t>(snapshot.groups.size()),
                      static_cast<std::uint32_t>(snapshot.accounts.size())};
    const std::size_t accounts = harvest.accounts.size(), groups = harvest.groups.size();
    append(snapshot.people, harvest.people, shift);
    append(snapshot.accounts, harvest.accounts, shift);
    append(snapshot.groups, harvest.groups, shift);
    append(snapshot.foreign_members, harvest.foreign_members, shift);
    append(snapshot.controls, harvest.controls, shift);
    append(snapshot.deleted, harvest.deleted, shift);
    append(snapshot.membership_times, harvest.membership_times, shift);
    append(snapshot.groups_of_account, harvest.groups_of_account, accounts, shift);
    append(snapshot.groups_of_group, harvest.groups_of_group, groups, shift);
    append(snapshot.owners_of_group, harvest.owners_of_group, groups, shift);
    snapshot.sources.push_back(std::move(harvest.source));
    harvest = Harvest{};
  }
  resolve_foreign_members(snapshot);
  return snapshot;
}

}  // namespace tally::model
