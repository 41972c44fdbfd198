// Doubt: why memberships that matter may not have been seen, a sentence for the accounts of each directory.
//
//   auto why = doubts(snapshot, graph, relations, [&](GroupId g) { return leads_to_privilege(g); });
//   if (!why[source.index()].empty()) …   // "no privilege" cannot be told of that directory's accounts
//
// Reasons are: a directory that was not completely seen, a group that matters whose members could not all be read, one
// with a foreign member that no directory shows; in the account's own directory and in those where its entries may be
// members. A population that nobody lists (Everyone, Authenticated Users) has the accounts of trusted domains in it
// too, and which trust each other is not read: it is a reason for every directory of its kind. Sentences name
// directories and groups, never people.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/access/group_graph.h"
#include "policy/access/relations.h"

namespace tally::access {

/// By source; empty where nothing is in doubt. `matters` says of which groups unseen members would change the answer.
std::vector<std::string> doubts(const model::Snapshot& snapshot, const GroupGraph& graph, const Relations& relations,
                                const std::function<bool(model::GroupId)>& matters);

}  // namespace tally::access
