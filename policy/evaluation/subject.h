// Subjects: the names by which accounts, people and sources are known from run to run.
//
//   subject_of(inputs, model::SubjectKind::account, 17).key == "account/corp-ad/6d5c1b1e-…"
//
// Not the dense ids of a snapshot: those differ in every run.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {

/// How many subjects of that kind a snapshot has.
std::size_t subject_count(const model::Snapshot& snapshot, model::SubjectKind kind);

/// Writes the key of subject `row` into `out` (reused by callers that ask for many): as model::write_account_key(),
/// "person/<source>/<employee id>", "source/<name>".
void write_key(const model::Snapshot& snapshot, model::SubjectKind kind, std::size_t row, std::string& out);

model::Subject subject_of(const Inputs& inputs, model::SubjectKind kind, std::size_t row);

}  // namespace tally::evaluation
