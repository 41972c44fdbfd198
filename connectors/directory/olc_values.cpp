#include "connectors/directory/olc_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/entry.h"
#include "connectors/directory/sudo_roles.h"

namespace tally::directory {
namespace {

constexpr std::string_view kDeciding[] = {"member", "uniqueMember", "memberUid", "cn", "uid", "uidNumber", "gidNumber"};

bool decides(const std::string& attribute) {
  const auto is = [&](std::string_view name) { return equal_ignoring_case(name, attribute); };
  const auto& sudo = SudoRoles::attributes();
  return std::any_of(std::begin(kDeciding), std::end(kDeciding), is) || std::any_of(sudo.begin(), sudo.end(), is);
}

bool is_everyone(const OlcBy& by) {
  return std::all_of(by.who.begin(), by.who.end(),
                     [](const OlcCondition& one) { return one.kind == OlcCondition::Kind::everyone; });
}

/// A rule ends with "by * none".
bool may_hide(const OlcRule& rule) {
  for (const OlcBy& by : rule.by) {
    const bool reads = by.how == OlcBy::How::set && (by.privileges & kOlcRead) != 0;
    if (by.then == OlcBy::Then::break_off || reads) {
      if (is_everyone(by)) return false;
    } else if (by.then == OlcBy::Then::stop) {
      return true;
    }
  }
  return true;
}

}  // namespace

void doubt_hidden_values(const OlcAccess& access, model::Coverage& coverage) {
  for (const OlcRule& rule : access.rules()) {
    if (!rule.one_value || std::none_of(rule.attributes.begin(), rule.attributes.end(), decides) || !may_hide(rule))
      continue;
    coverage.lower(model::CoverageState::partial, model::Gap::Kind::range_cut,
                   fmt::format("an access rule may hide single values of {} (val= in olcAccess), and what shows others "
                               "does not tell",
                               rule.attributes.front()));
  }
}

}  // namespace tally::directory
