// RowsByText: from a text (an address, a number) to the rows of a table that have it, in their order.
//
//   RowsByText by_mail(links.text, links.accounts.size());
//   for (const auto& account : links.accounts) by_mail.add(account.mail);    // one call a row
//   by_mail.each("ada@example.com", [&](std::size_t row) { … });
//
// Open addressing over the texts where they are: about 28 bytes a row. Built once, then read.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/base/text.h"

namespace tally::correlation {

class RowsByText {
 public:
  /// `text` outlives it, unchanged. For at most so many rows.
  RowsByText(const base::TextPool& text, std::size_t rows);

  /// The text of the next row. An empty one leads to no row.
  void add(base::TextId text);
  /// Calls visit(row) for each row that has that text, in the order added.
  template <class Visit>
  void each(std::string_view text, Visit visit) const {
    if (text.empty()) return;
    for (std::uint32_t at = slots_[slot_of(text, hash_of(text))].first; at != 0; at = rows_[at - 1].next) visit(at - 1);
  }
  [[nodiscard]] bool has(std::string_view text) const {
    return !text.empty() && slots_[slot_of(text, hash_of(text))].first != 0;
  }

 private:
  struct Row {
    base::TextId text;
    std::uint32_t next = 0;  ///< position + 1 of the next row with that text; 0 ends
  };
  /// A part of the hash beside the rows: another text in the way is passed over without looking at it.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t first = 0;  ///< position + 1; 0 is free
    std::uint32_t last = 0;   ///< position + 1
  };
  static std::uint32_t hash_of(std::string_view text);
  [[nodiscard]] std::size_t slot_of(std::string_view text, std::uint32_t hash) const;

  const base::TextPool* text_;
  std::vector<Row> rows_;
  std::vector<Slot> slots_;
};

}  // namespace tally::correlation
