// PersonQueries: what a server is asked to find the accounts of one person, and the groups of an entry. Pure.
//
//   PersonQueries ask(options, *profile);
//   search(base, ask.accounts(keys))            // (&(objectClass=user)(|(employeeNumber=001004)(mail=…)…))
//   search(base, ask.groups_with(dn, uids))     // (&(objectClass=group)(member=CN=Dana…))
//
// A filter may find too much, never too little: correlation decides afterwards and compares as fold() does (Unicode
// NFKC_Casefold), servers by the rules of their attributes (RFC 4517 §4.2.11: without case, blanks at the ends
// insignificant). Where the two may differ, a star stands for what is between: "groß" and "müller" are asked for as
// gro* and m*ller, blanks at the ends are asked for one by one; an attribute that is not known to compare without case
// is asked for whole: (attribute=*).
//
// KNOWN GAP: ASCII names that a directory writes with letters which only look like ASCII (full-width or long s, the
// Kelvin sign, ligatures, invisible characters, blanks beyond ASCII) fold to ASCII, and no filter finds them. An audit
// does. KNOWN GAP: a uniqueMember with a unique identifier behind its DN (RFC 4517 §3.3.21) is not found by its DN.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/options.h"
#include "connectors/directory/profile.h"
#include "policy/model/person_keys.h"

namespace tally::directory {

/// RFC 4515 §3: a value inside a filter. Everything but plain ASCII is escaped.
std::string escaped_value(std::string_view bytes);

class PersonQueries {
 public:
  /// Both must outlive it.
  PersonQueries(const ProfileOptions& options, const Profile& profile);

  /// The accounts that any of the keys could mean (those already known are asked for one by one), and what else their
  /// facts need: password policies.
  [[nodiscard]] Query accounts(const model::PersonKeys& keys) const;
  /// The account of that objectGUID or entryUUID (8-4-4-4-12), wherever it moved to.
  [[nodiscard]] Query account_of_id(std::string_view native_id) const;
  /// At its old place, if it still is an account: for a search of base scope.
  [[nodiscard]] Query account_itself() const;
  /// Groups that name the entry, by its DN or, in POSIX, by one of its uids. Without their members, which may be
  /// millions, unless the site's group filter looks at them.
  [[nodiscard]] Query groups_with(std::string_view dn, const std::vector<std::string>& uids) const;
  /// The primary group that the account entry points to by a number; an empty filter when there is none.
  [[nodiscard]] Query primary_group_of(const Entry& account) const;
  /// OpenLDAP: groups whose members the server computes, so that nobody knows who is in them. An empty filter for AD.
  [[nodiscard]] Query computed_groups() const;

 private:
  [[nodiscard]] Query account_query(const std::string& which) const;
  [[nodiscard]] Query group_query(const std::string& which) const;
  [[nodiscard]] bool active_directory() const { return options_.dialect == Dialect::active_directory; }
  [[nodiscard]] std::string named(std::string_view attribute, std::string_view key) const;

  const ProfileOptions& options_;
  const Profile& profile_;
  std::string login_attribute_;
  std::vector<std::string> group_attributes_;
};

}  // namespace tally::directory
