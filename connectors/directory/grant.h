// The least rights that the account needs with which a directory is read, as the text that its administrator enters.
//
//   fmt::print("{}", *least_grant(options, seen.schema));     // olcAccess and olcLimits, an aci, or what to see to in
//   AD
//
// The attributes are those of the profile's query, so the text is never behind the code. Nothing here grants anything.
#pragma once

#include <string>
#include <vector>

#include "connectors/directory/options.h"
#include "policy/base/result.h"

namespace tally::directory {

/// Lines of text. `schema`: names of the attributes that the server knows (Examination::schema), for both OpenLDAP and
/// 389 Directory Server refuse others; empty: all are named. Fails when the filters of the options cannot be
/// understood.
base::Result<std::string> least_grant(const LdapOptions& options, const std::vector<std::string>& schema = {});

}  // namespace tally::directory
