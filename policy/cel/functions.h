// The functions and macros of the rule language. One page to read for who writes rules. (cel-spec, langdef.md, "List of
// Standard Definitions"; less those on protocol-buffer messages.)
//
//   size(x)  x.size()                     int          of a string: code points; bytes, list, map
//   text.contains(part)                   bool
//   text.startsWith(part)                 bool
//   text.endsWith(part)                   bool
//   text.matches(regex)  matches(text, regex)  bool    RE2 syntax, found anywhere in the text
//   text.lowerAscii()                     string       A-Z become a-z, all else stays (an extension)
//   int(x) uint(x) double(x)              a number     of numbers and texts; int of a timestamp: seconds since 1970.
//                                                      What does not fit is an error; a fraction is cut off
//   string(x)  bytes(x)  bool(x)          of scalars; string(bytes) must be UTF-8
//   duration("45d")  duration("1h30m")    duration     Go's syntax; "d" for days is our extension
//   timestamp("2026-03-31T22:00:00Z")     timestamp    RFC 3339, years 0001 to 9999; of an int: seconds since 1970
//   type(x)  dyn(x)                       type, dyn    dyn: x, whose type the checker is to forget
//   moment.getFullYear(zone) getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds
//     getMilliseconds                     int          as clocks there show it: "Europe/Berlin", "+02:00"; without a
//                                                      zone UTC. All but getDate and getFullYear count from 0
//   span.getHours() getMinutes() getSeconds()  int     all of its hours …; getMilliseconds(): those within the second
//
//   has(map.key)  has(map.`a key`)        bool         the map has the key
//   list.exists(x, predicate)             bool         true for one element; a map's keys are its elements
//   list.all(x, predicate)                bool         true for all of them (and for the empty list)
//   list.exists_one(x, predicate)         bool         for exactly one; also existsOne
//   list.filter(x, predicate)             list         the elements for which it is true
//   list.map(x, expression)               list         the expression of each
//   list.map(x, predicate, expression)    list         of those for which the predicate is true
//                                                      macros stand at most four deep in one another
//   value in list   key in map            bool
//   list[int]  map[key]  map.key          element      outside the list, or without the key: an error of the row
//   timestamp ± duration, duration + timestamp, timestamp - timestamp, duration ± duration
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "policy/cel/type.h"

namespace tally::cel {

enum class Function : std::uint8_t {
  size,
  contains,
  starts_with,
  ends_with,
  matches,
  lower_ascii,
  to_int,
  to_uint,
  to_double,
  to_string,
  to_bytes,
  to_bool,
  duration,
  timestamp,
  type,
  dyn,
  get_full_year,
  get_month,
  get_date,
  get_day_of_month,
  get_day_of_week,
  get_day_of_year,
  get_hours,
  get_minutes,
  get_seconds,
  get_milliseconds,
  has,
  exists,
  all,
  exists_one,
  filter,
  map,
};

struct FunctionInfo {
  Function function;
  std::string_view name;
  bool global;        ///< may be called as f(x)
  bool method;        ///< may be called as x.f()
  std::size_t least;  ///< arguments, the receiver counted
  std::size_t most;
};

/// One way to call a function: the kinds that it takes, the receiver first (dyn: any), and what it gives.
struct Overload {
  Function function;
  std::array<Kind, 2> arguments;  ///< nothing where there is none
  Type result;
};

/// All functions, in the order of the page above.
std::span<const FunctionInfo> functions();
/// nullptr when the language has no such function.
const FunctionInfo* find_function(std::string_view name);
const FunctionInfo& info(Function function);
/// None for macros.
std::vector<const Overload*> overloads(Function function);
/// A call that binds a variable: exists, all, exists_one, filter, map.
bool is_macro(Function function);

}  // namespace tally::cel
