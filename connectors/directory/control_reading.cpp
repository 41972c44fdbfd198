#include "connectors/directory/control_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/directory/sid.h"

namespace tally::directory {
ControlReading::ControlReading(model::Harvest& harvest, const std::vector<std::string>& watched, Ask ask)
    : harvest_(harvest), ask_(std::move(ask)), wanted_(harvest, watched) {
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
  if (wanted_.is_group(node)) {
    const auto group = model::GroupId::at(node - harvest_.accounts.size());
    return add_controls(harvest_, {model::ControlledKind::group, {}, group}, ControlledClass::group, entry.dn(),
                        *descriptor);
  }
  const auto account = model::AccountId::at(node);
  add_controls(harvest_, {model::ControlledKind::account, account, {}},
               controlled_class(harvest_.accounts.kind[account.index()]), entry.dn(), *descriptor);
  if (!has_managed_password(entry)) return;
  add_password_readers(harvest_, {model::ControlledKind::account, account, {}}, entry.dn(),
                       entry.first("msDS-GroupMSAMembership"));
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
  const std::vector<Node>& queue = wanted_.queue();
  want_holders();  // over the domain and its template, which were read before
  for (std::size_t next = 0; next < queue.size();) {
    if (next >= kMaxEntries) {
      why = fmt::format("the access control lists of more than {} entries would be needed, and the rest was not read",
                        kMaxEntries);
      return;
    }
    const std::size_t end = std::min(queue.size(), next + kAtOnce);
    const std::vector<Node> batch(queue.begin() + static_cast<std::ptrdiff_t>(next),
                                  queue.begin() + static_cast<std::ptrdiff_t>(end));
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
