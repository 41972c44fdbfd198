// `tallystick policy eval`, with a hostile expression (the first line of the input) and hostile bindings (the rest). It
// says one line of JSON: a value that reads back as itself, what is unknown, or what is wrong.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "daemon/cli/command.h"
#include "daemon/cli/typed_json.h"
#include "daemon/control/exit_code.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"
#include "tests/fuzz/memory_file.h"

namespace tally::cli {
namespace {

using nlohmann::json;

constexpr int kNoValue = 1;

struct Told {
  int code = 0;
  std::string out, err;
};

Told evaluated(const std::string& expression, std::string_view bindings) {
  static const fuzz::MemoryFile file;
  file.write(bindings);
  std::ostringstream out, err;
  Streams io{out, err};
  const int code = policy_eval({"--bindings", file.path(), "--", expression}, io);
  return {code, out.str(), err.str()};
}

/// A list of sentences, one at least.
void check_sentences(const json& sentences) {
  TALLY_ASSERT(sentences.is_array() && !sentences.empty());
  for (const json& one : sentences) TALLY_ASSERT(one.is_string() && !one.get<std::string>().empty());
}

void check(const Told& told) {
  TALLY_ASSERT(!told.out.empty() && told.out.find('\n') == told.out.size() - 1);
  TALLY_ASSERT(base::is_utf8(told.out));
  const json answer = json::parse(told.out);
  TALLY_ASSERT(answer.is_object() && answer.size() == 1);
  const std::string& kind = answer.begin().key();
  if (kind == "error" || kind == "unknown") {
    TALLY_ASSERT(told.code == kNoValue || (kind == "error" && told.code == control::kUsage && !told.err.empty()));
    return check_sentences(answer.begin().value());
  }
  TALLY_ASSERT(told.code == 0);
  const auto value = read_typed(answer);
  // An expression may put lists into lists that are as deep as a file may give them.
  const bool deep = !value && value.error().find("levels deep") != std::string::npos;
  TALLY_ASSERT(deep || (value && write_typed(*value) == answer));
}

}  // namespace
}  // namespace tally::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), size);
  const std::string expression(text.substr(0, end));
  const std::string_view bindings = text.substr(std::min(end + 1, size));
  const Told told = evaluated(expression, bindings);
  check(told);
  const Told again = evaluated(expression, bindings);
  TALLY_ASSERT(again.code == told.code && again.out == told.out && again.err == told.err);
  return 0;
}
