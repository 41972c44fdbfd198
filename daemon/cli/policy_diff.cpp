// tallystick policy diff: what changed between two versions of a pack.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"
#include "daemon/report/terminal_text.h"
#include "policy/base/utf8.h"
#include "policy/rules/difference.h"

namespace tally::cli {
namespace {

using rules::Change;

/// A pack that can be used, as a document; nothing after telling what is wrong with it.
std::optional<rules::Node> document(const std::string& path, Streams& io) {
  const auto text = config::read_pack(path);
  if (!text) {
    fail("policy diff", text.error(), io);
    return std::nullopt;
  }
  if (const auto pack = rules::load_pack(*text, path); !pack) {
    tell(pack.error(), io);
    return std::nullopt;
  }
  auto root = rules::parse_document(*text, path);
  if (!root) {
    tell(root.error(), io);
    return std::nullopt;
  }
  return std::move(*root);
}

void print_value(char sign, const std::string& value, std::size_t width, Streams& io) {
  std::string out;
  report::paragraph(out, value, width, 6, fmt::format("    {} ", sign));
  fmt::print(io.out, "{}", out);
}

void print(const Change& change, std::size_t width, Streams& io) {
  if (change.key.empty()) {
    fmt::print(io.out, "  the whole rule is {}\n", change.kind == Change::Kind::added ? "new" : "gone");
    return;
  }
  fmt::print(io.out, "  {}\n", base::displayable(change.key));
  if (change.kind != Change::Kind::added) print_value('-', change.before, width, io);
  if (change.kind != Change::Kind::removed) print_value('+', change.after, width, io);
}

}  // namespace

int policy_diff(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy diff", "OLD NEW");
  options.word("old", "a pack's file").word("new", "the file of another version of it");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto before = document(options.get("old"), io), after = document(options.get("new"), io);
  if (!before || !after) return control::kUsage;
  const std::vector<Change> changes = rules::difference(*before, *after);
  std::string rule;
  for (const Change& change : changes) {
    if (change.rule != rule) fmt::print(io.out, "{}\n", base::displayable(rule = change.rule));
    print(change, output_style().width, io);
  }
  if (changes.empty()) fmt::print(io.out, "Both say the same.\n");
  return changes.empty() ? control::kNothingFound : control::kFindings;
}

}  // namespace tally::cli
