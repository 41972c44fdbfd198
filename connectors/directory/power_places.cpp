// Entries that the access rules of a server cannot tell apart, so that what they let somebody do with any entry, and
// everybody with their own, is asked once for all that are alike (power_reading.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/power_reading.h"
#include "connectors/directory/power_rows.h"

namespace tally::directory {
namespace {

using model::ControlledKind;
using model::Truth;

/// Of many attributes that one rule lets be written, those that an auditor is shown.
constexpr std::size_t kShown = 5;

std::string in_words(const std::set<std::string>& written, bool all, const std::string& rule) {
  if (all) return fmt::format("may write everything ({})", rule);
  std::vector<std::string> shown(written.begin(), written.end());
  const std::size_t more = shown.size() > kShown ? shown.size() - kShown : 0;
  shown.resize(shown.size() - more);
  return fmt::format("may write {}{} ({})", fmt::join(shown, ", "), more > 0 ? fmt::format(" and {} more", more) : "",
                     rule);
}

}  // namespace

void PowerReading::put_into_cell(std::size_t kind, std::uint32_t account, std::string_view dn) {
  std::vector<bool> fitting(places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i) fitting[i] = places_[i].of(dn) == Truth::yes;
  const auto [cell, is_new] = cell_of_.try_emplace({kind, std::move(fitting)}, cells_.size());
  if (is_new) cells_.push_back({kind, {}});
  cells_[cell->second].accounts.push_back(account);
}

/// Whoever may give itself the number of root, or the right to act as others, needs nobody else's entry.
void PowerReading::ask_about_own() {
  for (const Asked& asked : rules_.own) ask_about_own(asked);
}

void PowerReading::ask_about_own(const Asked& asked) {
  const std::vector<Asked> just{asked};
  Question question;
  question.kind = asked.right == model::kWriteNumber ? ControlledKind::hosts : ControlledKind::database;
  question.object = asked.right == model::kWriteNumber ? "itself, on every Unix host" : "the directory";
  question.asked = &just;
  Found of_rest;
  std::vector<std::uint32_t> with, without;
  for (const Cell& cell : cells_) {
    Kind kind = kinds_[cell.kind];
    kind.one.dn = question.target.dn = normal_dn(harvest_.text.view(harvest_.accounts.dn[cell.accounts.front()]));
    const Found found = look(kind.one, question);
    if (found.rights == 0 && !found.why.empty()) doubt(found.why);
    if (kind.rest) {
      std::vector<std::uint32_t>& side = found.rights != 0 ? with : without;
      side.insert(side.end(), cell.accounts.begin(), cell.accounts.end());
      if (found.rights != 0 && of_rest.rights == 0) of_rest = found;
    } else if (found.rights != 0) {
      kind.accounts = cell.accounts;
      hold(question, kind, found, {});
    } else {
      without.insert(without.end(), cell.accounts.begin(), cell.accounts.end());
    }
  }
  if (!with.empty()) hold_own_of_rest(question, of_rest, with, without);
}

/// Everybody but a few, or those alone who have it: whichever names fewer.
void PowerReading::hold_own_of_rest(const Question& question, const Found& found,
                                    const std::vector<std::uint32_t>& with, const std::vector<std::uint32_t>& without) {
  Kind rest = kinds_[0];
  if (without.size() > with.size() || without.size() > kMaxUnless) {
    rest.rest = false;
    rest.accounts = with;
    return hold(question, rest, found, {});
  }
  std::string unless;
  for (const std::uint32_t account : without)
    unless += (unless.empty() ? "" : "\n") + std::string(harvest_.text.view(harvest_.accounts.dn[account]));
  hold(question, rest, found, unless);
}

/// An entry for each set of places that one may lie in: such as were read, and such as there may be.
std::vector<std::string> PowerReading::one_of_each_place() const {
  std::vector<std::string> out;
  std::set<std::vector<bool>> seen;
  const auto add = [&](std::string dn, bool another) {
    std::vector<bool> fitting(places_.size());
    for (std::size_t i = 0; i < places_.size(); ++i) fitting[i] = places_[i].of(dn) == Truth::yes;
    if (!dn.empty() && (seen.insert(std::move(fitting)).second || another)) out.push_back(std::move(dn));
  };
  for (const Cell& cell : cells_) {
    // Two, for one of them may be our own entry, of which it is not asked.
    for (std::size_t i = 0; i < std::min<std::size_t>(cell.accounts.size(), 2); ++i)
      add(normal_dn(harvest_.text.view(harvest_.accounts.dn[cell.accounts[i]])), i > 0);
  }
  for (const base::TextId group : harvest_.groups.dn) add(normal_dn(harvest_.text.view(group)), false);
  for (const Named& place : rules_.places) {
    for (std::string& dn : examples_of(place)) add(std::move(dn), true);
  }
  return out;
}

bool PowerReading::every_place_is_in(const std::vector<std::string>& dns) const {
  return std::all_of(places_.begin(), places_.end(), [&](const NameTest& place) {
    return std::any_of(dns.begin(), dns.end(), [&](const std::string& dn) { return place.of(dn) == Truth::yes; });
  });
}

PowerReading::Reach PowerReading::reach_of(const Requester& one, const NamingEntries& naming) const {
  Reach out;
  std::map<std::string, std::set<std::string>> by_rule;
  const auto note = [&](const Permission& found, const std::string& attribute) {
    if (found.value == Truth::unknown && out.doubt.empty()) out.doubt = found.why;
    if (found.value == Truth::yes && !found.own_name_only) by_rule[found.rule].insert(attribute);
  };
  const auto ask = [&](const Target& target) {
    if (target.dn == one.dn) return;
    for (const std::string& attribute : rules_.attributes) {
      note(rules_.of(one, target, attribute), attribute);
      if (rules_.of_deleting) note(rules_.of_deleting(one, target, attribute), attribute);
    }
  };
  const std::vector<std::string> dns = one_of_each_place();
  if (!every_place_is_in(dns)) out.doubt = "which entries a pattern of an access rule means cannot be told here";
  std::map<std::string, std::vector<std::string>> nobody;
  for (const std::string& attribute : naming.asked) nobody[attribute] = {};
  for (const std::string& dn : dns) ask({dn, nobody});
  for (const Target& target : naming.found) ask(target);
  const std::set<std::string> attributes(rules_.attributes.begin(), rules_.attributes.end());
  for (const auto& [rule, written] : by_rule)
    out.powers.push_back(in_words(written, written.size() == attributes.size(), rule));
  return out;
}

}  // namespace tally::directory
