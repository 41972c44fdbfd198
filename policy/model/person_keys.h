// PersonKeys: by what one person's accounts may be found in a directory, for a source that is asked about her alone.
//
//   {.employee_number = "001004", .mails = {"dana.weiss@example.com"}, .logins = {"dweiss", "adm-dweiss"}}
//
// Made from HR and the rules of correlation (correlation::keys_of). They are for asking, not for deciding: a source may
// hand over accounts that are somebody else's, and correlation says whose they are.
#pragma once

#include <string>
#include <vector>

namespace tally::model {

/// An account that was this person's at some time, as an earlier run recorded it.
struct KnownAccount {
  std::string source = {};
  std::string native_id = {};  ///< objectGUID or entryUUID, as Accounts::native_id; may be empty
  std::string dn = {};         ///< where it was then
};

struct PersonKeys {
  std::string employee_number = {};
  std::vector<std::string> mails = {};       ///< folded addresses
  std::vector<std::string> logins = {};      ///< folded login names, decorated ones ("adm-…") included
  std::vector<std::string> principals = {};  ///< folded principal names before the @, decorated ones included
  std::vector<KnownAccount> known = {};
};

}  // namespace tally::model
