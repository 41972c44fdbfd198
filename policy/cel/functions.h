// The functions of the rule language, and what of CEL is refused. One page to read for who writes rules.
//
//   duration("45d")  duration("1h30m")    duration     CEL's syntax; "d" for days is our extension. A literal only
//   timestamp("2026-03-31T22:00:00Z")     timestamp    RFC 3339, years 0001 to 9999. A literal only
//   size(text)  text.size()               int          code points
//   size(list)  list.size()               int
//   text.contains(part)                   bool
//   text.startsWith(part)                 bool
//   text.endsWith(part)                   bool
//   text.matches("regex")                 bool         RE2 syntax, found anywhere in the text. A constant pattern only
//   text.lowerAscii()                     string       A-Z become a-z, all else stays
//   list.exists(x, predicate)             bool         true when the predicate holds for one element
//   list.all(x, predicate)                bool         true when it holds for all (and for the empty list)
//                                                      exists and all stand at most four deep in one another
//   value in list                         bool
//   list[int]                             element      from 0; outside the list is an error of the row
//   timestamp ± duration, duration + timestamp, timestamp - timestamp, duration ± duration
//
// Refused with a diagnostic that says so: maps, messages, bytes, dyn, type values and conversions, has, map, filter,
// exists_one, timestamp accessors such as getHours, lists within lists, lists of mixed types, == and + on lists, a list
// as the result of ?:.
#pragma once

#include <string_view>
#include <vector>

namespace tally::cel {

enum class Function {
  size,
  duration,
  timestamp,
  contains,
  starts_with,
  ends_with,
  matches,
  lower_ascii,
  exists,
  all,
};

struct FunctionInfo {
  Function function;
  std::string_view name;
  bool global;            ///< may be called as f(x)
  bool method;            ///< may be called as x.f()
  std::size_t arguments;  ///< beside the receiver, in the method form
};

/// All functions, in the order of the page above.
const std::vector<FunctionInfo>& functions();
/// nullptr when the language has no such function.
const FunctionInfo* find_function(std::string_view name);
/// Why a function or macro that CEL has is refused here, or "" for a name that CEL does not have either.
std::string_view refused_function(std::string_view name);

}  // namespace tally::cel
