// The verifier as a command: `tallystick verify` and the program `tallystick-verify` are this one function.
//
//   return verifier::run("tallystick verify", arguments, now, std::cout, std::cerr);
//
// It needs daemon/ledger and policy alone, no configuration and no Boost: tallystick-verify is linked statically and
// runs on a machine that has nothing of ours. Exit codes: control/exit_code.h.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/time.h"

namespace tally::verifier {

/// What follows `called` in the usage line, and what the command does.
inline constexpr std::string_view kArguments = "LOG --key VKEY | --policy FILE";
inline constexpr std::string_view kSummary = "check a whole log again from its bytes, trusting the key alone";

/// `now` is what --max-age is measured by.
int run(std::string_view called, const std::vector<std::string>& arguments, base::Instant now, std::ostream& out,
        std::ostream& err);

}  // namespace tally::verifier
