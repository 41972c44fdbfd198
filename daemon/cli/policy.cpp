// tallystick policy VERB: what whoever owns the rules does with them. Each verb has a file of its own.
#include "daemon/cli/command.h"
#include "daemon/cli/verbs.h"

namespace tally::cli {
namespace {

constexpr Command kVerbs[] = {
    {"policy check", "[FILE...]", "report every mistake in rule packs, with its place", policy_check},
    {"policy test", "[FILE...]", "ask every rule its examples: those that must fire, must not, and cannot be told",
     policy_test},
    {"policy list", "", "list the rules: state, severity, what they are about, controls", policy_list},
    {"policy explain", "RULE", "one rule as a page: what, why, facts, parameters in force, controls, fix, examples",
     policy_explain},
    {"policy eval", "EXPRESSION", "evaluate one expression of the rule language and print its typed value as JSON",
     policy_eval},
    {"policy try", "PACK", "ask a changed pack about a kept run: which findings would come and go", policy_try},
    {"policy diff", "OLD NEW", "what changed between two versions of a pack", policy_diff},
    {"policy facts", "[--about SUBJECT]", "list what rules may name, with types and meanings", policy_facts},
};

}  // namespace

std::span<const Command> policy_commands() { return kVerbs; }

int policy(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb("policy", "read, write, check and try the rules", policy_commands(), arguments, io);
}

}  // namespace tally::cli
