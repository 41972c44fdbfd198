#include "connectors/directory/control_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/directory/sid.h"

namespace tally::directory {
ControlReading::ControlReading(model::Harvest& harvest, const std::vector<std::string>& watched, ControlTree& tree,
                               Questions questions)
    : harvest_(harvest), tree_(tree), questions_(std::move(questions)), wanted_(harvest, watched) {
  const std::size_t nodes = harvest.accounts.size() + harvest.groups.size();
  read_.resize(nodes);
  for (Node node = 0; node < nodes; ++node) {
    if (const std::string_view text = sid(node); !text.empty()) by_sid_.emplace(text, node);
  }
}

std::string_view ControlReading::sid(Node node) const {
  return harvest_.text.view(wanted_.is_group(node) ? harvest_.groups.sid[node - harvest_.accounts.size()]
                                                   : harvest_.accounts.sid[node]);
}

/// Whoever controls those who hold rights controls what they do.
void ControlReading::want_holders() {
  const model::Controls& c = harvest_.controls;
  for (; rows_looked_at_ < c.size(); ++rows_looked_at_) {
    const auto holder = by_sid_.find(std::string(harvest_.text.view(c.holder[rows_looked_at_])));
    if (holder == by_sid_.end()) continue;
    if (wanted_.is_group(holder->second))
      wanted_.want_with_members(holder->second);
    else
      wanted_.want(holder->second);
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
  Controlled of{model::ControlledKind::group, {}, {}};
  ControlledClass kind = ControlledClass::group;
  if (wanted_.is_group(node)) {
    of.group = wanted_.group(node);
  } else {
    of = {model::ControlledKind::account, model::AccountId::at(node), {}};
    kind = controlled_class(harvest_.accounts.kind[node]);
  }
  tree_.leaf(of, entry.dn(), entry.dn(), add_controls(harvest_, of, kind, entry.dn(), *descriptor));
  if (of.kind != model::ControlledKind::account || !has_managed_password(entry)) return;
  add_password_readers(harvest_, of, entry.dn(), entry.first("msDS-GroupMSAMembership"));
}

bool ControlReading::ask_for(const std::vector<Node>& nodes) {
  std::vector<std::string> sids;
  for (const Node node : nodes) {
    if (const std::string_view text = sid(node); !text.empty()) sids.emplace_back(text);
  }
  const bool more = sids.empty() || questions_.by_sid(sids, [this](const Entry& entry) { take(entry); });
  for (const Node node : nodes) withheld_ += read_[node] ? 0 : 1;
  return more;
}

/// Those that are wanted by now, and whoever holds rights over them. False: it cannot go on; controls_unread says why.
bool ControlReading::read_entries() {
  std::string& why = harvest_.source.controls_unread;
  const std::vector<Node>& queue = wanted_.queue();
  while (next_ < queue.size()) {
    if (next_ >= kMaxEntries) {
      why = fmt::format("the access control lists of more than {} entries would be needed, and the rest was not read",
                        kMaxEntries);
      return false;
    }
    const std::size_t end = std::min(queue.size(), next_ + kAtOnce);
    const std::vector<Node> batch(queue.begin() + static_cast<std::ptrdiff_t>(next_),
                                  queue.begin() + static_cast<std::ptrdiff_t>(end));
    next_ = end;
    if (!ask_for(batch)) {
      why = "not all access control lists could be asked for";
      return false;
    }
    want_holders();
  }
  return true;
}

bool ControlReading::ask_tree(std::vector<std::string> dns, void (ControlTree::*give)(const Entry&)) {
  for (std::size_t begin = 0; begin < dns.size(); begin += kAtOnce) {
    const std::size_t end = std::min(dns.size(), begin + kAtOnce);
    const std::vector<std::string> batch(dns.begin() + static_cast<std::ptrdiff_t>(begin),
                                         dns.begin() + static_cast<std::ptrdiff_t>(end));
    if (!questions_.by_dn(batch, [&](const Entry& entry) { (tree_.*give)(entry); })) {
      harvest_.source.controls_unread = "not all containers and group policies could be asked for";
      return false;
    }
  }
  return true;
}

/// Policies that are linked lie in containers, too. False as above.
bool ControlReading::read_above() {
  while (true) {
    std::vector<std::string> places = tree_.wanted_places(), policies = tree_.wanted_policies();
    if (places.empty() && policies.empty()) return true;
    if (tree_.size() > ControlTree::kMaxObjects) {
      harvest_.source.controls_unread = fmt::format(
          "more than {} containers and group policies stand above entries that matter, and the rest was "
          "not read",
          ControlTree::kMaxObjects);
      return false;
    }
    if (!ask_tree(std::move(places), &ControlTree::place) || !ask_tree(std::move(policies), &ControlTree::policy))
      return false;
  }
}

void ControlReading::run() {
  std::string& why = harvest_.source.controls_unread;
  why.clear();
  want_holders();  // over what was read before: the domain, its template, the forest
  do {
    if (!read_entries() || !read_above()) return tree_.link();
    want_holders();
  } while (next_ < wanted_.queue().size());
  tree_.link();
  if (withheld_ == 0) {
    why = tree_.unread();
    return;
  }
  why = delivered_ == 0 ? "nTSecurityDescriptor was not delivered: this account may not read it"
                        : fmt::format("nTSecurityDescriptor of {} of {} entries that matter was not delivered",
                                      withheld_, withheld_ + delivered_);
}

}  // namespace tally::directory
