#include "policy/cel/functions.h"

#include <array>
#include <utility>

namespace tally::cel {

const std::vector<FunctionInfo>& functions() {
  static const std::vector<FunctionInfo> kFunctions{
      {Function::duration, "duration", true, false, 1},
      {Function::timestamp, "timestamp", true, false, 1},
      {Function::size, "size", true, true, 0},
      {Function::contains, "contains", false, true, 1},
      {Function::starts_with, "startsWith", false, true, 1},
      {Function::ends_with, "endsWith", false, true, 1},
      {Function::matches, "matches", false, true, 1},
      {Function::lower_ascii, "lowerAscii", false, true, 0},
      {Function::exists, "exists", false, true, 2},
      {Function::all, "all", false, true, 2},
  };
  return kFunctions;
}

const FunctionInfo* find_function(std::string_view name) {
  for (const FunctionInfo& info : functions()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::string_view refused_function(std::string_view name) {
  static constexpr std::string_view kConversion = "conversions are not supported: nothing converts between types";
  static constexpr std::string_view kMacro = "of the list macros only exists and all are supported";
  static constexpr std::string_view kAccessor =
      "calendar fields of timestamps and durations are not supported: compare with timestamp(\"…\") or duration(\"…\")";
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 26> kRefused{{
      {"int", kConversion},
      {"uint", kConversion},
      {"double", kConversion},
      {"string", kConversion},
      {"bool", kConversion},
      {"bytes", kConversion},
      {"dyn", kConversion},
      {"type", "type values are not supported"},
      {"has", "has() is not supported: a fact that is not there is unknown, and the rule's answer says so"},
      {"map", kMacro},
      {"filter", kMacro},
      {"exists_one", kMacro},
      {"existsOne", kMacro},
      {"getDate", kAccessor},
      {"getDayOfMonth", kAccessor},
      {"getDayOfWeek", kAccessor},
      {"getDayOfYear", kAccessor},
      {"getFullYear", kAccessor},
      {"getHours", kAccessor},
      {"getMilliseconds", kAccessor},
      {"getMinutes", kAccessor},
      {"getMonth", kAccessor},
      {"getSeconds", kAccessor},
      {"upperAscii", "upperAscii is not supported: compare in lower case, with lowerAscii"},
      {"split", "splitting texts is not supported"},
      {"replace", "replacing texts is not supported"},
  }};
  for (const auto& [refused, why] : kRefused) {
    if (refused == name) return why;
  }
  return {};
}

}  // namespace tally::cel
