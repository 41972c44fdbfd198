// The attributes that a server knows, from its subschema (RFC 4512 §4.2, §4.4). What it does not know, no entry has.
//
//   const std::vector<std::string> names = read_attribute_names(session, patience);
//   if (!names.empty() && !knows(names, "krbPrincipalExpiration")) …
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/paged_search.h"

namespace tally::directory {

/// The names in an attribute type of a schema (RFC 4512 §4.1.2): NAME 'cn', NAME ( 'cn' 'commonName' ). Views into it.
std::vector<std::string_view> names_of_type(std::string_view definition);

/// Of the subschema that the root DSE names. Empty: it is not told.
std::vector<std::string> read_attribute_names(Session& session, const Patience& patience);

/// Without regard to case.
bool knows(const std::vector<std::string>& names, std::string_view attribute);

}  // namespace tally::directory
