#include "connectors/directory/ds389_roles.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/dn.h"

namespace tally::directory {
namespace {

constexpr std::string_view kComputed = "a filtered role: the server computes its members, and no account shows nsRole";
constexpr std::string_view kRolesHidden =
    "accounts do not show nsRole, and access rules may hide it from the account that reads";
constexpr std::string_view kNoServiceClass =
    "a role of the account is inactivated, and no class of service that makes nsAccountLock of it was seen";
constexpr std::string_view kFilteredInactivated =
    "a filtered role is inactivated, and an export does not say who is in it";

/// nsDisabledRole holds what dsidm and ns-inactivate.pl inactivate, nsManagedDisabledRole among it.
bool is_disabled_role(std::string_view normal) {
  return normal.starts_with("cn=nsdisabledrole,") || normal.starts_with("cn=nsmanageddisabledrole,");
}

}  // namespace

bool Roles::is_role(const Entry& entry) { return entry.has_value("objectClass", "nsRoleDefinition"); }

std::uint32_t Roles::number_of(std::string_view dn) {
  const auto [at, fresh] = numbers_.try_emplace(std::string(dn), static_cast<std::uint32_t>(names_.size()));
  if (fresh) names_.push_back(normal_dn(dn));
  return at->second;
}

void Roles::define(Fields& fields, model::GroupId group) {
  const Entry& entry = fields.entry();
  Role role{group, Kind::managed, {}};
  if (entry.has_value("objectClass", "nsFilteredRoleDefinition")) role.kind = Kind::filtered;
  if (entry.has_value("objectClass", "nsNestedRoleDefinition")) {
    role.kind = Kind::nested;
    for (const std::string_view held : entry.values("nsRoleDN")) role.holds.emplace_back(held);
  }
  // Who is in it, the entries of the members say, unless it is nested.
  fields.builder().groups().modified_by_members[group.index()] = role.kind == Kind::nested ? 1 : 0;
  roles_[normal_dn(entry.dn())] = std::move(role);
}

void Roles::read(Fields& fields, model::AccountId account) {
  computed_shown_ = computed_shown_ || fields.entry().has("nsRole");
  for (const char* attribute : {"nsRoleDN", "nsRole"}) {
    for (const std::string_view dn : fields.entry().values(attribute))
      holders_.push_back({account.index(), number_of(dn)});
  }
}

void Roles::learn_service_class(const Entry& entry) {
  const auto attributes = entry.values("cosAttribute");
  locks_ = locks_ || std::any_of(attributes.begin(), attributes.end(), [](std::string_view value) {
             return equal_ignoring_case(value.substr(0, value.find(' ')), "nsAccountLock");
           });
}

void Roles::doubt(TableBuilder& builder, bool managed, bool computed) const {
  for (const auto& [dn, role] : roles_) {
    if (managed && role.kind == Kind::managed) builder.mark_members_unknown(role.group, kRolesHidden);
    if (computed && role.kind == Kind::filtered) builder.mark_members_unknown(role.group, kRolesHidden);
  }
}

void Roles::finish(TableBuilder& builder) {
  for (Holder& holder : holders_) holder.name = number_of(names_[holder.name]);  // one number for each spelling
  std::sort(holders_.begin(), holders_.end());
  holders_.erase(std::unique(holders_.begin(), holders_.end()), holders_.end());
  std::set<std::uint32_t> unseen;
  for (const Holder& holder : holders_) {
    const auto role = roles_.find(names_[holder.name]);
    if (role == roles_.end()) {
      unseen.insert(holder.name);
    } else if (role->second.kind != Kind::nested) {
      const std::string dn(builder.text().view(builder.accounts().dn[holder.row]));
      builder.add_member(role->second.group, dn);
    }
  }
  for (const auto& [dn, role] : roles_) {
    for (const std::string& held : role.holds) builder.add_member(role.group, held);
    if (role.kind == Kind::filtered && !computed_shown_) builder.mark_members_unknown(role.group, kComputed);
  }
  if (!all_read_ || unseen.empty()) return;
  builder.harvest().source.coverage.lower(
      model::CoverageState::partial, model::Gap::Kind::hidden,
      fmt::format(
          "accounts have {} role{} (nsRole) of which the definition was not seen: it lies outside the bases, or "
          "access rules hide it",
          unseen.size(), unseen.size() == 1 ? "" : "s"));
}

/// The roles of which the holders are inactivated, by normal DN: nsDisabledRole and what it holds, at any depth.
std::set<std::string> Roles::inactivated() const {
  std::set<std::string> out;
  std::vector<std::string> next;
  const auto add = [&](const std::string& dn) {
    if (out.insert(dn).second) next.push_back(dn);
  };
  for (const std::string& name : names_) {
    if (is_disabled_role(name)) add(name);
  }
  for (const auto& [dn, role] : roles_) {
    if (is_disabled_role(dn)) add(dn);
  }
  while (!next.empty()) {
    const auto role = roles_.find(next.back());
    next.pop_back();
    if (role == roles_.end()) continue;
    for (const std::string& held : role->second.holds) add(normal_dn(held));
  }
  return out;
}

void Roles::finish_inactivated(TableBuilder& builder, base::TextId not_locked) const {
  model::Accounts& accounts = builder.accounts();
  base::TextPool& text = builder.text();
  const std::set<std::string> off = inactivated();
  const bool by_filter = std::any_of(off.begin(), off.end(), [&](const std::string& dn) {
    const auto role = roles_.find(dn);
    return role != roles_.end() && role->second.kind == Kind::filtered;
  });
  for (const Holder& holder : holders_) {
    model::BoolFact& enabled = accounts.enabled[holder.row];
    if (enabled.basis != not_locked || !off.contains(names_[holder.name])) continue;
    enabled = locks_ ? model::BoolFact::known(
                           false, text.intern(fmt::format("nsRoleDN={}, an inactivated role", names_[holder.name])))
                     : model::BoolFact::unknown(text.intern(kNoServiceClass));
  }
  if (!by_filter || computed_shown_) return;
  for (model::BoolFact& enabled : accounts.enabled) {
    if (enabled.basis == not_locked) enabled = model::BoolFact::unknown(text.intern(kFilteredInactivated));
  }
}

}  // namespace tally::directory
