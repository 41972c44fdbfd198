// Unshown: which attributes the entries of one kind do not show, and which of those are seen to be absent (absence.h).
//
//   Unshown members({"member", "uniqueMember", "memberUid"});
//   members.read(entry, row);                          // each entry, as it is decoded
//   members.absent(Unshown::bit(0), row);              // the server finds it by (!(member=*))
//   members.unknown_to_the_server(2);
//   if (members.open(0, row)) …                        // it may be there, hidden from the account that reads
//
// Four bytes an entry. A row that was never read shows everything. Sends nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/directory/entry.h"

namespace tally::directory {

class Unshown {
 public:
  static constexpr std::size_t kMaxAttributes = 32;
  /// Attributes of one entry, a bit each, in the order of attributes().
  using Set = std::uint32_t;
  static constexpr Set bit(std::size_t which) { return 1U << which; }

  /// At most kMaxAttributes.
  explicit Unshown(std::vector<std::string> attributes);
  [[nodiscard]] const std::vector<std::string>& attributes() const { return attributes_; }

  void read(const Entry& entry, std::size_t row);
  /// The entry has none of these.
  void absent(Set which, std::size_t row);
  /// So no entry has it, and nobody asks.
  void unknown_to_the_server(std::size_t which) { unknown_ |= bit(which); }

  [[nodiscard]] bool open(std::size_t which, std::size_t row) const { return (open_in(row) & bit(which)) != 0; }
  [[nodiscard]] Set open_in(std::size_t row) const;
  /// Rows in which something is open, ascending, at most so many.
  [[nodiscard]] std::vector<std::size_t> open_rows(std::size_t at_most) const;
  /// Entries in which the attribute is open.
  [[nodiscard]] std::uint64_t open_entries(std::size_t which) const;
  /// Entries that did not show it, open or not; none of what the server does not know.
  [[nodiscard]] std::uint64_t not_shown(std::size_t which) const {
    return (unknown_ & bit(which)) != 0 ? 0 : not_shown_[which];
  }
  /// What entries have open together, the most frequent first, at most so many.
  [[nodiscard]] std::vector<Set> open_together(std::size_t at_most) const;

 private:
  std::vector<std::string> attributes_;
  std::vector<std::uint64_t> not_shown_;
  std::vector<Set> rows_;
  Set unknown_ = 0;
};

/// The entries of one kind, and what they do not show.
struct Absences {
  std::string_view kind;  ///< "accounts"
  bool many = false;      ///< as many as there are people
  std::string filter;     ///< RFC 4515: finds these entries, and may find more
  Unshown* unshown = nullptr;
  /// The row in `unshown` of the entry with that DN.
  std::function<std::optional<std::size_t>(std::string_view dn)> row_of;
  std::function<std::string(std::size_t row)> dn_of;
};

}  // namespace tally::directory
