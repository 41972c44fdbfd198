// Adding a row to the struct-of-arrays tables: every column grows together.
#include "policy/base/assert.h"
#include "policy/model/account.h"
#include "policy/model/person.h"

namespace tally::model {
namespace {

template <class... Columns>
void grow(Columns&... columns) {
  (columns.emplace_back(), ...);
}

template <class Column>
void keep_in(Column& column, const std::vector<bool>& keep) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (keep[i]) column[kept++] = column[i];
  }
  column.resize(kept);
}

}  // namespace

PersonId People::add(SourceId from) {
  source.push_back(from);
  grow(line, employee_id, given_name, family_name, display_name, mail, login, status, status_basis, first_day, last_day,
       department, title, manager_id, employment_type, location, doubt);
  return PersonId::at(size() - 1);
}

void People::keep_only(const std::vector<bool>& keep) {
  TALLY_ASSERT(keep.size() == size());
  const auto each = [&keep](auto&... columns) { (keep_in(columns, keep), ...); };
  each(source, line, employee_id, given_name, family_name, display_name, mail, login, status, status_basis, first_day,
       last_day, department, title, manager_id, employment_type, location, doubt);
}

AccountId Accounts::add(SourceId from) {
  source.push_back(from);
  grow(dn, native_id, sid, login, principal, display_name, mail, employee_number, kind, enabled, locked, expires,
       last_sign_in, password_changed, created, flags, flags_known, flags_basis, primary_group, primary_group_basis);
  return AccountId::at(size() - 1);
}

GroupId Groups::add(SourceId from) {
  source.push_back(from);
  grow(dn, native_id, sid, name, tier, tier_basis, members_unknown, members_unlisted, unresolved_members);
  return GroupId::at(size() - 1);
}

std::string_view to_string(Employment status) {
  switch (status) {
    case Employment::unknown: return "unknown";
    case Employment::pre_hire: return "pre-hire";
    case Employment::active: return "active";
    case Employment::on_leave: return "on leave";
    case Employment::suspended: return "suspended";
    case Employment::left: return "left";
  }
  TALLY_ASSERT(false && "unknown Employment");
  return {};
}

std::string_view to_string(AccountKind kind) {
  switch (kind) {
    case AccountKind::user: return "user";
    case AccountKind::service: return "service";
    case AccountKind::managed_service: return "managed service";
    case AccountKind::computer: return "computer";
    case AccountKind::trust: return "trust";
  }
  TALLY_ASSERT(false && "unknown AccountKind");
  return {};
}

std::string_view to_string(Tier tier) {
  switch (tier) {
    case Tier::none: return "none";
    case Tier::tier1: return "tier 1";
    case Tier::tier0: return "tier 0";
  }
  TALLY_ASSERT(false && "unknown Tier");
  return {};
}

}  // namespace tally::model
