// Authority: who may ask the service for what. One table, walked completely by a test.
//
//   if (!allowed(peer, own_uid, groups, Action::audit)) …      // exit code 5
//
// Who somebody is comes from the kernel (SO_PEERCRED, connection.h), never from what the client says.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::control {

enum class Action : std::uint8_t {
  audit,
  status,
  reload,
  offboard,
  decide,     ///< acknowledge, ask for, refuse or withdraw an exemption, decide whose an account is, ask for a
              ///< release, set and release a hold, erase a person
  approve,    ///< what somebody else asked for: an exemption, a release
  decisions,  ///< read what was decided
};
inline constexpr std::array kActions = {Action::audit,  Action::status,  Action::reload,   Action::offboard,
                                        Action::decide, Action::approve, Action::decisions};

/// "offboard"; and back, nothing for an unknown word.
std::string_view to_string(Action action);
std::optional<Action> action_of(std::string_view word);

enum class Role : std::uint8_t {
  owner,      ///< root, or the user that the service runs as
  operators,  ///< in the group of [service] operators
  hr,         ///< in the group of [service] hr
  nobody,
};
inline constexpr std::array kRoles = {Role::owner, Role::operators, Role::hr, Role::nobody};

/// The table.
bool may(Role role, Action action);

/// The process at the other end of a socket, as the kernel knows it.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< supplementary ones
};

/// The groups of the configuration; nothing where none is named or it does not exist.
struct Groups {
  std::optional<gid_t> operators, hr;
};

/// By all roles that the peer has.
bool allowed(const Peer& peer, uid_t own_uid, const Groups& groups, Action action);

/// A group's number by its name, from the name service; nothing for an empty or unknown name.
std::optional<gid_t> group_of(const std::string& name);
/// A user's login; "" when the name service has none.
std::string login_of(uid_t uid);

}  // namespace tally::control
