// BloodHoundSource: an Active Directory read from the files of a BloodHound collector (SharpHound 2 and what writes its
// format, version 6): users, groups, computers, domains and containers; other files are not asked.
//
//   std::unique_ptr<connectors::Source> source = make_bloodhound_source(options);
//   model::Harvest harvest = source->collect({clock, progress});
//
// Each file is read twice: first for its meta, which stands at its end, so that nothing of another version is believed;
// then its objects, one at a time. Coverage is complete only when: every file could be read to its end; meta.count of
// each is the number of its objects; there is a file of users, one of groups, one of computers and one of domains; the
// methods that each names collected properties and members; the head of the domain of each base is there, and all
// canaries; every member that lies in a domain that was read is there; nothing was written to meanwhile; and the number
// of accounts is as expected. What was not collected is unknown: an account's expiry and lockout, mostly.
// Identity is the SID: no collection has objectGUID.
#pragma once

#include <memory>

#include "connectors/bloodhound/options.h"
#include "connectors/source.h"

namespace tally::bloodhound {

/// The source of that collection; it opens nothing before collect().
std::unique_ptr<connectors::Source> make_bloodhound_source(Options options);

}  // namespace tally::bloodhound
