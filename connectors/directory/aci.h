// One access control instruction of 389 Directory Server as its parts (Red Hat Directory Server, Administration Guide,
// "Managing access control"): (targets)(version 3.0; acl "name"; allow (rights) bind rules; …).
//
//   auto aci = Aci::parse(R"((targetattr="userPassword")(version 3.0; acl "help"; allow (write)
//   groupdn="ldap:///…";))"); if (!aci) print(aci.error().message);     // where, and what was expected there
//
// What it means for somebody is in aci_access.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/access_question.h"
#include "policy/base/result.h"

namespace tally::directory {

enum AciRight : std::uint8_t { kAciWrite = 1, kAciAdd = 2, kAciDelete = 4, kAciProxy = 8, kAciSelfWrite = 16 };

/// A bind rule: all of some, any of some, none of one, or one condition.
struct AciRule {
  enum class Kind : std::uint8_t {
    all,
    any,
    none,
    anyone,      ///< ldap:///anyone
    signed_in,   ///< ldap:///all
    self,        ///< ldap:///self
    parent,      ///< ldap:///parent
    named,       ///< userdn, groupdn, roledn
    attribute,   ///< userattr = "owner#USERDN": the requester's DN is a value of that attribute of the entry
    connection,  ///< ip, dns, timeofday, dayofweek, authmethod, ssf
    unseen,      ///< filters, macros, other userattr
  } kind = Kind::unseen;
  Named named;
  std::string attribute;
  std::vector<AciRule> parts;
};

struct AciPermission {
  bool allow = true;
  std::uint8_t rights = 0;  ///< those of AciRight; the others do not write
  AciRule who;
  std::string text;  ///< "allow (write) userdn=…"
};

struct Aci {
  std::string holder;  ///< normal DN of the entry that carries it
  std::string name;
  std::string target;  ///< normal DN with stars; empty: the holder
  bool target_not = false;
  std::vector<std::string> attributes;
  bool attributes_not = false, has_attributes = false;
  bool unseen_target = false;  ///< targetfilter, targattrfilters, a macro
  std::vector<AciPermission> permissions;

  /// A value of aci. Errors: malformed, with the place in bytes.
  static base::Result<Aci> parse(std::string_view value);
  static constexpr std::size_t kMaxBytes = 64U << 10U;
  /// Brackets in brackets of a bind rule.
  static constexpr int kMaxDepth = 32;
};

}  // namespace tally::directory
