// FactReader: one bound fact, read into registers batch by batch. Inner to this library.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include "policy/cel/columns.h"
#include "policy/cel/reasons.h"
#include "policy/cel/register.h"

namespace tally::cel {

class FactReader {
 public:
  /// Asserts that the view holds values of `type` and that it and its link cover `rows`.
  FactReader(std::uint32_t fact, const Type& type, const FactColumn& column, std::size_t rows, ReasonPool& reasons);

  /// Reads the rows first_row + lane of the selection.
  void load(std::size_t first_row, Selection lanes, Register& out);
  /// Of a column of texts: by lane the number of the row's text; kNoText where the row is unknown or its text has none.
  /// Where they are already, or in `room`.
  const std::uint32_t* load_texts(std::size_t first_row, Selection lanes, PerLane<std::uint32_t>& room) const;
  [[nodiscard]] bool has_texts() const { return std::holds_alternative<TextView>(column_.values); }
  static constexpr std::uint32_t kNoText = 0xFFFFFFFF;
  /// The element at `position` (an index into all elements, ListSpan::first + n) of a list fact, into `lane`.
  void load_element(std::uint64_t position, std::size_t lane, Register& out) const;

 private:
  template <class Read>
  void load_rows(std::size_t first_row, Selection lanes, Register& out, Read read);
  template <class Read>
  void load_known(std::size_t first_row, Selection lanes, Register& out, Read read);
  static_assert(kBoolNo == 0 && kBoolYes == 1, "as flags of registers");
  bool load_plain(const BoolView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const BoolView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const FlagView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const TimeView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const IntView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const UintView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const RealView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const DurationView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const TextView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const TextListView& view, std::size_t first_row, Selection lanes, Register& out);
  void load_view(const IntListView& view, std::size_t first_row, Selection lanes, Register& out);

  /// The reason for a source row that is unknown.
  ReasonSetId reason_at(std::size_t source);

  std::uint32_t fact_;
  const FactColumn& column_;
  ReasonPool& reasons_;
  ReasonSetId no_link_ = 0;

  /// Reasons seen lately, so that a million rows with one reason look it up once.
  struct Seen {
    base::TextId id;
    ReasonSetId set = 0;
  };
  std::array<Seen, 64> seen_{};
};

}  // namespace tally::cel
