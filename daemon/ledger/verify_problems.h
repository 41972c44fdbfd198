// Problems: what a verification finds wrong, as it goes. The parts of verify() share one.
//
//   problems.add("tile/0/000", 17, "does not fit the entries");
//
// Not for readers of a report: VerifyReport::problems is what comes out.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/verify.h"

namespace tally::ledger {

class Problems {
 public:
  using List = std::vector<Problem>;

  void add(std::string path, std::optional<std::uint64_t> index, std::string message) {
    add_to(found_, {std::move(path), index, std::move(message)});
  }
  /// To a list that may become part of these later: the same limit, one count of what was left out.
  void add_to(List& list, Problem problem) {
    if (list.size() < kMaxProblems) {
      list.push_back(std::move(problem));
    } else {
      ++left_out_;
    }
  }
  void add_all(List list) {
    for (Problem& problem : list) add_to(found_, std::move(problem));
  }
  /// True but no failure.
  void note(std::string text) { notes_.push_back(std::move(text)); }

  void move_into(VerifyReport& report) {
    if (left_out_ != 0) found_.back().message += fmt::format(" (and {} more problems)", left_out_);
    report.problems = std::move(found_);
    report.notes = std::move(notes_);
  }

 private:
  List found_;
  std::vector<std::string> notes_;
  std::uint64_t left_out_ = 0;
};

}  // namespace tally::ledger
