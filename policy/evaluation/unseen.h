// Unseen: why subjects of a kind may be missing from a source, so that they are counted and not left out.
//
//   for (const std::string& why : unseen(snapshot, model::SubjectKind::membership)) …   // one for each source
//
// Inner to this library.
#pragma once

#include <string>
#include <vector>

#include "policy/model/finding.h"
#include "policy/model/snapshot.h"

namespace tally::evaluation {

/// By source: the sentence that says why subjects of that kind may be there and were not seen; empty where none can be.
/// Accounts, groups and memberships hide in directories, people in HR; a source and the run are always seen. A member
/// that no directory shows is a membership that was not seen, of an account of another directory perhaps.
std::vector<std::string> unseen(const model::Snapshot& snapshot, model::SubjectKind kind);

/// By source: why direct memberships may be missing: the directory was not completely seen, or not all members of all
/// groups could be read. Populations that no directory lists (Everyone) do not count.
std::vector<std::string> membership_gaps(const model::Snapshot& snapshot);

}  // namespace tally::evaluation
