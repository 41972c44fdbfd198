#include "connectors/directory/token_groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

constexpr std::string_view kBuiltin = "S-1-5-32-";

}  // namespace

TokenGroups::TokenGroups(model::Harvest& harvest, Ask ask) : harvest_(harvest), ask_(std::move(ask)) {
  for (std::size_t row = 0; row < harvest.groups.size(); ++row) {
    const std::string_view sid = harvest.text.view(harvest.groups.sid[row]);
    if (!sid.empty()) by_sid_.emplace(sid, row);
  }
}

/// By group: whether the account is in it, directly or not. Circles are safe.
std::vector<bool> TokenGroups::groups_of(std::size_t account) const {
  std::vector<bool> in(harvest_.groups.size());
  std::vector<model::GroupId> open;
  const auto enter = [&](model::GroupId group) {
    if (!group.valid() || in[group.index()]) return;
    in[group.index()] = true;
    open.push_back(group);
  };
  for (const model::GroupId group : harvest_.groups_of_account.row(account)) enter(group);
  enter(harvest_.accounts.primary_group[account]);
  while (!open.empty()) {
    const model::GroupId group = open.back();
    open.pop_back();
    for (const model::GroupId outer : harvest_.groups_of_group.row(group.index())) enter(outer);
  }
  return in;
}

/// By group: whether its members have power through it, directly or not.
std::vector<bool> TokenGroups::lead_to_power() const {
  std::vector<bool> power(harvest_.groups.size());
  for (std::size_t group = 0; group < power.size(); ++group)
    power[group] = harvest_.groups.tier[group] != model::Tier::none;
  for (bool changed = true; changed;) {  // once a level of nesting
    changed = false;
    for (std::size_t group = 0; group < power.size(); ++group) {
      const auto outer = harvest_.groups_of_group.row(group);
      if (power[group] || std::none_of(outer.begin(), outer.end(), [&](auto one) { return power[one.index()]; }))
        continue;
      power[group] = changed = true;
    }
  }
  return power;
}

std::vector<std::size_t> TokenGroups::chosen() const {
  std::vector<std::size_t> powerful, others;
  const std::vector<bool> power = lead_to_power();
  for (std::size_t account = 0; account < harvest_.accounts.size(); ++account) {
    const auto direct = harvest_.groups_of_account.row(account);
    const model::GroupId primary = harvest_.accounts.primary_group[account];
    const bool has = (primary.valid() && power[primary.index()]) ||
                     std::any_of(direct.begin(), direct.end(), [&](auto one) { return power[one.index()]; });
    (has ? powerful : others).push_back(account);
  }
  if (powerful.size() > kMaxPrivileged) powerful.resize(kMaxPrivileged);
  const std::size_t step = std::max<std::size_t>(1, (others.size() + kMaxOthers - 1) / kMaxOthers);
  for (std::size_t i = 0; i < others.size(); i += step) powerful.push_back(others[i]);
  return powerful;
}

/// Every group of that domain lies below the bases.
bool TokenGroups::ought_to_be_here(std::string_view sid) const {
  const auto& domains = harvest_.source.domains;
  if (sid.starts_with(kBuiltin)) return !domains.empty();
  const auto parts = split_sid(sid);
  return parts && std::find(domains.begin(), domains.end(), parts->domain) != domains.end();
}

void TokenGroups::differs(std::size_t account, const std::string& sid, std::string_view why) {
  if (++differences_ > kMaxTold) return;
  harvest_.source.coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::hidden,
                                 fmt::format("tokenGroups: the server has account {} in group {}, {}",
                                             harvest_.text.view(harvest_.accounts.sid[account]), sid, why));
}

void TokenGroups::compare(std::size_t account, const Entry& entry) {
  if (!entry.has("tokenGroups")) return;
  ++compared_;
  std::vector<bool> ours = groups_of(account);
  for (const std::string_view value : entry.values("tokenGroups")) {
    const auto sid = sid_from(value);
    if (!sid) continue;
    const auto group = by_sid_.find(*sid);
    if (group == by_sid_.end()) {
      if (ought_to_be_here(*sid)) differs(account, *sid, "which was not seen");
    } else if (!ours[group->second]) {
      differs(account, *sid, "and its members as they were read do not lead there");
    } else {
      ours[group->second] = false;
    }
  }
  ours_alone_ += static_cast<std::uint64_t>(std::count(ours.begin(), ours.end(), true));
}

bool TokenGroups::run() {
  std::size_t asked = 0;
  for (const std::size_t account : chosen()) {
    ++asked;
    const std::string dn(harvest_.text.view(harvest_.accounts.dn[account]));
    if (!ask_(dn, [&](const Entry& entry) { compare(account, entry); })) break;
  }
  if (differences_ > kMaxTold) {
    harvest_.source.coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::hidden,
                                   fmt::format("tokenGroups: {} more differences", differences_ - kMaxTold));
  }
  harvest_.source.notes.push_back(
      fmt::format("token-groups: {} of {} accounts compared, {} groups the server's alone, {} ours alone", compared_,
                  asked, differences_, ours_alone_));
  return compared_ == asked;
}

}  // namespace tally::directory
