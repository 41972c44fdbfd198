// Deleted accounts: what a directory still keeps of accounts that are no more. They can get nobody in, so no rule is
// asked about them and nobody's they cannot be; they tell when somebody's access ended.
//
//   for (const DeletedId id : links.deleted_of.row(person)) … snapshot.deleted.deleted[id.index()]
//
// Most facts of an account go with it: Active Directory keeps them all with its recycle bin on, else little more than
// login and SID (MS-ADTS 3.1.1.5.5.1). What is not kept is empty, or unknown.
#pragma once

#include <vector>

#include "policy/model/account.h"

namespace tally::model {

using DeletedId = base::Id<struct DeletedTag>;

struct DeletedAccounts {
  std::vector<SourceId> source;
  std::vector<base::TextId> dn;  ///< the name that the directory gave it then
  std::vector<base::TextId> native_id, sid, login, principal, mail, employee_number;
  std::vector<AccountKind> kind;
  std::vector<BoolFact> enabled;                                   ///< the switch as it stood at the end
  std::vector<TimeFact> switched, expires, last_sign_in, created;  ///< as of an account
  std::vector<TimeFact> deleted;                                   ///< when; unknown: not told

  [[nodiscard]] std::size_t size() const { return source.size(); }
  DeletedId add(SourceId from);
};

}  // namespace tally::model
