// Roles of 389 Directory Server: groups that the entry of the member names (nsRoleDN), that a filter makes (nsRole), or
// that hold other roles.
//
//   roles.define(fields, group);          // for each nsRoleDefinition, which is a group
//   roles.read(fields, account);          // for each account
//   roles.finish(builder);                // once: who is in which role, directly
//   roles.finish_inactivated(builder, not_locked);   // of an export: who is inactivated by a role
//
// A managed or filtered role has the accounts that name it in nsRoleDN or nsRole; a nested one has the roles that it
// holds, as groups in a group. nsRole alone would not do: it has what follows from nesting too.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "connectors/directory/fields.h"

namespace tally::directory {

class Roles {
 public:
  /// `all_read`: every role below the bases was asked for, so that one which is named and was not seen is hidden.
  explicit Roles(bool all_read) : all_read_(all_read) {}

  static bool is_role(const Entry& entry);
  void define(Fields& fields, model::GroupId group);
  void read(Fields& fields, model::AccountId account);
  /// A definition of class of service that turns inactivated roles into nsAccountLock.
  void learn_service_class(const Entry& entry);
  /// Whether a role was defined.
  [[nodiscard]] bool any() const { return !roles_.empty(); }
  /// Before finish(): who is in managed, or computed, roles may be hidden.
  void doubt(TableBuilder& builder, bool managed, bool computed) const;
  void finish(TableBuilder& builder);
  /// Accounts whose `enabled` rests on `not_locked` alone, while a role of theirs is inactivated.
  void finish_inactivated(TableBuilder& builder, base::TextId not_locked) const;

 private:
  enum class Kind : std::uint8_t { managed, filtered, nested };
  struct Role {
    model::GroupId group;
    Kind kind = Kind::managed;
    std::vector<std::string> holds;  ///< DNs, as written
  };
  struct Holder {
    std::uint32_t row = 0;
    std::uint32_t name = 0;  ///< in names_
    friend auto operator<=>(const Holder&, const Holder&) = default;
  };

  std::uint32_t number_of(std::string_view dn);
  [[nodiscard]] std::set<std::string> inactivated() const;

  bool all_read_;
  bool computed_shown_ = false;                             ///< some account shows nsRole
  bool locks_ = false;                                      ///< a class of service makes nsAccountLock of roles
  std::map<std::string, Role> roles_;                       ///< by normal DN
  std::unordered_map<std::string, std::uint32_t> numbers_;  ///< of DNs as written
  std::vector<std::string> names_;                          ///< normal DNs
  std::vector<Holder> holders_;
};

}  // namespace tally::directory
