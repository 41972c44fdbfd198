// AccountRegister: the register of non-human accounts, looked up by account.
//
//   AccountRegister accounts(settings);
//   if (const RegisteredAccount* entry = accounts.entry(snapshot, account)) entry->owner;
//
// Inner to this library.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/correlation/correlation.h"
#include "policy/correlation/people_index.h"
#include "policy/correlation/settings.h"
#include "policy/model/snapshot.h"

namespace tally::correlation {

class AccountRegister {
 public:
  /// The settings outlive it.
  explicit AccountRegister(const Settings& settings);

  /// The entry for its own directory, else the first one for any; nullptr: none.
  [[nodiscard]] const RegisteredAccount* entry(const model::Snapshot& snapshot, model::AccountId account) const;
  /// Fills Correlation::custodians; the links are there. `unseen_hr`: why HR may know more people; "" when it cannot.
  void find_custodians(const model::Snapshot& snapshot, const PeopleIndex& people, std::string_view unseen_hr,
                       Correlation& out) const;

 private:
  std::unordered_map<std::string, std::vector<const RegisteredAccount*>> by_login_;  ///< folded
  bool groups_named_ = false;  ///< somewhere a group's members know a secret
};

}  // namespace tally::correlation
