// tallystick policy facts: what rules may name, from the catalogue.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/control/exit_code.h"
#include "policy/rules/catalogue.h"
#include "policy/rules/facts_page.h"

namespace tally::cli {

int policy_facts(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy facts", "");
  options.text("about", "SUBJECT", "only what a rule about an account, person, group … may name", "")
      .flag("page", "print all of them as Markdown instead (docs/facts.md)");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  if (options.has("page")) {
    fmt::print(io.out, "{}", rules::facts_page());
    return control::kNothingFound;
  }
  const std::string word = options.get("about");
  const auto about = model::subject_kind_of(word);
  if (!word.empty() && !about) {
    fmt::print(io.err, "tallystick: no rule is about \"{}\": account, person, source, group, membership or run\n",
               word);
    return control::kUsage;
  }
  for (const rules::FactInfo& fact : rules::catalogue()) {
    if (about && !rules::usable_in(fact, *about)) continue;
    fmt::print(io.out, "{:<34} {:<13} {}\n", fact.name, fact.type.name(), fact.meaning);
  }
  return control::kNothingFound;
}

}  // namespace tally::cli
