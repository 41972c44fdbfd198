// Relations: which directories' groups may have members from which directories, as far as the data show it.
//
//   Relations relations(snapshot);
//   for (SourceId above : relations.above(corp)) …   // corp itself, and every directory where corp's entries may be in
//
// Shown by a membership that was resolved across directories, and by a foreign member whose SID is of a domain, or
// whose DN lies in a tree, that another directory has. A directory that was not completely seen may hold members of
// every other one of its kind: what would show it may be what is missing. Otherwise two directories have nothing to do
// with one another. KNOWN GAP: a membership of one kind of directory in another kind is not expected where none is
// seen, so while the group's directory fails, nobody is in doubt about it.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/model/snapshot.h"

namespace tally::access {

/// Whether that foreign member (a row of foreign_members) is certainly no account and no group with accounts in it: its
/// domain was wholly seen and it was not there, or it is what hosts call themselves (SYSTEM, NETWORK SERVICE).
bool certainly_nobody(const model::Snapshot& snapshot, std::size_t foreign_member);
/// It stands for whoever signs in in some way, not for an entry: a SID of no domain (MS-DTYP 2.4.2.4).
bool is_population(const model::Snapshot& snapshot, std::size_t foreign_member);
/// Directories whose entries may be members of each other's groups at all: of one kind, however they were read.
bool of_one_kind(const model::SourceRecord& a, const model::SourceRecord& b);

class Relations {
 public:
  explicit Relations(const model::Snapshot& snapshot);

  /// The directory itself first, then all others in whose groups its entries may be, directly or over others.
  [[nodiscard]] std::span<const model::SourceId> above(model::SourceId directory) const {
    return above_[directory.index()];
  }
  /// In which other directories' groups its entries may be directly.
  [[nodiscard]] std::span<const model::SourceId> directly_above(model::SourceId directory) const {
    return directly_above_[directory.index()];
  }
  /// The directories for whose accounts it matters who that foreign member (a row of foreign_members) is: it may be a
  /// group that they are in. Empty when it is certainly nobody.
  [[nodiscard]] std::vector<model::SourceId> concerned_by(std::size_t foreign_member) const;

 private:
  void find_domains();
  void find_trees();
  void find_memberships();
  void find_incomplete();
  void close();
  [[nodiscard]] std::vector<model::SourceId> home_of(std::size_t foreign_member) const;
  void relate(model::SourceId member, model::SourceId group);

  const model::Snapshot& s_;
  std::unordered_map<std::string_view, std::vector<model::SourceId>> by_domain_;  ///< S-1-5-21-1-2-3
  std::unordered_map<std::string, std::vector<model::SourceId>> by_tree_;         ///< "dc=corp,dc=example"
  std::vector<bool> windows_;                                                     ///< by source: it shows domain SIDs
  std::vector<std::vector<model::SourceId>> directly_above_, above_;
};

}  // namespace tally::access
