// The last message of a search: result code, cookie, referrals; and what is missing when it was no success, in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/coverage.h"

struct ldap;
struct ldapmsg;

namespace tally::directory {

struct SearchAnswer {
  int code = 0;
  std::string diagnostic;  ///< the server's own words, displayable
  std::vector<std::string> referrals;
  bool paged = false;  ///< it answered the control for pages
  std::string cookie;  ///< empty: that was the last page
};

SearchAnswer parse_answer(ldap* handle, ldapmsg* message);

/// Why the answer leaves something unread, or nothing for success (and for a referral, which says it by its URLs).
std::optional<model::Gap> gap_of(const SearchAnswer& answer, std::uint64_t entries);

}  // namespace tally::directory
