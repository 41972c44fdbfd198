#include "policy/evaluation/unseen.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "policy/access/relations.h"
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

/// One sentence names no more groups than a person reads.
constexpr std::size_t kGroupsNamed = 3;

/// By source: members of its groups who may be accounts of a directory that nobody reads, or did not read completely.
std::vector<std::string> foreign_gaps(const model::Snapshot& s) {
  const model::ForeignMembers& f = s.foreign_members;
  std::vector<std::size_t> members(s.sources.size());
  std::vector<std::set<std::string_view>> groups(s.sources.size());
  for (std::size_t row = 0; row < f.size(); ++row) {
    if (access::certainly_nobody(s, row) || access::is_population(s, row)) continue;
    ++members[f.source[row].index()];
    groups[f.source[row].index()].insert(s.view(s.groups.name[f.group[row].index()]));
  }
  std::vector<std::string> gaps(s.sources.size());
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (members[i] == 0) continue;
    const std::size_t named = std::min(groups[i].size(), kGroupsNamed);
    const std::vector<std::string_view> first(groups[i].begin(), std::next(groups[i].begin(), std::ptrdiff_t(named)));
    const std::size_t more = groups[i].size() - named;
    gaps[i] = fmt::format("no directory shows who {} member{} of groups of {} {} ({}{})", members[i],
                          members[i] == 1 ? "" : "s", s.sources[i].name, members[i] == 1 ? "is" : "are",
                          fmt::join(first, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
  }
  return gaps;
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
  if (kind == SubjectKind::membership) {
    std::vector<std::string> gaps = membership_gaps(s);
    const std::vector<std::string> foreign = foreign_gaps(s);
    for (std::size_t i = 0; i < gaps.size(); ++i)
      gaps[i] += (gaps[i].empty() || foreign[i].empty() ? "" : "; ") + foreign[i];
    return gaps;
  }
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
