#include "policy/evaluation/peers.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

namespace tally::evaluation {
namespace {

/// ASCII letters in small, as lowerAscii() of the rule language.
void append_small(std::string_view text, std::string& out) {
  for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Peers::Peers(const Inputs& inputs, PersonFacts& people) {
  find_jobs(inputs, people);
  take_seats(inputs);
}

void Peers::find_jobs(const Inputs& inputs, PersonFacts& people) {
  const model::People& rows = inputs.snapshot.people;
  std::unordered_map<std::string, std::uint32_t> jobs;
  std::string key;
  why_.resize(rows.size());
  job_.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    why_[i] = people.job_untold(model::PersonId::at(i));
    if (why_[i].valid()) continue;
    key.clear();
    append_small(inputs.snapshot.view(rows.title[i]), key);
    key += '\0';
    append_small(inputs.snapshot.view(rows.department[i]), key);
    const auto [job, made] = jobs.emplace(key, static_cast<std::uint32_t>(sizes_.size()));
    if (made) sizes_.push_back(0);
    job_[i] = job->second;
    ++sizes_[job->second];
  }
}

void Peers::take_seats(const Inputs& inputs) {
  struct Seat {
    std::uint32_t group, job, person;
    auto operator<=>(const Seat&) const = default;
  };
  std::vector<Seat> seats;
  const auto& groups = inputs.snapshot.groups_of_account;
  for (std::size_t account = 0; account < groups.rows(); ++account) {
    const correlation::Link& link = inputs.links.links[account];
    if (link.owner != correlation::Owner::person || !link.person.valid() || why(link.person).valid()) continue;
    const std::uint32_t person = link.person.index();
    for (const model::GroupId group : groups.row(account)) seats.push_back({group.index(), job_[person], person});
  }
  std::sort(seats.begin(), seats.end());
  seats.erase(std::unique(seats.begin(), seats.end()), seats.end());
  for (const Seat& seat : seats) {
    const bool same = !seats_.empty() && seats_.back().group == seat.group && seats_.back().job == seat.job;
    if (!same) seats_.push_back({seat.group, seat.job, 0});
    ++seats_.back().people;
  }
}

std::int64_t Peers::share(model::PersonId person, model::GroupId group) const {
  const std::uint32_t job = job_[person.index()];
  const auto found = std::lower_bound(
      seats_.begin(), seats_.end(), std::tuple(group.index(), job),
      [](const Seats& a, const std::tuple<std::uint32_t, std::uint32_t>& b) { return std::tuple(a.group, a.job) < b; });
  const bool any = found != seats_.end() && found->group == group.index() && found->job == job;
  return any ? found->people * 100 / sizes_[job] : 0;
}

}  // namespace tally::evaluation
