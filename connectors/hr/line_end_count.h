// LineEndCount: how many records CSV text holds, without parsing it: line ends where the number of quotes so far is
// even.
//
//   LineEndCount count;
//   count.update(chunk);                       // as often as there are chunks
//   count.records(reader.blank_lines())
//
// The second way of counting beside CsvReader. A doubled quote flips twice, so the parity needs no other rule of
// RFC 4180; it means nothing in text whose quotes do not pair up.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally::hr {

class LineEndCount {
 public:
  void update(std::string_view chunk);
  /// Line ends outside quotes, plus a last record without one, less the lines known to be empty.
  [[nodiscard]] std::uint64_t records(std::uint64_t blank_lines) const;

 private:
  std::uint64_t line_ends_ = 0;
  bool inside_ = false;
  char last_ = '\n';
};

}  // namespace tally::hr
