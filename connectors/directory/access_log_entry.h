// One modification as slapo-accesslog(5) writes it in reqMod: "attribute:+ value" (added), ":-" (removed, all of it
// without a value), ":=" (replaced), ":#" (incremented), and ":" alone between two modifications of one attribute.
//
//   read_modification("member:+ cn=jane,dc=corp")      // {"member", added, "cn=jane,dc=corp"}
//
// Pure; views into what is given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tally::directory {

enum class LogOp : std::uint8_t { boundary, added, removed, replaced, incremented };

struct LoggedModification {
  std::string_view attribute;  ///< with its options; empty for a boundary
  LogOp op = LogOp::boundary;
  std::optional<std::string_view> value;  ///< absent: the attribute as a whole
};

/// Nothing when it is of no such form.
std::optional<LoggedModification> read_modification(std::string_view req_mod);

}  // namespace tally::directory
