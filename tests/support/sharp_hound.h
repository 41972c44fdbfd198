// What SharpHound 2 writes of the entries of an Active Directory (format version 6), made of an LDIF export of them:
// users.json, groups.json, computers.json and domains.json. By its published source (SharpHound: ObjectProcessors,
// JsonDataWriter; SharpHoundCommon: LdapPropertyProcessor, Helpers, GroupProcessor), as far as an audit asks: access
// control lists, sessions and local groups are left empty.
//
//   const Collection files = collect_as_sharp_hound(ldif, {.all_properties = true});
//   desk.write("collection/" + name, text);
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tally::support {

struct CollectionKind {
  bool all_properties = false;  ///< --CollectAllProperties
};

/// Text by file name. Throws std::runtime_error when the text is no LDIF of an Active Directory.
std::map<std::string, std::string> collect_as_sharp_hound(std::string_view ldif, CollectionKind kind);

}  // namespace tally::support
