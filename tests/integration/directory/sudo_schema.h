// The classes of sudo for a slapd of the tests, which does not bring them.
#pragma once

#include <fmt/format.h>

#include <string>

namespace tally::directory::lab {

/// sudoers.ldap(5): names and OIDs of the schema that comes with sudo.
inline std::string sudo_schema() {
  std::string out = "dn: cn=sudo,cn=schema,cn=config\nchangetype: add\nobjectClass: olcSchemaConfig\ncn: sudo\n";
  int number = 1;
  for (const char* name : {"sudoUser", "sudoHost", "sudoCommand", "sudoRunAs", "sudoOption", "sudoRunAsUser"})
    out += fmt::format(
        "olcAttributeTypes: ( 1.3.6.1.4.1.15953.9.1.{} NAME '{}' EQUALITY caseExactIA5Match SYNTAX "
        "1.3.6.1.4.1.1466.115.121.1.26 )\n",
        number++, name);
  return out +
         "olcObjectClasses: ( 1.3.6.1.4.1.15953.9.2.1 NAME 'sudoRole' SUP top STRUCTURAL MUST cn MAY ( sudoUser $ "
         "sudoHost $ sudoCommand $ sudoRunAs $ sudoOption $ sudoRunAsUser ) )\n";
}

}  // namespace tally::directory::lab
