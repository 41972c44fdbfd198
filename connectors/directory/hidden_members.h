// Hidden members: groups of which the attribute with the members is not shown and may be hidden by access rules. Such a
// group is one that was read in part: of those who are not shown in it nobody knows whether they are.
//
//   doubt_members(builder, "member", groups);         // members_unknown, and the coverage is partial
//
// In Active Directory the access control list of the group says whether we may read `member`. A filter does not say it:
// Samba finds a group by (!(member=*)) when it hides the members from us.
//
//   MemberlessGroups groups;
//   groups.take(group, entry);                         // each group, as it is decoded
//   notes = groups.look_at_lists(ask, bases, builder); // one search of each base, of the groups without a member
//   groups.doubt(builder);                             // those of which the list does not say that we may read it
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/inquiry.h"
#include "connectors/directory/table_builder.h"

namespace tally::directory {

inline constexpr std::string_view kMayBeHidden = "access rules may hide it from the account that reads";

void doubt_members(TableBuilder& builder, std::string_view attribute, const std::vector<model::GroupId>& groups);

/// Those without a member of which the list says that we may read it, by DN.
void each_empty_group(const Inquiry& ask, const std::vector<std::string>& bases,
                      const std::function<void(std::string_view dn)>& each);

class MemberlessGroups {
 public:
  void take(model::GroupId group, const Entry& entry);
  /// A line for SourceRecord::notes; none when every group shows a member. Not asked, or not answered: nothing is
  /// proven.
  std::vector<std::string> look_at_lists(const Inquiry& ask, const std::vector<std::string>& bases,
                                         TableBuilder& builder);
  void doubt(TableBuilder& builder) const;
  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  std::vector<model::GroupId> open_;  ///< in order: show no member, and may have some
};

}  // namespace tally::directory
