// The columns of each table, named in one place: whoever has to touch all of them goes through here, so that a new
// column cannot be forgotten by one of them.
//
//   each_column<Accounts>([&](std::string_view name, auto column) { (accounts.*column).reserve(n); });
//
// The names are those of the members. `source` comes first: its size is the table's. Not for reading one column.
#pragma once

#include <string_view>
#include <tuple>

#include "policy/model/account.h"
#include "policy/model/control.h"
#include "policy/model/deleted_account.h"
#include "policy/model/person.h"

namespace tally::model {

template <class Table, class Value>
struct Column {
  std::string_view name;
  std::vector<Value> Table::*member;
};
template <class Table, class Value>
Column(const char*, std::vector<Value> Table::*) -> Column<Table, Value>;

inline constexpr auto columns_of(const People*) {
  using P = People;
  return std::tuple{
      Column{"source", &P::source},
      Column{"line", &P::line},
      Column{"employee_id", &P::employee_id},
      Column{"given_name", &P::given_name},
      Column{"family_name", &P::family_name},
      Column{"display_name", &P::display_name},
      Column{"mail", &P::mail},
      Column{"login", &P::login},
      Column{"status", &P::status},
      Column{"status_basis", &P::status_basis},
      Column{"first_day", &P::first_day},
      Column{"last_day", &P::last_day},
      Column{"department", &P::department},
      Column{"title", &P::title},
      Column{"manager_id", &P::manager_id},
      Column{"employment_type", &P::employment_type},
      Column{"location", &P::location},
      Column{"cost_center", &P::cost_center},
      Column{"sponsor_id", &P::sponsor_id},
      Column{"previous_last_day", &P::previous_last_day},
      Column{"moved", &P::moved},
      Column{"leave_from", &P::leave_from},
      Column{"leave_until", &P::leave_until},
      Column{"training_valid_until", &P::training_valid_until},
      Column{"screening_done", &P::screening_done},
      Column{"nda_signed", &P::nda_signed},
      Column{"last_working_day", &P::last_working_day},
      Column{"leaving_entered", &P::leaving_entered},
      Column{"doubt", &P::doubt},
  };
}

inline constexpr auto columns_of(const Accounts*) {
  using A = Accounts;
  return std::tuple{
      Column{"source", &A::source},
      Column{"dn", &A::dn},
      Column{"native_id", &A::native_id},
      Column{"sid", &A::sid},
      Column{"login", &A::login},
      Column{"principal", &A::principal},
      Column{"display_name", &A::display_name},
      Column{"mail", &A::mail},
      Column{"employee_number", &A::employee_number},
      Column{"kind", &A::kind},
      Column{"enabled", &A::enabled},
      Column{"switched", &A::switched},
      Column{"removed", &A::removed},
      Column{"locked", &A::locked},
      Column{"expires", &A::expires},
      Column{"last_sign_in", &A::last_sign_in},
      Column{"password_changed", &A::password_changed},
      Column{"password_expires", &A::password_expires},
      Column{"created", &A::created},
      Column{"modified", &A::modified},
      Column{"flags", &A::flags},
      Column{"flags_known", &A::flags_known},
      Column{"flags_basis", &A::flags_basis},
      Column{"primary_group", &A::primary_group},
      Column{"primary_group_basis", &A::primary_group_basis},
      Column{"manager", &A::manager},
      Column{"department", &A::department},
      Column{"title", &A::title},
      Column{"employee_type", &A::employee_type},
      Column{"creator", &A::creator},
      Column{"password_scheme", &A::password_scheme},
      Column{"uid_number", &A::uid_number},
      Column{"gid_number", &A::gid_number},
  };
}

inline constexpr auto columns_of(const Groups*) {
  using G = Groups;
  return std::tuple{
      Column{"source", &G::source},
      Column{"dn", &G::dn},
      Column{"native_id", &G::native_id},
      Column{"sid", &G::sid},
      Column{"name", &G::name},
      Column{"tier", &G::tier},
      Column{"tier_basis", &G::tier_basis},
      Column{"members_unknown", &G::members_unknown},
      Column{"members_unlisted", &G::members_unlisted},
      Column{"unresolved_members", &G::unresolved_members},
      Column{"created", &G::created},
      Column{"modified", &G::modified},
      Column{"modified_by_members", &G::modified_by_members},
      Column{"owners_named", &G::owners_named},
      Column{"mail_only", &G::mail_only},
      Column{"gid_number", &G::gid_number},
  };
}

inline constexpr auto columns_of(const ForeignMembers*) {
  using F = ForeignMembers;
  return std::tuple{
      Column{"source", &F::source},
      Column{"group", &F::group},
      Column{"dn", &F::dn},
      Column{"sid", &F::sid},
  };
}

inline constexpr auto columns_of(const Controls*) {
  using C = Controls;
  return std::tuple{
      Column{"source", &C::source},
      Column{"kind", &C::kind},
      Column{"account", &C::account},
      Column{"group", &C::group},
      Column{"object", &C::object},
      Column{"holder", &C::holder},
      Column{"holder_name", &C::holder_name},
      Column{"everybody", &C::everybody},
      Column{"rights", &C::rights},
      Column{"unless_in", &C::unless_in},
      Column{"rule", &C::rule},
      Column{"doubt", &C::doubt},
  };
}

inline constexpr auto columns_of(const MembershipTimes*) {
  using M = MembershipTimes;
  return std::tuple{
      Column{"source", &M::source},
      Column{"account", &M::account},
      Column{"group", &M::group},
      Column{"since", &M::since},
  };
}

inline constexpr auto columns_of(const DeletedAccounts*) {
  using D = DeletedAccounts;
  return std::tuple{
      Column{"source", &D::source},
      Column{"dn", &D::dn},
      Column{"native_id", &D::native_id},
      Column{"sid", &D::sid},
      Column{"login", &D::login},
      Column{"principal", &D::principal},
      Column{"mail", &D::mail},
      Column{"employee_number", &D::employee_number},
      Column{"kind", &D::kind},
      Column{"enabled", &D::enabled},
      Column{"switched", &D::switched},
      Column{"expires", &D::expires},
      Column{"last_sign_in", &D::last_sign_in},
      Column{"created", &D::created},
      Column{"deleted", &D::deleted},
  };
}

/// Calls `visit(name, pointer to member)` for every column of Table, in their order.
template <class Table, class Visit>
void each_column(Visit visit) {
  std::apply([&visit](const auto&... column) { (visit(column.name, column.member), ...); },
             columns_of(static_cast<const Table*>(nullptr)));
}

}  // namespace tally::model
