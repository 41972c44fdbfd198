// Foreign members: entries of one directory that are members of groups of another, found by SID, else by DN.
//
//   resolve_foreign_members(snapshot);   // join() has done it
//   snapshot.groups_of_account.row(i)    // now has the group of the other directory too
//   snapshot.foreign_members             // those whom no directory shows
//
// A SID is compared exactly, a DN without regard to the case of ASCII letters: a spelling that differs in more stays
// unresolved, which is never an all-clear. Directories whose harvest is quarantined take no part: nothing in them is
// believed. Not a search for lookalikes: a name that several entries have makes each of them a member.
#pragma once

#include "policy/model/snapshot.h"

namespace tally::model {

/// Moves what can be resolved from foreign_members into the memberships and takes it off Groups::unresolved_members.
void resolve_foreign_members(Snapshot& snapshot);

}  // namespace tally::model
