// Peers: people with the same job in the same department, and what share of them is in a group.
//
//   const Peers peers(snapshot, links, people);
//   if (!peers.why(person).valid()) peers.count(person); peers.share(person, group);
//
// A job is title and department as HR writes them, without looking at case (ASCII). Whoever left, or of whom HR tells
// no job, is nobody's peer. Counts each person once, whatever accounts of theirs are in the group; only direct
// memberships. Inner to this library.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/evaluation/person_facts.h"

namespace tally::evaluation {

class Peers {
 public:
  Peers(const Inputs& inputs, PersonFacts& people);
  /// Why the job is not known; invalid when it is. A text of PersonFacts::view().
  [[nodiscard]] base::TextId why(model::PersonId person) const { return why_[person.index()]; }
  /// How many people have that job, this one included.
  [[nodiscard]] std::int64_t count(model::PersonId person) const { return sizes_[job_[person.index()]]; }
  /// How many of them, in percent (rounded down), have an account in the group.
  [[nodiscard]] std::int64_t share(model::PersonId person, model::GroupId group) const;

 private:
  /// So many people of one job are in one group.
  struct Seats {
    std::uint32_t group = 0, job = 0;
    std::int64_t people = 0;
  };
  void find_jobs(const Inputs& inputs, PersonFacts& people);
  void take_seats(const Inputs& inputs);

  std::vector<base::TextId> why_;    ///< by person
  std::vector<std::uint32_t> job_;   ///< by person; of no meaning where why_ is valid
  std::vector<std::int64_t> sizes_;  ///< by job
  std::vector<Seats> seats_;         ///< by group, then job
};

}  // namespace tally::evaluation
