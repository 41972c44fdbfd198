// Arguments: the command line of the verifier, which is a program without Boost as well.
//
//   Arguments arguments({{"key", "VKEY", "the log's public key"}}, {"log", "folder of the published log"});
//   if (auto wrong = arguments.parse(words)) ...
//   arguments.get("key")
//
// Not for the other commands of tallystick: those have cli::Options.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::verifier {

struct Option {
  std::string_view name, value, meaning;  ///< --name VALUE; --name alone when `value` is empty
};
struct Word {
  std::string_view name, meaning;
};

class Arguments {
 public:
  Arguments(std::vector<Option> options, Word word) : options_(std::move(options)), word_(word) {}

  /// "--name VALUE", "--name=VALUE", each at most once, and the one word. Says what is wrong, if anything.
  std::optional<std::string> parse(const std::vector<std::string>& words);
  /// The value, or "" when it was not given.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  /// --help or -h was among the words; nothing else counts then.
  [[nodiscard]] bool asked_for_help() const { return help_; }
  /// One line an option.
  [[nodiscard]] std::string help() const;

 private:
  std::vector<Option> options_;
  Word word_;
  std::map<std::string, std::string, std::less<>> values_;
  bool help_ = false;
};

}  // namespace tally::verifier
