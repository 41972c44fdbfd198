#include "daemon/cli/verbs.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/control/exit_code.h"
#include "policy/base/diagnostic.h"

namespace tally::cli {
namespace {

/// The second word of the name; empty for a command of another group.
std::string_view verb_of(const Command& command, std::string_view group) {
  if (!command.name.starts_with(group) || command.name.size() <= group.size() || command.name[group.size()] != ' ') {
    return {};
  }
  return command.name.substr(group.size() + 1);
}

void print_verbs(std::string_view group, std::string_view about, std::span<const Command> commands, std::ostream& out) {
  fmt::print(out, "usage: tallystick {0} VERB [OPTIONS]; `tallystick {0} VERB --help` tells the options\n", group);
  fmt::print(out, "{}\n\n", about);
  for (const Command& command : commands) {
    if (const auto verb = verb_of(command, group); !verb.empty())
      fmt::print(out, "  {:<14}{}\n", verb, command.summary);
  }
}

int unknown_verb(std::string_view group, std::span<const Command> commands, std::string_view name, std::ostream& err) {
  std::vector<std::string_view> verbs;
  for (const Command& command : commands) {
    if (const auto verb = verb_of(command, group); !verb.empty()) verbs.push_back(verb);
  }
  const std::string_view near = base::nearest_word(name, verbs);
  fmt::print(
      err, "tallystick: no command \"{} {}\"{}\n", group, name,
      near.empty() ? fmt::format("; `tallystick {}` lists them", group) : fmt::format("; did you mean \"{}\"?", near));
  return control::kUsage;
}

}  // namespace

int run_verb(std::string_view group, std::string_view about, std::span<const Command> commands,
             const std::vector<std::string>& arguments, Streams& io) {
  if (arguments.empty()) {
    print_verbs(group, about, commands, io.err);
    return control::kUsage;
  }
  if (arguments[0] == "help" || arguments[0] == "--help" || arguments[0] == "-h") {
    print_verbs(group, about, commands, io.out);
    return control::kNothingFound;
  }
  for (const Command& command : commands) {
    const std::string_view verb = verb_of(command, group);
    if (!verb.empty() && verb == arguments[0]) return command.run({arguments.begin() + 1, arguments.end()}, io);
  }
  return unknown_verb(group, commands, arguments[0], io.err);
}

}  // namespace tally::cli
