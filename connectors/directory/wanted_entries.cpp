#include "connectors/directory/wanted_entries.h"

#include <algorithm>

#include "connectors/directory/entry.h"

namespace tally::directory {
namespace {

/// A watched group is called by its name, its SID, or the end of it: "-1104".
bool is_called(std::string_view watched, std::string_view name, std::string_view sid) {
  if (equal_ignoring_case(watched, name) || watched == sid) return true;
  return watched.starts_with('-') && sid.starts_with("S-1-5-21-") && sid.ends_with(watched);
}

}  // namespace

WantedEntries::WantedEntries(const model::Harvest& harvest, const std::vector<std::string>& watched)
    : harvest_(harvest) {
  wanted_.resize(harvest.accounts.size() + harvest.groups.size());
  find_members();
  for (std::size_t g = 0; g < harvest.groups.size(); ++g) {
    const std::string_view name = harvest.text.view(harvest.groups.name[g]);
    const std::string_view sid = harvest.text.view(harvest.groups.sid[g]);
    const bool named =
        std::any_of(watched.begin(), watched.end(), [&](const std::string& one) { return is_called(one, name, sid); });
    if (named || harvest.groups.tier[g] != model::Tier::none) want_with_members(harvest.accounts.size() + g);
  }
}

/// The transpose of both tables of memberships.
void WantedEntries::find_members() {
  const std::size_t accounts = harvest_.accounts.size();
  members_.offsets.assign(harvest_.groups.size() + 1, 0);
  const auto each = [&](const auto& visit) {
    for (std::size_t i = 0; i < harvest_.groups_of_account.rows(); ++i) {
      for (const model::GroupId group : harvest_.groups_of_account.row(i)) visit(group, i);
    }
    for (std::size_t i = 0; i < harvest_.groups_of_group.rows(); ++i) {
      for (const model::GroupId group : harvest_.groups_of_group.row(i)) visit(group, accounts + i);
    }
  };
  each([&](model::GroupId group, std::size_t) { ++members_.offsets[group.index() + 1]; });
  for (std::size_t i = 1; i < members_.offsets.size(); ++i) members_.offsets[i] += members_.offsets[i - 1];
  members_.targets.resize(members_.offsets.back());
  std::vector<std::uint64_t> fill(members_.offsets.begin(), members_.offsets.end() - 1);
  each([&](model::GroupId group, std::size_t member) {
    members_.targets[fill[group.index()]++] = static_cast<std::uint32_t>(member);
  });
}

void WantedEntries::want(Node node) {
  if (wanted_[node]) return;
  wanted_[node] = true;
  queue_.push_back(node);
}

/// Circles are safe: a node is wanted once.
void WantedEntries::want_with_members(Node group) {
  std::vector<Node> open;
  const auto enter = [&](Node node) {
    if (wanted_[node]) return;
    want(node);
    if (is_group(node)) open.push_back(node);
  };
  enter(group);
  while (!open.empty()) {
    const Node next = open.back();
    open.pop_back();
    for (const std::uint32_t member : members_.row(next - harvest_.accounts.size())) enter(member);
  }
}

}  // namespace tally::directory
