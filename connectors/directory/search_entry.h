// From a message of libldap to an Entry or a referral, in place: the bytes of the message are walked once, nothing is
// copied, and nothing that a hostile server writes is believed before it was measured.
#pragma once

#include <string>

#include "connectors/directory/entry.h"
#include "connectors/directory/paged_search.h"

struct ldap;
struct ldapmsg;

namespace tally::directory {

/// Fills `entry` with views into `message`. False, and a reject in `out`, when it is no LDAP entry (RFC 4511 §4.5.2).
/// Values longer than kMaxValueBytes and attributes beyond kMaxAttributes are left out, each with a reject.
/// `digest`, when there is one, gets the bytes of the entry.
bool read_search_entry(ldap* handle, ldapmsg* message, base::Sha256* digest, Entry& entry, SearchOutcome& out);

/// The entry's DN as sent; "" when it is no LDAP entry.
std::string name_of(ldap* handle, ldapmsg* message);

/// Adds the URLs of a search result reference (RFC 4511 §4.5.3).
void add_reference(ldap* handle, ldapmsg* message, SearchOutcome& out);

/// Adds one URL while there is room; beyond that one last line says that there are more.
void add_referral(const std::string& url, SearchOutcome& out);

}  // namespace tally::directory
