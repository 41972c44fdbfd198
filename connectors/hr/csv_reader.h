// CsvReader: records out of CSV text (RFC 4180), one at a time, strictly, with the place of every trouble.
//
//   CsvReader reader(bytes, {.delimiter = ';'});
//   for (auto step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
//     if (step == CsvReader::Step::record) use(reader.line(), reader.fields()); else tell(reader.trouble());
//   }
//
// For any CSV register, not only people. Pure: the bytes come from a function and are UTF-8 without a byte-order mark
// (text_feed.h makes them so). It does not know headers, trim, or guess a delimiter.
//
// A line ends with LF or CR LF. A refused record costs the rest of its line: reading goes on behind the next LF.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::hr {

/// Fills the front of `room` (never empty) with the next bytes and returns how many; 0 at the end, and from then on.
using Bytes = std::function<std::size_t(std::span<char> room)>;

struct CsvFormat {
  /// No row of people is a thousandth of this; a forgotten closing quote must not swallow the rest of the file.
  static constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;

  char delimiter = ',';
  std::size_t max_record_bytes = kMaxRecordBytes;  ///< a longer record (without its line end) is refused
};

/// Why a record was refused, and where exactly.
struct CsvTrouble {
  enum class Kind : std::uint8_t {
    stray_quote,       ///< a quote inside a field that does not begin with one
    text_after_quote,  ///< something else than a delimiter or a line end behind a closing quote
    bare_return,       ///< CR without LF outside quotes
    nul_byte,
    ill_formed,   ///< not UTF-8 (RFC 3629)
    wrong_width,  ///< more or fewer fields than `expect_width`
    too_long,
    open_quote,  ///< the text ends inside a quoted field
    cut_short,   ///< the last record has no line end and lacks fields or ends inside a character
  };
  Kind kind = Kind::stray_quote;
  std::uint64_t line = 0;       ///< 1-based
  std::uint64_t character = 0;  ///< 1-based position in that line, in characters
  std::string what;             ///< "a quote inside an unquoted field"; never contains the text of the record

  /// The text ends in the middle of a record.
  [[nodiscard]] bool truncated() const { return kind == Kind::open_quote || kind == Kind::cut_short; }
  /// The quotes of the record do not pair up, so nobody knows where it ends.
  [[nodiscard]] bool quoting() const;
  /// "line 17, character 5: a quote inside an unquoted field".
  [[nodiscard]] std::string in_words() const;
};

class CsvReader {
 public:
  enum class Step : std::uint8_t { record, refused, end };

  explicit CsvReader(Bytes bytes, CsvFormat format = {});

  /// From here on a record with another number of fields is refused. 0, the beginning: any number.
  void expect_width(std::size_t fields) { width_ = fields; }
  /// Moves to the next record. Empty lines are passed over and counted.
  Step next();

  /// After `record`: the fields, unquoted. The views last until the next call of next().
  [[nodiscard]] std::span<const std::string_view> fields() const { return fields_; }
  /// After `refused`.
  [[nodiscard]] const CsvTrouble& trouble() const { return trouble_; }
  /// First and last line of the record or of what was refused, 1-based.
  [[nodiscard]] std::uint64_t line() const { return first_line_; }
  [[nodiscard]] std::uint64_t last_line() const { return line_ - 1; }
  [[nodiscard]] std::uint64_t blank_lines() const { return blank_lines_; }

 private:
  enum class Scan : std::uint8_t { complete, starved, broken };

  Scan scan();
  Scan scan_quoted(std::size_t& at);
  Scan scan_unquoted(std::size_t& at);
  Scan end_field(std::size_t& at, std::size_t end, std::string_view field);
  bool pass_blank_line();
  Step accept();
  bool check_bytes();
  bool check_width();
  Step refuse_line();
  void trouble(CsvTrouble::Kind kind, std::size_t at, std::string what);
  Scan broken(CsvTrouble::Kind kind, std::size_t at, std::string what);
  bool refill();
  void count_lines(std::size_t from, std::size_t to);

  Bytes bytes_;
  CsvFormat format_;
  std::size_t width_ = 0;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;        ///< of the record being read, always at the start of a line
  std::size_t end_ = 0;          ///< of the bytes in the buffer
  std::size_t content_end_ = 0;  ///< of the record, without its line end
  std::size_t next_ = 0;         ///< start of the record after it
  bool at_end_ = false;          ///< `bytes_` has nothing more
  bool line_ended_ = false;      ///< the record has a line end
  bool quoted_ = false;          ///< the record has a quoted field, so it may span lines
  bool field_complete_ = false;  ///< the record ended with the field just read
  std::uint64_t line_ = 1;       ///< at `begin_`
  std::uint64_t first_line_ = 1;
  std::uint64_t blank_lines_ = 0;
  std::vector<std::string_view> fields_;
  std::vector<std::size_t> doubled_;  ///< fields that hold doubled quotes
  CsvTrouble trouble_;
};

}  // namespace tally::hr
