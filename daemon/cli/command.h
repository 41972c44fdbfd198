// Command: one subcommand of `tallystick`. Each has a file of its own; commands.cpp lists them.
//
//   const Command& audit = commands()[0];
//   int code = audit.run(arguments, io);
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

/// Where a command writes: results to `out`, progress and troubles to `err`.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

struct Command {
  std::string_view name;
  std::string_view arguments;  ///< "FINDING", "LOG --key VKEY": as the usage line shows them
  std::string_view summary;    ///< one line
  int (*run)(const std::vector<std::string>& arguments, Streams& io);
};

/// All subcommands, in the order in which `tallystick help` lists them.
std::span<const Command> commands();

int audit(const std::vector<std::string>& arguments, Streams& io);
int status(const std::vector<std::string>& arguments, Streams& io);
int reload(const std::vector<std::string>& arguments, Streams& io);
int offboard(const std::vector<std::string>& arguments, Streams& io);
int report(const std::vector<std::string>& arguments, Streams& io);
int findings(const std::vector<std::string>& arguments, Streams& io);
int explain(const std::vector<std::string>& arguments, Streams& io);
int prove(const std::vector<std::string>& arguments, Streams& io);
int verify_proof(const std::vector<std::string>& arguments, Streams& io);
int evidence(const std::vector<std::string>& arguments, Streams& io);
int sign_off(const std::vector<std::string>& arguments, Streams& io);
int verify(const std::vector<std::string>& arguments, Streams& io);
int doctor(const std::vector<std::string>& arguments, Streams& io);
int check_config(const std::vector<std::string>& arguments, Streams& io);
int keygen(const std::vector<std::string>& arguments, Streams& io);
int certify(const std::vector<std::string>& arguments, Streams& io);
int export_run(const std::vector<std::string>& arguments, Streams& io);
int replay(const std::vector<std::string>& arguments, Streams& io);
int rebuild(const std::vector<std::string>& arguments, Streams& io);
int policy(const std::vector<std::string>& arguments, Streams& io);
int finding(const std::vector<std::string>& arguments, Streams& io);
int exempt(const std::vector<std::string>& arguments, Streams& io);
int account(const std::vector<std::string>& arguments, Streams& io);
int feed(const std::vector<std::string>& arguments, Streams& io);
int hold(const std::vector<std::string>& arguments, Streams& io);
int erase(const std::vector<std::string>& arguments, Streams& io);

/// The verbs of `tallystick policy`, named "policy VERB" (policy.cpp).
std::span<const Command> policy_commands();
/// Those of finding, exempt, account, feed and hold (decide.cpp).
std::span<const Command> decision_commands();
int account_suggestions(const std::vector<std::string>& arguments, Streams& io);

int policy_check(const std::vector<std::string>& arguments, Streams& io);
int policy_test(const std::vector<std::string>& arguments, Streams& io);
int policy_list(const std::vector<std::string>& arguments, Streams& io);
int policy_explain(const std::vector<std::string>& arguments, Streams& io);
int policy_eval(const std::vector<std::string>& arguments, Streams& io);
int policy_try(const std::vector<std::string>& arguments, Streams& io);
int policy_diff(const std::vector<std::string>& arguments, Streams& io);
int policy_facts(const std::vector<std::string>& arguments, Streams& io);

/// The whole program: finds the subcommand, suggests the nearest one for a typing error, gives the exit code.
int run(int argc, const char* const* argv, Streams& io);

}  // namespace tally::cli
