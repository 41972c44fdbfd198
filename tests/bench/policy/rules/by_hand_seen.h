// Seen: what several rules by hand ask of people, groups and sources, found once. Inner to by_hand.h.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/evaluation/evaluate.h"
#include "tests/bench/policy/rules/by_hand.h"
#include "tests/bench/policy/rules/three_valued.h"

namespace tally::bench {

/// What HR says of somebody.
struct Person {
  Answer left = kUnknown;
  model::TimeFact left_at;
};

struct Seen {
  explicit Seen(const evaluation::Inputs& inputs);

  std::vector<Person> people;
  std::vector<std::uint8_t> everybody;         ///< by group: everybody of a domain is in it
  std::vector<std::uint8_t> membership_gap;    ///< by source: somebody of it may be in more groups
  std::vector<std::uint8_t> power_unseen;      ///< by source: its groups may lead to more power
  std::vector<std::uint8_t> active_directory;  ///< by source

 private:
  void look_at_people(const model::Snapshot& s);
  void look_at_groups(const model::Snapshot& s);
  void look_at_sources(const evaluation::Inputs& inputs);
  void look_for_power(const evaluation::Inputs& inputs);

  std::vector<std::uint8_t> not_all_members_;  ///< by source
};

inline void count(Answers& answers, std::size_t row, Answer answer) {
  using model::Outcome;
  answers.of[row] = answer == kNo ? Outcome::clear : answer == kYes ? Outcome::violation : Outcome::cannot_tell;
  ++(answer == kNo ? answers.clear : answer == kYes ? answers.violations : answers.cannot_tell);
}

void ask_accounts(const evaluation::Inputs& inputs, const Seen& seen, std::vector<Answers>& out);
void ask_groups(const evaluation::Inputs& inputs, const Seen& seen, std::vector<Answers>& out);

}  // namespace tally::bench
