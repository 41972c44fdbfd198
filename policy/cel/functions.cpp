#include "policy/cel/functions.h"

#include "policy/base/assert.h"

namespace tally::cel {
namespace {

constexpr FunctionInfo kFunctions[] = {
    {Function::size, "size", true, true, 1, 1},
    {Function::contains, "contains", false, true, 2, 2},
    {Function::starts_with, "startsWith", false, true, 2, 2},
    {Function::ends_with, "endsWith", false, true, 2, 2},
    {Function::matches, "matches", true, true, 2, 2},
    {Function::lower_ascii, "lowerAscii", false, true, 1, 1},
    {Function::to_int, "int", true, false, 1, 1},
    {Function::to_uint, "uint", true, false, 1, 1},
    {Function::to_double, "double", true, false, 1, 1},
    {Function::to_string, "string", true, false, 1, 1},
    {Function::to_bytes, "bytes", true, false, 1, 1},
    {Function::to_bool, "bool", true, false, 1, 1},
    {Function::duration, "duration", true, false, 1, 1},
    {Function::timestamp, "timestamp", true, false, 1, 1},
    {Function::type, "type", true, false, 1, 1},
    {Function::dyn, "dyn", true, false, 1, 1},
    {Function::get_full_year, "getFullYear", false, true, 1, 2},
    {Function::get_month, "getMonth", false, true, 1, 2},
    {Function::get_date, "getDate", false, true, 1, 2},
    {Function::get_day_of_month, "getDayOfMonth", false, true, 1, 2},
    {Function::get_day_of_week, "getDayOfWeek", false, true, 1, 2},
    {Function::get_day_of_year, "getDayOfYear", false, true, 1, 2},
    {Function::get_hours, "getHours", false, true, 1, 2},
    {Function::get_minutes, "getMinutes", false, true, 1, 2},
    {Function::get_seconds, "getSeconds", false, true, 1, 2},
    {Function::get_milliseconds, "getMilliseconds", false, true, 1, 2},
    {Function::has, "has", true, false, 1, 1},
    {Function::exists, "exists", false, true, 3, 3},
    {Function::all, "all", false, true, 3, 3},
    {Function::exists_one, "exists_one", false, true, 3, 3},
    {Function::exists_one, "existsOne", false, true, 3, 3},
    {Function::filter, "filter", false, true, 3, 3},
    {Function::map, "map", false, true, 3, 4},
};

constexpr Kind kNone = Kind::nothing;
constexpr Type kBool = Type::boolean(), kInt = Type::integer(), kUint = Type::uinteger(), kDouble = Type::real();
constexpr Type kString = Type::string(), kBytes = Type::bytes(), kMoment = Type::timestamp(), kSpan = Type::duration();

constexpr Overload kOverloads[] = {
    {Function::size, {Kind::string, kNone}, kInt},
    {Function::size, {Kind::bytes, kNone}, kInt},
    {Function::size, {Kind::list, kNone}, kInt},
    {Function::size, {Kind::map, kNone}, kInt},
    {Function::contains, {Kind::string, Kind::string}, kBool},
    {Function::starts_with, {Kind::string, Kind::string}, kBool},
    {Function::ends_with, {Kind::string, Kind::string}, kBool},
    {Function::matches, {Kind::string, Kind::string}, kBool},
    {Function::lower_ascii, {Kind::string, kNone}, kString},
    {Function::to_int, {Kind::integer, kNone}, kInt},
    {Function::to_int, {Kind::uinteger, kNone}, kInt},
    {Function::to_int, {Kind::real, kNone}, kInt},
    {Function::to_int, {Kind::string, kNone}, kInt},
    {Function::to_int, {Kind::timestamp, kNone}, kInt},
    {Function::to_uint, {Kind::uinteger, kNone}, kUint},
    {Function::to_uint, {Kind::integer, kNone}, kUint},
    {Function::to_uint, {Kind::real, kNone}, kUint},
    {Function::to_uint, {Kind::string, kNone}, kUint},
    {Function::to_double, {Kind::real, kNone}, kDouble},
    {Function::to_double, {Kind::integer, kNone}, kDouble},
    {Function::to_double, {Kind::uinteger, kNone}, kDouble},
    {Function::to_double, {Kind::string, kNone}, kDouble},
    {Function::to_string, {Kind::string, kNone}, kString},
    {Function::to_string, {Kind::boolean, kNone}, kString},
    {Function::to_string, {Kind::integer, kNone}, kString},
    {Function::to_string, {Kind::uinteger, kNone}, kString},
    {Function::to_string, {Kind::real, kNone}, kString},
    {Function::to_string, {Kind::bytes, kNone}, kString},
    {Function::to_string, {Kind::timestamp, kNone}, kString},
    {Function::to_string, {Kind::duration, kNone}, kString},
    {Function::to_bytes, {Kind::bytes, kNone}, kBytes},
    {Function::to_bytes, {Kind::string, kNone}, kBytes},
    {Function::to_bool, {Kind::boolean, kNone}, kBool},
    {Function::to_bool, {Kind::string, kNone}, kBool},
    {Function::duration, {Kind::duration, kNone}, kSpan},
    {Function::duration, {Kind::string, kNone}, kSpan},
    {Function::timestamp, {Kind::timestamp, kNone}, kMoment},
    {Function::timestamp, {Kind::string, kNone}, kMoment},
    {Function::timestamp, {Kind::integer, kNone}, kMoment},
    {Function::type, {Kind::dyn, kNone}, Type::type()},
    {Function::dyn, {Kind::dyn, kNone}, Type::dyn()},
    {Function::get_full_year, {Kind::timestamp, kNone}, kInt},
    {Function::get_full_year, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_month, {Kind::timestamp, kNone}, kInt},
    {Function::get_month, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_date, {Kind::timestamp, kNone}, kInt},
    {Function::get_date, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_day_of_month, {Kind::timestamp, kNone}, kInt},
    {Function::get_day_of_month, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_day_of_week, {Kind::timestamp, kNone}, kInt},
    {Function::get_day_of_week, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_day_of_year, {Kind::timestamp, kNone}, kInt},
    {Function::get_day_of_year, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_hours, {Kind::timestamp, kNone}, kInt},
    {Function::get_hours, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_hours, {Kind::duration, kNone}, kInt},
    {Function::get_minutes, {Kind::timestamp, kNone}, kInt},
    {Function::get_minutes, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_minutes, {Kind::duration, kNone}, kInt},
    {Function::get_seconds, {Kind::timestamp, kNone}, kInt},
    {Function::get_seconds, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_seconds, {Kind::duration, kNone}, kInt},
    {Function::get_milliseconds, {Kind::timestamp, kNone}, kInt},
    {Function::get_milliseconds, {Kind::timestamp, Kind::string}, kInt},
    {Function::get_milliseconds, {Kind::duration, kNone}, kInt},
};

}  // namespace

std::span<const FunctionInfo> functions() { return kFunctions; }

const FunctionInfo* find_function(std::string_view name) {
  for (const FunctionInfo& info : kFunctions) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

const FunctionInfo& info(Function function) {
  for (const FunctionInfo& info : kFunctions) {
    if (info.function == function) return info;
  }
  base::assertion_failed("a function of the enum", __FILE__, __LINE__);
}

std::vector<const Overload*> overloads(Function function) {
  std::vector<const Overload*> found;
  for (const Overload& overload : kOverloads) {
    if (overload.function == function) found.push_back(&overload);
  }
  return found;
}

bool is_macro(Function function) { return function >= Function::exists; }

}  // namespace tally::cel
