// Values that access rules of OpenLDAP may hide one by one (slapd.access(5), val=): an attribute that shows others does
// not tell.
//
//   doubt_hidden_values(access, harvest.source.coverage);     // of each database whose rules were read
#pragma once

#include "connectors/directory/olc_access.h"
#include "policy/model/coverage.h"

namespace tally::directory {

/// Of attributes that say who is in a group, who an account is and what a sudo role gives. A rule under which everybody
/// reads, or is passed on to the next one, hides nothing; whom another one is about is not looked at.
void doubt_hidden_values(const OlcAccess& access, model::Coverage& coverage);

}  // namespace tally::directory
