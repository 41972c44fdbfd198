// Access rules of anybody's making, of OpenLDAP (first byte even) and of 389 Directory Server (odd): read, or refused
// with a place. Whoever has a right has it by one of the rules as written; nobody is given anything by no rule.
#include "connectors/directory/aci_access.h"
#include "connectors/directory/olc_access.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::directory {
namespace {

using model::Truth;

const Requester kRequesters[] = {{},
                                 {.anonymous = true},
                                 {.dn = "uid=anna,dc=t", .groups = {"cn=g,dc=t"}, .all_groups = {"cn=g,dc=t"}},
                                 {.dn = "uid=self,dc=t"}};
const Target kTargets[] = {
    {.dn = "uid=self,dc=t", .named = {{"owner", {"uid=anna,dc=t"}}}}, {.dn = "dc=t"}, {.dn = ""}};

template <class Access>
void ask(const Access& access, std::string_view evidence) {
  for (const Requester& one : kRequesters) {
    for (const Target& target : kTargets) {
      for (const std::string_view attribute : {"userPassword", "entry", "(proxy)"}) {
        const Permission p = access.of(one, target, attribute);
        TALLY_ASSERT((p.value == Truth::yes) == !p.rule.empty());
        TALLY_ASSERT((p.value == Truth::unknown) == !p.why.empty());
        TALLY_ASSERT(p.rule.empty() || p.rule.starts_with(evidence));
        TALLY_ASSERT(access.size() > 0 || p.value != Truth::yes);
      }
    }
  }
  for (const Named& named : access.named()) is_named(named, "uid=anna,dc=t");
  for (const Named& place : access.places()) {
    for (const std::string& dn : examples_of(place)) is_named(place, dn);
  }
  for (const std::vector<std::string>& names : {access.attributes(), access.naming()})
    for (const std::string& name : names) TALLY_ASSERT(!name.empty());
}

}  // namespace
}  // namespace tally::directory

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::directory;
  if (size == 0) return 0;
  std::string_view lines = tally::fuzz::Input(data + 1, size - 1).rest();
  OlcAccess rules;
  AciAccess instructions;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (data[0] % 2 == 0)
      rules.add(line);
    else
      instructions.add("dc=t", line);
  }
  if (data[0] % 2 == 0)
    ask(rules, "olcAccess ");
  else
    ask(instructions, "aci \"");
  return 0;
}
