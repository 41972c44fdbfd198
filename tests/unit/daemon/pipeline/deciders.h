// Three people who decide, and a company with two findings to decide about.
//
//   stage.command(keeping, decisions::Acknowledge{fingerprint, "seen"}, kAnna);
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/daemon/pipeline/stage.h"

namespace tally::pipeline {

inline const model::Author kAnna{1001, "anna"}, kBela{1002, "bela"}, kCarl{1003, "carl"};
inline const std::string kAda = "account/ad/guid-ada", kRobot = "account/ad/guid-robot";
inline constexpr std::chrono::hours kDay{24};
/// After the last sign-in of stage.h: she used nothing since.
inline model::Harvest people() { return hr({{"1", "Ada", at("2026-03-31T00:00:00Z")}}); }
/// ada left and still works (LVR-001), robot belongs to nobody (ORP-001).
inline model::Harvest accounts(bool ada = true, bool robot = true) {
  return directory({{"ada", "1", ada}, {"robot", "", robot}});
}

/// Of LVR-001 about ada, of ORP-001 about robot.
inline const model::FindingRecord* about(const std::vector<model::FindingRecord>& records, const std::string& key) {
  const std::string_view rule = key == kAda ? "LVR-001" : "ORP-001";
  const auto found = std::find_if(records.begin(), records.end(), [&](const auto& one) {
    return one.finding.subject.key == key && one.finding.rule == rule;
  });
  return found == records.end() ? nullptr : &*found;
}

}  // namespace tally::pipeline
