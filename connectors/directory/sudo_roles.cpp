#include "connectors/directory/sudo_roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "connectors/directory/dn.h"
#include "connectors/directory/power_rows.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

/// Commands shown of one role.
constexpr std::size_t kMaxShown = 200;

bool has(std::span<const std::string_view> values, std::string_view one) {
  return std::find(values.begin(), values.end(), one) != values.end();
}

/// What is not shown and decides all the same.
const std::vector<std::string> kDeciding = {"sudoUser",      "sudoHost",  "sudoCommand",
                                            "sudoRunAsUser", "sudoRunAs", "sudoRunAsGroup"};
enum Deciding : std::size_t { kUser, kHost, kCommand, kRunAsUser, kRunAs, kRunAsGroup };

/// A condition, if what `on` names is not there.
struct Holds {
  bool value = false;
  Unshown::Set on = 0;
  [[nodiscard]] bool surely_not() const { return !value && on == 0; }
};

Holds is_any_command(const Entry& entry) {
  const auto commands = entry.values("sudoCommand");
  if (commands.empty()) return {false, Unshown::bit(kCommand)};
  return {has(commands, "ALL") && !has(commands, "!ALL"), 0};
}

/// Without a host it is good nowhere.
Holds is_for_hosts(const Entry& entry) {
  const auto hosts = entry.values("sudoHost");
  if (hosts.empty()) return {false, Unshown::bit(kHost)};
  const bool some =
      std::any_of(hosts.begin(), hosts.end(), [](std::string_view host) { return !host.starts_with("!"); });
  return {some && !has(hosts, "!ALL"), 0};
}

Holds runs_as_root(const Entry& entry) {
  const auto allows = [](std::span<const std::string_view> users) {
    if (has(users, "!ALL") || has(users, "!root") || has(users, "!#0")) return false;
    return has(users, "ALL") || has(users, "root") || has(users, "#0");
  };
  if (const auto users = entry.values("sudoRunAsUser"); !users.empty()) return {allows(users), 0};
  Unshown::Set on = Unshown::bit(kRunAsUser);
  if (const auto users = entry.values("sudoRunAs"); !users.empty()) return {allows(users), on};
  on |= Unshown::bit(kRunAs);
  if (entry.has("sudoRunAsGroup")) return {false, on};  // a group alone: as oneself, in that group
  return {true, on | Unshown::bit(kRunAsGroup)};
}

std::string in_words(const Entry& entry) {
  std::string out;
  for (const std::string& name : SudoRoles::attributes()) {
    for (const std::string_view value : entry.values(name))
      out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, base::displayable(value.substr(0, kMaxShown)));
  }
  return out;
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t out = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || trouble != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

/// Whom the users of roles name: rows of the harvest.
class Users {
 public:
  explicit Users(const model::Harvest& harvest) : h_(harvest) {
    for (std::size_t i = 0; i < h_.accounts.size(); ++i) {
      logins_.emplace(h_.text.view(h_.accounts.login[i]), i);
      if (h_.accounts.uid_number[i] != model::Accounts::kNoNumber) uids_.emplace(h_.accounts.uid_number[i], i);
    }
  }

  /// DNs; the second is why it cannot be told.
  [[nodiscard]] std::pair<std::vector<std::string>, std::string> of(std::string_view user) const {
    std::vector<std::string> out;
    const auto add = [&](auto range) {
      for (auto at = range.first; at != range.second; ++at) out.emplace_back(h_.text.view(h_.accounts.dn[at->second]));
    };
    if (user.starts_with("+")) return {{}, "netgroups are not read"};
    if (user.starts_with("%:")) return {{}, "groups that are no Unix groups are not read"};
    if (user.starts_with("%")) {
      out = groups(user.substr(1));
      return {out, out.empty() ? "no such group was read, so it is not known who is in it" : ""};
    }
    if (const auto uid = user.starts_with("#") ? number(user.substr(1)) : std::nullopt)
      add(uids_.equal_range(*uid));
    else
      add(logins_.equal_range(std::string(user)));
    return {out, {}};
  }

 private:
  [[nodiscard]] std::vector<std::string> groups(std::string_view name) const {
    std::vector<std::string> out;
    const auto gid = name.starts_with("#") ? number(name.substr(1)) : std::nullopt;
    for (std::size_t g = 0; g < h_.groups.size(); ++g) {
      if (gid ? h_.groups.gid_number[g] == *gid : h_.text.view(h_.groups.name[g]) == name)
        out.emplace_back(h_.text.view(h_.groups.dn[g]));
    }
    return out;
  }

  const model::Harvest& h_;
  std::unordered_multimap<std::string, std::size_t> logins_;
  std::unordered_multimap<std::uint32_t, std::size_t> uids_;
};

void add_holders(const SudoRole& role, const Users& users, model::Harvest& harvest) {
  std::string unless;
  for (const std::string& user : role.users) {
    if (!user.starts_with("!")) continue;
    for (const std::string& dn : users.of(user.substr(1)).first) unless += (unless.empty() ? "" : "\n") + dn;
  }
  const std::string rule = fmt::format("sudoRole {}: {}", role.dn, role.text);
  Power power{.kind = model::ControlledKind::hosts,
              .object = role.hosts,
              .rights = model::kBecomeRoot,
              .unless = unless,
              .rule = rule};
  for (const std::string& user : role.users) {
    if (user.starts_with("!")) continue;
    power.everybody = user == "ALL";
    power.holder_name = power.everybody ? "all users" : "";
    const auto [dns, doubt] = power.everybody ? std::pair{std::vector<std::string>{""}, std::string()} : users.of(user);
    for (const std::string& dn : dns) {
      power.holder = dn;
      add_power(harvest, power);
    }
    if (doubt.empty()) continue;
    const std::string why = fmt::format("{} names {}: {}", role.dn, base::displayable(user), doubt);
    power.holder = {};
    power.doubt = why;
    add_power(harvest, power);
    power.doubt = {};
  }
}

}  // namespace

const std::vector<std::string>& SudoRoles::attributes() {
  static const std::vector<std::string> kNames = {"sudoUser",      "sudoHost",       "sudoCommand", "sudoRunAs",
                                                  "sudoRunAsUser", "sudoRunAsGroup", "sudoOption",  "sudoNotBefore",
                                                  "sudoNotAfter",  "sudoOrder"};
  return kNames;
}

SudoRoles::SudoRoles() : unshown_(kDeciding) {}

bool SudoRoles::read(const Entry& entry, bool live) {
  if (!entry.has_value("objectClass", "sudoRole")) return false;
  const Holds command = is_any_command(entry), host = is_for_hosts(entry), root = runs_as_root(entry);
  if (command.surely_not() || host.surely_not() || root.surely_not()) return true;
  SudoRole role;
  role.gives_root = command.value && host.value && root.value;
  if (!live && !role.gives_root) return true;
  role.rests_on = command.on | host.on | root.on;
  role.dn = entry.dn();
  for (const std::string_view user : entry.values("sudoUser")) role.users.emplace_back(user);
  if (role.users.empty()) role.rests_on |= Unshown::bit(kUser);
  const auto hosts = entry.values("sudoHost");
  for (const std::string_view name : hosts) {
    if (!name.starts_with("!")) role.hosts += (role.hosts.empty() ? "the hosts " : ", ") + base::displayable(name);
  }
  if (has(hosts, "ALL") || hosts.empty()) role.hosts = "every Unix host";
  role.text = in_words(entry);
  if (live) unshown_.read(entry, roles_.size());
  rows_.emplace(normal_dn(role.dn), roles_.size());
  roles_.push_back(std::move(role));
  return true;
}

std::optional<std::size_t> SudoRoles::row_of(std::string_view dn) const {
  const auto found = rows_.find(normal_dn(dn));
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

void SudoRoles::finish(model::Harvest& harvest) const {
  if (roles_.empty()) return;
  const Users users(harvest);
  for (std::size_t row = 0; row < roles_.size(); ++row) {
    const SudoRole& role = roles_[row];
    const Unshown::Set open = unshown_.open_in(row) & role.rests_on;
    if (open == 0) {
      if (role.gives_root) add_holders(role, users, harvest);
      continue;
    }
    std::string names;
    for (std::size_t i = 0; i < kDeciding.size(); ++i) {
      if ((open & Unshown::bit(i)) != 0) names += (names.empty() ? "" : ", ") + kDeciding[i];
    }
    const std::string why = fmt::format("{} does not show {}, and access rules may hide it", role.dn, names);
    add_power(harvest, {.kind = model::ControlledKind::hosts, .object = role.hosts, .doubt = why});
  }
}

}  // namespace tally::directory
