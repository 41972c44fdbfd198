// Snapshot: everything that was seen in one run, in columns with dense ids, plus who said it and how completely.
//
//   Snapshot s = join(std::move(harvests), as_of);
//   for (GroupId g : s.groups_of_account.row(account.index())) …
//
// A value: no clock, no files. Built once per run, then read by many threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/model/account.h"
#include "policy/model/control.h"
#include "policy/model/deleted_account.h"
#include "policy/model/person.h"
#include "policy/model/source.h"

namespace tally::model {

/// Compressed sparse rows: row i is the slice targets[offsets[i] .. offsets[i+1]).
template <class Target>
struct SparseRows {
  std::vector<std::uint64_t> offsets{0};
  std::vector<Target> targets;

  [[nodiscard]] std::size_t rows() const { return offsets.size() - 1; }
  [[nodiscard]] std::span<const Target> row(std::size_t i) const {
    return std::span<const Target>(targets).subspan(offsets[i], offsets[i + 1] - offsets[i]);
  }
  /// Appends the next row.
  void push_row(std::span<const Target> row_targets) {
    targets.insert(targets.end(), row_targets.begin(), row_targets.end());
    offsets.push_back(targets.size());
  }
};

/// What one source gave. Ids are local to the harvest; its only source is SourceId 0.
struct Harvest {
  SourceRecord source;
  base::TextPool text;
  People people;
  Accounts accounts;
  Groups groups;
  SparseRows<GroupId> groups_of_account;  ///< direct memberships, the primary group included, ascending, each once
  SparseRows<GroupId> groups_of_group;    ///< direct memberships of groups in groups
  ForeignMembers foreign_members;         ///< everybody whom this directory does not show
  MembershipTimes membership_times;
  SparseRows<AccountId> owners_of_group;  ///< who owner or managedBy names, as far as they are accounts that were seen
  Controls controls;                      ///< rights on entries that mean power
  DeletedAccounts deleted;                ///< accounts that are no more, as far as the directory keeps them
};

struct Snapshot {
  base::Instant as_of;  ///< the moment the verdict is about
  std::vector<SourceRecord> sources;
  base::TextPool text;
  People people;
  Accounts accounts;
  Groups groups;
  SparseRows<GroupId> groups_of_account;  ///< memberships in groups of other directories included
  SparseRows<GroupId> groups_of_group;
  ForeignMembers foreign_members;  ///< those whom no directory shows
  MembershipTimes membership_times;
  SparseRows<AccountId> owners_of_group;
  Controls controls;
  DeletedAccounts deleted;

  [[nodiscard]] std::string_view view(base::TextId id) const { return text.view(id); }
  [[nodiscard]] const SourceRecord& source(SourceId id) const { return sources[id.index()]; }
};

/// The people of one source as its harvest had them; the record of the source is not copied.
Harvest people_of(const Snapshot& snapshot, SourceId source);

/// Puts harvests one behind the other, in the order given; ids and texts shift, nothing is dropped or merged. Then
/// foreign members become members, where another directory shows who they are (foreign_members.h).
/// A harvest whose membership tables are empty counts as one without memberships.
Snapshot join(std::vector<Harvest> harvests, base::Instant as_of);

}  // namespace tally::model
