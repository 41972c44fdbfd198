#include "connectors/directory/control_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

/// A watched group is called by its name, its SID, or the end of it: "-1104".
bool is_called(std::string_view watched, std::string_view name, std::string_view sid) {
  if (equal_ignoring_case(watched, name) || watched == sid) return true;
  return watched.starts_with('-') && sid.starts_with("S-1-5-21-") && sid.ends_with(watched);
}

}  // namespace

ControlReading::ControlReading(model::Harvest& harvest, const std::vector<std::string>& watched, Ask ask)
    : harvest_(harvest), ask_(std::move(ask)) {
  const std::size_t nodes = harvest.accounts.size() + harvest.groups.size();
  wanted_.resize(nodes);
  read_.resize(nodes);
  for (Node node = 0; node < nodes; ++node) {
    if (const std::string_view text = sid(node); !text.empty()) by_sid_.emplace(text, node);
  }
  find_members();
  for (std::size_t g = 0; g < harvest.groups.size(); ++g) {
    const std::string_view name = harvest.text.view(harvest.groups.name[g]);
    const std::string_view group_sid = harvest.text.view(harvest.groups.sid[g]);
    const bool named = std::any_of(watched.begin(), watched.end(),
                                   [&](const std::string& one) { return is_called(one, name, group_sid); });
    if (named || harvest.groups.tier[g] != model::Tier::none) want_with_members(harvest.accounts.size() + g);
  }
}

std::string_view ControlReading::sid(Node node) const {
  return harvest_.text.view(is_group(node) ? harvest_.groups.sid[node - harvest_.accounts.size()]
                                           : harvest_.accounts.sid[node]);
}

/// The transpose of both tables of memberships.
void ControlReading::find_members() {
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

void ControlReading::want(Node node) {
  if (wanted_[node]) return;
  wanted_[node] = true;
  queue_.push_back(node);
}

/// Circles are safe: a node is wanted once.
void ControlReading::want_with_members(Node group) {
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

/// Whoever controls those who hold rights controls what they do.
void ControlReading::want_holders() {
  const model::Controls& c = harvest_.controls;
  for (; rows_looked_at_ < c.size(); ++rows_looked_at_) {
    const auto holder = by_sid_.find(std::string(harvest_.text.view(c.holder[rows_looked_at_])));
    if (holder == by_sid_.end()) continue;
    if (is_group(holder->second))
      want_with_members(holder->second);
    else
      want(holder->second);
  }
}

void ControlReading::take(const Entry& entry) {
  const auto written = entry.first("objectSid");
  const auto text = written ? sid_from(*written) : std::nullopt;
  const auto found = text ? by_sid_.find(*text) : by_sid_.end();
  if (found == by_sid_.end() || read_[found->second]) return;
  const Node node = found->second;
  const auto descriptor = entry.first("nTSecurityDescriptor");
  if (!descriptor) return;
  read_[node] = true;
  ++delivered_;
  if (is_group(node)) {
    const auto group = model::GroupId::at(node - harvest_.accounts.size());
    return add_controls(harvest_, {model::ControlledKind::group, {}, group}, ControlledClass::group, entry.dn(),
                        *descriptor);
  }
  const auto account = model::AccountId::at(node);
  add_controls(harvest_, {model::ControlledKind::account, account, {}},
               controlled_class(harvest_.accounts.kind[account.index()]), entry.dn(), *descriptor);
}

bool ControlReading::ask_for(const std::vector<Node>& nodes) {
  std::vector<std::string> sids;
  for (const Node node : nodes) {
    if (const std::string_view text = sid(node); !text.empty()) sids.emplace_back(text);
  }
  const bool more = sids.empty() || ask_(sids, [this](const Entry& entry) { take(entry); });
  for (const Node node : nodes) withheld_ += read_[node] ? 0 : 1;
  return more;
}

void ControlReading::run() {
  std::string& why = harvest_.source.controls_unread;
  why.clear();
  want_holders();  // over the domain and its template, which were read before
  for (std::size_t next = 0; next < queue_.size();) {
    if (next >= kMaxEntries) {
      why = fmt::format("the access control lists of more than {} entries would be needed, and the rest was not read",
                        kMaxEntries);
      return;
    }
    const std::size_t end = std::min(queue_.size(), next + kAtOnce);
    const std::vector<Node> batch(queue_.begin() + static_cast<std::ptrdiff_t>(next),
                                  queue_.begin() + static_cast<std::ptrdiff_t>(end));
    next = end;
    if (!ask_for(batch)) {
      why = "not all access control lists could be asked for";
      return;
    }
    want_holders();
  }
  if (withheld_ == 0) return;
  why = delivered_ == 0 ? "nTSecurityDescriptor was not delivered: this account may not read it"
                        : fmt::format("nTSecurityDescriptor of {} of {} entries that matter was not delivered",
                                      withheld_, withheld_ + delivered_);
}

}  // namespace tally::directory
