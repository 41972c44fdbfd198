// TableBuilder: collects accounts, groups and memberships of one directory and resolves them to dense ids.
//
//   TableBuilder builder(options, harvest);
//   if (auto account = builder.add_account(entry)) { harvest.accounts.login[account->index()] = …; }
//   builder.add_member(group, "CN=Jane,DC=corp,DC=example");
//   for (const OpenRange& range : builder.open_ranges()) …   // AD: read "member;range=1500-*" of range.dn
//   Unresolved left = builder.finish();
//
// Members may come before or after the entries they name. Cycles of groups stay as they are; nothing is expanded here.
// The index costs 12 to 24 bytes an entry (8-byte slots, no copy of a DN) and is dropped by finish().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/dn.h"
#include "connectors/directory/dn_index.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/membership.h"
#include "connectors/directory/membership_past.h"
#include "connectors/directory/options.h"
#include "connectors/directory/range_reading.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// A group of which the server sent only a part of the members (MS-ADTS 3.1.1.3.1.3.3).
struct OpenRange {
  model::GroupId group;
  std::string dn;         ///< where to read, scope base
  std::string attribute;  ///< what to ask for: "member;range=1500-*"
};

class TableBuilder {
 public:
  /// Fills `harvest` (accounts, groups, text, memberships; rejects and gaps into source.coverage, whose state the
  /// caller has set to `complete`). Both references must outlive the builder.
  TableBuilder(const ProfileOptions& options, model::Harvest& harvest);
  ~TableBuilder();
  TableBuilder(const TableBuilder&) = delete;
  TableBuilder& operator=(const TableBuilder&) = delete;

  [[nodiscard]] model::Harvest& harvest() { return harvest_; }
  [[nodiscard]] base::TextPool& text() { return harvest_.text; }
  [[nodiscard]] model::Accounts& accounts() { return harvest_.accounts; }
  [[nodiscard]] model::Groups& groups() { return harvest_.groups; }

  /// A new row with its dn. Nothing (and a reject) when the DN is malformed, not UTF-8, or was added before.
  std::optional<model::AccountId> add_account(const Entry& entry);
  std::optional<model::GroupId> add_group(const Entry& entry);
  /// Remembers that an entry exists that is neither (a contact, a container): a member of that name is not
  /// "unresolved".
  void add_other(std::string_view dn);
  /// True when an entry of that DN was added (canaries).
  [[nodiscard]] bool contains(std::string_view dn) const;
  /// The account of that DN, when one was added.
  [[nodiscard]] std::optional<model::AccountId> account_of(std::string_view dn) const;

  /// Counts and keeps a reject of this entry. `whole_record` false: only that fact is unknown.
  void reject(const Entry& entry, std::string_view attribute, std::string_view value, std::string reason,
              bool whole_record = false);

  /// Direct members of `group`: by DN, or by POSIX user name (all accounts with that uid).
  void add_member(model::GroupId group, std::string_view dn);
  void add_member_uid(model::GroupId group, std::string_view uid);
  /// A POSIX user name of the account, for add_member_uid.
  void add_uid(model::AccountId account, base::TextId uid);
  /// Primary groups: POSIX gidNumber, or AD primaryGroupID in the domain of the account's SID.
  void set_gid(model::GroupId group, std::uint64_t gid);
  void set_primary_gid(model::AccountId account, std::uint64_t gid);
  void set_primary_rid(model::AccountId account, std::uint32_t rid);

  /// Who the account's manager and the group's owners are, by DN.
  void set_manager(model::AccountId account, std::string_view dn);
  void add_owner(model::GroupId group, std::string_view dn);

  /// What the directory tells of when members came and went.
  [[nodiscard]] MembershipPast& past() { return past_; }
  /// The entry of that DN, if it was added.
  [[nodiscard]] std::optional<Node> find(std::string_view dn) const { return index_.find(dn); }

  /// All direct members of an attribute that may come in ranges ("member"): adds what came, opens a range when more is
  /// missing.
  void add_members(model::GroupId group, const Entry& entry, std::string_view attribute);
  /// Groups of which members are missing still; empty after all final ranges came.
  [[nodiscard]] std::vector<OpenRange> open_ranges() const;
  /// That of one group; nothing when none of its members is missing, or the server refused the rest.
  [[nodiscard]] std::optional<OpenRange> open_range(model::GroupId group) const;
  /// The answer to an OpenRange: a base-scope read of the group with that attribute. Refused: the group stays
  /// incomplete.
  RangeStep add_range(model::GroupId group, const Entry& entry);
  /// Says that not all members are known, and why. The first reason stays.
  void mark_members_unknown(model::GroupId group, std::string_view reason);

  /// What is read is one person's part of the directory: a privileged group that is not among it is not missing.
  void expect_a_part() { whole_ = false; }
  [[nodiscard]] bool expects_all() const { return whole_; }

  /// Resolves everything, once. Groups with an open range get members_unknown and one gap (range_cut) lowers the
  /// coverage to partial. Entries of privileged_groups that name no group lower it too: a typo must not be a false
  /// all-clear.
  Unresolved finish();

 private:
  struct Pending;

  bool admit(const Entry& entry, Node node);
  bool is_called(std::uint32_t row, std::string_view name);
  void apply_privileged_groups();
  void resolve_foreign();
  void close_ranges();

  const ProfileOptions& options_;
  model::Harvest& harvest_;
  DnIndex index_;
  MembershipPast past_;
  std::unique_ptr<Pending> pending_;
  bool whole_ = true;
};

}  // namespace tally::directory
