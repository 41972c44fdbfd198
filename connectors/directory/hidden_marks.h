// Hidden marks: attributes of accounts of Active Directory of which "not there" is a fact ("no servicePrincipalName"),
// and which access rules may hide from the account that reads. A filter does not tell these apart: Samba finds an
// account by (!(servicePrincipalName=*)) when it hides the name from us. The access control list of the account does.
//
//   HiddenMarks hidden;
//   hidden.take(row, entry);                          // each account, as it is decoded
//   notes = hidden.look_at_lists(ask, bases, builder);
//   if (hidden.open(HiddenMarks::kLastLogonTimestamp, row)) …   // it may be there
//   hidden.doubt(builder.accounts());                 // flags that rest on what may be there are unknown
//
// Not the lists of all accounts, which are some kilobytes each. Of accounts whose list nobody wrote since they were
// made (replPropertyMetaData: version 1 of nTSecurityDescriptor; what a list inherits is no such write, [MS-ADTS]
// 3.1.1.6.3), those of one class in one container have one list: one of them is asked for. All others are: those with
// rights of their own, and those that AdminSDHolder protects. KNOWN GAP: an account that was made with a list of its
// own in the very request that made it, or before the schema's default list was changed, counts as the others beside
// it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/inquiry.h"
#include "connectors/directory/table_builder.h"
#include "connectors/directory/unshown.h"

namespace tally::directory {

class HiddenMarks {
 public:
  /// Positions in Unshown::attributes().
  static constexpr std::size_t kLockoutTime = 0, kLastLogonTimestamp = 1;
  /// Lists that are asked for; accounts beyond stay open.
  static constexpr std::size_t kMaxLists = 50'000;
  /// Accounts of one question.
  static constexpr std::size_t kAtOnce = 100;

  HiddenMarks();
  void take(std::uint32_t row, const Entry& entry);
  /// Lines for SourceRecord::notes; none when every account shows everything. Not asked, or not answered: open.
  std::vector<std::string> look_at_lists(const Inquiry& ask, const std::vector<std::string>& bases,
                                         TableBuilder& builder);
  /// The account does not show it, and its list does not say that we may read it.
  [[nodiscard]] bool open(std::size_t which, std::size_t row) const { return unshown_.open(which, row); }
  void doubt(model::Accounts& accounts) const;
  /// "sIDHistory of 3 of 245 accounts"
  [[nodiscard]] std::vector<std::string> may_be_hidden() const;

 private:
  using Row = std::uint32_t;
  /// Of each account the one whose list is asked for.
  [[nodiscard]] std::vector<Row> one_for_each(TableBuilder& builder) const;
  /// What we may read, by the lists of these; none for a list that did not come.
  [[nodiscard]] std::map<Row, Unshown::Set> readable(const Inquiry& ask, const std::vector<std::string>& bases,
                                                     TableBuilder& builder, const std::set<Row>& wanted) const;

  Unshown unshown_;
  std::map<std::string, std::uint32_t, std::less<>> classes_;  ///< object classes, in the order of the answer
  std::vector<std::uint32_t> class_of_;                        ///< by row; kOwnList
};

}  // namespace tally::directory
