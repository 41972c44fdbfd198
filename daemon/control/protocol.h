// The local protocol between `tallystick` and `tallystickd`: one JSON line asks, JSON lines answer, the last of them is
// "end" with the exit code.
//
//   > {"arguments":{"fail_on":"low"},"colour":true,"command":"audit","config":"/etc/tallystick/tallystick.toml",
//      "v":1,"width":120}
//   < {"progress":"reading corp-ad: 12000 records"}
//   < {"note":"read corp-ad: 12345 records, complete"}
//   < {"out":"SEVERITY   RULE …"}
//   < {"end":1}
//
// Text in, text out: no socket here. Whoever reads believes nothing: sizes and nesting are bounded before the JSON
// parser sees a byte, unknown members are refused. Not a public interface: both sides are of one version.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/result.h"

namespace tally::control {

inline constexpr int kVersion = 1;
/// A request is a command and a few words.
inline constexpr std::size_t kMaxRequestBytes = 16'384;
/// Output comes in pieces of at most kPieceBytes, which JSON escapes at most sixfold.
inline constexpr std::size_t kPieceBytes = 65'536;
inline constexpr std::size_t kMaxAnswerBytes = 6 * kPieceBytes + 64;

struct Request {
  std::string command;                           ///< the word of an Action (authority.h)
  std::map<std::string, std::string> arguments;  ///< by the command
  std::string config;                            ///< absolute path of the configuration that the caller means
  std::size_t width = 80;                        ///< columns of the caller's terminal
  bool colour = false;
};

/// Without the line end.
std::string encode(const Request& request);
/// Kind `malformed`, with the reason.
base::Result<Request> parse_request(std::string_view line);

struct Answer {
  enum class Kind : std::uint8_t {
    progress,  ///< a line that the next one replaces
    note,      ///< a line that stays, for whoever wants to see progress
    err,       ///< a line for standard error
    out,       ///< text for standard output, line ends included
    end,       ///< the last answer
  };
  Kind kind = Kind::end;
  std::string text;
  int code = 0;  ///< of `end`: the exit code
};

std::string encode(const Answer& answer);
base::Result<Answer> parse_answer(std::string_view line);

/// Text in pieces of at most kPieceBytes that cut no character.
std::vector<std::string_view> pieces(std::string_view text);

}  // namespace tally::control
