#include "policy/access/control.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "policy/access/control_doubt.h"
#include "policy/access/control_graph.h"
#include "policy/access/effective_groups.h"

namespace tally::access {
namespace {

using model::AccountId;
using model::BoolFact;
using model::ControlledKind;
using model::Snapshot;
using model::SourceId;
using model::Tier;

constexpr std::uint32_t kNoRow = 0xFFFFFFFF;
constexpr Tier kTiers[2] = {Tier::tier0, Tier::tier1};

/// A right that an account has, and as which of its names.
struct Held {
  std::uint32_t row = kNoRow;
  model::GroupId through;  ///< invalid: its own, or everybody's
};

/// The SID, or DN, is one of the lines.
bool names(std::string_view sids, std::string_view sid) {
  for (std::size_t at = 0; at < sids.size() && !sid.empty();) {
    const std::size_t end = std::min(sids.find('\n', at), sids.size());
    if (sids.substr(at, end - at) == sid) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

struct Control::Inner {
  Inner(const Snapshot& snapshot, const Access& seen)
      : s(snapshot), access(seen), graph(snapshot, seen), groups(snapshot, seen.graph()) {}

  /// Every right that the account has, by itself, as everybody, or through a group; those it is denied are left out.
  std::vector<Held> rights_of(AccountId account) {
    std::vector<Held> out;
    const auto in = groups.of(account);
    const auto denied = [&](std::uint32_t row) {
      const std::string_view unless = s.view(s.controls.unless_in[row]);
      if (unless.empty()) return false;
      if (names(unless, s.view(s.accounts.sid[account.index()]))) return true;
      if (names(unless, s.view(s.accounts.dn[account.index()]))) return true;
      return std::any_of(in.begin(), in.end(), [&](const EffectiveGroup& group) {
        return names(unless, s.view(s.groups.sid[group.group.index()])) ||
               names(unless, s.view(s.groups.dn[group.group.index()]));
      });
    };
    const auto add = [&](const std::vector<std::uint32_t>& rows, model::GroupId through) {
      for (const std::uint32_t row : rows) {
        if (!denied(row)) out.push_back({row, through});
      }
    };
    if (const auto own = graph.of(account); own != ControlGraph::kNone) add(graph.held_by(own), {});
    for (const EffectiveGroup& group : in) add(graph.held_by(graph.of(group.group)), group.group);
    const SourceId home = s.accounts.source[account.index()];
    add(graph.everybodys(home), {});
    for (const SourceId host : access.hosts_of(home)) add(graph.everybodys(host), {});
    return out;
  }

  /// The right that lies nearest to more power than the account's groups give it, and to which.
  std::pair<Held, int> nearest(AccountId account) {
    const Tier has = access.reach(account).tier;
    if (has == Tier::tier0 || !may_hold(account)) return {};
    const std::vector<Held> held = rights_of(account);
    for (int tier = 0; tier < 2 && kTiers[tier] > has; ++tier) {
      Held best;
      for (const Held& one : held) {
        const std::uint32_t distance = graph.distance_of_object(one.row, tier);
        if (distance == ControlGraph::kUnreached || !graph.takes_over(one.row)) continue;
        if (best.row == kNoRow || comes_first(one.row, distance, best.row, tier)) best = one;
      }
      if (best.row != kNoRow) return {best, tier};
    }
    return {};
  }

  /// Of two as near the one over the entry that comes first by DN.
  [[nodiscard]] bool comes_first(std::uint32_t row, std::uint32_t distance, std::uint32_t other, int tier) const {
    const std::uint32_t others = graph.distance_of_object(other, tier);
    if (distance != others) return distance < others;
    return s.view(s.controls.object[row]) < s.view(s.controls.object[other]);
  }

  /// Spares looking at the groups of almost everybody.
  [[nodiscard]] bool may_hold(AccountId account) const {
    const SourceId home = s.accounts.source[account.index()];
    const auto hosts = access.hosts_of(home);
    const auto everybodys = [&](SourceId one) { return !graph.everybodys(one).empty(); };
    if (everybodys(home) || std::any_of(hosts.begin(), hosts.end(), everybodys)) return true;
    if (graph.of(account) != ControlGraph::kNone) return true;
    const auto row = s.groups_of_account.row(account.index());
    return std::any_of(row.begin(), row.end(), [&](model::GroupId group) { return leads_to_rights[group.index()]; });
  }

  /// Groups that hold rights, and those nested in them.
  void find_leading() {
    leads_to_rights.assign(s.groups.size(), false);
    for (const model::GroupId group : access.graph().parents_first()) {
      bool leads = !graph.held_by(graph.of(group)).empty();
      if (group.index() < s.groups_of_group.rows()) {
        for (const model::GroupId above : s.groups_of_group.row(group.index()))
          leads = leads || leads_to_rights[above.index()];
      }
      leads_to_rights[group.index()] = leads;
    }
    spread_round_circles();
  }

  /// Of groups that go round in a circle one may have been looked at before what it is in.
  void spread_round_circles() {
    std::map<std::uint32_t, bool> circles;
    for (std::size_t g = 0; g < s.groups.size(); ++g) {
      const auto group = model::GroupId::at(g);
      if (access.graph().in_circle(group)) circles[access.graph().component(group)] |= leads_to_rights[g];
    }
    if (circles.empty()) return;
    for (const model::GroupId group : access.graph().parents_first()) {
      const auto circle = circles.find(access.graph().component(group));
      if (circle != circles.end() && circle->second) leads_to_rights[group.index()] = true;
      if (group.index() >= s.groups_of_group.rows()) continue;
      for (const model::GroupId above : s.groups_of_group.row(group.index())) {
        if (leads_to_rights[above.index()]) leads_to_rights[group.index()] = true;
      }
    }
  }

  /// Rows over the head of one domain that together give both rights; empty when they do not.
  std::vector<Held> secrets_of(AccountId account) {
    if (access.reach(account).tier == Tier::tier0 || !may_hold(account)) return {};
    std::map<std::string_view, std::vector<Held>> by_domain;
    for (const Held& one : rights_of(account)) {
      const bool domain = s.controls.kind[one.row] == ControlledKind::domain;
      if (domain && (s.controls.rights[one.row] & model::kReplicationRights) != 0)
        by_domain[s.view(s.controls.object[one.row])].push_back(one);
    }
    for (auto& [domain, rows] : by_domain) {
      std::uint32_t rights = 0;
      for (const Held& one : rows) rights |= s.controls.rights[one.row];
      if ((rights & model::kReplicationRights) == model::kReplicationRights) return std::move(rows);
    }
    return {};
  }

  const Snapshot& s;
  const Access& access;
  ControlGraph graph;
  EffectiveGroups groups;
  std::vector<bool> leads_to_rights;
};

Control::~Control() = default;

Control::Control(const Snapshot& s, const Access& access) : inner_(std::make_unique<Inner>(s, access)) {
  inner_->find_leading();
  const ControlDoubts doubts = control_doubts(s, access, inner_->graph);
  std::vector<base::TextId> why, why_secrets;
  for (const std::string& one : doubts.control) why.push_back(text_.intern(one));
  for (const std::string& one : doubts.replication) why_secrets.push_back(text_.intern(one));
  const base::TextId primary = text_.intern("the primary group was not seen");
  const auto answer = [&](AccountId account, bool found, const std::vector<base::TextId>& unseen) {
    if (found) return BoolFact::known(true, {});
    if (access.reach(account).tier == Tier::tier0) return BoolFact::known(false, {});
    const base::TextId reason = unseen[s.accounts.source[account.index()].index()];
    if (!text_.view(reason).empty()) return BoolFact::unknown(reason);
    return doubtful_primary_group(s, account) ? BoolFact::unknown(primary) : BoolFact::known(false, {});
  };
  control_.reserve(s.accounts.size());
  replication_.reserve(s.accounts.size());
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    const auto account = AccountId::at(i);
    control_.push_back(answer(account, inner_->nearest(account).first.row != kNoRow, why));
    replication_.push_back(answer(account, !inner_->secrets_of(account).empty(), why_secrets));
  }
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const TemplateState found = template_state(s, inner_->graph, SourceId::at(i));
    altered_.push_back({found.altered, text_.intern(found.why)});
  }
}

std::vector<std::string> Control::path(AccountId account) const {
  const auto [held, tier] = inner_->nearest(account);
  if (held.row == kNoRow) return {};
  const Snapshot& s = inner_->s;
  std::vector<std::string> out{std::string(s.view(s.accounts.login[account.index()]))};
  if (s.controls.everybody[held.row] != 0) {
    out.emplace_back("is one of");
    out.emplace_back(s.view(s.controls.holder_name[held.row]));
  }
  if (held.through.valid()) {
    for (const model::GroupId group : inner_->access.way_to(s, account, held.through)) {
      out.emplace_back("member of");
      out.emplace_back(s.view(s.groups.name[group.index()]));
    }
  }
  inner_->graph.describe_from(held.row, tier, out);
  return out;
}

std::string_view Control::rule(AccountId account) const {
  const Held held = inner_->nearest(account).first;
  return held.row == kNoRow ? std::string_view() : inner_->s.view(inner_->s.controls.rule[held.row]);
}

std::string Control::replication_in_words(AccountId account) const {
  const Snapshot& s = inner_->s;
  std::string out;
  for (const Held& held : inner_->secrets_of(account)) {
    const std::string_view login = s.view(s.accounts.login[account.index()]);
    const std::string_view who = held.through.valid()                  ? s.view(s.groups.name[held.through.index()])
                                 : s.controls.everybody[held.row] != 0 ? s.view(s.controls.holder_name[held.row])
                                                                       : login;
    const std::uint32_t rights = s.controls.rights[held.row];
    out += fmt::format(
        "{}{} has {}{}{} on {}", out.empty() ? "" : "; ", who, (rights & model::kGetChanges) != 0 ? "Get-Changes" : "",
        (rights & model::kReplicationRights) == model::kReplicationRights ? " and " : "",
        (rights & model::kGetChangesAll) != 0 ? "Get-Changes-All" : "", s.view(s.controls.object[held.row]));
  }
  return out;
}

}  // namespace tally::access
