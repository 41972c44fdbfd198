// MembershipPast: since when members are in their groups, and when some were taken out, as a directory tells it.
//
//   past.joined(dn, group, at, "msDS-ReplValueMetaData");
//   past.left(dn, {at, collected_at}, "msDS-ReplValueMetaData");
//   past.resolve(index, harvest);        // once, after the memberships: fills membership_times and Accounts::removed
//
// What is told of somebody who is no account, or of a group that the account is not in (any more), is dropped: the
// memberships themselves are what counts. Inner to TableBuilder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/dn_index.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

class MembershipPast {
 public:
  /// The entry of that DN is in the group since some moment within the bounds. Told once of each.
  void joined(std::string_view dn, model::GroupId group, const base::Bounds& since, std::string_view source);
  /// The POSIX user of that name (memberUid).
  void joined_by_uid(std::string_view uid, model::GroupId group, const base::Bounds& since, std::string_view source);
  /// The account's primary group is what it is since then.
  void joined_primary(model::AccountId account, const model::TimeFact& since) { primary_.push_back({account, since}); }
  /// The entry of that DN was taken out of some group; of several the newest counts.
  void left(std::string_view dn, const base::Bounds& when, std::string_view source);
  void left_by_uid(std::string_view uid, const base::Bounds& when, std::string_view source);
  /// All that happened later is told: a member of whom nothing is told came in before `joined`, and an account that was
  /// taken out of a group without it being told was so before `left`.
  void reaches_back_to(base::Instant joined, base::Instant left, std::string_view source);

  void resolve(const DnIndex& index, const std::vector<std::pair<base::TextId, model::AccountId>>& uids,
               model::Harvest& harvest);

 private:
  struct Told {
    base::TextId name;  ///< a DN or a POSIX user name, in names_
    bool by_uid = false;
    model::GroupId group;  ///< none: it was taken out of one
    base::Bounds when;
    base::TextId source;  ///< in names_
  };
  struct Primary {
    model::AccountId account;
    model::TimeFact since;
  };
  struct Row {
    model::AccountId account;
    model::GroupId group;
    model::TimeFact since;
  };

  void add(std::string_view name, bool by_uid, model::GroupId group, const base::Bounds& when, std::string_view source);
  void take(const Told& told, model::AccountId account, model::Harvest& harvest, std::vector<Row>& rows) const;
  void take_all(const DnIndex& index, const std::vector<std::pair<base::TextId, model::AccountId>>& uids,
                model::Harvest& harvest, std::vector<Row>& rows) const;
  void add_what_was_before(std::vector<Row>& rows, model::Harvest& harvest) const;
  static void fill(const std::vector<Row>& rows, model::Harvest& harvest);

  base::TextPool names_;
  std::vector<Told> told_;
  std::vector<Primary> primary_;
  std::optional<base::Instant> joined_before_;
  base::Instant left_before_ = base::kBeginningOfTime;
  std::string source_;
};

}  // namespace tally::directory
