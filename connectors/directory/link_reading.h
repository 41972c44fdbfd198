// LinkReading: the link metadata of one group, range by range (msDS-ReplValueMetaData; MS-ADTS 3.1.1.3.1.3.3).
//
//   LinkReading reading(builder, group);
//   read(group_dn, LinkReading::asked(0), [&](const Entry& entry) { reading.take(entry, 0); });
//   while (reading.more()) …                     // ask again, from *more() on
//
// What it tells goes to TableBuilder::past().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connectors/directory/table_builder.h"

namespace tally::directory {

class LinkReading {
 public:
  LinkReading(TableBuilder& builder, model::GroupId group) : builder_(builder), group_(group) {}

  /// The attribute to ask for, from value `next` on.
  static std::string asked(std::uint64_t next);
  /// The answer to that. A range that was not asked for ends the reading.
  void take(const Entry& entry, std::uint64_t next);
  /// Where the next range begins; nothing after the last.
  [[nodiscard]] std::optional<std::uint64_t> more() const { return more_; }
  [[nodiscard]] std::uint64_t links() const { return links_; }

 private:
  void take(std::string_view value);

  TableBuilder& builder_;
  model::GroupId group_;
  std::optional<std::uint64_t> more_;
  std::uint64_t links_ = 0;
};

}  // namespace tally::directory
