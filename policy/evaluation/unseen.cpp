#include "policy/evaluation/unseen.h"

#include <fmt/format.h>

#include "policy/evaluation/evaluate.h"

namespace tally::evaluation {
namespace {

using model::SourceKind;
using model::SubjectKind;

bool may_hold(SourceKind source, SubjectKind kind) {
  switch (kind) {
    case SubjectKind::account:
    case SubjectKind::group:
    case SubjectKind::membership: return source == SourceKind::directory;
    case SubjectKind::person: return source == SourceKind::hr;
    case SubjectKind::source:
    case SubjectKind::run: break;
  }
  return false;
}

}  // namespace

/// Every directory of Microsoft has groups with Authenticated Users in them. That is no membership of an account, as
/// Domain Users is none, and nobody can take it away; whether it gives power is asked by access.
std::vector<std::string> membership_gaps(const model::Snapshot& s) {
  std::vector<std::string> first_reason(s.sources.size());
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    if (s.groups.members_unlisted[g] != 0) continue;
    const std::string_view why = s.view(s.groups.members_unknown[g]);
    std::string& first = first_reason[s.groups.source[g].index()];
    // The smallest: no matter in which order they came.
    if (!why.empty() && (first.empty() || why < first)) first = why;
  }
  std::vector<std::string> gaps(s.sources.size());
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const model::SourceRecord& source = s.sources[i];
    if (source.kind != SourceKind::directory) continue;
    if (source.coverage.state != model::CoverageState::complete) {
      gaps[i] = fmt::format("directory {} was not completely seen ({})", source.name, source.coverage.in_words());
    } else if (!first_reason[i].empty()) {
      gaps[i] = fmt::format("not all members of all groups of {} could be read ({})", source.name, first_reason[i]);
    }
  }
  return gaps;
}

std::vector<std::string> unseen(const model::Snapshot& s, SubjectKind kind) {
  if (kind == SubjectKind::membership) return membership_gaps(s);
  std::vector<std::string> out(s.sources.size());
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const model::SourceRecord& source = s.sources[i];
    if (!may_hold(source.kind, kind) || !hides_records(source.coverage)) continue;
    out[i] = fmt::format("{} {} is {}: {}", source.kind == SourceKind::hr ? "HR source" : "directory", source.name,
                         to_string(source.coverage.state), source.coverage.in_words());
  }
  return out;
}

}  // namespace tally::evaluation
