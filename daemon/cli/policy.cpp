// tallystick policy VERB: what whoever owns the rules does with them. Each verb has a file of its own.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/control/exit_code.h"
#include "policy/base/diagnostic.h"

namespace tally::cli {
namespace {

/// Names are "policy VERB"; here the verb alone counts.
constexpr std::string_view kPrefix = "policy ";

constexpr Command kVerbs[] = {
    {"policy eval", "EXPRESSION", "evaluate one expression of the rule language and print its typed value as JSON",
     policy_eval},
    {"policy try", "PACK", "ask a changed pack about a kept run: which findings would come and go", policy_try},
    {"policy diff", "OLD NEW", "what changed between two versions of a pack", policy_diff},
};

std::string_view verb_of(const Command& command) { return command.name.substr(kPrefix.size()); }

void print_verbs(std::ostream& out) {
  fmt::print(out, "usage: tallystick policy VERB [OPTIONS]; `tallystick policy VERB --help` tells the options\n");
  fmt::print(out, "read, write, check and try the rules\n\n");
  for (const Command& command : kVerbs) fmt::print(out, "  {:<14}{}\n", verb_of(command), command.summary);
}

int unknown_verb(std::string_view name, std::ostream& err) {
  std::vector<std::string_view> verbs;
  for (const Command& command : kVerbs) verbs.push_back(verb_of(command));
  const std::string_view near = base::nearest_word(name, verbs);
  fmt::print(
      err, "tallystick: no command \"policy {}\"{}\n", name,
      near.empty() ? std::string("; `tallystick policy` lists them") : fmt::format("; did you mean \"{}\"?", near));
  return control::kUsage;
}

}  // namespace

std::span<const Command> policy_commands() { return kVerbs; }

int policy(const std::vector<std::string>& arguments, Streams& io) {
  if (arguments.empty()) {
    print_verbs(io.err);
    return control::kUsage;
  }
  if (arguments[0] == "help" || arguments[0] == "--help" || arguments[0] == "-h") {
    print_verbs(io.out);
    return control::kNothingFound;
  }
  for (const Command& command : kVerbs) {
    if (verb_of(command) == arguments[0]) return command.run({arguments.begin() + 1, arguments.end()}, io);
  }
  return unknown_verb(arguments[0], io.err);
}

}  // namespace tally::cli
