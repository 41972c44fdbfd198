// LDAP messages as bytes (RFC 4511, BER of any length), for servers of tests that say what no real one would.
//
//   std::string answer = ldap_entry(7, "uid=dana,dc=t", {{"uid", {"dana"}}}) + ldap_done(7);
//
// Not for clients, and no reader: connectors/directory/ber.h takes bytes apart.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::support {

/// Attributes of an entry, in order, each with its values.
using LdapAttributes = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// One element: tag, definite length, body.
std::string ber(unsigned char tag, std::string_view body);
/// INTEGER or, with another tag, ENUMERATED.
std::string ber_number(long value, unsigned char tag = 0x02);
/// LDAPMessage { id, operation, controls }.
std::string ldap_message(int id, const std::string& operation, const std::string& controls = "");
/// LDAPResult with the tag of its operation: 0x61 bind, 0x65 search, 0x78 extended.
std::string ldap_result(unsigned char tag, int code, std::string_view diagnostic = "",
                        const std::vector<std::string>& referrals = {}, const std::string& more = "");
std::string ldap_entry(int id, std::string_view dn, const LdapAttributes& attributes);
/// SearchResultReference of one URL.
std::string ldap_reference(int id, const std::string& url);
/// SearchResultDone; `controls` as page_control() makes them.
std::string ldap_done(int id, int code = 0, std::string_view diagnostic = "", const std::string& controls = "");
/// [0] Controls with the answer of RFC 2696.
std::string page_control(std::string_view cookie);
/// [0] Controls with the answer of DirSync (MS-ADTS 3.1.1.3.4.1.3).
std::string dirsync_control(bool more, std::string_view cookie);
/// Notice of Disconnection (RFC 4511 §4.4.1), message number 0.
std::string notice_of_disconnection(int code, std::string_view diagnostic);

}  // namespace tally::support
