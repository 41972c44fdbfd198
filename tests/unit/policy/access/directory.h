// Directories drawn by hand: accounts and groups by name, edges as "member in group".
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/access/access.h"

namespace tally::access {

/// One or more directories in one snapshot; accounts and groups in the order of their first mention, in the directory
/// that was spoken of last.
class Directory {
 public:
  explicit Directory(const std::string& name = "ad") { another(name); }

  /// What is mentioned for the first time from now on is in that directory.
  model::SourceId another(const std::string& name, const std::string& connector = "active-directory") {
    model::SourceRecord record;
    record.name = name;
    record.connector = connector;
    record.kind = model::SourceKind::directory;
    record.coverage.state = model::CoverageState::complete;
    snapshot_.sources.push_back(record);
    return model::SourceId::at(snapshot_.sources.size() - 1);
  }

  model::GroupId group(const std::string& name, model::Tier tier = model::Tier::none) {
    const auto known = groups_.find(name);
    const model::GroupId id = known != groups_.end() ? known->second : snapshot_.groups.add(last());
    if (known == groups_.end()) {
      groups_[name] = id;
      snapshot_.groups.name[id.index()] = snapshot_.text.add(name);
      snapshot_.groups.dn[id.index()] = snapshot_.text.add("cn=" + name + tree());
    }
    if (tier != model::Tier::none) snapshot_.groups.tier[id.index()] = tier;
    return id;
  }

  model::AccountId account(const std::string& login) {
    const auto known = accounts_.find(login);
    if (known != accounts_.end()) return known->second;
    const model::AccountId id = snapshot_.accounts.add(last());
    snapshot_.accounts.login[id.index()] = snapshot_.text.add(login);
    snapshot_.accounts.dn[id.index()] = snapshot_.text.add("uid=" + login + tree());
    return accounts_[login] = id;
  }

  void join(const std::string& login, const std::string& into) {
    memberships_[account(login).index()].insert(group(into).index());
  }
  void nest(const std::string& member, const std::string& into) {
    nestings_[group(member).index()].insert(group(into).index());
  }
  void primary(const std::string& login, const std::string& into) {
    join(login, into);
    snapshot_.accounts.primary_group[account(login).index()] = group(into);
  }
  void hide_primary(const std::string& login, const std::string& basis) {
    snapshot_.accounts.primary_group_basis[account(login).index()] = snapshot_.text.add(basis);
  }
  void hide_members(const std::string& of, const std::string& why, bool unlisted = false) {
    snapshot_.groups.members_unknown[group(of).index()] = snapshot_.text.add(why);
    snapshot_.groups.members_unlisted[group(of).index()] = unlisted ? 1 : 0;
  }
  void sid(const std::string& of_group, const std::string& sid) {
    snapshot_.groups.sid[group(of_group).index()] = snapshot_.text.add(sid);
  }
  void account_sid(const std::string& login, const std::string& sid) {
    snapshot_.accounts.sid[account(login).index()] = snapshot_.text.add(sid);
  }
  /// A member of the group that no directory shows.
  void foreign(const std::string& of, const std::string& dn, const std::string& sid = "") {
    model::ForeignMembers& f = snapshot_.foreign_members;
    f.source.push_back(snapshot_.groups.source[group(of).index()]);
    f.group.push_back(group(of));
    f.dn.push_back(snapshot_.text.add(dn));
    f.sid.push_back(snapshot_.text.add(sid));
  }
  void cut(std::size_t source = 0) {
    snapshot_.sources[source].coverage.lower(model::CoverageState::partial, model::Gap::Kind::size_limit,
                                             "the server stopped after 500 entries");
  }

  /// The snapshot with its memberships in rows.
  const model::Snapshot& seen() {
    snapshot_.groups_of_account = rows(memberships_, snapshot_.accounts.size());
    snapshot_.groups_of_group = rows(nestings_, snapshot_.groups.size());
    return snapshot_;
  }
  model::Snapshot& snapshot() { return snapshot_; }

  Access access() { return effective_access(seen()); }
  Reach reach(const std::string& login) { return access().reach(account(login)); }
  std::vector<std::string> path(const std::string& login) { return access().path(snapshot_, account(login)); }
  std::vector<std::string> path_through(const std::string& login, model::GroupId group) {
    return access().path_through(snapshot_, account(login), group);
  }
  std::string unseen(const std::string& login) {
    const Access access = this->access();
    return std::string(access.view(access.reach(account(login)).unseen));
  }
  /// "yes", "no", or "unknown: …".
  std::string in_words(const Access& access, const model::BoolFact& fact) {
    if (fact.value == model::Truth::unknown) return "unknown: " + std::string(access.view(fact.basis));
    return fact.value == model::Truth::yes ? "yes" : "no";
  }
  std::string only_through_nesting(const std::string& login) {
    const Access access = this->access();
    return in_words(access, access.only_through_nesting(snapshot_, account(login)));
  }
  std::string through_circle(const std::string& login) {
    const Access access = this->access();
    return in_words(access, access.through_circle(snapshot_, account(login)));
  }

 private:
  [[nodiscard]] model::SourceId last() const { return model::SourceId::at(snapshot_.sources.size() - 1); }
  [[nodiscard]] std::string tree() const {
    return snapshot_.sources.size() == 1 ? "" : ",dc=" + snapshot_.sources.back().name;
  }

  static model::SparseRows<model::GroupId> rows(const std::map<std::uint32_t, std::set<std::uint32_t>>& edges,
                                                std::size_t count) {
    model::SparseRows<model::GroupId> out;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::vector<model::GroupId> row;
      if (const auto found = edges.find(i); found != edges.end()) {
        for (const std::uint32_t target : found->second) row.emplace_back(target);
      }
      out.push_row(row);
    }
    return out;
  }

  model::Snapshot snapshot_;
  std::map<std::string, model::GroupId> groups_;
  std::map<std::string, model::AccountId> accounts_;
  std::map<std::uint32_t, std::set<std::uint32_t>> memberships_, nestings_;
};

/// With one privileged group, "admins" of tier 0.
inline Directory with_admins() {
  Directory d;
  d.group("admins", model::Tier::tier0);
  return d;
}

}  // namespace tally::access
