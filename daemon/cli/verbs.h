// Verbs: commands of two words. `tallystick exempt` has the verbs request, approve, …, each a Command named
// "exempt request"; this finds the one that is meant.
//
//   return run_verb("exempt", "accept a finding for a time", decision_commands(), arguments, io);
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/command.h"

namespace tally::cli {

/// Of `commands` those whose names begin with `group`. Without a verb the verbs are listed.
int run_verb(std::string_view group, std::string_view about, std::span<const Command> commands,
             const std::vector<std::string>& arguments, Streams& io);

}  // namespace tally::cli
