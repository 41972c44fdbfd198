// RFC 2307 and shadow(5): what Unix hosts take from a directory.
//
//   accounts.expires[row] = shadow_expiry(fields, collected_at, "no pwdEndTime, no shadowExpire");
//   posix_account(fields, account);      // uidNumber, gidNumber, loginShell
//   posix_group(fields, group);          // gidNumber
//
// What a directory server itself makes of its attributes is in the profiles.
#pragma once

#include <string_view>

#include "connectors/directory/fields.h"

namespace tally::directory {

/// shadowExpire, days since 1970. Absent: never, for the reason `none`; -1: never; 0 is ambiguous by shadow(5), so
/// unknown. One that is over is unknown too: Unix hosts keep the account out, the server lets it bind.
model::TimeFact shadow_expiry(Fields& fields, base::Instant collected_at, std::string_view none);

/// The user number, the primary group and whether loginShell lets somebody in.
void posix_account(Fields& fields, model::AccountId account);

/// The group number; that of root means power whatever the group is called.
void posix_group(Fields& fields, model::GroupId group);

}  // namespace tally::directory
