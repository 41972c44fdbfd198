// ChangeText: the attribute `changes` of a changeLogEntry (draft-good-ldap-changelog-04 §3), as 389 Directory Server
// writes it: change records of RFC 2849 without their first lines.
//
//   ChangeText text(entry.first("changes"));
//   text.modifications([](const LoggedModification& one) { … });   // of changeType modify
//   text.attributes([](std::string_view name, std::string_view value) { … });    // of changeType add
//
// Strict: lines that are of no such form make it unreadable as a whole. Folded lines, base64 (RFC 4648 §4) and the zero
// byte that the server puts at the end of modifications are read; nothing is ever fetched ("attribute:< URL").
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/access_log_entry.h"

namespace tally::directory {

class ChangeText {
 public:
  explicit ChangeText(std::string_view changes);

  /// Each value that was added, removed or replaced, in order; an attribute as a whole comes without a value. False
  /// when it is unreadable: what was handed over before does not count then. The views last during the call. Once.
  bool modifications(const std::function<void(const LoggedModification&)>& each);
  /// The attributes with which the entry came into being. False and once, as above.
  bool attributes(const std::function<void(std::string_view name, std::string_view value)>& each);

 private:
  struct Line {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Pair {
    std::string_view name;
    std::string_view value;
  };
  [[nodiscard]] std::optional<Pair> pair_of(const Line& line);
  [[nodiscard]] bool ends(const Line& line) const;

  std::string unfolded_;
  std::vector<Line> lines_;
  bool broken_ = false;
};

}  // namespace tally::directory
