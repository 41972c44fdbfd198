#include "daemon/control/offboarding_request.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "policy/base/utf8.h"

namespace tally::control {
namespace {

using base::ErrorKind;
using base::failure;

std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
  if (text.ends_with('s')) text.remove_suffix(1);
  unsigned seconds = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (trouble != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds{seconds};
}

/// Empty when it is usable as an employee number.
std::string fault_of(std::string_view id) {
  if (id.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos) return "the employee number is empty";
  if (id.size() > kMaxEmployeeIdBytes)
    return fmt::format("the employee number has more than {} bytes", kMaxEmployeeIdBytes);
  if (!base::is_utf8(id) || id.find('\0') != std::string_view::npos) return "the employee number is not UTF-8 text";
  return {};
}

}  // namespace

base::Result<OffboardingRequest> parse_offboarding_request(const std::map<std::string, std::string>& words) {
  OffboardingRequest request;
  for (const auto& [name, value] : words) {
    if (name == "employee_id") {
      request.employee_id = value;
    } else if (name == "deadline") {
      const auto seconds = seconds_of(value);
      if (!seconds || *seconds < kShortestOffboarding || *seconds > kLongestOffboarding) {
        return failure(ErrorKind::malformed,
                       fmt::format("--deadline {}: seconds such as 20s are expected, from {} to {}", value,
                                   kShortestOffboarding.count(), kLongestOffboarding.count()));
      }
      request.deadline = *seconds;
    } else if (name == "format") {
      if (value != "text" && value != "json")
        return failure(ErrorKind::malformed, fmt::format("--format {}: text or json is expected", value));
      request.json = value == "json";
    } else {
      return failure(ErrorKind::malformed, fmt::format("an offboarding check has no option \"{}\"", name));
    }
  }
  if (const std::string fault = fault_of(request.employee_id); !fault.empty())
    return failure(ErrorKind::malformed, fault);
  return request;
}

std::map<std::string, std::string> words_of(const OffboardingRequest& request) {
  return {{"employee_id", request.employee_id},
          {"deadline", fmt::format("{}s", request.deadline.count())},
          {"format", request.json ? "json" : "text"}};
}

}  // namespace tally::control
