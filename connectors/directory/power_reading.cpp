#include "connectors/directory/power_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/power_rows.h"

namespace tally::directory {
namespace {

using model::ControlledKind;
using model::Truth;

constexpr std::string_view kSignedIn = "whoever signs in";
constexpr std::string_view kAnybody = "anybody, without signing in";

void add_once(std::vector<std::string>& all, std::string one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
}

}  // namespace

PowerReading::PowerReading(model::Harvest& harvest, const std::vector<std::string>& watched, AccessRules rules)
    : harvest_(harvest),
      rules_(std::move(rules)),
      wanted_(harvest, watched),
      places_(rules_.places.begin(), rules_.places.end()) {
  for (std::uint32_t g = 0; g < harvest.groups.size(); ++g)
    groups_.emplace(normal_dn(harvest.text.view(harvest.groups.dn[g])), g);
  find_kinds();
}

void PowerReading::doubt(const std::string& why) {
  if (unread_.find(why) == std::string::npos) unread_ += (unread_.empty() ? "" : "; ") + why;
}

PowerReading::Found PowerReading::look(const Requester& one, const Question& question) const {
  Found out;
  const auto ask = [&](const std::string& attribute) {
    Permission found = rules_.of(one, question.target, attribute);
    if (found.value == Truth::unknown && out.why.empty()) out.why = found.why;
    return found;
  };
  if (question.all) {
    Truth all = rules_.all.empty() ? Truth::no : Truth::yes;
    std::string rule;
    for (const std::string& attribute : rules_.all) {
      const Permission found = ask(attribute);
      if (found.value == Truth::yes && !found.own_name_only)
        rule = found.rule;
      else
        all = Truth::no;
      if (all == Truth::no) break;
    }
    if (all == Truth::yes) return {model::kFullControl, rule, {}};
  }
  for (const Asked& asked : *question.asked) {
    const Permission found = ask(asked.attribute);
    if (found.value != Truth::yes) continue;
    if (found.own_name_only && asked.right != model::kAddMember) continue;
    out.rights |= found.own_name_only ? model::kAddSelf : asked.right;
    if (out.rule.empty()) out.rule = found.rule;
  }
  return out;
}

void PowerReading::hold_by_stranger(const Kind& kind, const Found& found) {
  if (!found.why.empty() && found.rights == 0) return doubt(found.why);
  if (found.rights == 0) return;
  const bool unread_group = kind.group && groups_.contains(kind.stranger);
  if (unread_group) {
    doubt(fmt::format("not all members of {}, to which an access rule gives rights, could be read", kind.stranger));
  } else if (kind.group) {
    doubt(fmt::format("an access rule gives rights to {}, a group that was not read", kind.stranger));
  }
  if (!kind.group) strange_names_.insert(kind.stranger);
}

void PowerReading::hold(const Question& question, const Kind& kind, const Found& found, const std::string& unless) {
  Power power{.kind = question.kind,
              .account = question.account,
              .group = question.group,
              .object = question.object,
              .rights = found.rights,
              .rule = found.rule};
  if (kind.rest) {
    power.everybody = true;
    power.unless = unless;
    power.holder_name = kind.one.anonymous ? kAnybody : kSignedIn;
    return add_power(harvest_, power);
  }
  std::size_t held = 0;
  for (const std::uint32_t account : kind.accounts) {
    if (question.account.valid() && question.account.index() == account) continue;
    if (++held > kMaxHolders)
      return doubt(fmt::format(
          "an access rule gives rights to more than {} accounts, and the others are not told apart", kMaxHolders));
    const std::string dn(harvest_.text.view(harvest_.accounts.dn[account]));
    power.holder = dn;
    add_power(harvest_, power);
    wanted_.want(account);
  }
}

/// Rules may be about those whom the entry itself names; no other name of the rules fits them.
void PowerReading::ask_owners(const Question& question) {
  for (const model::AccountId owner : question.owners) {
    Kind kind;
    for (const Kind& one : kinds_) {
      if (std::binary_search(one.accounts.begin(), one.accounts.end(), owner.index())) kind.one = one.one;
    }
    kind.one.dn = normal_dn(harvest_.text.view(harvest_.accounts.dn[owner.index()]));
    kind.accounts = {owner.index()};
    const Found found = look(kind.one, question);
    if (found.rights != 0) hold(question, kind, found, {});
  }
}

void PowerReading::answer(const Question& question) {
  asked_.push_back(question);
  ask_owners(question);
  std::vector<Found> found;
  std::string doubts;
  for (const Kind& kind : kinds_) {
    Requester one = kind.one;
    // Somebody's own entry is not what this is about: ask as another one of the kind.
    if (!kind.accounts.empty() && question.account.valid() && kind.accounts.front() == question.account.index()) {
      if (kind.accounts.size() == 1) {
        found.emplace_back();
        continue;
      }
      one.dn = normal_dn(harvest_.text.view(harvest_.accounts.dn[kind.accounts[1]]));
    }
    found.push_back(look(one, question));
    if (found.back().rights == 0 && !found.back().why.empty() && kind.stranger.empty()) doubts = found.back().why;
  }
  std::string unless;
  std::size_t without = 0;
  const bool everybody = found[0].rights != 0 || found[1].rights != 0;
  for (std::size_t k = 0; k < kinds_.size() && everybody; ++k) {
    if (kinds_[k].accounts.empty() || found[k].rights != 0) continue;
    for (const std::uint32_t account : kinds_[k].accounts) {
      if (++without > kMaxUnless) break;
      unless += (unless.empty() ? "" : "\n") + std::string(harvest_.text.view(harvest_.accounts.dn[account]));
    }
  }
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    if (!kinds_[k].stranger.empty())
      hold_by_stranger(kinds_[k], found[k]);
    else if (found[k].rights != 0)
      hold(question, kinds_[k], found[k], unless);
  }
  add_power(harvest_, {.kind = question.kind,
                       .account = question.account,
                       .group = question.group,
                       .object = question.object,
                       .doubt = doubts});
}

void PowerReading::ask_about_base(const std::string& dn) {
  Question question;
  question.target.dn = normal_dn(dn);
  question.object = dn;
  question.asked = &rules_.base;
  question.all = true;
  answer(question);
}

void PowerReading::ask_about(ControlledKind kind, const std::string& dn, const std::vector<Asked>& asked,
                             std::string_view object) {
  Question question;
  question.kind = kind;
  question.target.dn = normal_dn(dn);
  question.object = object;
  question.asked = &kept_.emplace_back(asked);
  answer(question);
}

void PowerReading::add_above_all(ControlledKind kind, std::string_view object, const std::string& dn,
                                 std::string_view rule) {
  const std::string normal = normal_dn(dn);
  bool read = false;
  std::string candidate;
  for (std::uint32_t i = 0; i < harvest_.accounts.size() && !normal.empty() && !read; ++i) {
    if (!normalise_dn(harvest_.text.view(harvest_.accounts.dn[i]), candidate) || candidate != normal) continue;
    const std::string holder(harvest_.text.view(harvest_.accounts.dn[i]));
    add_power(harvest_,
              {.kind = kind, .object = object, .holder = holder, .rights = model::kAboveAllRules, .rule = rule});
    wanted_.want(i);
    read = true;
  }
  if (!read) add_once(above_all_, fmt::format("{} names no entry that was read", rule));
}

/// Whoever controls those who hold rights controls what they do; the rows there are from sudo roles and numbers.
void PowerReading::want_holders() {
  std::unordered_set<std::string> holders;
  for (const base::TextId holder : harvest_.controls.holder) holders.emplace(harvest_.text.view(holder));
  if (holders.empty()) return;
  for (Node i = 0; i < harvest_.accounts.size(); ++i) {
    if (holders.contains(std::string(harvest_.text.view(harvest_.accounts.dn[i])))) wanted_.want(i);
  }
  for (std::size_t g = 0; g < harvest_.groups.size(); ++g) {
    if (holders.contains(std::string(harvest_.text.view(harvest_.groups.dn[g]))))
      wanted_.want_with_members(wanted_.node_of(model::GroupId::at(g)));
  }
}

PowerReading::Question PowerReading::question_about(Node node) const {
  Question out;
  const bool group = wanted_.is_group(node);
  if (group)
    out.group = wanted_.group(node);
  else
    out.account = model::AccountId::at(node);
  out.kind = group ? ControlledKind::group : ControlledKind::account;
  out.object = harvest_.text.view(group ? harvest_.groups.dn[out.group.index()] : harvest_.accounts.dn[node]);
  out.target.dn = normal_dn(out.object);
  out.asked = group ? &rules_.groups : &rules_.accounts;
  if (group && out.group.index() < harvest_.owners_of_group.rows() &&
      harvest_.groups.owners_named[out.group.index()] == harvest_.owners_of_group.row(out.group.index()).size()) {
    std::vector<std::string>& owners = out.target.named["owner"];
    for (const model::AccountId owner : harvest_.owners_of_group.row(out.group.index())) {
      owners.push_back(normal_dn(harvest_.text.view(harvest_.accounts.dn[owner.index()])));
      out.owners.push_back(owner);
    }
  }
  return out;
}

void PowerReading::run() {
  ask_about_own();
  want_holders();
  for (std::size_t next = 0; next < wanted_.queue().size(); ++next) {
    if (next >= kMaxEntries)
      return doubt(fmt::format("more than {} entries mean power, and the rest was not looked at", kMaxEntries));
    answer(question_about(wanted_.queue()[next]));
  }
}

}  // namespace tally::directory
