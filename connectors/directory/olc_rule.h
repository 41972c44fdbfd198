// One access rule of OpenLDAP as its parts (slapd.access(5)): "{n}to <what> by <who> <access> <control> by …".
//
//   auto rule = OlcRule::parse("{2}to attrs=userPassword by self write by anonymous auth by * none");
//   if (!rule) print(rule.error().message);     // which word, and what was expected there
//
// What it means for somebody is in olc_access.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/access_question.h"
#include "policy/base/result.h"

namespace tally::directory {

/// Privileges, a bit each: what "manage", "write" … and "=wrscxd" come to.
enum OlcPrivilege : std::uint8_t {
  kOlcDisclose = 1,
  kOlcAuth = 2,
  kOlcCompare = 4,
  kOlcSearch = 8,
  kOlcRead = 16,
  kOlcAdd = 32,
  kOlcDelete = 64,
  kOlcManage = 128,
};

/// One condition of a <who>; all of them must hold.
struct OlcCondition {
  enum class Kind : std::uint8_t {
    everyone,
    anonymous,
    users,
    self,
    named,       ///< dn…=, group…=
    dnattr,      ///< the requester's DN is a value of that attribute of the entry
    connection,  ///< peername, sockname, domain, sockurl, ssf …: where it comes from, and how
    unseen,      ///< set, dynacl, self.level, and what is expanded from the <what>
  } kind = Kind::everyone;
  Named named;
  std::string text;  ///< as written
};

struct OlcBy {
  std::vector<OlcCondition> who;
  enum class How : std::uint8_t { set, add, remove } how = How::add;
  std::uint8_t privileges = 0;
  bool self = false;  ///< selfwrite: of values that are the requester's own DN
  enum class Then : std::uint8_t { stop, go_on, break_off } then = Then::stop;
  std::string text;
};

struct OlcRule {
  bool every_dn = true;
  Named dn;
  std::string filter;                   ///< empty: (objectClass=*)
  std::vector<std::string> attributes;  ///< as written, "@class" and "!class" too; empty: all
  bool one_value = false;               ///< val=…: of that value alone
  std::vector<OlcBy> by;
  std::string text;  ///< all of it, blanks as one

  /// A value of olcAccess. Errors: malformed, with the word.
  static base::Result<OlcRule> parse(std::string_view value);
  static constexpr std::size_t kMaxBytes = 64U << 10U;
};

}  // namespace tally::directory
