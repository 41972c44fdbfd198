// Access rules of one database of OpenLDAP, and what they let somebody do (slapd.access(5)).
//
//   OlcAccess access;
//   access.add("{0}to * by dn.exact=cn=sync,dc=example write by * read");     // in the order of the server
//   Permission p = access.of(requester, target, "userPassword");
//
// As slapd does it: the first rule whose <what> fits decides, in it the first <who> that fits, unless it says continue
// or break; a rule ends with "by * none", the list with "to * by * none"; without any rule everybody reads. The rootdn
// stands above all of it and is not asked about here. A rule that cannot be read makes every answer behind it unknown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/olc_rule.h"

namespace tally::directory {

class OlcAccess {
 public:
  /// The next value of olcAccess; those of the frontend come behind the database's own.
  void add(std::string_view value);
  /// May add values to the attribute, or replace them. "entry" and "children" are attributes too.
  [[nodiscard]] Permission of(const Requester& requester, const Target& target, std::string_view attribute) const {
    return of(requester, target, attribute, kOlcAdd);
  }
  /// `privilege`: kOlcAdd, or kOlcDelete to take values away.
  [[nodiscard]] Permission of(const Requester& requester, const Target& target, std::string_view attribute,
                              OlcPrivilege privilege) const;
  /// Everybody whom some rule names, each once.
  [[nodiscard]] std::vector<Named> named() const;
  /// Entries that some rule is about, unless it is about all, or about the root DSE, which is nobody's to write.
  [[nodiscard]] std::vector<Named> places() const;
  /// Attributes that some rule is about.
  [[nodiscard]] std::vector<std::string> attributes() const;
  /// Attributes of an entry by whose values some rule lets people in (dnattr).
  [[nodiscard]] std::vector<std::string> naming() const;
  /// Why a rule could not be read; empty when all were.
  [[nodiscard]] const std::string& not_understood() const { return not_understood_; }
  [[nodiscard]] std::size_t size() const { return rules_.size(); }
  /// In their order; one without text could not be read.
  [[nodiscard]] const std::vector<OlcRule>& rules() const { return rules_; }

 private:
  std::vector<OlcRule> rules_;  ///< one without text could not be read
  std::string not_understood_;
};

}  // namespace tally::directory
