// Subjects: the names by which accounts, people, groups … are known from run to run.
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

/// A membership's two ends.
struct Membership {
  model::AccountId account;
  model::GroupId group;
};
/// The membership of row `row`: rows are the direct ones of Snapshot::groups_of_account, account after account.
Membership membership_at(const model::Snapshot& snapshot, std::size_t row);

/// The source that the subject was seen in (of a membership, that of its group); invalid for the run.
model::SourceId source_of(const model::Snapshot& snapshot, model::SubjectKind kind, std::size_t row);

/// Writes the key of subject `row` into `out` (reused by callers that ask for many), as model::Subject::key has it.
void write_key(const model::Snapshot& snapshot, model::SubjectKind kind, std::size_t row, std::string& out);

/// The display name, else given and family name; "" when HR gives none.
std::string name_of(const model::Snapshot& snapshot, model::PersonId person);

/// Ask memory for what write_key() and subject_of() will read of a row, without waiting. The subjects of many findings
/// lie far apart, and to wait for each would be most of the work of writing them down. They change nothing.
void fetch_key(const model::Snapshot& snapshot, model::SubjectKind kind, std::size_t row);
void fetch_subject(const Inputs& inputs, model::SubjectKind kind, std::size_t row);

model::Subject subject_of(const Inputs& inputs, model::SubjectKind kind, std::size_t row);

}  // namespace tally::evaluation
