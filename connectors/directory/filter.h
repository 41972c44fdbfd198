// Filter: an LDAP search filter (RFC 4515) that is also understood here: to tell accounts from groups in one combined
// search, and to read LDIF with the same filters as a server.
//
//   auto filter = Filter::parse("(&(objectClass=user)(!(cn=test*)))");
//   if (filter->matches(entry)) …
//
// Understood: & | ! = presence, substrings, and AD's bit rules (1.2.840.113556.1.4.803 and .804). Everything else is
// refused, not guessed. Values compare without ASCII case; a server's matching rule may be finer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/entry.h"
#include "policy/base/result.h"

namespace tally::directory {

class Filter {
 public:
  /// Errors: malformed (with the position), unsupported (which part, and why not).
  static base::Result<Filter> parse(std::string_view text);
  [[nodiscard]] bool matches(const Entry& entry) const;
  /// The names of the attributes that matches() looks at.
  [[nodiscard]] std::vector<std::string> attributes() const;
  /// As it was written, for the combined query.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  friend class FilterParser;
  enum class Kind : std::uint8_t { all, any, none, present, equal, substrings, all_bits, any_bits };
  struct Term {
    Kind kind = Kind::all;
    std::string attribute;
    std::vector<std::string>
        parts;  ///< equal: the value; substrings: pieces between stars, first and last may be empty
    std::uint64_t bits = 0;
    std::vector<Term> terms;  ///< of all, any, none (one)
  };
  static bool holds(const Term& term, const Entry& entry);
  static void collect(const Term& term, std::vector<std::string>& names);

  std::string text_;
  Term root_;
};

}  // namespace tally::directory
