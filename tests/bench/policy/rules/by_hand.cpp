#include "tests/bench/policy/rules/by_hand.h"

#include <algorithm>

#include "tests/bench/policy/rules/by_hand_seen.h"

namespace tally::bench {
namespace {

using model::Employment;
using model::TimeFact;
using model::TimeState;

Person departure(Employment status, const TimeFact& first, const TimeFact& last, base::Instant read,
                 base::Instant now) {
  const bool ends = last.state == TimeState::known;
  if (status == Employment::left) {
    if (!ends) return {kYes, TimeFact::known({base::kBeginningOfTime, std::min(read, now)}, {})};
    if (last.bounds.earliest > now) return {};
    return {kYes, TimeFact::known({last.bounds.earliest, std::min(last.bounds.latest, now)}, {})};
  }
  if (last.state == TimeState::unknown) return {};
  if (ends && first.state == TimeState::known && last.bounds.latest <= first.bounds.earliest) return {};
  if (ends && last.bounds.latest <= now) return {kYes, last};
  if (ends && last.bounds.earliest <= now) return {kUnknown, last};
  return status == Employment::unknown ? Person{} : Person{kNo, last};
}

}  // namespace

Seen::Seen(const evaluation::Inputs& inputs) {
  look_at_people(inputs.snapshot);
  look_at_groups(inputs.snapshot);
  look_at_sources(inputs);
  look_for_power(inputs);
}

void Seen::look_at_people(const model::Snapshot& s) {
  people.resize(s.people.size());
  for (std::size_t i = 0; i < people.size(); ++i) {
    people[i] = departure(s.people.status[i], s.people.first_day[i], s.people.last_day[i],
                          s.source(s.people.source[i]).finished, s.as_of);
  }
}

void Seen::look_at_groups(const model::Snapshot& s) {
  everybody.resize(s.groups.size());
  not_all_members_.resize(s.sources.size());
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const bool complete = s.sources[i].coverage.state == model::CoverageState::complete;
    not_all_members_[i] = s.sources[i].kind == model::SourceKind::directory && !complete;
  }
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    const std::string_view sid = s.view(s.groups.sid[g]);
    everybody[g] =
        sid.starts_with("S-1-5-21-") && (sid.ends_with("-513") || sid.ends_with("-514") || sid.ends_with("-515"));
    if (s.groups.members_unlisted[g] != 0 || s.view(s.groups.members_unknown[g]).empty()) continue;
    not_all_members_[s.groups.source[g].index()] = true;
  }
}

void Seen::look_at_sources(const evaluation::Inputs& inputs) {
  const auto& sources = inputs.snapshot.sources;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    active_directory.push_back(sources[i].connector.ends_with("active-directory"));
    bool gap = not_all_members_[i] != 0;
    for (const model::SourceId host : inputs.access.hosts_of(model::SourceId::at(i))) {
      gap = gap || not_all_members_[host.index()] != 0;
    }
    membership_gap.push_back(gap);
  }
}

void Seen::look_for_power(const evaluation::Inputs& inputs) {
  const model::Snapshot& s = inputs.snapshot;
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const bool directory = s.sources[i].kind == model::SourceKind::directory;
    power_unseen.push_back(directory &&
                           !inputs.access.view(inputs.access.groups_unseen(model::SourceId::at(i))).empty());
  }
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    const bool all = s.view(s.groups.members_unknown[g]).empty();
    if (!all && inputs.access.leads_to_privilege(model::GroupId::at(g)))
      power_unseen[s.groups.source[g].index()] = true;
  }
}

std::vector<Answers> by_hand(const evaluation::Inputs& inputs) {
  std::vector<Answers> out;
  const Seen seen(inputs);
  ask_accounts(inputs, seen, out);
  ask_groups(inputs, seen, out);
  return out;
}

}  // namespace tally::bench
