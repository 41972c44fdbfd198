// Accounts that the access rules of a server cannot tell apart (power_reading.h).
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/power_reading.h"

namespace tally::directory {

using model::Truth;

/// Everybody in the group as the rules see it: accounts.
static std::vector<std::uint32_t> accounts_in(const WantedEntries& wanted, model::GroupId group, bool nested) {
  std::vector<std::uint32_t> out, open{group.index()};
  std::set<std::uint32_t> seen{group.index()};
  while (!open.empty()) {
    const model::GroupId next(open.back());
    open.pop_back();
    for (const std::uint32_t member : wanted.members(next)) {
      if (!wanted.is_group(member))
        out.push_back(member);
      else if (nested && seen.insert(wanted.group(member).index()).second)
        open.push_back(wanted.group(member).index());
    }
  }
  return out;
}

/// By account: which of the rules' names are groups that it is in; `seen`: of which all members are known.
std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> PowerReading::members_of_named(std::vector<bool>& seen) {
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> out;
  for (std::uint32_t n = 0; n < rules_.named.size(); ++n) {
    const Named& named = rules_.named[n];
    if (named.by == Named::By::regex && is_named(named, "") == Truth::unknown)
      doubt("a pattern of an access rule cannot be evaluated here");
    const auto group = named.by == Named::By::group ? groups_.find(named.text) : groups_.end();
    if (group == groups_.end()) continue;
    const model::GroupId id(group->second);
    seen[n] = harvest_.text.view(harvest_.groups.members_unknown[id.index()]).empty();
    for (const std::uint32_t account : accounts_in(wanted_, id, rules_.nested_groups)) {
      std::vector<std::uint32_t>& names = out[account];
      if (names.empty() || names.back() != n) names.push_back(n);
    }
  }
  return out;
}

/// Which of the rules' names fit an account is all that the rules know of it as the one who asks.
void PowerReading::find_kinds() {
  std::vector<bool> seen(rules_.named.size());
  const auto in_groups = members_of_named(seen);
  const std::vector<NameTest> tests(rules_.named.begin(), rules_.named.end());
  kinds_.resize(2);
  kinds_[0].rest = kinds_[1].rest = kinds_[1].one.anonymous = true;
  std::map<std::vector<std::uint32_t>, std::size_t> kinds{{{}, 0}};
  std::vector<std::uint32_t> names;
  std::string dn;
  for (std::uint32_t i = 0; i < harvest_.accounts.size(); ++i) {
    if (!normalise_dn(harvest_.text.view(harvest_.accounts.dn[i]), dn)) continue;
    names.clear();
    for (std::uint32_t n = 0; n < rules_.named.size(); ++n) {
      if (tests[n].of(dn) != Truth::yes) continue;  // of groups it is unknown here
      names.push_back(n);
      seen[n] = true;
    }
    if (const auto found = in_groups.find(i); found != in_groups.end())
      names.insert(names.end(), found->second.begin(), found->second.end());
    const auto [kind, is_new] = kinds.try_emplace(names, kinds_.size());
    if (is_new) kinds_.push_back(kind_of(names, dn));
    if (kind->second != 0) kinds_[kind->second].accounts.push_back(i);
    put_into_cell(kind->second, i, dn);
  }
  find_strangers(seen);
}

PowerReading::Kind PowerReading::kind_of(const std::vector<std::uint32_t>& names, const std::string& dn) const {
  Kind out;
  out.one.dn = dn;
  for (const std::uint32_t n : names) {
    if (rules_.named[n].by == Named::By::group) out.one.groups.push_back(rules_.named[n].text);
  }
  out.one.all_groups = out.one.groups;
  return out;
}

/// Names that fit no account that was read, and groups of which members may be missing.
void PowerReading::find_strangers(const std::vector<bool>& seen) {
  for (std::size_t n = 0; n < rules_.named.size(); ++n) {
    const Named& named = rules_.named[n];
    if (seen[n] || named.by == Named::By::regex || named.by == Named::By::wildcard) continue;
    Kind kind;
    kind.stranger = named.text;
    kind.group = named.by == Named::By::group;
    if (kind.group) {
      kind.one.dn = "cn=?," + named.text;
      kind.one.groups = kind.one.all_groups = {named.text};
    } else {
      const bool below = named.by != Named::By::exact && named.by != Named::By::subtree;
      kind.one.dn = below ? "cn=?," + named.text : named.text;
    }
    kinds_.push_back(std::move(kind));
  }
}

}  // namespace tally::directory
