// A hostile rule pack: refused with places inside the text, or a set of rules that says the same each time.
#include <string>

#include "policy/base/assert.h"
#include "policy/base/utf8.h"
#include "policy/rules/pack.h"
#include "policy/rules/rule_set.h"
#include "tests/fuzz/diagnostic_check.h"

namespace tally::rules {
namespace {

void check_messages(const Pack& pack) {
  for (const Rule& rule : pack.rules) {
    TALLY_ASSERT(!rule.id.empty() && !rule.canonical.empty());
    for (const Message* message : {&rule.message, &rule.fix}) {
      const std::string plain = message->render([](std::string_view) { return std::string("\x1b[2J'\n"); });
      if (!message->placeholders().empty()) TALLY_ASSERT(plain.find('\x1b') == std::string::npos);
    }
  }
}

void check_set(const Pack& pack, std::string_view text) {
  const auto once = RuleSet::build({pack});
  if (!once) return fuzz::check_diagnostics(once.error(), "fuzz.toml", text);
  TALLY_ASSERT(once->rules().size() <= pack.rules.size());
  const auto again = load_pack(text, "fuzz.toml");
  TALLY_ASSERT(again);
  TALLY_ASSERT(RuleSet::build({*again})->digest() == once->digest());
}

}  // namespace
}  // namespace tally::rules

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto pack = rules::load_pack(text, "fuzz.toml");
  if (!pack) {
    fuzz::check_diagnostics(pack.error(), "fuzz.toml", text);
    return 0;
  }
  rules::check_messages(*pack);
  rules::check_set(*pack, text);
  return 0;
}
