#include "policy/model/snapshot.h"

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

template <class Table, class... Columns>
void append(Table& to, const Table& from, const Shift& shift, Columns Table::*... columns) {
  const auto one = [&](auto column) {
    auto& target = to.*column;
    const auto& origin = from.*column;
    target.reserve(target.size() + origin.size());
    for (const auto& value : origin) target.push_back(shift(value));
  };
  (one(columns), ...);
}

void append(People& to, const People& from, const Shift& shift) {
  using P = People;
  append(to, from, shift, &P::source, &P::line, &P::employee_id, &P::given_name, &P::family_name, &P::display_name,
         &P::mail, &P::login, &P::status, &P::status_basis, &P::first_day, &P::last_day, &P::department, &P::title,
         &P::manager_id, &P::employment_type, &P::location, &P::doubt);
}

void append(Accounts& to, const Accounts& from, const Shift& shift) {
  using A = Accounts;
  append(to, from, shift, &A::source, &A::dn, &A::native_id, &A::sid, &A::login, &A::principal, &A::display_name,
         &A::mail, &A::employee_number, &A::kind, &A::enabled, &A::locked, &A::expires, &A::last_sign_in,
         &A::password_changed, &A::created, &A::flags, &A::flags_known, &A::flags_basis, &A::primary_group,
         &A::primary_group_basis);
}

void append(Groups& to, const Groups& from, const Shift& shift) {
  using G = Groups;
  append(to, from, shift, &G::source, &G::dn, &G::native_id, &G::sid, &G::name, &G::tier, &G::tier_basis,
         &G::members_unknown, &G::members_unlisted, &G::unresolved_members);
}

void append(SparseRows<GroupId>& to, const SparseRows<GroupId>& from, std::size_t rows, const Shift& shift) {
  for (std::size_t i = 0; i < rows; ++i) {
    if (i < from.rows()) {
      for (const GroupId group : from.row(i)) to.targets.push_back(shift(group));
    }
    to.offsets.push_back(to.targets.size());
  }
}

/// The common case of one harvest per table costs no copy.
Snapshot adopt(Harvest&& only, base::Instant as_of) {
  Snapshot snapshot;
  snapshot.as_of = as_of;
  only.groups_of_account.offsets.resize(only.accounts.size() + 1, only.groups_of_account.targets.size());
  only.groups_of_group.offsets.resize(only.groups.size() + 1, only.groups_of_group.targets.size());
  snapshot.sources.push_back(std::move(only.source));
  snapshot.text = std::move(only.text);
  snapshot.people = std::move(only.people);
  snapshot.accounts = std::move(only.accounts);
  snapshot.groups = std::move(only.groups);
  snapshot.groups_of_account = std::move(only.groups_of_account);
  snapshot.groups_of_group = std::move(only.groups_of_group);
  return snapshot;
}

}  // namespace

Snapshot join(std::vector<Harvest> harvests, base::Instant as_of) {
  Snapshot snapshot;
  snapshot.as_of = as_of;
  bool first = true;
  for (Harvest& harvest : harvests) {
    if (std::exchange(first, false)) {
      snapshot = adopt(std::move(harvest), as_of);
      continue;
    }
    const Shift shift{static_cast<std::uint32_t>(snapshot.sources.size()), snapshot.text.append(harvest.text),
                      static_cast<std::uint32_t>(snapshot.groups.size())};
    append(snapshot.people, harvest.people, shift);
    append(snapshot.accounts, harvest.accounts, shift);
    append(snapshot.groups, harvest.groups, shift);
    append(snapshot.groups_of_account, harvest.groups_of_account, harvest.accounts.size(), shift);
    append(snapshot.groups_of_group, harvest.groups_of_group, harvest.groups.size(), shift);
    snapshot.sources.push_back(std::move(harvest.source));
    harvest = Harvest{};
  }
  return snapshot;
}

}  // namespace tally::model
