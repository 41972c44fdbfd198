// Object: one element of `data` in a file of a BloodHound collector (SharpHound 2, format version 6): what it is and
// what it says, as far as an audit asks for it. Everything else in it (sessions, local groups, user rights …) is
// skipped while reading.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::bloodhound {

/// A value of Properties: names are lower case in SharpHound's own properties.
struct Property {
  enum class Kind : std::uint8_t { null, boolean, number, text, list, other };
  std::string name;
  Kind kind = Kind::null;
  std::string text;               ///< "true", "1700000000", the text
  std::vector<std::string> list;  ///< of a list its texts, numbers and truth values
};

/// An entry of an access control list, as the collector understood it.
struct Ace {
  std::string holder;  ///< PrincipalSID, perhaps with the domain's name before it
  std::string right;   ///< "GenericAll", "WriteDacl" …
};

/// A group policy that is linked to a unit or the head of a domain.
struct Link {
  std::string policy;  ///< ObjectIdentifier: its GUID
  bool enforced = false;
};

struct Object {
  std::uint64_t number = 0;                                        ///< counted in its file from 1
  std::uint64_t line = 0;                                          ///< on which it begins
  std::string id;                                                  ///< ObjectIdentifier
  std::string primary_group;                                       ///< PrimaryGroupSID
  bool deleted = false;                                            ///< IsDeleted
  bool list_protected = false;                                     ///< IsACLProtected: it inherits nothing
  bool members_told = false, aces_told = false, act_told = false;  ///< the list is there, though perhaps empty
  std::uint64_t may_act = 0;                                       ///< entries of AllowedToAct
  std::vector<Property> properties;
  std::vector<std::string> members;  ///< ObjectIdentifier of each
  std::vector<Ace> aces;
  std::vector<Link> links;            ///< Links
  std::vector<std::string> troubles;  ///< parts of another type than the format has: "Members is no list"

  /// The property of that name, without ASCII case; nothing when it is absent or null.
  [[nodiscard]] const Property* find(std::string_view name) const;
};

/// The end of an identifier that is a SID: collectors write "CORP.EXAMPLE-S-1-5-32-544" for what every domain has.
/// Empty when there is none.
std::string_view sid_in(std::string_view identifier);

/// The same for identifiers that differ in ASCII case: they are written in capitals, except where somebody did not.
std::string key_of(std::string_view identifier);

}  // namespace tally::bloodhound
