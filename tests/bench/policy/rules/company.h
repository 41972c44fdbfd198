// A company made up from a seed, to measure rules with: people, accounts of all kinds in three directories, groups,
// memberships; and of all that rules look for about as much as companies have.
//
//   const Company c = company(1'000'000);
//   const correlation::Correlation links = correlation::correlate(c.snapshot, c.settings);
//
// 58 of 100 accounts are in an Active Directory, 39 in an OpenLDAP directory, 3 in one that records no sign-ins and did
// not show all members of a group of power. All columns of accounts and people that rules read are filled in. Not the
// company of tests/bench/company.py, which has files, a server and a truth that is written down; here a loop by hand
// says what is right.
#pragma once

#include <cstddef>

#include "policy/correlation/settings.h"
#include "policy/model/snapshot.h"

namespace tally::bench {

struct Company {
  model::Snapshot snapshot;
  correlation::Settings settings;  ///< the register of service accounts, and what they and admin accounts are called
};

/// At least 1,000 accounts, for every kind to be there.
Company company(std::size_t accounts);

}  // namespace tally::bench
