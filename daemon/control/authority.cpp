#include "daemon/control/authority.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>

namespace tally::control {
namespace {

/// Names of groups with many members need room; more than this has nobody.
constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;

struct Row {
  Role role;
  bool audit, status, reload, offboard, decide, approve, decisions;
};

constexpr std::array kTable = {
    //                    audit  status reload offboard decide approve decisions
    Row{Role::owner, true, true, true, true, true, true, true},
    Row{Role::operators, true, true, true, true, true, true, true},
    Row{Role::hr, false, true, false, true, false, false, false},
    Row{Role::nobody, false, false, false, false, false, false, false},
};

bool is_in(const Peer& peer, std::optional<gid_t> group) {
  if (!group) return false;
  return peer.gid == *group || std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end();
}

/// Calls one of the get…_r functions with room enough.
template <class Call>
bool found(std::vector<char>& room, Call call) {
  for (room.resize(1024); room.size() <= kMaxRecordBytes; room.resize(room.size() * 2)) {
    const int error = call();
    if (error != ERANGE) return error == 0;
  }
  return false;
}

}  // namespace

std::string_view to_string(Action action) {
  constexpr std::array kWords = {"audit", "status", "reload", "offboard", "decide", "approve", "decisions"};
  return kWords[static_cast<std::size_t>(action)];
}

std::optional<Action> action_of(std::string_view word) {
  for (const Action action : kActions) {
    if (to_string(action) == word) return action;
  }
  return std::nullopt;
}

bool may(Role role, Action action) {
  const Row& row = kTable[static_cast<std::size_t>(role)];
  switch (action) {
    case Action::audit: return row.audit;
    case Action::status: return row.status;
    case Action::reload: return row.reload;
    case Action::offboard: return row.offboard;
    case Action::decide: return row.decide;
    case Action::approve: return row.approve;
    case Action::decisions: return row.decisions;
  }
  return false;
}

bool allowed(const Peer& peer, uid_t own_uid, const Groups& groups, Action action) {
  if ((peer.uid == 0 || peer.uid == own_uid) && may(Role::owner, action)) return true;
  if (is_in(peer, groups.operators) && may(Role::operators, action)) return true;
  if (is_in(peer, groups.hr) && may(Role::hr, action)) return true;
  return may(Role::nobody, action);
}

std::optional<gid_t> group_of(const std::string& name) {
  if (name.empty()) return std::nullopt;
  std::vector<char> room;
  group record{};
  group* result = nullptr;
  const bool read = found(room, [&] { return ::getgrnam_r(name.c_str(), &record, room.data(), room.size(), &result); });
  if (!read || result == nullptr) return std::nullopt;
  return record.gr_gid;
}

std::string login_of(uid_t uid) {
  std::vector<char> room;
  passwd record{};
  passwd* result = nullptr;
  const bool read = found(room, [&] { return ::getpwuid_r(uid, &record, room.data(), room.size(), &result); });
  return read && result != nullptr ? record.pw_name : "";
}

}  // namespace tally::control
