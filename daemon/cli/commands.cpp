#include <fmt/format.h>
#include <fmt/ostream.h>

#include <exception>
#include <iostream>

#include "daemon/cli/command.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/version.h"
#include "policy/base/diagnostic.h"

namespace tally::cli {
namespace {

constexpr Command kCommands[] = {
    {"audit", "", "read HR and the directories once, judge, record, and print what was found", audit},
    {"offboard", "check ID", "look one leaver up in every directory now: is this person out, everywhere?", offboard},
    {"status", "", "ask the service what it does, what it did last, and when the next audit is due", status},
    {"reload", "", "let the service take up its configuration file and rule packs as they are now", reload},
    {"findings", "", "print the open findings again", findings},
    {"explain", "FINDING", "print one finding with its facts, its rule's reasons, the path and the log entry", explain},
    {"finding", "VERB", "say what becomes of a finding: acknowledge it", finding},
    {"exempt", "VERB", "accept what a rule says of one account or group, for a time, by two people", exempt},
    {"account", "VERB", "decide whose an account is, for this and every later audit", account},
    {"feed", "VERB", "believe a feed that the brake held back, by two people", feed},
    {"hold", "VERB", "keep a person from being erased, under a legal duty to keep", hold},
    {"erase", "SUBJECT", "erase a person from everything that is kept; every proof stays valid", erase},
    {"report", "", "write the newest run as HTML, CSV or JSON", report},
    {"verify", "LOG --key VKEY", "check a whole log again from its bytes, trusting the key alone", verify},
    {"prove", "ENTRY", "write one entry of the log with its proof, for somebody who has not the log", prove},
    {"verify-proof", "FILE --key VKEY", "say what such a proof proves, trusting the key alone", verify_proof},
    {"evidence", "[RUN] --output FOLDER", "write a run as a folder that an auditor checks with stock tools", evidence},
    {"sign-off", "RUN --role ROLE --manifest FILE --signature FILE",
     "record that an officer signed a run's manifest with her own SSH key", sign_off},
    {"export", "opengraph [RUN] --output FILE", "write people and their accounts as a graph that BloodHound takes up",
     export_run},
    {"check-config", "", "report everything that is wrong with the configuration and the rules", check_config},
    {"doctor", "", "ask each directory what it is and shows us, and print the least rights that it takes", doctor},
    {"policy", "VERB", "read, write, check and try the rules", policy},
    {"keygen", "--origin NAME --output FILE", "make the key of a new log", keygen},
    {"certify", "LOG --log-key VKEY --key FILE --output FILE", "sign a new log's keys with the offline root", certify},
    {"replay", "RUN", "ask a kept run again: the same verdict, or what is not as it was", replay},
    {"rebuild", "", "make the store again from the log", rebuild},
};

void print_help(std::ostream& out) {
  fmt::print(out, "tallystick {}: lays what HR says and what the directories say side by side.\n\n",
             pipeline::version());
  fmt::print(out, "usage: tallystick COMMAND [OPTIONS]; `tallystick COMMAND --help` tells the options\n\n");
  for (const Command& command : kCommands) fmt::print(out, "  {:<14}{}\n", command.name, command.summary);
  fmt::print(out,
             "\nExit codes: 0 nothing found, 1 findings at or above --fail-on, 2 usage or configuration,\n"
             "3 could not check everything, 4 the log does not verify, 5 denied, 6 no new witness time.\n");
}

int unknown_command(std::string_view name, std::ostream& err) {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) names.push_back(command.name);
  const std::string_view near = base::nearest_word(name, names);
  fmt::print(
      err, "tallystick: no command \"{}\"{}\n", name,
      near.empty() ? std::string("; `tallystick help` lists them") : fmt::format("; did you mean \"{}\"?", near));
  return control::kUsage;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

int run(int argc, const char* const* argv, Streams& io) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (words.empty()) {
    print_help(io.err);
    return control::kUsage;
  }
  if (words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    print_help(io.out);
    return control::kNothingFound;
  }
  if (words[0] == "--version") {
    fmt::print(io.out, "tallystick {}\n", pipeline::version());
    return control::kNothingFound;
  }
  for (const Command& command : kCommands) {
    if (command.name == words[0]) return command.run({words.begin() + 1, words.end()}, io);
  }
  return unknown_command(words[0], io.err);
}

}  // namespace tally::cli
