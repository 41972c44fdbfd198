#include "policy/access/control_doubt.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/access/doubt.h"
#include "policy/access/relations.h"

namespace tally::access {
namespace {

using model::ControlledKind;
using model::GroupId;
using model::Snapshot;
using model::Tier;

/// One sentence names no more entries than a person reads.
constexpr std::size_t kNamed = 3;

std::string listed(const std::vector<std::string>& all) {
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), kNamed); ++i) out += (i == 0 ? "" : ", ") + all[i];
  return all.size() > kNamed ? fmt::format("{} and {} more", out, all.size() - kNamed) : out;
}

void add(std::string& why, const std::string& more) {
  if (more.empty() || why.find(more) != std::string::npos) return;
  why += (why.empty() ? "" : "; ") + more;
}

/// People are not named in reasons.
std::string object_in_words(const Snapshot& s, std::size_t row) {
  const model::Controls& c = s.controls;
  if (c.kind[row] == ControlledKind::group) return std::string(s.view(s.groups.name[c.group[row].index()]));
  if (c.kind[row] == ControlledKind::account) return "a privileged account";
  return std::string(s.view(c.object[row]));
}

bool is_directory_of_windows(const model::SourceRecord& source) {
  return source.connector.ends_with("active-directory");
}

/// What is in doubt in one directory's own lists.
class Doubts {
 public:
  Doubts(const Snapshot& s, const Access& access, const ControlGraph& graph) : s_(s), access_(access), graph_(graph) {
    for (std::size_t row = 0; row < s.controls.size(); ++row) {
      if (s.controls.account[row].valid()) read_accounts_.resize(s.accounts.size());
      if (s.controls.account[row].valid()) read_accounts_[s.controls.account[row].index()] = true;
      if (s.controls.group[row].valid()) read_groups_.resize(s.groups.size());
      if (s.controls.group[row].valid()) read_groups_[s.controls.group[row].index()] = true;
    }
  }

  [[nodiscard]] std::string of(model::SourceId source, bool domains_only) const {
    const model::SourceRecord& record = s_.source(source);
    std::string why;
    if (!record.controls_unread.empty())
      add(why, fmt::format("{}: {}", record.name, record.controls_unread));
    else if (!domains_only)
      add(why, unread_in_words(source));
    add(why, not_understood(source, domains_only));
    add(why, strangers_in_words(source, domains_only));
    return why;
  }

  /// What Everyone or Authenticated Users of that directory may do; the accounts of domains that it trusts are in them.
  [[nodiscard]] std::string populations_in_words(model::SourceId source, bool domains_only) const {
    std::vector<std::string> all;
    for (const std::uint32_t row : graph_.everybodys(source)) {
      const bool leads = graph_.takes_over(row) && (graph_.distance_of_object(row, 0) != ControlGraph::kUnreached ||
                                                    graph_.distance_of_object(row, 1) != ControlGraph::kUnreached);
      if (domains_only ? !copies_secrets(row) : !leads) continue;
      std::string who(s_.view(s_.controls.holder_name[row]));
      if (std::find(all.begin(), all.end(), who) == all.end()) all.push_back(std::move(who));
    }
    if (all.empty()) return {};
    return fmt::format("{}: {} may {}, and accounts of domains that it trusts are in it", s_.source(source).name,
                       listed(all), domains_only ? "copy secrets" : "change privileged entries");
  }

 private:
  [[nodiscard]] bool copies_secrets(std::uint32_t row) const {
    return s_.controls.kind[row] == ControlledKind::domain &&
           (s_.controls.rights[row] & model::kReplicationRights) != 0;
  }

  [[nodiscard]] static bool was_read(const std::vector<bool>& read, std::size_t i) {
    return i < read.size() && read[i];
  }

  /// Privileged entries without a list that was read.
  [[nodiscard]] std::string unread_in_words(model::SourceId source) const {
    std::vector<std::string> groups;
    std::size_t accounts = 0;
    for (std::size_t g = 0; g < s_.groups.size(); ++g) {
      if (s_.groups.source[g] != source || access_.tiers().of(GroupId::at(g)) == Tier::none) continue;
      if (!was_read(read_groups_, g)) groups.emplace_back(s_.view(s_.groups.name[g]));
    }
    for (std::size_t i = 0; i < s_.accounts.size(); ++i) {
      const bool power = access_.reach(model::AccountId::at(i)).tier != Tier::none;
      if (s_.accounts.source[i] == source && power && !was_read(read_accounts_, i)) ++accounts;
    }
    std::sort(groups.begin(), groups.end());
    if (accounts > 0) groups.push_back(fmt::format("{} privileged account{}", accounts, accounts == 1 ? "" : "s"));
    if (groups.empty()) return {};
    return fmt::format("{}: the access control lists of {} were not read", s_.source(source).name, listed(groups));
  }

  [[nodiscard]] std::string not_understood(model::SourceId source, bool domains_only) const {
    std::string why;
    const model::Controls& c = s_.controls;
    for (std::size_t row = 0; row < c.size(); ++row) {
      const std::string_view doubt = s_.view(c.doubt[row]);
      if (c.source[row] != source || doubt.empty()) continue;
      if (domains_only && c.kind[row] != ControlledKind::domain) continue;
      add(why, fmt::format("access control list of {}: {}", object_in_words(s_, row), doubt));
    }
    return why;
  }

  /// A domain that was wholly seen has nobody of that SID; anybody else may be a group that our accounts are in.
  [[nodiscard]] std::string strangers_in_words(model::SourceId source, bool domains_only) const {
    std::vector<std::string> all;
    for (const std::uint32_t row : graph_.strangers()) {
      if (s_.controls.source[row] != source) continue;
      if (domains_only ? !copies_secrets(row) : !graph_.takes_over(row)) continue;
      const std::string_view sid = s_.view(s_.controls.holder[row]);
      if (is_nobody(sid)) continue;
      const std::string_view name = s_.view(s_.controls.holder_name[row]);
      std::string who = name.empty() ? std::string(sid) : fmt::format("{} ({})", name, sid);
      if (std::find(all.begin(), all.end(), who) == all.end()) all.push_back(std::move(who));
    }
    if (all.empty()) return {};
    return fmt::format("{}: {} may change privileged entries, and no directory shows who that is",
                       s_.source(source).name, listed(all));
  }

  [[nodiscard]] bool is_nobody(std::string_view sid) const {
    const std::string_view domain = sid.starts_with("S-1-5-21-") ? sid.substr(0, sid.rfind('-')) : std::string_view();
    return std::any_of(s_.sources.begin(), s_.sources.end(), [&](const model::SourceRecord& source) {
      return source.coverage.state == model::CoverageState::complete &&
             std::find(source.domains.begin(), source.domains.end(), domain) != source.domains.end();
    });
  }

  const Snapshot& s_;
  const Access& access_;
  const ControlGraph& graph_;
  std::vector<bool> read_accounts_, read_groups_;
};

}  // namespace

ControlDoubts control_doubts(const Snapshot& s, const Access& access, const ControlGraph& graph) {
  const Relations relations(s);
  const auto matters = [&](GroupId group) {
    const auto node = graph.of(group);
    return graph.distance(node, 0) != ControlGraph::kUnreached || graph.distance(node, 1) != ControlGraph::kUnreached ||
           !graph.held_by(node).empty();
  };
  ControlDoubts out;
  out.control = doubts(s, access.graph(), relations, matters);
  out.replication =
      doubts(s, access.graph(), relations, [&](GroupId group) { return !graph.held_by(graph.of(group)).empty(); });
  const Doubts own(s, access, graph);
  std::vector<std::string> control, replication;
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const bool directory = s.sources[i].kind == model::SourceKind::directory;
    control.push_back(directory ? own.of(model::SourceId::at(i), false) : "");
    replication.push_back(directory ? own.of(model::SourceId::at(i), true) : "");
  }
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    for (const model::SourceId above : relations.above(model::SourceId::at(i))) {
      add(out.control[i], control[above.index()]);
      add(out.replication[i], replication[above.index()]);
    }
    // Which domains trust each other is not read; where entries of the one are in groups of the other, they do
    // (control.h).
    const auto hosts = access.hosts_of(model::SourceId::at(i));
    for (std::size_t other = 0; other < s.sources.size(); ++other) {
      const auto there = model::SourceId::at(other);
      if (other == i || std::find(hosts.begin(), hosts.end(), there) != hosts.end()) continue;
      if (!is_directory_of_windows(s.sources[i]) || !is_directory_of_windows(s.sources[other])) continue;
      add(out.control[i], own.populations_in_words(there, false));
      add(out.replication[i], own.populations_in_words(there, true));
    }
  }
  return out;
}

TemplateState template_state(const Snapshot& s, const ControlGraph& graph, model::SourceId directory) {
  const model::SourceRecord& source = s.source(directory);
  if (!is_directory_of_windows(source)) return {model::Truth::unknown, "only Active Directory has AdminSDHolder"};
  const model::Controls& c = s.controls;
  bool read = false;
  std::string holders, doubt;
  for (std::uint32_t row = 0; row < c.size(); ++row) {
    if (c.source[row] != directory || c.kind[row] != ControlledKind::admin_sd_holder) continue;
    const std::string_view sid = s.view(c.holder[row]);
    read = read || sid.empty();
    if (!s.view(c.doubt[row]).empty()) add(doubt, std::string(s.view(c.doubt[row])));
    if (sid.empty() || !s.view(c.doubt[row]).empty() || !graph.takes_over(row)) continue;
    const std::string_view name = s.view(c.holder_name[row]);
    add(holders,
        fmt::format("{} {} the entries of administrators", name.empty() ? sid : name, model::in_words(c.rights[row])));
  }
  if (!holders.empty()) return {model::Truth::yes, holders};
  if (!doubt.empty()) return {model::Truth::unknown, doubt};
  if (read) return {model::Truth::no, "nobody has more rights over it than as delivered"};
  return {model::Truth::unknown,
          source.controls_unread.empty() ? "CN=AdminSDHolder,CN=System was not read" : source.controls_unread};
}

}  // namespace tally::access
