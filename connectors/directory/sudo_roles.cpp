#include "connectors/directory/sudo_roles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_map>

#include "connectors/directory/power_rows.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

/// Commands shown of one role.
constexpr std::size_t kMaxShown = 200;

bool has(std::span<const std::string_view> values, std::string_view one) {
  return std::find(values.begin(), values.end(), one) != values.end();
}

bool runs_as_root(const Entry& entry) {
  auto users = entry.values("sudoRunAsUser");
  if (users.empty()) users = entry.values("sudoRunAs");
  if (users.empty()) return !entry.has("sudoRunAsGroup");  // a group alone: as oneself, in that group
  if (has(users, "!ALL") || has(users, "!root") || has(users, "!#0")) return false;
  return has(users, "ALL") || has(users, "root") || has(users, "#0");
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
    if (user.starts_with("%")) return {groups(user.substr(1)), {}};
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

}  // namespace

const std::vector<std::string>& SudoRoles::attributes() {
  static const std::vector<std::string> kNames = {"sudoUser",      "sudoHost",       "sudoCommand", "sudoRunAs",
                                                  "sudoRunAsUser", "sudoRunAsGroup", "sudoOption",  "sudoNotBefore",
                                                  "sudoNotAfter",  "sudoOrder"};
  return kNames;
}

bool SudoRoles::read(const Entry& entry) {
  if (!entry.has_value("objectClass", "sudoRole")) return false;
  const auto commands = entry.values("sudoCommand"), hosts = entry.values("sudoHost");
  if (!has(commands, "ALL") || has(commands, "!ALL") || has(hosts, "!ALL") || !runs_as_root(entry)) return true;
  SudoRole role;
  role.dn = entry.dn();
  for (const std::string_view user : entry.values("sudoUser")) role.users.emplace_back(user);
  for (const std::string_view host : hosts) {
    if (!host.starts_with("!")) role.hosts += (role.hosts.empty() ? "the hosts " : ", ") + base::displayable(host);
  }
  if (has(hosts, "ALL")) role.hosts = "every Unix host";
  if (role.hosts.empty()) return true;  // without a host it is good nowhere
  role.text = in_words(entry);
  roles_.push_back(std::move(role));
  return true;
}

void SudoRoles::finish(model::Harvest& harvest) const {
  if (roles_.empty()) return;
  const Users users(harvest);
  for (const SudoRole& role : roles_) {
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
      const auto [dns, doubt] =
          power.everybody ? std::pair{std::vector<std::string>{""}, std::string()} : users.of(user);
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
}

}  // namespace tally::directory
