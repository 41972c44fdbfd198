// Power rows: rights of an LDAP directory that is no Active Directory, as rows of model::Controls. Holders are entries
// of the same directory, by DN as it was read.
//
//   add_power(harvest, {.kind = ControlledKind::hosts, .object = "every Unix host, by cn=admins,ou=sudoers,…",
//                       .holder = dn, .rights = model::kBecomeRoot, .rule = "sudoRole …"});
#pragma once

#include <string>
#include <string_view>

#include "policy/model/snapshot.h"

namespace tally::directory {

struct Power {
  model::ControlledKind kind = model::ControlledKind::database;
  model::AccountId account = {};      ///< of kind account
  model::GroupId group = {};          ///< of kind group
  std::string_view object = {};       ///< DN, or what it is in words
  std::string_view holder = {};       ///< empty with everybody false: the rules for the object were read
  std::string_view holder_name = {};  ///< of everybody
  bool everybody = false;
  std::uint32_t rights = 0;
  std::string_view unless = {};  ///< DNs, a line each
  std::string_view rule = {}, doubt = {};
};

void add_power(model::Harvest& harvest, const Power& power);

/// Accounts with the number of root are root on every host that trusts the directory.
void add_number_zero(model::Harvest& harvest);

}  // namespace tally::directory
