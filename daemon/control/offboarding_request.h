// What can be said about an offboarding check that is asked for: the options of `tallystick offboard check`, as words
// and as values.
//
//   auto asked = parse_offboarding_request({{"employee_id", "001004"}, {"deadline", "20s"}});
//   request.arguments = words_of(*asked);
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "policy/base/result.h"

namespace tally::control {

struct OffboardingRequest {
  std::string employee_id;  ///< not blank, at most kMaxEmployeeIdBytes
  std::chrono::seconds deadline{20};
  bool json = false;
};

/// No HR system has longer ones, and it goes into filters.
inline constexpr std::size_t kMaxEmployeeIdBytes = 200;
/// Longer than this nobody waits at a desk; shorter, no directory answers over TLS.
inline constexpr std::chrono::seconds kShortestOffboarding{1}, kLongestOffboarding{600};

/// From "employee_id", which is needed, "deadline" ("20s") and "format" ("text", "json"). Kind `malformed` names the
/// one at fault.
base::Result<OffboardingRequest> parse_offboarding_request(const std::map<std::string, std::string>& words);
std::map<std::string, std::string> words_of(const OffboardingRequest& request);

}  // namespace tally::control
