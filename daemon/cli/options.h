// Options: the command line of one subcommand, by Boost.Program_options, whose headers stay in options.cpp.
//
//   Options options("audit", "");
//   options.text("config", "FILE", "the configuration", kDefaultConfig).flag("quiet", "no progress");
//   if (auto stop = options.parse(arguments, io)) return *stop;      // --help, or an error that was told
//   load(options.get("config"));
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/command.h"

namespace tally::cli {

inline constexpr std::string_view kDefaultConfig = "/etc/tallystick/tallystick.toml";

class Options {
 public:
  /// `arguments` as in Command: the words without a dash, for the usage line.
  /// A command without a name is a program of its own.
  Options(std::string_view command, std::string_view arguments, std::string_view program = "tallystick")
      : command_(command),
        called_(std::string(program) + (command.empty() ? "" : " ") + std::string(command)),
        arguments_(arguments) {}

  /// --name VALUE. Without a default the option may be absent.
  Options& text(std::string_view name, std::string_view value, std::string_view meaning,
                std::string_view otherwise = {});
  /// --name
  Options& flag(std::string_view name, std::string_view meaning);
  /// A word without a dash; required, in this order.
  Options& word(std::string_view name, std::string_view meaning);
  /// The same, but it may be left out; after those that may not.
  Options& maybe(std::string_view name, std::string_view meaning);
  /// Any number of words, behind all others.
  Options& words(std::string_view name, std::string_view meaning);

  /// Gives the exit code when the command should end at once: after --help, or after an error, which it tells.
  std::optional<int> parse(const std::vector<std::string>& arguments, Streams& io);

  /// The value, its default, or "".
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// Those of words(), in their order.
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

 private:
  struct Row {
    std::string name, value, meaning, otherwise = {};
    bool is_word = false;
    bool may_lack = false;
    bool many = false;
  };
  void print_help(Streams& io) const;

  std::string command_, called_, arguments_;  ///< called_: "tallystick audit"
  std::vector<Row> rows_;
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> all_;
};

}  // namespace tally::cli
